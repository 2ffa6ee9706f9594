"""`outis directions list`: the directions of a model, for people or as JSON."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from explorer.cli.model_files import local
from explorer.cli.terminal import say
from explorer.exit_codes import GOOD
from generator.printable import printable
from weights import FACES

if TYPE_CHECKING:
    from generator.recipe.directions import NamedDirection


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("list", help="list the directions of a model")
    parser.add_argument("model", metavar="MODEL", nargs="?", default=str(FACES), help="model file; default: the faces")
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the directions of the model: the shipped ones and the user's own."""
    from generator import checkpoint
    from generator.recipe.direction_files import library_of

    model = checkpoint.load(local(arguments.model))
    entries = library_of(model.hash).entries
    if arguments.json:
        print(json.dumps([_facts(entry, model.config.num_ws) for entry in entries], indent=2))
    elif entries:
        width = max(len(entry.name) for entry in entries)
        for entry in entries:
            print(printable(f"{entry.name:{width}}  {entry.low} - {entry.high}. {entry.description}"))
    else:
        say("No directions are known for this model; `outis directions fit` computes some.")
    return GOOD


def _facts(entry: NamedDirection, num_ws: int) -> dict[str, Any]:
    """All but the vector; layers as the numbers of those that the model has, amounts and distances as measured."""
    words = {name: getattr(entry, name) for name in ("name", "title", "low", "high", "description")}
    marks = {name: getattr(entry, name) for name in ("group", "colour", "note", "locked", "hidden", "origin")}
    return {
        **words,
        "layers": entry.direction.layers.indices(num_ws),
        "rows": entry.direction.rows,
        "target": None if entry.direction.target is None else entry.direction.target.value,
        "effect": entry.effect,
        "others": dict(entry.others()),
        "effects": dict(entry.effects),
        "identity": entry.identity,
        "limits": entry.limits,
        **marks,
    }
