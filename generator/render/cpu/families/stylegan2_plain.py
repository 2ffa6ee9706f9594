"""The layers of StyleGAN2's "resnet" and "orig" architectures as steps: the constant, the convolutions, the colours.

Around a block of "resnet" goes a shortcut, which is added in the step of the block's last convolution.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from generator.networks.stylegan2 import SHORTCUT_GAIN, Shortcut, SynthesisLayer, SynthesisNetwork, ToRGB
from generator.render.cpu.families.given_noise import GivenNoise
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    blocks = network.blocks
    made = [LayerStep("const", (), partial(_constant, blocks[4].const))]
    row = 0
    for resolution, block in blocks.items():
        around = made[-1].name if block.skip is not None else ""
        if not block.first:
            made.append(_step(f"{resolution}.0", row, block.conv0, None, ""))
        made.append(_step(f"{resolution}.1", row + block.convolutions - 1, block.conv1, block.skip, around))
        row += block.convolutions
    last = blocks[network.config.img_resolution]
    return (*made, LayerStep("image", (row,), partial(_image, last.torgb)))


def _step(name: str, row: int, layer: SynthesisLayer, shortcut: Shortcut | None, around: str) -> LayerStep:
    return LayerStep(name, (row,), partial(_layer, layer, shortcut), layer.noise_const, also=around)


def _constant(const: Tensor, given: StepInput) -> Tensor:
    return const.expand(len(given.ws), -1, -1, -1).contiguous(memory_format=torch.channels_last)


def _layer(layer: SynthesisLayer, shortcut: Shortcut | None, given: StepInput) -> Tensor:
    gain = 1.0 if shortcut is None else SHORTCUT_GAIN
    result: Tensor = layer(given.x, given.ws[:, 0], GivenNoise(given.noise), gain)
    return result if shortcut is None else shortcut(given.also).add_(result)


def _image(to_rgb: ToRGB, given: StepInput) -> Tensor:
    result: Tensor = to_rgb(given.x, given.ws[:, 0])
    return result
