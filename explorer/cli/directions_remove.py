"""`outis directions remove`: take a direction out of the user's libraries."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.model_files import local
from explorer.cli.terminal import add_model_option
from explorer.exit_codes import GOOD


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "remove",
        help="remove a direction of your own",
        description="Remove a direction of your own. A shipped one that it has replaced is there again. Recipes "
        "contain their directions, so that faces stay as they are.",
    )
    parser.add_argument("name", metavar="NAME", help="direction of your own")
    add_model_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Remove the direction from every library of the user that has it."""
    from generator import checkpoint
    from generator.recipe.direction_files import owned, save_library

    for path, library in owned(checkpoint.load(local(arguments.model)).hash, arguments.name):
        save_library(library.without(arguments.name), path)
        print(f"{path}: {arguments.name} is removed")
    return GOOD
