"""The layers of StyleGAN3 as steps: the Fourier features, the filtered layers, the colours."""

from __future__ import annotations

from functools import partial

from torch import Tensor

from generator.networks.stylegan3 import FourierFeatures, SynthesisLayer, SynthesisNetwork, ToRGB
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    *names, colours = network.layer_names
    made = [LayerStep("input", (0,), partial(_features, network.input), moves=True)]
    made += [LayerStep(name, (i + 1,), partial(_layer, getattr(network, name))) for i, name in enumerate(names)]
    return (*made, LayerStep(colours, (len(made),), partial(_image, network, getattr(network, colours))))


def _features(layer: FourierFeatures, given: StepInput) -> Tensor:
    result: Tensor = layer(given.ws[:, 0], given.transform)
    return result


def _layer(layer: SynthesisLayer, given: StepInput) -> Tensor:
    result: Tensor = layer(given.x, given.ws[:, 0])
    return result


def _image(network: SynthesisNetwork, layer: ToRGB, given: StepInput) -> Tensor:
    result: Tensor = layer(given.x, given.ws[:, 0]) * network.config.output_scale
    return result
