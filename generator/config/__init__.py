"""What shape a generator has: everything needed to build it before any weight is read."""

from __future__ import annotations

from generator.config.base import GeneratorConfig, StyleGAN1Config
from generator.config.stylegan3 import StyleGAN3Config
from generator.config.stylegan_xl import StyleGANXLConfig

__all__ = [
    "COARSE",
    "FAMILIES",
    "FINE",
    "MIDDLE",
    "GeneratorConfig",
    "StyleGAN1Config",
    "StyleGAN3Config",
    "StyleGANXLConfig",
    "layer_zone",
    "zone_layers",
]

COARSE, MIDDLE, FINE = "coarse", "middle", "fine"

FAMILIES: dict[str, type[GeneratorConfig]] = {
    "stylegan1": StyleGAN1Config,
    "stylegan2": GeneratorConfig,
    "stylegan3": StyleGAN3Config,
    "stylegan_xl": StyleGANXLConfig,
}


def layer_zone(layer: int) -> str:
    """Zone of a layer in the words of the style-mixing figure of Karras et al. 2019 (fig. 3).

    Coarse 0-3 (4-8 px: pose, face shape), middle 4-7 (16-32 px: features, hair style),
    fine 8+ (64 px and up: colour, texture).
    """
    return COARSE if layer < 4 else MIDDLE if layer < 8 else FINE


def zone_layers(num_ws: int) -> dict[str, range]:
    """Layers of each zone of a model with `num_ws` layers; zones without layers are left out."""
    zones: dict[str, range] = {}
    for layer in range(num_ws):
        zone = layer_zone(layer)
        zones[zone] = range(zones[zone].start if zone in zones else layer, layer + 1)
    return zones
