"""`outis directions export`: directions as a library, or one as an array for other tools."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from explorer.cli.model_files import local
from explorer.cli.terminal import add_model_option
from explorer.exit_codes import GOOD


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "export",
        help="write directions to a file",
        description="Write directions to a file: .json is a library with all that is known of them; .npy and "
        ".safetensors are one direction as an array of one row a layer.",
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help="direction of the model")
    parser.add_argument("--out", required=True, metavar="FILE", help="file to write: .json, .npy or .safetensors")
    add_model_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the named directions and print the path."""
    from generator import checkpoint
    from generator.recipe.direction_export import export
    from generator.recipe.direction_files import library_of

    model = checkpoint.load(local(arguments.model))
    library = library_of(model.hash)
    chosen = tuple(map(library.find, dict.fromkeys(arguments.names)))
    export(arguments.out, replace(library, entries=chosen), model.config.num_ws)
    print(arguments.out)
    return GOOD
