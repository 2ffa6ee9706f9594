"""Small R3GANs with drawn weights, and how files of the public code hold them: see `make_r3gan_numbers.py`."""

from __future__ import annotations

import numpy as np
import torch

from generator.config import R3GANConfig
from generator.networks import Generator, create
from tests.support.drawn_weights import drawn

PLAIN = R3GANConfig(
    32, z_dim=12, w_dim=12, widths=(24, 24, 16, 8), cardinalities=(6, 6, 4, 2), blocks=(1, 2, 1, 1), expansion=2
)
CLASSES = R3GANConfig(
    16, z_dim=8, c_dim=3, w_dim=14, widths=(16, 16, 8), cardinalities=(4, 4, 2), blocks=(2, 1, 1), expansion=3
)
CONFIGS = {"plain": PLAIN, "classes": CLASSES}
FACES = 2


def public_name(name: str) -> str:
    """`synthesis.MainLayers.0...` -> `MainLayers.0...`, as the public code calls it."""
    return name.removeprefix("synthesis.").removeprefix("mapping.")


def drawn_r3gan(config: R3GANConfig) -> Generator:
    """Our generator with the weights that the public one was given."""
    generator = create(config)
    for name, tensor in generator.state_dict().items():
        tensor.copy_(drawn(public_name(name), tuple(tensor.shape)))
    return generator


def latents(config: R3GANConfig) -> tuple[torch.Tensor, torch.Tensor | None]:
    """z `[2, z_dim]` and class vectors `[2, c_dim]` of classes 1 and 2; None for an unconditional generator."""
    z = torch.from_numpy(np.random.RandomState(7).randn(FACES, config.z_dim).astype(np.float32))
    return z, torch.eye(config.c_dim)[1 : 1 + FACES] if config.c_dim else None
