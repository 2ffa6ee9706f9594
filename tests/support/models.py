"""Small random models for tests, and how they become files."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import safetensors.torch
import torch

from generator.config import GeneratorConfig
from generator.networks import Generator, create
from generator.networks.model_hash import model_hash

TINY = GeneratorConfig(img_resolution=32, z_dim=32, w_dim=32, mapping_layers=2, channel_base=512, channel_max=32)


def random_generator(config: GeneratorConfig, seed: int = 0) -> Generator:
    """A generator with random weights, non-zero noise and a w_avg that is not zero."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator = create(config).randomise()
        for name, tensor in generator.state_dict().items():
            if name.endswith(("noise_strength", "w_avg")):
                tensor.copy_(0.1 * torch.randn(tensor.shape))
    generator.name, generator.hash = "tiny", model_hash(config, generator)
    return generator


def save_generator(generator: Generator, path: Path, with_config: bool = True) -> Path:
    """Write `generator` as the project's .safetensors."""
    config = dataclasses.asdict(generator.config)
    family = config.pop("family")
    metadata = {"name": generator.name}
    if with_config:
        metadata |= {"architecture": family, "config": json.dumps(config)}
    tensors = {name: tensor.contiguous() for name, tensor in generator.state_dict().items()}
    safetensors.torch.save_file(tensors, path, metadata)
    return path
