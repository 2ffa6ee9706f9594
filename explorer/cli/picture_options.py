"""The options of the command line about what becomes of a picture: enlarged, cut out, cropped, in which format."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.terminal import UsageError
from generator.errors import ExportError, did_you_mean
from generator.formats.picture_options import BITS, CROPS, ENLARGE, FORMATS, PictureOptions

_NAMES = ("enlarge", "cutout", "crop", "dpi", "bits")


def add_picture_options(parser: argparse.ArgumentParser, format_default: str | None = None) -> None:
    """--enlarge, --cutout, --crop, --format, --bits and --dpi. Without a default, the format is that of --out."""
    group = parser.add_argument_group("pictures to take home")
    group.add_argument("--enlarge", type=int, choices=ENLARGE, default=1, metavar="2|4", help="by a network, in tiles")
    cutout = "behind the person: transparent, blur, a colour as white or #ff8800, or the path of a picture"
    group.add_argument("--cutout", default="", metavar="X", help=cutout)
    crop = "round, rounded, or with level eyes: avatar (square) or passport (35 x 45 mm)"
    group.add_argument("--crop", default="", metavar="CROP", help=crop)
    of_out = "; default: %(default)s" if format_default else "; default: as --out ends, or png"
    group.add_argument("--format", default=format_default, metavar="F", help=f"{', '.join(FORMATS)}{of_out}")
    group.add_argument("--bits", type=int, choices=BITS, default=8, help="of each channel; default: %(default)s")
    group.add_argument("--dpi", type=int, metavar="N", help="pixels in an inch; sizes a passport picture to 35 x 45 mm")


def asked_picture(arguments: argparse.Namespace, format: str) -> PictureOptions:
    """What becomes of each picture that is written as `format`. Raises `UsageError`; accesses no file."""
    if arguments.crop not in CROPS:
        hint = did_you_mean(arguments.crop, filter(None, CROPS)) or f"; choose from {', '.join(filter(None, CROPS))}."
        raise UsageError(f"--crop {arguments.crop[:40]}: there is no such crop{hint}")
    try:
        return PictureOptions(format, **chosen(arguments), size=getattr(arguments, "size", None))
    except ExportError as error:
        raise UsageError(str(error)) from error


def chosen(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options by their names in `PictureOptions`, without format and size."""
    return {name: getattr(arguments, name) for name in _NAMES}


def first_used(arguments: argparse.Namespace) -> str | None:
    """The first of these options that asks for something, as it is written; None where none does."""
    plain = PictureOptions()
    return next((f"--{name}" for name in _NAMES if getattr(arguments, name) != getattr(plain, name)), None)
