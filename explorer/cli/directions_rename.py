"""`outis directions rename`: give a direction of the user another name."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.model_files import local
from explorer.cli.terminal import add_model_option
from explorer.document.argument_types import parse_name
from explorer.exit_codes import GOOD


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "rename",
        help="rename a direction of your own",
        description="Rename a direction of your own. Recipes contain their directions, so that faces stay as they are.",
    )
    parser.add_argument("name", metavar="NAME", help="direction of your own")
    parser.add_argument("new", metavar="NEW", type=parse_name, help="its new name")
    add_model_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Rename the direction in every library of the user that has it."""
    from generator import checkpoint
    from generator.recipe.direction_files import library_of, owned, save_library

    model = checkpoint.load(local(arguments.model)).hash
    found = owned(model, arguments.name)
    library_of(model).renamed(arguments.name, arguments.new)  # refuses a name that a shipped one has
    for path, library in found:
        save_library(library.renamed(arguments.name, arguments.new), path)
        print(f"{path}: {arguments.name} is now {arguments.new}")
    return GOOD
