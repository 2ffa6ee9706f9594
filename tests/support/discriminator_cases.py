"""Small discriminators with drawn weights, of which numbers are stored: see `make_discriminator_numbers.py`."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generator.config import GeneratorConfig
from generator.training.discriminator import Discriminator
from tests.support.drawn_weights import fill

CASES = {
    "rgb": GeneratorConfig(32, channel_base=512, channel_max=32),
    "grey-clamped": GeneratorConfig(16, img_channels=1, channel_base=256, channel_max=24, conv_clamp=1.5),
    "classes": GeneratorConfig(16, c_dim=5, channel_base=256, channel_max=16),
}
COUNT = 8  # two groups of four


def drawn_discriminator(config: GeneratorConfig) -> Discriminator:
    """Our discriminator with the drawn weights."""
    discriminator = Discriminator(config)
    with torch.no_grad():
        fill(discriminator)
    return discriminator


def drawn_images(config: GeneratorConfig) -> Tensor:
    """float32 `[8, img_channels, R, R]`, about [-1, 1]."""
    shape = COUNT, config.img_channels, config.img_resolution, config.img_resolution
    return torch.from_numpy(0.5 * np.random.RandomState(9).randn(*shape).astype(np.float32))


def drawn_classes(config: GeneratorConfig) -> Tensor | None:
    """One-hot float32 `[8, c_dim]`, where there are classes."""
    return torch.eye(config.c_dim)[torch.arange(COUNT) % config.c_dim] if config.c_dim else None


def summary(gradient: Tensor) -> Tensor:
    """Sum and norm of a gradient, and its product with fixed random numbers: `[3]`, the same for the same gradient."""
    weights = torch.from_numpy(np.random.RandomState(10).randn(gradient.numel())).to(gradient.dtype)
    return torch.stack([gradient.sum(), gradient.norm(), gradient.flatten() @ weights])
