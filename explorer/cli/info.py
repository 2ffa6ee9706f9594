"""`outis info MODEL`: what a model file holds."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.cli.model_files import local
from explorer.cli.terminal import MODEL_HELP


def add_parser(subparsers: Any) -> None:
    """Declare `outis info` and its options."""
    parser = subparsers.add_parser("info", help="say what a model file holds", description="What a model file holds.")
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Load the model, which checks it, and print its facts."""
    facts = model_facts(local(arguments.model))
    print(json.dumps(facts, indent=2) if arguments.json else _text(facts))
    return 0


def model_facts(path: str) -> dict[str, Any]:
    """Facts of the model file as JSON values. Raises `CheckpointError` if it is none."""
    from generator import checkpoint

    generator = checkpoint.load(path)
    config = generator.config
    return {
        "file": str(path),
        "bytes": Path(path).stat().st_size,
        "origin": generator.origin,
        "name": generator.name,
        "hash": generator.hash,
        "family": config.family,
        "resolution": config.img_resolution,
        "parameters": sum(parameter.numel() for parameter in generator.parameters()),
        "layers": config.num_ws,
        "missing": list(generator.missing),
        "config": asdict(config),
        "description": generator.description,
    }


def _text(facts: dict[str, Any]) -> str:
    config = facts["config"]
    size = config["img_resolution"]
    rows = {
        "name": facts["name"],
        "family": f"{config['family']}, {config['architecture']}",
        "image": f"{size} x {size} px, {config['img_channels']} channels",
        "latents": f"z {config['z_dim']}, w {config['w_dim']}, {facts['layers']} layers",
        "classes": config["c_dim"] or "none",
        "mapping": f"{config['mapping_layers']} layers",
        "channels": f"base {config['channel_base']}, at most {config['channel_max']}",
        "parameters": f"{facts['parameters']:,}",
        "file": f"{facts['file']}, {facts['bytes'] / 1e6:.1f} MB",
        "origin": facts["origin"],
        "missing": ", ".join(facts["missing"]) or "nothing",
        "hash": facts["hash"],
    }
    lines = [f"{name:11} {value}" for name, value in rows.items()]
    return "\n".join([*lines, "", facts["description"]]).rstrip()
