"""`outis bench`: how fast this machine renders, compared with a plain form of the network in the same run."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from explorer.cli.bench.first_picture import measured_first_picture
from explorer.cli.bench.table import family_table, table
from explorer.cli.bench.timings_grab import GrabTimes, measured_grab
from explorer.cli.bench.timings_play import PlayTimes, measured_play
from explorer.cli.bench.timings_table import TableTimes, measured_table
from explorer.cli.bench.timings_window import Latency, measured_latency, peak_megabytes
from explorer.cli.model_files import open_engine
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, say
from explorer.document.argument_types import NotationError, parse_count, parse_seconds, parse_several
from generator.errors import did_you_mean
from generator.storage.regular_file import read_regular

if TYPE_CHECKING:
    from generator.render.engine import Engine

LARGEST = 2048  # px of a random model
MAX_REPORT = 1_000_000  # bytes of an earlier report
LEAST_DRAG = 2.0  # seconds, for percentiles to mean something
SECONDS_EACH = 6.0  # per measurement: enough runs for a steady median, and the whole bench within a minute or two

T = TypeVar("T")


def add_parser(subparsers: Any) -> None:
    """Declare `outis bench` and its options."""
    parser = subparsers.add_parser(
        "bench",
        help="measure speed on this machine",
        description="Median times on this machine, compared with a plain form of the network in the same run.",
    )
    add_model_option(parser)
    add_device_option(parser)
    parser.add_argument("--resolution", type=_resolution, metavar="PIXELS", help="use a random model of this size")
    parser.add_argument(
        "--family", metavar="NAME", help="use a random model of a family, and its definition as plain form"
    )
    beside = "other programs that render the same network: onnxruntime, openvino, torch.compile"
    parser.add_argument("--beside", metavar="NAMES", default="", help=beside)
    parser.add_argument(
        "--samples", type=parse_several, default=10_000, help="latents for the PCA; default: %(default)s"
    )
    parser.add_argument(
        "--seconds", type=parse_seconds, default=SECONDS_EACH, help="time for each measurement; default: %(default)s"
    )
    parser.add_argument("--busy", action="store_true", help="measure frames with and without another busy process")
    parser.add_argument("--compare", metavar="FILE", help="an earlier --json report to compare with")
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, then print a table or JSON."""
    if arguments.busy:
        return _run_busy(arguments)
    if arguments.family or arguments.beside:
        return _run_family(arguments, arguments.family)
    from explorer.cli.bench import timings as measuring
    from explorer.cli.bench.machine import machine
    from explorer.cli.bench.timings_synthesis import synthesis_measures
    from generator.render.cpu.synthesis import is_skip_stylegan2

    before = _earlier(arguments.compare)
    engine = _engine(arguments)
    if not is_skip_stylegan2(engine.generator):
        return _run_family(arguments, engine)
    first = None if arguments.resolution else [arguments.model, arguments.device]
    measures = []
    plain = synthesis_measures(engine, measuring.PlainForm(engine), arguments.seconds)
    for measure in chain(measuring.measuring(engine, arguments.samples, arguments.seconds, first), plain):
        measures.append(measure)
        say(f"measured {measure.name}")
    window = None if arguments.resolution else _window(arguments)
    grab = None if window is None else _grab(arguments)
    play = None if window is None else _play(arguments)
    light_table = None if window is None else _light_table(arguments, engine)
    report = {
        "format": "outis-bench",
        "version": 2,
        "machine": {**machine(), "device": engine.device, "precision": engine.live_precision},
        "model": {"name": engine.generator.name, "resolution": engine.config.img_resolution},
        "peak_megabytes": {"window": None if window is None else window.peak_megabytes, "bench": peak_megabytes()},
        "measures": [{**asdict(measure), "ratio": measure.ratio} for measure in measures],
        "window": None if window is None else asdict(window),
        "grab": None if grab is None else {**asdict(grab), "ratio": grab.ratio},
        "play": None if play is None else {**asdict(play), "ratio": play.ratio},
        "light_table": None if light_table is None else asdict(light_table),
        "first_picture": None if window is None else measured_first_picture(),
    }
    print(json.dumps(report, indent=2) if arguments.json else table(report, before))
    return 0


