"""The layers of StyleGAN3 as steps: the Fourier features, the filtered layers, the colours. By native programs where
there are some, else by the definition's modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import Tensor

from generator.networks.stylegan3 import FourierFeatures, SynthesisLayer, SynthesisNetwork, ToRGB
from generator.render.cpu.filtered_layer import FilteredLayer
from generator.render.cpu.native_stylegan3 import FastFeatures, NativeColours, NativeFiltered, has_program
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    *names, colours = network.layer_names
    layers = [getattr(network, name) for name in names]
    prepared = [FilteredLayer.of(layer) for layer in layers]
    if all(has_program(layer) for layer in prepared):
        return _native(network, prepared, network.input.positions(), team)
    made = [LayerStep("input", (0,), partial(_features, network.input), moves=True)]
    numbered = enumerate(zip(names, layers, strict=True), 1)
    made += [LayerStep(name, (row,), partial(_layer, layer)) for row, (name, layer) in numbered]
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


def _native(
    network: SynthesisNetwork, layers: list[FilteredLayer], positions: Tensor, team: ThreadPool
) -> tuple[LayerStep, ...]:
    """The same by native programs, of these layers."""
    *names, colours = network.layer_names
    features = FastFeatures(network.input, positions)
    image = NativeColours(getattr(network, colours), network.config.output_scale, team)

    def first(given: StepInput) -> Tensor:
        return features(given.ws[:, 0], given.transform)

    def last(given: StepInput) -> Tensor:
        assert given.x is not None
        return image(given.x, given.ws[:, 0])

    made = [LayerStep("input", (0,), first, moves=True)]
    for i, (name, layer) in enumerate(zip(names, layers, strict=True)):
        made.append(LayerStep(name, (i + 1,), _filtered(NativeFiltered(layer, team)), queues=True))
    return (*made, LayerStep(colours, (len(made),), last, queues=True))


def _filtered(layer: NativeFiltered) -> Callable[[StepInput], Tensor]:
    def run(given: StepInput) -> Tensor:
        assert given.x is not None
        return layer(given.x, given.ws[:, 0], given.spare)

    return run
