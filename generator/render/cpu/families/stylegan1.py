"""The layers of StyleGAN as steps: the styled constant, two layers a block, the colours."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from generator.networks.stylegan1 import SynthesisInput, SynthesisLayer, SynthesisNetwork
from generator.render.cpu.families.given_noise import GivenNoise
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    made: list[LayerStep] = []
    for resolution in network.config.block_resolutions:
        block = getattr(network, f"b{resolution}")
        for k, layer in enumerate((block.input if resolution == 4 else block.conv0, block.conv1)):
            run = partial(_constant if isinstance(layer, SynthesisInput) else _layer, layer)
            made.append(LayerStep(f"{resolution}.{k}", (len(made),), run, layer.noise_const))
    return (*made, LayerStep("image", (), partial(_image, network)))


def _constant(layer: SynthesisInput, given: StepInput) -> Tensor:
    result: Tensor = layer(given.ws[:, 0], GivenNoise(given.noise), torch.channels_last)
    return result


def _layer(layer: SynthesisLayer, given: StepInput) -> Tensor:
    result: Tensor = layer(given.x, given.ws[:, 0], GivenNoise(given.noise))
    return result


def _image(network: SynthesisNetwork, given: StepInput) -> Tensor:
    result: Tensor = network.torgb(given.x)
    return result
