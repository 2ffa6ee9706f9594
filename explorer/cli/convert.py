"""`outis convert MODEL OUT`: any checkpoint as a file that other tools open."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from explorer.cli.model_files import local
from explorer.cli.terminal import MODEL_HELP, UsageError, report, say
from generator.errors import ExportError
from generator.progress import finish


def add_parser(subparsers: Any) -> None:
    """Declare `outis convert` and its options."""
    parser = subparsers.add_parser(
        "convert",
        help="convert any checkpoint to .safetensors, .pt or .onnx",
        description="Write a checkpoint (.pkl, .pt, ...) for other tools: .safetensors with its configuration and "
        "origin; .pt, a state dict with NVIDIA's or rosinality's names; or .onnx, a graph.",
    )
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("out", metavar="OUT", help="file to write: OUT.safetensors, OUT.pt or OUT.onnx")
    kinds = ".pt: nvidia (default) or rosinality; .onnx: z (default), images of z, or ws, images of W+"
    parser.add_argument("--as", metavar="KIND", dest="kind", default="", help=kinds)
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
    origin = f"Converted from {source.name}, {generator.origin}."
    if remark := finish(converting(generator, target, kind, origin), report):
        say(remark)
    print(f"{target}: {generator.name}, {generator.config.size_name} px, hash {generator.hash}")
    return 0
