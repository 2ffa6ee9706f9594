"""The layers of StyleGAN3 as steps: the Fourier features, the filtered layers, the colours. By native programs where
there are some, else by the definition's modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from weakref import WeakValueDictionary

from torch import Tensor

from generator.networks.stylegan3 import FourierFeatures, SynthesisLayer, SynthesisNetwork, ToRGB
from generator.render.cpu.families.stylegan3_preview import SMALLEST, coarser
from generator.render.cpu.filtered_layer import FilteredLayer
from generator.render.cpu.native_stylegan3 import FastFeatures, NativeColours, NativeFiltered, has_program
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool

KEPT = 2  # sizes of previews that are kept prepared


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    *names, colours = network.layer_names
    layers = [getattr(network, name) for name in names]
    prepared = [FilteredLayer.of(layer) for layer in layers]
    if all(has_program(layer) for layer in prepared):
        native = [NativeFiltered(layer, team) for layer in prepared]
        return _native(network, native, network.input.positions(), team)
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


def coarse_steps(network: SynthesisNetwork, team: ThreadPool) -> CoarseStyleGAN3 | None:
    """See `generator.render.cpu.families.coarse_steps_of`."""
    is_native = all(has_program(FilteredLayer.of(getattr(network, name))) for name in network.layer_names[:-1])
    full = network.config.img_resolution
    is_power = full == 1 << (full.bit_length() - 1)  # sampling rates always are
    return CoarseStyleGAN3(network, team) if is_native and is_power and full > SMALLEST else None


class CoarseStyleGAN3:
    """Previews by native programs, prepared at their first use. Those of different sizes share their coarse layers."""

    def __init__(self, network: SynthesisNetwork, team: ThreadPool) -> None:
        self._network, self._team = network, team
        self._steps: dict[int, tuple[LayerStep, ...]] = {}  # by pixels, the last used at the end
        self._layers: WeakValueDictionary[object, NativeFiltered] = WeakValueDictionary()

    def resolution(self, wanted: int) -> int:
        """See `CoarseSteps`: a power of two."""
        full = self._network.config.img_resolution
        return min(max(1 << (max(wanted, 1).bit_length() - 1), SMALLEST), full)

    def steps(self, resolution: int) -> tuple[LayerStep, ...]:
        """See `CoarseSteps`."""
        steps = self._steps.pop(resolution, None) or self._prepared(resolution)
        self._steps[resolution] = steps
        return steps

    def _prepared(self, pixels: int) -> tuple[LayerStep, ...]:
        if len(self._steps) == KEPT:
            self._team.finish()  # the layers that are freed may be queued
            del self._steps[next(iter(self._steps))]
        layers, positions = coarser(self._network, pixels)
        native = [self._shared(number, layer) for number, layer in enumerate(layers)]
        return _native(self._network, native, positions, self._team, f"{pixels} px ")

    def _shared(self, number: int, layer: FilteredLayer) -> NativeFiltered:
        """The layer of this number in the network; its kernel depends on its geometry and filters."""
        filters = layer.up_filter.numpy().tobytes(), layer.down_filter.numpy().tobytes()
        key = number, layer.resampling, *filters
        found = self._layers.get(key)
        if found is None:
            found = self._layers[key] = NativeFiltered(layer, self._team)
        return found


def _native(
    network: SynthesisNetwork, layers: list[NativeFiltered], positions: Tensor, team: ThreadPool, prefix: str = ""
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
        made.append(LayerStep(f"{prefix}{name}", (i + 1,), _filtered(layer), queues=True))
    return (*made, LayerStep(f"{prefix}{colours}", (len(made),), last, queues=True))


def _filtered(layer: NativeFiltered) -> Callable[[StepInput], Tensor]:
    def run(given: StepInput) -> Tensor:
        assert given.x is not None
        return layer(given.x, given.ws[:, 0], given.spare)

    return run
