"""`outis directions`: list, keep, fit and check the named directions of a model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli import (
    directions_export,
    directions_import,
    directions_list,
    directions_make,
    directions_remove,
    directions_rename,
)
from explorer.cli.model_files import open_engine
from explorer.cli.pca import components_of
from explorer.cli.terminal import add_device_option, report
from explorer.document.argument_types import parse_several
from generator.recipe.pca import COMPONENTS, SAMPLES
from weights import FACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.attributes.evaluation import Effect
    from generator.attributes.experiment import Experiment
    from generator.recipe.directions import DirectionLibrary
    from generator.render.engine import Engine

_COMMANDS = (
    *(directions_list, directions_import, directions_make),
    *(directions_export, directions_rename, directions_remove),
)


def add_parser(subparsers: Any) -> None:
    """Declare `outis directions` and its commands."""
    parser = subparsers.add_parser(
        "directions",
        help="list, export, rename, fit or check named directions such as age and pose",
        description="Named directions of a model: age, pose, hair colour and others.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_parser(commands)
    _add_fit(commands)
    _add_check(commands)


def _add_fit(commands: Any) -> None:
    parser = commands.add_parser(
        "fit",
        help="fit directions to attributes measured on rendered faces",
        description='Render faces, measure their attributes and fit directions. Needs: pip install "outis[attributes]"',
    )
    _add_model(parser)
    parser.add_argument(
        "--samples", type=parse_several, default=2000, metavar="N", help="faces to measure; default: %(default)s"
    )
    parser.add_argument("--out", metavar="FILE", help="library to write; default: in the user's data folder")
    add_device_option(parser)
    parser.set_defaults(run=run_fit)


def _add_check(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="measure which attributes the directions change",
        description='Move held-out faces along each direction and measure them. Needs: pip install "outis[attributes]"',
    )
    _add_model(parser)
    parser.add_argument(
        "--samples", type=parse_several, default=16, metavar="N", help="faces to move; default: %(default)s"
    )
    parser.add_argument("--library", metavar="FILE", help="library to check; default: all known for the model")
    parser.add_argument("--json", action="store_true", help="print JSON for other programs instead of a Markdown table")
    add_device_option(parser)
    parser.set_defaults(run=run_check)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", nargs="?", default=str(FACES), help="model file; default: the faces")


def run_fit(arguments: argparse.Namespace) -> int:
    """Fit directions, keep the confirmed ones and write them."""
    from generator.attributes.fitting import fitting
    from generator.progress import finish
    from generator.recipe.direction_files import SUFFIX, save_library, user_folder
    from generator.storage.atomic import make_folder

    engine = open_engine(arguments.model, arguments.device)
    experiment = _experiment(engine)
    library = finish(fitting(experiment, engine.generator.hash, arguments.samples), report)
    path = Path(arguments.out) if arguments.out else user_folder() / f"{engine.generator.hash[:16]}{SUFFIX}"
    if not arguments.out:
        make_folder(path.parent)
    save_library(library, path)
    names = ", ".join(entry.direction.name for entry in library.entries) or "none"
    print(f"{path}: {len(library.entries)} directions confirmed: {names}")
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Measure the directions on held-out faces; exit code 1 if one is not confirmed."""
    from generator.attributes.evaluation import CHECK_SEEDS, checking
    from generator.attributes.tables import markdown
    from generator.progress import finish

    engine = open_engine(arguments.model, arguments.device)
    library = _library(arguments.library, engine)
    seeds = range(CHECK_SEEDS.start, CHECK_SEEDS.start + arguments.samples)
    effects = finish(checking(_experiment(engine), library, seeds), report)
    print(json.dumps(_effect_facts(effects), indent=2) if arguments.json else markdown(effects))
    return 0 if all(effect.is_confirmed for effect in effects) else 1


def _experiment(engine: Engine) -> Experiment:
    from generator.attributes.attribute_model import FaceMeasurer
    from generator.attributes.experiment import Experiment
    from generator.attributes.identity import Identity

    measure, identity = FaceMeasurer(apparent=True), Identity()  # first: they fail at once if the extra is missing
    pca = components_of(engine, SAMPLES, COMPONENTS)
    return Experiment(engine.render, engine.mapping, measure, pca, engine.config, identity)


def _library(path: str | None, engine: Engine) -> DirectionLibrary:
    from generator.errors import DirectionError
    from generator.recipe.direction_files import library_of, load_library

    library = load_library(path) if path else library_of(engine.generator.hash)
    if library.model != engine.generator.hash:
        raise DirectionError(
            f"The library was fitted to model {library.model[:8]}, and {engine.generator.name} is "
            f"{engine.generator.hash[:8]}; give the model it was fitted to."
        )
    return library


def _effect_facts(effects: Sequence[Effect]) -> list[dict[str, Any]]:
    return [
        {
            "name": effect.name,
            "confirmed": effect.is_confirmed,
            "monotonic": effect.is_monotonic,
            "moves": {name: round(float(move), 3) for name, move in zip(effect.attributes, effect.moves, strict=True)},
            "curve": [round(float(value), 3) for value in effect.curves[:, effect.column]],
            "identity": round(effect.identity, 3),
            "limits": list(effect.limits),
        }
        for effect in effects
    ]
