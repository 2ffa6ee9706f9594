"""Write a generator as .safetensors: its tensors, its configuration, and where it came from."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import safetensors.torch

from generator.networks import Generator
from generator.recipe import class_names
from generator.storage.atomic import atomic_write, write_atomically

SUFFIX = ".safetensors"


def save(generator: Generator, path: str | Path, source: str = "") -> None:
    """Write `generator`, whole or not at all, so that it opens again with the same hash.

    `source`, a sentence on where it came from, is added to the description, in which the terms of a model stand.
    Raises `ExportError`.
    """
    config = asdict(generator.config)
    metadata = {
        "architecture": config.pop("family"),
        "config": json.dumps(config),
        "name": generator.name,
        "description": "\n".join(filter(None, [generator.description, source])),
        "hash": generator.hash,
        "classes": class_names.as_json(generator.class_names) if generator.class_names else "",
    }
    stored = generator.state_dict() | generator.early
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in stored.items()}
    with atomic_write(path) as file:
        file.write(safetensors.torch.save(tensors, {key: value for key, value in metadata.items() if value}))
    if generator.class_names and not metadata["classes"]:
        write_atomically(class_names.place_beside(path), class_names.as_text(generator.class_names))
