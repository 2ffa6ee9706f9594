"""`outis bench`: how fast this machine makes faces, beside the plain form of the paper run at the same time."""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.bench_table import table
from explorer.cli.measuring_window import Latency, measured_latency, peak_megabytes
from explorer.cli.notation import parse_count
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, open_engine, say

if TYPE_CHECKING:
    from generator.engine import Engine

LEAST_DRAG = 2.0  # seconds, for percentiles to mean something
SECONDS_EACH = 6.0  # per measurement: enough runs for a steady median, and the whole bench within a minute or two


def add_parser(subparsers: Any) -> None:
    """Declare `outis bench` and its options."""
    parser = subparsers.add_parser(
        "bench",
        help="measure speed on this machine",
        description="Median times on this machine, beside a plain form of the network measured in the same run.",
    )
    add_model_option(parser)
    add_device_option(parser)
    parser.add_argument("--resolution", type=parse_count, metavar="PIXELS", help="a random model of this size instead")
    parser.add_argument("--samples", type=parse_count, default=10_000, help="of the PCA; default: %(default)s")
    parser.add_argument("--seconds", type=float, default=SECONDS_EACH, help="per measurement; default: %(default)s")
    parser.add_argument("--compare", metavar="FILE", help="an earlier --json of this command, to tell what has changed")
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, then print a table or JSON."""
    from explorer.cli import measuring
    from explorer.cli.machine import machine
    from explorer.cli.measuring_synthesis import synthesis_measures

    before = _earlier(arguments.compare)
    engine = _engine(arguments)
    first = None if arguments.resolution else [arguments.model, arguments.device]
    measures = []
    for measure in chain(
        measuring.measuring(engine, arguments.samples, arguments.seconds, first),
        synthesis_measures(engine, measuring.PlainForm(engine), arguments.seconds),
    ):
        measures.append(measure)
        say(f"measured {measure.name}")
    window = None if arguments.resolution else _window(arguments)
    report = {
        "format": "outis-bench",
        "version": 2,
        "machine": {**machine(), "device": engine.device, "precision": engine.live_precision},
        "model": {"name": engine.generator.name, "resolution": engine.config.img_resolution},
        "peak_megabytes": {"window": None if window is None else window.peak_megabytes, "bench": peak_megabytes()},
        "measures": [{**asdict(measure), "ratio": measure.ratio} for measure in measures],
        "window": None if window is None else asdict(window),
    }
    print(json.dumps(report, indent=2) if arguments.json else table(report, before))
    return 0


def _window(arguments: argparse.Namespace) -> Latency | None:
    """None, and a sentence, where no window can be had."""
    from explorer.cli.model_files import local

    try:
        latency = measured_latency(str(local(arguments.model)), arguments.device, max(arguments.seconds, LEAST_DRAG))
    except (subprocess.SubprocessError, OSError) as error:
        reason = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
        say(f"The window could not be measured: {''.join(reason)}")
        return None
    say("measured the window")
    return latency


def _earlier(path: str | None) -> dict[str, Any] | None:
    """The report in the file at `path`. Raises `UsageError` where it is none."""
    if path is None:
        return None
    try:
        report = json.loads(Path(path).read_text(encoding="utf-8"))
        ratios = {str(measure["name"]): float(measure["ratio"]) for measure in report["measures"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no report of `outis bench --json`: {error}.") from error
    return {"machine": report.get("machine"), "ratios": ratios}


def _engine(arguments: argparse.Namespace) -> Engine:
    if arguments.resolution is None:
        return open_engine(arguments.model, arguments.device)
    if arguments.resolution < 8 or arguments.resolution & (arguments.resolution - 1):
        raise UsageError(f"--resolution {arguments.resolution} is not a power of two from 8.")
    from explorer.cli.measuring import random_engine

    return random_engine(arguments.resolution, arguments.device)
