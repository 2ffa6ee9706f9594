"""`outis directions make NAME`: a new direction from faces, a measure, components, weights, or another model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from explorer.cli.directions_workshop import faces_of, free_name, keep, save_strip, tell, workshop_of
from explorer.cli.model_files import open_engine
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, report
from explorer.document.argument_types import parse_component, parse_layers

if TYPE_CHECKING:
    from generator.directions.made import Made, Workshop
    from generator.progress import Job

_FACE = "SEED|PICTURE"
_WAYS = ("more", "measure", "difference", "component", "sefa", "pictures")


def add_parser(commands: Any) -> None:
    """Declare `outis directions make`."""
    parser = commands.add_parser(
        "make",
        help="make a direction from faces, a measure or components",
        description="Make a direction and store it in your library. A face is a seed, or an image, recipe or latent "
        "that Outis wrote.",
    )
    parser.add_argument("name", metavar="NAME", help="what to call it")
    parser.add_argument("--more", nargs="+", metavar=_FACE, help="faces with more of it; needs --less")
    parser.add_argument("--less", nargs="+", metavar=_FACE, help="faces with less of it; needs --more")
    parser.add_argument("--measure", metavar="M", help="a measure of faces, as in smile")
    parser.add_argument("--difference", nargs=2, metavar=("A", "B"), help="from face A to face B")
    parser.add_argument("--component", type=parse_component, metavar="K", help="principal component of W, from 0")
    parser.add_argument("--sefa", type=parse_component, metavar="K", help="eigenvector of the styles' weights, from 0")
    parser.add_argument(
        "--pictures", nargs=2, metavar=("MODEL", "DIRECTION"), help="what a direction does to another model's pictures"
    )
    parser.add_argument("--layers", type=parse_layers, metavar="LAYERS", help="layers it acts on, as in 0-7,10")
    parser.add_argument("--hold", nargs="+", default=[], metavar="NAME", help="measures or directions that stay")
    parser.add_argument("--strip", metavar="PICTURE", help="picture to write: faces at -3, 0 and +3")
    add_model_option(parser)
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make, say what it does, store."""
    from generator.progress import finish

    _check(arguments)
    engine = open_engine(arguments.model, arguments.device)
    name = free_name(arguments.name, engine.generator.hash, given=True)
    shop = workshop_of(engine)
    made = finish(_job(arguments, name, shop), report)
    tell(made)
    keep(made.entry, engine.generator.hash)
    save_strip(made, arguments.strip)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """One way, and both piles."""
    given = [way for way in _WAYS if getattr(arguments, way) is not None]
    if (arguments.more is None) != (arguments.less is None):
        raise UsageError("A direction between two piles needs faces for both --more and --less.")
    if len(given) != 1:
        ways = ", ".join(f"--{way}" for way in _WAYS)
        raise UsageError(f"Give one way to make it, not {len(given)}: {ways}.")


def _job(arguments: argparse.Namespace, name: str, shop: Workshop) -> Job[Made]:
    from generator.directions import made

    how = {"layers": arguments.layers, "hold": arguments.hold}
    if arguments.more is not None:
        more, less = (faces_of(words, shop.engine) for words in (arguments.more, arguments.less))
        return made.make_piles(shop, name, more, less, **how)
    if arguments.difference is not None:
        a, b = (faces_of([word], shop.engine) for word in arguments.difference)
        if len(a) + len(b) != 2:
            raise UsageError("--difference takes two faces, not ranges of seeds.")
        return made.make_difference(shop, name, a[0], b[0], **how)
    if arguments.component is not None:
        return made.make_component(shop, name, arguments.component, **how)
    if arguments.sefa is not None:
        return made.make_sefa(shop, name, arguments.sefa, **how)
    if arguments.pictures is not None:
        model, direction = arguments.pictures
        other = workshop_of(open_engine(model, arguments.device))
        return made.make_from_pictures(shop, name, other, other.library.find(direction).direction, **how)
    return made.make_measure(shop, arguments.measure, name, **how)
