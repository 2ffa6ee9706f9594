"""`outis info FILE`: the content of a model, picture, recipe, latent, direction library or project."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.cli.info_faces import file_facts
from explorer.cli.info_text import text_of
from explorer.cli.latent_options import add_latent_options
from explorer.cli.latents import asked_of
from explorer.cli.model_files import local
from explorer.cli.terminal import MODEL_HELP
from explorer.compute.torch_start import start_torch


def add_parser(subparsers: Any) -> None:
    """Declare `outis info` and its options."""
    parser = subparsers.add_parser(
        "info",
        help="show what a model, picture, recipe or latent contains",
        description="Show what a file contains: a model, a picture or contact sheet with its recipe, a recipe, a "
        "latent, a library of directions, or a project.",
    )
    parser.add_argument(
        "file", metavar="FILE", help=f"picture, recipe, latent, direction library, project, or {MODEL_HELP}"
    )
    add_latent_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the file, which checks it, and print its facts."""
    path = local(arguments.file)
    facts = file_facts(path, asked_of(arguments))
    if facts is None:
        facts = model_facts(path)
    print(json.dumps(facts, indent=2) if arguments.json else text_of(facts))
    return 0


def model_facts(path: str) -> dict[str, Any]:
    """Facts of the model file as JSON values. Raises `CheckpointError` if it is not a model."""
    start_torch()
    from generator import checkpoint

    generator = checkpoint.load(path)
    config = generator.config
    return {
        "kind": "model",
        "file": str(path),
        "bytes": Path(path).stat().st_size,
        "origin": generator.origin,
        "name": generator.name,
        "hash": generator.hash,
        "family": config.family,
        "resolution": config.img_resolution,
        "size": config.image_size,
        "parameters": sum(parameter.numel() for parameter in generator.parameters()),
        "layers": config.num_ws,
        "class_names": list(generator.class_names),
        "class_fault": generator.class_fault,
        "missing": list(generator.missing),
        "config": asdict(config),
        "description": generator.description,
    }
