"""`outis bench`: how fast this machine makes faces, beside the plain form of the paper run at the same time."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

from explorer.cli.notation import parse_count
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, open_engine, say

if TYPE_CHECKING:
    from explorer.cli.measuring import Measure
    from generator.engine import Engine

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
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, then print a table or JSON."""
    from explorer.cli import measuring
    from explorer.cli.machine import machine
    from explorer.cli.measuring_synthesis import synthesis_measures

    engine = _engine(arguments)
    first = None if arguments.resolution else [arguments.model, arguments.device]
    measures = []
    for measure in chain(
        measuring.measuring(engine, arguments.samples, arguments.seconds, first),
        synthesis_measures(engine, measuring.PlainForm(engine), arguments.seconds),
    ):
        measures.append(measure)
        say(f"measured {measure.name}")
    facts = {**machine(), "device": engine.device, "precision": engine.precision}
    print(_json(facts, engine, measures) if arguments.json else _table(facts, engine, measures))
    return 0


def _engine(arguments: argparse.Namespace) -> Engine:
    if arguments.resolution is None:
        return open_engine(arguments.model, arguments.device)
    if arguments.resolution < 8 or arguments.resolution & (arguments.resolution - 1):
        raise UsageError(f"--resolution {arguments.resolution} is not a power of two from 8.")
    from explorer.cli.measuring import random_engine

    return random_engine(arguments.resolution, arguments.device)


def _json(facts: dict[str, Any], engine: Engine, measures: list[Measure]) -> str:
    report = {
        "format": "outis-bench",
        "version": 1,
        "machine": facts,
        "model": {"name": engine.generator.name, "resolution": engine.config.img_resolution},
        "measures": [{**asdict(measure), "ratio": measure.ratio} for measure in measures],
    }
    return json.dumps(report, indent=2)


def _table(facts: dict[str, Any], engine: Engine, measures: list[Measure]) -> str:
    lines = [f"{name.replace('_', ' '):18} {_text(value)}" for name, value in facts.items()]
    lines += [f"{'model':18} {engine.generator.name}, {engine.config.img_resolution} px", ""]
    lines.append(f"{'':18} {'median':>11} {'plain form':>11} {'ratio':>6} {'runs':>5}")
    for measure in measures:
        lines.append(
            f"{measure.name:18} {measure.milliseconds:8.2f} ms {measure.plain_milliseconds:8.2f} ms "
            f"{measure.ratio:6.2f} {measure.runs:5d}   {measure.what}"
        )
    return "\n".join(lines)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