def _run_family(arguments: argparse.Namespace, model: Engine | str | None) -> int:
    """Print the measures of `explorer.cli.bench.families` as a table or JSON. model: opened, or the name of a family;
    None = that of the options."""
    from explorer.cli.bench.families import MODELS, RESOLUTION, family_engine, family_measures
    from explorer.cli.bench.machine import machine
    from explorer.cli.bench.others import check

    others = tuple(filter(None, arguments.beside.split(",")))
    check(others)
    before = _earlier(arguments.compare)
    if isinstance(model, str) and model not in MODELS:
        raise UsageError(
            f"There is no family {model[:40]}{did_you_mean(model, MODELS)}; known are {', '.join(MODELS)}."
        )
    if isinstance(model, str):
        engine = family_engine(model, arguments.resolution or RESOLUTION, arguments.device)
    else:
        engine = model or _engine(arguments)
    if others and not engine.on_cpu:
        raise UsageError("--beside measures on the CPU only: add --device cpu.")
    measures = []
    for measure in family_measures(engine, arguments.seconds, others):
        measures.append(measure)
        say(f"measured {measure.name}")
    window = None if arguments.resolution or arguments.family else _window(arguments)
    report = {
        "format": "outis-bench-family",
        "version": 1,
        "machine": {**machine(), "device": engine.device},
        "model": {"name": engine.generator.name, "resolution": engine.config.size_name},
        "measures": [{**asdict(measure), "ratio": measure.ratio} for measure in measures],
        "window": None if window is None else asdict(window),
    }
    print(json.dumps(report, indent=2) if arguments.json else family_table(report, before))
    return 0


def _run_busy(arguments: argparse.Namespace) -> int:
    """Print the measures of `explorer.cli.bench.busy` as a table or JSON."""
    if arguments.compare:
        raise UsageError("--busy compares within one run: leave --compare out.")
    from explorer.cli.bench.busy import busy_measures, busy_table
    from explorer.cli.bench.machine import machine
    from explorer.cli.model_files import local

    model = str(arguments.resolution or local(arguments.model))
    measures = []
    for measure in busy_measures(model, arguments.device, arguments.seconds):
        measures.append(measure)
        say(f"measured {measure.name}, {measure.waiting}")
    report = {
        "format": "outis-bench-busy",
        "version": 1,
        "machine": machine(),
        "model": model,
        "measures": [{**asdict(measure), "ratio": measure.ratio} for measure in measures],
    }
    print(json.dumps(report, indent=2) if arguments.json else busy_table(measures))
    return 0


def _window(arguments: argparse.Namespace) -> Latency | None:
    return _of_window(measured_latency, "the window", arguments)


def _grab(arguments: argparse.Namespace) -> GrabTimes | None:
    return _of_window(measured_grab, "grabbing", arguments)


def _play(arguments: argparse.Namespace) -> PlayTimes | None:
    return _of_window(measured_play, "playing the timeline", arguments)


def _light_table(arguments: argparse.Namespace, engine: Engine) -> TableTimes | None:
    return _of_window(partial(measured_table, engine), "the light table", arguments)


def _of_window(measured: Callable[[str, str, float], T], what: str, arguments: argparse.Namespace) -> T | None:
    """What a process with the real window has measured of the model on the device for some seconds; None, and a
    message, where it cannot be measured."""
    from explorer.cli.model_files import local

    try:
        times = measured(str(local(arguments.model)), arguments.device, max(arguments.seconds, LEAST_DRAG))
    except (subprocess.SubprocessError, OSError) as error:
        say(f"{what.capitalize()} could not be measured: {_reason(error)}")
        return None
    say(f"measured {what}")
    return times


def _reason(error: Exception) -> str:
    """The last line that the process has said."""
    said = getattr(error, "stderr", None) or str(error)
    lines = (said.decode(errors="replace") if isinstance(said, bytes) else said).split("\n")
    return next(filter(None, reversed(lines)), type(error).__name__)


def _earlier(path: str | None) -> dict[str, Any] | None:
    """The report in the file at `path`. Raises `UsageError` where it is not one."""
    if path is None:
        return None
    try:
        report = json.loads(read_regular(path, MAX_REPORT))
        ratios = {str(measure["name"]): float(measure["ratio"]) for measure in report["measures"]}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{path} is not a report of `outis bench --json`.") from error
    return {"machine": report.get("machine"), "ratios": ratios}


def _resolution(text: str) -> int:
    resolution = parse_count(text)
    if not 8 <= resolution <= LARGEST or resolution & (resolution - 1):
        raise NotationError(f"{resolution} is not a power of two from 8 to {LARGEST}.")
    return resolution


def _engine(arguments: argparse.Namespace) -> Engine:
    if arguments.resolution is None:
        return open_engine(arguments.model, arguments.device)
    from explorer.cli.bench.timings import random_engine

    return random_engine(arguments.resolution, arguments.device)
