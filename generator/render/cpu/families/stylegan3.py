"""The layers of StyleGAN3 as steps: the Fourier features, the filtered layers, the colours. By native programs where
there are some, else by the definition's modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import Tensor

from generator.networks.stylegan3 import FourierFeatures, SynthesisLayer, SynthesisNetwork, ToRGB
from generator.render.cpu.families.stylegan3_preview import SMALLEST, coarser
from generator.render.cpu.filtered_layer import FilteredLayer
from generator.render.cpu.native_stylegan3 import FastFeatures, NativeColours, NativeFiltered, has_program
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool

USUAL = 4  # the resolution of an image over that of the preview that is prepared in advance


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


def previews(network: SynthesisNetwork, team: ThreadPool) -> StyleGAN3Previews | None:
    """See `generator.render.cpu.families.previews_of`."""
    is_native = all(has_program(FilteredLayer.of(getattr(network, name))) for name in network.layer_names[:-1])
    return StyleGAN3Previews(network, team) if is_native and network.config.img_resolution > SMALLEST else None


class StyleGAN3Previews:
    """Previews by native programs, of one size at a time."""

    smallest = SMALLEST

    def __init__(self, network: SynthesisNetwork, team: ThreadPool) -> None:
        self._network, self._team, self._pixels = network, team, 0
        self._steps: tuple[LayerStep, ...] = ()

    def steps(self, max_resolution: int) -> tuple[LayerStep, ...] | None:
        """See `Previews`."""
        pixels = 1 << (max_resolution.bit_length() - 1)
        if pixels >= self._network.config.img_resolution:
            return None
        if pixels != self._pixels:
            self._team.finish()  # the last size's layers may be queued
            self._pixels, self._steps = pixels, ()  # their memory is needed
            layers, positions = coarser(self._network, pixels)
            self._steps = _native(self._network, layers, positions, self._team, f"{pixels} px ")
        return self._steps

    def prepare(self) -> None:
        """See `Previews`."""
        self.steps(max(self._network.config.img_resolution // USUAL, SMALLEST))


def _native(
    network: SynthesisNetwork, layers: list[FilteredLayer], positions: Tensor, team: ThreadPool, prefix: str = ""
) -> tuple[LayerStep, ...]:
    """The steps by native programs, of these layers. prefix: of their names."""
    *names, colours = network.layer_names
    features = FastFeatures(network.input, positions)
    image = NativeColours(getattr(network, colours), network.config.output_scale, team)

    def first(given: StepInput) -> Tensor:
        return features(given.ws[:, 0], given.transform)

    def last(given: StepInput) -> Tensor:
        assert given.x is not None
        return image(given.x, given.ws[:, 0])

    made = [LayerStep(f"{prefix}input", (0,), first, moves=True)]
    for i, (name, layer) in enumerate(zip(names, layers, strict=True)):
        run = _filtered(NativeFiltered(layer, team))
        made.append(LayerStep(f"{prefix}{name}", (i + 1,), run, queues=True))
    return (*made, LayerStep(f"{prefix}{colours}", (len(made),), last, queues=True))


def _filtered(layer: NativeFiltered) -> Callable[[StepInput], Tensor]:
    def run(given: StepInput) -> Tensor:
        assert given.x is not None
        return layer(given.x, given.ws[:, 0], given.spare)

    return run
