"""`outis convert MODEL OUT.safetensors`: any checkpoint as a file that every tool can open without running code."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from explorer.cli.model_files import local
from explorer.cli.terminal import MODEL_HELP, UsageError


def add_parser(subparsers: Any) -> None:
    """Declare `outis convert` and its options."""
    parser = subparsers.add_parser(
        "convert",
        help="convert any checkpoint to .safetensors",
        description="Write a checkpoint (.pkl, .pt, ...) as .safetensors, with its configuration and origin.",
    )
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("out", metavar="OUT.safetensors", help="file to write")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Load, which checks the model, and write."""
    target = Path(arguments.out)
    if target.suffix.lower() != ".safetensors":
        raise UsageError(f"{target.name} should end in .safetensors, the one format that Outis writes.")
    from generator import checkpoint
    from generator.checkpoint.save import save

    source = Path(local(arguments.model))
    generator = checkpoint.load(source)
    save(generator, target, source=f"Converted from {source.name}, {generator.origin}.")
    print(f"{target}: {generator.name}, {generator.config.size_name} px, hash {generator.hash}")
    return 0
