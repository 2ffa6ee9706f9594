"""`outis character`: one person in many states, as pictures with a sheet, or as faces and looks of a project."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.face_options import add_face_options, face_recipe
from explorer.cli.project_add import NewFace, check_name, put
from explorer.cli.project_faces import writing
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, report
from explorer.compute.torch_start import start_drawing
from explorer.document.argument_types import parse_size
from explorer.exit_codes import GOOD
from generator.errors import WishError
from generator.progress import finish
from generator.wishes.states import MAX_TEXT, STATES, State, parse_states

if TYPE_CHECKING:
    from generator.project.export_options import ExportOptions
    from generator.recipe.directions import DirectionLibrary
    from generator.recipe.recipe import Recipe
    from generator.render.engine import Engine

PATTERN = "{index:02}-{name}"


def add_parser(subparsers: Any) -> None:
    """Declare `outis character` and its options."""
    parser = subparsers.add_parser(
        "character",
        help="one person in many states: expressions, poses, ages, light",
        description="Render one person in every state of a table, with a sheet of them. A state moves along directions "
        "of the model, up to their limits: lines such as smiling,smile=2,pitch=0.5 or JSON as "
        '{"smiling": {"smile": 2}}.',
    )
    add_model_option(parser)
    add_face_options(parser)
    names = ", ".join(state.name for state in STATES)
    parser.add_argument("--states", metavar="FILE", help=f"table of states; default: {names}")
    parser.add_argument("--size", type=parse_size, metavar="PX", help="pixels on a side; default: as the model renders")
    pattern = "name of each file, as for `outis project export`; default: %(default)s"
    parser.add_argument("--name", default=PATTERN, metavar="PATTERN", help=pattern)
    add_device_option(parser)
    out = "folder for the images, sheet.png, manifest.csv and the states as looks"
    parser.add_argument("--out", metavar="FOLDER", help=out)
    parser.add_argument("--project", metavar="FILE", help="add faces and looks to a project; created if it is missing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the person in all states."""
    _check(arguments)
    states = _states(arguments.states)
    options = _options(arguments) if arguments.out is not None else None
    start_drawing(live=False)
    from explorer.cli.model_files import open_engine
    from generator.people.character import character
    from generator.recipe.direction_files import library_of

    engine = open_engine(arguments.model, arguments.device)
    library = library_of(engine.generator.hash)
    made = character(face_recipe(engine, arguments), states, library)
    if options is None:
        _add(arguments.project, made, library)
    else:
        _write(engine, made, options, library)
    return GOOD


def _check(arguments: argparse.Namespace) -> None:
    if (arguments.seed is None) == (arguments.recipe is None):
        raise UsageError("Which face? Give --seed N or --recipe FILE, and not both.")
    if arguments.truncation is not None and arguments.seed is None:
        raise UsageError("--truncation is of the face of a --seed; a recipe has its own.")
    if (arguments.out is None) == (arguments.project is None):
        raise UsageError("Where to? Give --out FOLDER or --project FILE, and not both.")
    if arguments.out == "":
        raise UsageError("--out is empty: name a folder; . is the current folder.")
    if arguments.project is not None:
        check_name(arguments.project)


def _states(path: str | None) -> tuple[State, ...]:
    """The table in the file, or the one that ships. Raises `WishError`."""
    if path is None:
        return STATES
    from generator.storage.regular_file import read_regular

    try:
        return parse_states(read_regular(path, MAX_TEXT).decode())
    except OSError as error:
        raise WishError(f"{path} could not be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise WishError(f"{path} is not text; a table of states has lines such as smiling,smile=2.") from error
    except WishError as error:
        raise WishError(f"{Path(path).name}: {error}") from error


def _options(arguments: argparse.Namespace) -> ExportOptions:
    from generator.errors import ExportError
    from generator.project.export_options import ExportOptions

    try:
        return ExportOptions(
            *(arguments.out, arguments.name),
            sizes=(arguments.size,),
            csv=True,
            jsonl=True,
            sheet=True,
            overwrite=True,
        )
    except ExportError as error:
        raise UsageError(str(error)) from error


def _write(
    engine: Engine, made: Sequence[tuple[State, Recipe]], options: ExportOptions, library: DirectionLibrary
) -> None:
    """Images, sheet and manifests as `outis project export` writes them, and a look for each state."""
    from generator.formats.file_names import clean, unreserved
    from generator.people.character import looks_of
    from generator.project.face import Face
    from generator.project.look import SUFFIX, save_look
    from generator.render.export_faces import exporting
    from generator.storage.atomic import make_folder

    folder = Path(options.folder)
    make_folder(folder.absolute().parent)
    faces = [Face.of(number, recipe, name=state.name) for number, (state, recipe) in enumerate(made, start=1)]
    done = finish(exporting(faces, options, engine.render, engine.latents), report)
    make_folder(folder / "looks")
    for look in looks_of([state for state, _ in made], library):
        save_look(folder / "looks" / f"{unreserved(clean(look.name))}{SUFFIX}", look)
    print(done.folder)


def _add(path: str, made: Sequence[tuple[State, Recipe]], library: DirectionLibrary) -> None:
    """The person in all states as faces of the project, and the states as its looks."""
    from generator.people.character import looks_of

    put(path, [NewFace(state.name, recipe, None, ("character",)) for state, recipe in made])
    with writing(path) as project, project.transaction():
        for look in looks_of([state for state, _ in made], library):
            project.put_look(look)
