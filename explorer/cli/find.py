"""`outis find`: people who fit a brief, as pictures with a manifest and a Data Card, or as faces of a project."""

from __future__ import annotations

import argparse
import math
from typing import Any

from explorer.cli.class_options import add_class_options
from explorer.cli.distributed import shared
from explorer.cli.picture_options import add_picture_options, asked_picture, first_used
from explorer.cli.terminal import UsageError, add_device_option, add_model_option
from explorer.compute.torch_start import start_drawing
from explorer.document.argument_types import NotationError, parse_count, parse_psi, parse_seed, parse_size
from generator.wishes.wish import APART, MAX_APART, PSI

_EPILOG = """A wish is a measure and what is wanted: age 20..70 | age 20..70 spread 5 | age 40 | smile > 0.05 |
smile > p70 (hundredths of the model's faces) | smile high | glasses 20 %% | glasses without | gender half |
skin spread 6 | background plain | gaze centred | "age 20..30 25 %%, 30..60 75 %%". `outis measure` lists the measures.
Age and gender are apparent: estimates of a network."""


def add_parser(subparsers: Any) -> None:
    """Declare `outis find` and its options."""
    parser = subparsers.add_parser(
        "find",
        help="find people who fit a brief: ages, poses, expressions, in quotas",
        description="Find faces of a model that fit a brief; the same command gives the same people. Started by "
        "torchrun (-m explorer find ...), each process finds its part of them.",
        epilog=_EPILOG,
    )
    parser.add_argument("--count", type=parse_count, metavar="N", help="how many people; default: as --text says")
    parser.add_argument("--where", action="append", default=[], metavar="WISH", help="a wish; repeatable")
    text = 'plain English: "six women and six men between 20 and 70, smiling"; what was understood is printed'
    parser.add_argument("--text", metavar="TEXT", help=text)
    crossed = "meet the quotas of these measures in every combination of their bands"
    parser.add_argument("--cross", type=_names, default=(), metavar="A,B", help=crossed)
    apart = f"least difference of two people, 0..{MAX_APART}; 1: two faces by chance; default: %(default)s"
    parser.add_argument("--apart", type=_apart, default=APART, metavar="X", help=apart)
    parser.add_argument("--clean", action="store_true", help="leave out faces that the inspector flags")
    parser.add_argument("--seed", type=parse_seed, default=0, metavar="S", help="of the search; default: %(default)s")
    add_class_options(parser)
    psi = "0: the average face, 1: no truncation; default: %(default)s"
    parser.add_argument("--truncation", "--psi", type=parse_psi, default=PSI, metavar="PSI", help=psi)
    add_model_option(parser)
    add_device_option(parser)
    _add_output(parser)
    parser.set_defaults(run=run)


def _add_output(parser: argparse.ArgumentParser) -> None:
    size = "pixels on a side; default: as the model renders"
    parser.add_argument("--size", type=parse_size, metavar="PX", help=size)
    add_picture_options(parser, "png")
    folders = "with --out: sub-folders by the bands of these measures"
    parser.add_argument("--folders", type=_names, default=(), metavar="MEASURE,...", help=folders)
    parser.add_argument("--show", action="store_true", help="print the wishes and stop")
    out = "folder for person-0001.png ..., manifest.csv, manifest.jsonl, report.json and card.md"
    parser.add_argument("--out", metavar="FOLDER", help=out)
    parser.add_argument("--project", metavar="FILE", help="add the people to a project; created if it is missing")


def run(arguments: argparse.Namespace) -> int:
    """Find the people and write them."""
    _check(arguments)
    start_drawing(live=False)
    from explorer.cli import finding

    return finding.run(arguments)


def _check(arguments: argparse.Namespace) -> None:
    if arguments.count is None and arguments.text is None:
        raise UsageError("How many people? Give --count N, or a --text that says it.")
    if not arguments.show and (arguments.out is None) == (arguments.project is None):
        raise UsageError("Where to? Give --out FOLDER or --project FILE, and not both.")
    if arguments.out == "":
        raise UsageError("--out is empty: name a folder; . is the current folder.")
    if arguments.folders and arguments.out is None:
        raise UsageError("--folders makes sub-folders of --out FOLDER; leave one of them out.")
    if arguments.size is not None and arguments.out is None and not arguments.show:
        raise UsageError("--size is of the images in --out FOLDER; a project keeps none.")
    used = first_used(arguments) or ("--format" if arguments.format != "png" else None)
    if used is not None and arguments.out is None and not arguments.show:
        raise UsageError(f"{used} is of the images in --out FOLDER; a project keeps none.")
    asked_picture(arguments, arguments.format)
    shared(())  # the launcher's variables are checked before torch is loaded


def _names(text: str) -> tuple[str, ...]:
    """Measures with commas between them."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise NotationError(f"{text!r} is not a list of measures, as in age,gender.")
    return names


def _apart(text: str) -> float:
    try:
        apart = float(text)
    except ValueError:
        apart = math.nan
    if not 0 <= apart <= MAX_APART:
        raise NotationError(f"{text!r} is not a number from 0 to {MAX_APART}.")
    return apart
