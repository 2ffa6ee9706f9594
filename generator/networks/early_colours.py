"""The colours of earlier levels of a StyleGAN of 2019, with which it drew while it grew (Karras et al. 2018).

A finished network has one RGB output, at the end; files also hold those of the lower resolutions, 1x1 convolutions of
the maps of a block. They were trained first and the blocks have changed since, so that whether they still draw a
picture must be measured (`generator.render.cpu.previews`). They travel with a model, as `Generator.early`, and are no
part of it: neither its state dict nor its hash has them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from generator.config import GeneratorConfig, StyleGAN1Config

PREFIX = "early."


def name(resolution: int, part: str) -> str:
    """What the "weight" `[colours, C, 1, 1]` or "bias" `[colours]` of a resolution in pixels is called."""
    return f"{PREFIX}b{resolution}.torgb.{part}"


def fitting(config: GeneratorConfig, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those of `tensors` that are colours of earlier levels of such a network; what does not fit is left out."""
    found: dict[str, Tensor] = {}
    for resolution in config.block_resolutions[:-1] if isinstance(config, StyleGAN1Config) else ():
        shapes = {"weight": (config.img_channels, config.channels(resolution), 1, 1), "bias": (config.img_channels,)}
        level = {part: tensors.get(name(resolution, part), torch.empty(0)) for part in shapes}
        if all(level[part].shape == shape for part, shape in shapes.items()):
            found |= {name(resolution, part): tensor for part, tensor in level.items()}
    return found


def colours(early: Mapping[str, Tensor], resolution: int) -> tuple[Tensor, Tensor] | None:
    """The weight `[C, colours]`, scaled as it is used, and the bias `[colours]` of a level; None where it has none."""
    weight, bias = (early.get(name(resolution, part)) for part in ("weight", "bias"))
    if weight is None or bias is None:
        return None
    return weight.flatten(1).t().contiguous() / math.sqrt(weight.shape[1]), bias
