"""Small generators with drawn weights, and the pictures of them that were stored: see `make_network_numbers.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.config.stylegan_xl import grown
from generator.networks import Generator, create
from generator.recipe.recipe import NoiseMode, Truncation
from tests.support.drawn_weights import fill

SMALL = {"z_dim": 24, "w_dim": 32, "mapping_layers": 3}
NARROW: dict[str, Any] = {"channel_base": 256, "channel_max": 24, **SMALL}

CONFIGS: dict[str, GeneratorConfig] = {
    "stylegan1": StyleGAN1Config(32, channel_base=512, channel_max=48, **SMALL),
    "stylegan1-classes": StyleGAN1Config(16, c_dim=4, img_channels=1, channel_base=512, channel_max=48, **SMALL),
    "stylegan2-skip": GeneratorConfig(32, channel_base=512, channel_max=48, **SMALL),
    "stylegan2-resnet": GeneratorConfig(
        16, c_dim=4, architecture="resnet", conv_clamp=1.5, channel_base=512, channel_max=48, **SMALL
    ),
    "stylegan2-orig": GeneratorConfig(
        16, c_dim=4, architecture="orig", img_channels=1, channel_base=512, channel_max=48, **SMALL
    ),
    "stylegan3-t": StyleGAN3Config(32, c_dim=4, channel_base=1024, channel_max=48, **SMALL),
    "stylegan3-r": StyleGAN3Config(
        32, channel_base=1024, channel_max=48, conv_kernel=1, use_radial_filters=True, **SMALL
    ),
    "stylegan_xl-stem": grown(
        StyleGAN3Config(16, img_channels=1, num_layers=7, conv_kernel=1, use_radial_filters=True, **NARROW)
    ),
    "stylegan_xl": grown(StyleGAN3Config(8, c_dim=4, num_layers=5, **NARROW), [(2, 4), (2, 4)]),
}


WHOLE = Truncation(1.0)


@dataclass(frozen=True)
class Shot:
    """How a stored picture was taken."""

    name: str
    truncation: Truncation = WHOLE
    noise: NoiseMode = "const"
    motion: tuple[float, float, float] | None = None  # x, y, degrees


def shots(config: GeneratorConfig) -> list[Shot]:
    """What is stored of a generator."""
    plain, truncated = Shot("plain"), Shot("truncated", Truncation(0.5, 3))
    special = Shot("moved", motion=(0.1, -0.2, 30.0)) if config.has_transform else Shot("no-noise", noise="none")
    return [plain, truncated, special]


def latents(config: GeneratorConfig) -> tuple[torch.Tensor, torch.Tensor | None]:
    """One z `[1, z_dim]` and its class vector `[1, c_dim]`, of class 1; None for an unconditional generator."""
    z = torch.from_numpy(np.random.RandomState(7).randn(1, config.z_dim).astype(np.float32))
    return z, torch.eye(config.c_dim)[1:2] if config.c_dim else None


def layer_styles(config: GeneratorConfig) -> torch.Tensor:
    """A different w for every layer, `[1, num_ws, w_dim]`."""
    random = np.random.RandomState(8)
    return torch.from_numpy(random.randn(1, config.num_ws, config.w_dim).astype(np.float32))


def drawn_generator(config: GeneratorConfig) -> Generator:
    """Our generator with the drawn weights."""
    generator = create(config).randomise()
    fill(generator)
    return generator
