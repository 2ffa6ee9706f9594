"""`outis convert MODEL OUT`: any checkpoint as a file that other tools open."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from explorer.cli.model_files import local
from explorer.cli.terminal import MODEL_HELP, UsageError, report
from generator.errors import ExportError
from generator.progress import finish


def add_parser(subparsers: Any) -> None:
    """Declare `outis convert` and its options."""
    parser = subparsers.add_parser(
        "convert",
        help="convert any checkpoint to .safetensors or .pt",
        description="Write a checkpoint (.pkl, .pt, ...) for other tools: .safetensors with its configuration and "
        "origin, or .pt, a state dict with NVIDIA's or rosinality's names.",
    )
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("out", metavar="OUT", help="file to write: OUT.safetensors or OUT.pt")
    parser.add_argument("--as", metavar="KIND", dest="kind", default="", help=".pt: nvidia (default) or rosinality")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Load, which checks the model, and write."""
    from generator import checkpoint
    from generator.checkpoint.convert import converting, kind_of

    target = Path(arguments.out)
    try:
        kind = kind_of(target, arguments.kind)
    except ExportError as error:
        raise UsageError(str(error)) from error
    source = Path(local(arguments.model))
    generator = checkpoint.load(source)
    finish(converting(generator, target, kind, f"Converted from {source.name}, {generator.origin}."), report)
    print(f"{target}: {generator.name}, {generator.config.size_name} px, hash {generator.hash}")
    return 0
