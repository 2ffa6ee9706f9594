"""`outis project info|add|export|apply`: a project's faces without a window."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.class_options import add_class_options
from explorer.cli.picture_options import add_picture_options
from explorer.cli.terminal import MODEL_HELP, add_device_option
from explorer.document.argument_types import parse_size, parse_stars, parse_strength, parse_tag
from generator.formats.picture_options import FORMATS


def add_parser(subparsers: Any) -> None:
    """Declare `outis project` and its four commands."""
    parser = subparsers.add_parser(
        "project",
        help="list, add, export or change the faces of a project",
        description="The faces of a project (NAME.outis): list them, add some, export them, apply a look to them.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_info(commands)
    _add_add(commands)
    _add_export(commands)
    _add_apply(commands)


def _add_info(commands: Any) -> None:
    parser = commands.add_parser(
        "info",
        help="list the faces of a project",
        description="List the faces of a project. The file is only read, also while Outis has it open.",
    )
    _add_file(parser)
    parser.add_argument("--json", action="store_true", help="print JSON for other programs, with complete recipes")
    parser.set_defaults(run=run_info)


def _add_add(commands: Any) -> None:
    parser = commands.add_parser(
        "add",
        help="add faces to a project",
        description="Add faces to a project, which is created where it is missing: all of them, or none if one of the "
        "files cannot be read. A file's name becomes the name of its face.",
    )
    _add_file(parser, "project; created if it is missing")
    parser.add_argument(
        "faces",
        nargs="+",
        metavar="FACE",
        help="picture, recipe or latent, or seeds as 1,5-9; a file named like a number is given as ./85",
    )
    parser.add_argument(
        "--tag", dest="tags", action="append", type=parse_tag, default=[], metavar="T", help="tag them; repeatable"
    )
    parser.add_argument("--stars", type=parse_stars, default=0, metavar="N", help="stars, 0..5; default: %(default)s")
    add_class_options(parser)
    parser.add_argument(
        "--model",
        metavar="MODEL",
        help=f"of seeds, and of files that state none: {MODEL_HELP}; default: the shipped faces for seeds",
    )
    parser.set_defaults(run=run_add)


def _add_export(commands: Any) -> None:
    parser = commands.add_parser(
        "export",
        help="render the faces of a project into a folder",
        description="Render the faces of a project into a folder. Rejected faces are left out.",
    )
    _add_file(parser)
    parser.add_argument("--out", required=True, metavar="FOLDER", help="folder, created if it is missing")
    parser.add_argument("--stars", type=parse_stars, default=0, metavar="N", help="only faces with N stars or more")
    parser.add_argument(
        "--tag",
        dest="tags",
        action="append",
        type=parse_tag,
        default=[],
        metavar="T",
        help="only faces with this tag; repeated: with all of these",
    )
    _add_files(parser)
    parser.add_argument(
        "--model",
        dest="models",
        action="append",
        default=[],
        metavar="MODEL",
        help=f"{MODEL_HELP}; repeatable, for a project of several models; default: the shipped faces",
    )
    add_device_option(parser)
    parser.set_defaults(run=run_export)


def _add_files(parser: argparse.ArgumentParser) -> None:
    """What is written for each face, and beside all of them."""
    parser.add_argument(
        "--size",
        dest="sizes",
        action="append",
        type=parse_size,
        default=[],
        metavar="PX",
        help="pixels on a side; repeated: each face in each size; default: as the model renders",
    )
    parser.add_argument(
        "--name",
        default="{name}",
        metavar="PATTERN",
        help="name of each file, with {name} {seed} {index:03} {stars} {tag} {class} {date} {look} {size}; / makes "
        "folders; default: %(default)s",
    )
    add_picture_options(parser, FORMATS[0])
    parser.add_argument("--sheet", action="store_true", help="also write sheet.png, a contact sheet with names")
    parser.add_argument("--csv", action="store_true", help="also write manifest.csv and manifest.jsonl")
    parser.add_argument("--latents", action="store_true", help="also save z, w and w+ beside each image, as .npz")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")


def _add_apply(commands: Any) -> None:
    parser = commands.add_parser(
        "apply",
        help="apply a look to faces of a project",
        description="Apply a look, a named set of edits, to faces of a project.",
    )
    _add_file(parser)
    parser.add_argument("look", metavar="LOOK", help="name of a look in the project, or a .look.json file")
    parser.add_argument(
        "--to", required=True, type=parse_tag, metavar="TAG|all", help="faces with this tag, or all faces"
    )
    parser.add_argument(
        "--strength", type=parse_strength, default=1.0, metavar="0..1", help="of the look; default: %(default)s"
    )
    parser.set_defaults(run=run_apply)


def _add_file(parser: argparse.ArgumentParser, what: str = "project, as NAME.outis") -> None:
    parser.add_argument("file", metavar="FILE", help=what)


def run_info(arguments: argparse.Namespace) -> int:
    """Print the project's faces."""
    from explorer.cli import project_info

    return project_info.show(arguments.file, arguments.json)


def run_add(arguments: argparse.Namespace) -> int:
    """Add all faces, or none."""
    from explorer.cli import project_add

    return project_add.add(arguments)


def run_export(arguments: argparse.Namespace) -> int:
    """Render the chosen faces into files."""
    from explorer.cli import project_export

    return project_export.export(arguments)


def run_apply(arguments: argparse.Namespace) -> int:
    """Apply a look to the chosen faces."""
    from explorer.cli import project_apply

    return project_apply.apply(arguments)
