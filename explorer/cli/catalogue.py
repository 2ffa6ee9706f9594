"""`outis catalogue list|get`: the well-known public models and their terms."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from explorer.cli.terminal import DeclinedError, UsageError, report, say
from generator.hub.catalogue import CatalogueEntry, catalogue, find
from generator.hub.model_store import fetching, is_there, path_of
from generator.progress import finish, megabytes


def add_parser(subparsers: Any) -> None:
    """Declare `outis catalogue` and its two commands."""
    parser = subparsers.add_parser(
        "catalogue",
        help="list the well-known public models, or download one",
        description="The well-known public models: faces, animals, cars, churches and others.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = commands.add_parser("list", help="list the models")
    listing.add_argument("words", nargs="*", metavar="WORD", help="only models matching all words")
    listing.add_argument("--json", action="store_true", help="print JSON for other programs")
    listing.set_defaults(run=run_list)
    getting = commands.add_parser("get", help="download a model")
    getting.add_argument("name", metavar="NAME", help="name as in `outis catalogue list`")
    getting.add_argument("--accept-licence", action="store_true", help="accept the licence without a prompt")
    getting.set_defaults(run=run_get)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the matching models, one on each line or as JSON."""
    entries = [entry for entry in catalogue() if entry.matches(" ".join(arguments.words))]
    print(json.dumps([_facts(entry) for entry in entries], indent=2) if arguments.json else _table(entries))
    return 0


def run_get(arguments: argparse.Namespace) -> int:
    """Download a model once its terms are accepted, and print where it is."""
    entry = find(arguments.name)
    if not is_there(entry.address):
        _ask_for_acceptance(entry, arguments.accept_licence)
    print(finish(fetching(entry.address), report))
    return 0


def _ask_for_acceptance(entry: CatalogueEntry, accepted: bool) -> None:
    """Show the terms, even if they were accepted in advance. Raises `UsageError` if they are not accepted."""
    licence = entry.licence
    say(f"{entry.name}: {licence.name}\n{licence.terms}\n{licence.address}")
    if accepted:
        return
    if not sys.stdin.isatty():
        raise UsageError("These terms must be accepted: add --accept-licence.")
    print("Do you accept these terms? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DeclinedError("Nothing was downloaded.")


def _facts(entry: CatalogueEntry) -> dict[str, Any]:
    path = path_of(entry.address)
    return {**asdict(entry), "path": str(path) if path.is_file() else None}


def _table(entries: list[CatalogueEntry]) -> str:
    if not entries:
        return "No model matches."
    lines = [
        f"{'*' if is_there(entry.address) else ' '} {entry.name:32} {entry.resolution:4} px  {entry.family:13} "
        f"{'' if entry.bytes is None else megabytes(entry.bytes):>6}  {entry.draws}"
        for entry in entries
    ]
    return "\n".join(
        [*lines, "", "* is downloaded; `outis catalogue get NAME` shows the terms of a model and downloads it"]
    )
