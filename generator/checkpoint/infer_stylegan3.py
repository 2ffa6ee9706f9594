"""The configuration of a StyleGAN3 from the names and shapes of its tensors, where the file does not state it.

A layer's name has its index, its size and its feature maps (`synthesis.L3_52_512.weight`). What no tensor shows is
taken to be what all public models have, and then everything must fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.raw import Shapes
from generator.config import StyleGAN3Config

LAYER = re.compile(r"synthesis\.L(\d{1,3})_(\d{1,5})_(\d{1,5})\.weight")
CHANNEL_BASES = tuple(2**i for i in range(4, 20))


class NamedLayer(NamedTuple):
    order: int
    size: int
    width: int
    name: str


def is_stylegan3(names: Mapping[str, object]) -> bool:
    """True for the tensors of a synthesis network that begins with Fourier features."""
    return "synthesis.input.freqs" in names


def stylegan3_config(shapes: Shapes) -> dict[str, object]:
    """Fields of `StyleGAN3Config`. Raises `FormatError` if no configuration fits."""
    layers = named_layers(shapes)
    sizes, widths = tuple(layer.size for layer in layers), tuple(layer.width for layer in layers)
    try:
        known = visible(shapes, layers)
        for base in CHANNEL_BASES:
            config = StyleGAN3Config(**known, channel_base=base, channel_max=max(widths))
            if (config.sizes, config.widths) == (sizes, widths):
                return {"family": "stylegan3", **known, "channel_base": base, "channel_max": max(widths)}
    except (KeyError, IndexError, ValueError, ArithmeticError) as error:
        raise FormatError("is a StyleGAN3 whose tensors do not fit together") from error
    raise FormatError("is a StyleGAN3 of unusual settings; open the pickle (.pkl) that it came from")


def named_layers(shapes: Shapes) -> list[NamedLayer]:
    """The layers and the RGB output in the order of the numbers in their names."""
    found = ((name, LAYER.fullmatch(name)) for name in shapes)
    return sorted(NamedLayer(int(match[1]), int(match[2]), int(match[3]), name) for name, match in found if match)


def visible(shapes: Shapes, layers: list[NamedLayer]) -> dict[str, Any]:
    """Settings that the shapes show."""
    first, last = layers[0].name, layers[-1].name
    embed = shapes.get("mapping.embed.weight")
    w_dim = shapes[first.replace(".weight", ".affine.weight")][1]
    return {
        "img_resolution": layers[-1].size,
        "img_channels": shapes[last][0],
        "z_dim": shapes["mapping.fc0.weight"][1] - (w_dim if embed else 0),
        "c_dim": embed[1] if embed else 0,
        "w_dim": w_dim,
        "mapping_layers": sum(bool(re.fullmatch(r"mapping\.fc\d+\.weight", name)) for name in shapes),
        "num_layers": len(layers) - 1,
        "conv_kernel": shapes[first][2],
        "use_radial_filters": any(len(shape) == 2 for name, shape in shapes.items() if name.endswith(".down_filter")),
    }
