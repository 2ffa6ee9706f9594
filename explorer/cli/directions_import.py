"""`outis directions import FILE`: bring a direction of another tool into the user's library."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.directions_workshop import free_name, keep, save_strip, tell, workshop_of
from explorer.cli.model_files import open_engine
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, report
from explorer.document.argument_types import parse_component, parse_layers
from generator.errors import DirectionError
from generator.formats.array_readings import KINDS
from generator.printable import printable

if TYPE_CHECKING:
    from generator.directions.foreign import Found, FoundFile
    from generator.directions.made import Workshop
    from generator.recipe.directions import NamedDirection
    from generator.recipe.recipe import Direction

MEASURED = 8  # directions of one file that are measured one by one, which takes some seconds each
MAX_AT_ONCE = 100  # directions of one file that are imported without a number


def add_parser(commands: Any) -> None:
    """Declare `outis directions import`."""
    parser = commands.add_parser(
        "import",
        help="import a direction of another tool",
        description="Read a direction from a file of another tool, without running anything in it, fit it to a model "
        "and store it in your library. Known are .npy, .npz, .pt, .pkl, .safetensors, .json and tables of edits.",
    )
    parser.add_argument("file", metavar="FILE", help="file with one direction or several")
    parser.add_argument("--name", metavar="N", help="what to call it; default: as the file does")
    parser.add_argument(
        *("--component", "--index"), type=parse_component, metavar="K", help="which direction of the file, from 0"
    )
    parser.add_argument("--layers", type=parse_layers, metavar="LAYERS", help="layers it acts on, as in 0-7,10")
    parser.add_argument(
        *("--as",), dest="kind", choices=KINDS, help="direction, w or w+: it is one, whatever it looks like; z: in Z"
    )
    parser.add_argument("--flip", action="store_true", help="turn it round: what was less becomes more")
    parser.add_argument("--beside", metavar="PCA", help="the file of components that a table of edits is for")
    parser.add_argument("--strip", metavar="PICTURE", help="picture to write: faces at -3, 0 and +3")
    add_model_option(parser)
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, say what was found, fit to the model, say what it does, store."""
    from generator.directions.fitted import check_shape
    from generator.directions.foreign import read_directions

    if arguments.kind == "z":
        raise DirectionError(
            f"{Path(arguments.file).name}: Outis moves faces in W, where a direction in Z differs for every "
            "face; import one in W."
        )
    file = read_directions(arguments.file, arguments.kind is not None, arguments.beside)
    print(printable(f"{Path(arguments.file).name}: {file.sentence}"))  # the names in it are the file's
    chosen = _chosen(file, arguments)
    engine = open_engine(arguments.model, arguments.device)
    for found in chosen:
        check_shape(found, engine.config)
    shop = workshop_of(engine)
    _check_likely(chosen, shop, arguments.kind is not None)
    for found in chosen:
        if len(chosen) <= MEASURED:
            _bring(found, shop, arguments)
        else:
            _keep_unmeasured(found, shop, arguments)
    return 0


def _chosen(file: FoundFile, arguments: argparse.Namespace) -> tuple[Found, ...]:
    """All of named directions, one of numbered ones."""
    from generator.directions import fitted

    count = len(file.directions)
    if arguments.component is None and count > 1 and (file.numbered or count > MAX_AT_ONCE):
        raise UsageError(f"The file has {count} components; choose one with --component 0 to {count - 1}.")
    if arguments.component is None and count > 1 and (arguments.name or arguments.strip):
        raise UsageError(f"The file has {count} directions; choose one with --component to give it a name or a strip.")
    if arguments.component is None and count > 1:
        return file.directions
    return (fitted.chosen(file, arguments.component),)


def _check_likely(chosen: tuple[Found, ...], shop: Workshop, certain: bool) -> None:
    from generator.directions.fitted import doubt_of, drawn

    if certain:
        return
    if any(found.untold for found in chosen):
        raise DirectionError(
            "Nothing in the file says whether it is a direction in W or in Z, in which Outis does not move faces. Add "
            "--as w if it is one in W."
        )
    w = drawn(shop.engine.sampled, shop.engine.config, 500)
    for doubt in filter(None, (doubt_of(found, w) for found in chosen)):
        raise DirectionError(
            f"{doubt} If it is a direction all the same, add --as direction; `outis render --recipe` renders faces."
        )


def _bring(found: Found, shop: Workshop, arguments: argparse.Namespace) -> None:
    """Fit, measure, say what it does, store."""
    from generator.directions.made import bringing
    from generator.progress import finish

    direction, told = _fitted(found, shop, arguments), found.sentence.removesuffix(".")
    made = finish(bringing(shop, direction, _origin(arguments), told), report)
    tell(made)
    keep(_with_words(made.entry, found, arguments.flip), shop.engine.generator.hash)
    save_strip(made, arguments.strip)


def _keep_unmeasured(found: Found, shop: Workshop, arguments: argparse.Namespace) -> None:
    """Fit and store one of many."""
    from generator.recipe.directions import NamedDirection

    direction = _fitted(found, shop, arguments)
    title = direction.name[:1].upper() + direction.name[1:]
    entry = NamedDirection(direction, title, "less", "more", found.sentence, origin=_origin(arguments))
    keep(_with_words(entry, found, arguments.flip), shop.engine.generator.hash)


def _fitted(found: Found, shop: Workshop, arguments: argparse.Namespace) -> Direction:
    from generator.directions.fitted import fitted

    engine = shop.engine
    name = free_name(arguments.name or found.name, engine.generator.hash, given=arguments.name is not None)
    sign = -1 if arguments.flip else 1
    return fitted(found, engine.sampled, engine.config, name, None, arguments.layers, sign)


def _origin(arguments: argparse.Namespace) -> str:
    return f"file {Path(arguments.file).name}"[:200]


def _with_words(entry: NamedDirection, found: Found, flipped: bool) -> NamedDirection:
    """The words of a library of Outis, where the direction comes from one."""
    if found.entry is None:
        return entry
    low, high = (found.entry.high, found.entry.low) if flipped else (found.entry.low, found.entry.high)
    return replace(entry, title=found.entry.title, low=low, high=high)
