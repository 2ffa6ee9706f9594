"""The layers of StyleGAN2 as steps: the constant, the convolutions, the colours, which of the "skip" architecture add
up to an image at every resolution.

Around a block of "resnet" goes a shortcut: a step of its own, before the block's, because a 1x1 convolution is cheapest
before its result is upsampled. It is added in the step of the block's last convolution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from generator.networks import ops
from generator.networks.stylegan2 import (
    SHORTCUT_GAIN,
    Shortcut,
    SynthesisBlock,
    SynthesisLayer,
    SynthesisNetwork,
    ToRGB,
)
from generator.render.cpu import native
from generator.render.cpu.activation_cache import for_result
from generator.render.cpu.families.given_noise import GivenNoise
from generator.render.cpu.families.modulated import ModulatedColours, ModulatedLayer, added
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool

Run = Callable[[StepInput], Tensor]


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`; in float32 always."""
    blocks = network.blocks
    made = [LayerStep("const", (), partial(_constant, blocks[4].const))]
    row, before, image = 0, "const", ""
    for resolution, block in blocks.items():
        made += _block(str(resolution), block, row, before, team)
        row, before = row + block.convolutions, made[-1].name
        if block.shows:
            exits = resolution if network.config.stops_early else 0
            made.append(replace(_colours(f"{resolution}.image", block, row, image, team), exits=exits))
            image = made[-1].name
    return tuple(made)


def _block(name: str, block: SynthesisBlock, row: int, before: str, team: ThreadPool) -> list[LayerStep]:
    """The steps of one resolution, whose first convolution reads row `row` of W+; before: the step that it continues
    from."""
    made, shortcut = [], ""
    if block.skip is not None:
        shortcut = f"{name}.shortcut"
        made.append(LayerStep(shortcut, (), partial(_shortcut, block.skip)))
    if not block.first:
        made.append(_layer(f"{name}.0", row, block.conv0, team, before))
    last = _layer(f"{name}.1", row + block.convolutions - 1, block.conv1, team, "", shortcut)
    return [*made, last if block.shows else replace(last, shows=int(name))]


def _layer(name: str, row: int, layer: SynthesisLayer, team: ThreadPool, reads: str, shortcut: str = "") -> LayerStep:
    is_native = ModulatedLayer.fits(layer)
    run: Run = ModulatedLayer(layer, team, bool(shortcut)) if is_native else partial(_as_defined, layer)
    return LayerStep(name, (row,), run, layer.noise_const, queues=is_native, reads=reads, also=shortcut)


def _colours(name: str, block: SynthesisBlock, row: int, before: str, team: ThreadPool) -> LayerStep:
    """before: the step with the image of the block before, if it has one."""
    to_rgb, width = block.torgb, block.conv1.noise_const.shape[1]
    weight, bias = to_rgb.weight.detach()[:, :, 0, 0], to_rgb.bias.detach()
    layer = native.prepared_to_rgb(weight, bias, to_rgb.clamp, team, halves=False) if width % 4 == 0 else None
    run: Run = partial(_image, to_rgb) if layer is None else ModulatedColours(to_rgb, layer)
    run = partial(added, run, block.enlarge, team) if before else run
    return LayerStep(name, (row,), run, queues=layer is not None, also=before)


def _constant(const: Tensor, given: StepInput) -> Tensor:
    return const.expand(len(given.ws), -1, -1, -1).contiguous(memory_format=torch.channels_last)


def _shortcut(layer: Shortcut, given: StepInput) -> Tensor:
    """The shortcut at the size of its input: as one matrix product over all pixels."""
    assert given.x is not None
    n, ins, height, width = given.x.shape
    weight = layer.weight.detach()[:, :, 0, 0].t() * layer.weight_gain
    result = for_result((n, weight.shape[1], height, width), given.spare)
    pixels = given.x.permute(0, 2, 3, 1).reshape(-1, ins)
    torch.mm(pixels, weight, out=result.permute(0, 2, 3, 1).view(-1, weight.shape[1]))
    return result


def _as_defined(layer: SynthesisLayer, given: StepInput) -> Tensor:
    gain = 1.0 if given.also is None else SHORTCUT_GAIN
    y: Tensor = layer(given.x, given.ws[:, 0], GivenNoise(given.noise), gain)
    y = y if given.also is None else y.add_(ops.upsample(given.also))
    return y.contiguous(memory_format=torch.channels_last)


def _image(to_rgb: ToRGB, given: StepInput) -> Tensor:
    image: Tensor = to_rgb(given.x, given.ws[:, 0])
    return image
