"""The layers of StyleGAN as steps: the constant, two layers a block, the colours.

By native programs each layer is two steps: its maps, and how they are adapted to its style. A new style then leaves the
layer's own maps as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from generator.networks.stylegan1 import SynthesisInput, SynthesisLayer, SynthesisNetwork
from generator.render.cpu import native
from generator.render.cpu.adaptive import Adaptation, AdaptedColours, AdaptedLayer, fitting, weight_of
from generator.render.cpu.families.given_noise import GivenNoise
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`; in float32 always."""
    layers = dict(_layers(network))
    weight, bias = weight_of(network.torgb), network.torgb.bias.detach()
    colours = native.prepared_to_rgb(weight, bias, None, team, halves=False)
    fits = network.config.image_size[1] % 4 == 0 and all(_fits(layer) for layer in layers.values())
    if colours is None or not fits or not network.config.is_plain:
        return _defined(network, layers)
    return _native(layers, AdaptedColours(network.torgb, colours, team), team)


def _layers(network: SynthesisNetwork) -> Iterator[tuple[str, SynthesisInput | SynthesisLayer]]:
    """By the names of their steps."""
    for resolution in network.config.block_resolutions:
        block = getattr(network, f"b{resolution}")
        yield f"{resolution}.0", block.input if resolution == 4 else block.conv0
        yield f"{resolution}.1", block.conv1


def _fits(layer: SynthesisInput | SynthesisLayer) -> bool:
    outs = len(layer.bias)
    return fitting(layer.weight.shape[1] if isinstance(layer, SynthesisLayer) else outs, outs) is not None


def _native(
    layers: dict[str, SynthesisInput | SynthesisLayer], colours: AdaptedColours, team: ThreadPool
) -> tuple[LayerStep, ...]:
    made: list[LayerStep] = []
    for row, (name, layer) in enumerate(layers.items()):
        if isinstance(layer, SynthesisInput):  # it may be the same everywhere: rounding must not be amplified
            made.append(LayerStep(name, (row,), partial(_constant, layer), layer.noise_const))
            made.append(LayerStep(f"{name}.style", (), _unchanged))
        else:
            run = partial(_adapted, AdaptedLayer(layer, team))
            made.append(LayerStep(name, (), run, layer.noise_const, queues=True, also=made[-2].name))
            made.append(LayerStep(f"{name}.style", (row,), partial(_adaptation, Adaptation(layer, team)), queues=True))
    image = LayerStep("image", (), partial(_colours, colours), queues=True, also=made[-2].name)
    return (*made, *_shown(made), replace(image, reads=made[-1].name))


def _shown(made: Sequence[LayerStep]) -> Iterator[LayerStep]:
    """The adapted maps of each resolution, which only previews need."""
    for maps, style in zip(made[2::4], made[3::4], strict=True):
        resolution = maps.name.partition(".")[0]
        yield LayerStep(f"{resolution}.maps", (), _maps, reads=style.name, also=maps.name, shows=int(resolution))


def _maps(given: StepInput) -> Tensor:
    assert given.also is not None
    assert given.x is not None
    factors, shifts, _ = given.x[..., None, None]
    return torch.addcmul(shifts, given.also, factors)


def _unchanged(given: StepInput) -> Tensor:
    """The adaptation that changes nothing."""
    assert given.x is not None
    samples, maps = given.x.shape[:2]
    return torch.stack([torch.ones(samples, maps), *torch.zeros(2, samples, maps)])


def _adapted(layer: AdaptedLayer, given: StepInput) -> Tensor:
    assert given.also is not None
    assert given.x is not None
    return layer(given.also, given.x, given.noise, given.spare)


def _adaptation(adaptation: Adaptation, given: StepInput) -> Tensor:
    assert given.x is not None
    return adaptation(given.x, given.ws[:, 0])


def _colours(colours: AdaptedColours, given: StepInput) -> Tensor:
    assert given.also is not None
    assert given.x is not None
    return colours(given.also, given.x)


def _defined(network: SynthesisNetwork, layers: dict[str, SynthesisInput | SynthesisLayer]) -> tuple[LayerStep, ...]:
    """The same by torch's operators, as they are defined."""
    made = [
        LayerStep(name, (row,), _run(layer), layer.noise_const, shows=int(name[:-2]) if name.endswith(".1") else 0)
        for row, (name, layer) in enumerate(layers.items())
    ]
    return (*made, LayerStep("image", (), partial(_image, network)))


def _run(layer: SynthesisInput | SynthesisLayer) -> Callable[[StepInput], Tensor]:
    return partial(_constant, layer) if isinstance(layer, SynthesisInput) else partial(_layer, layer)


def _constant(layer: SynthesisInput, given: StepInput) -> Tensor:
    result: Tensor = layer(given.ws[:, 0], GivenNoise(given.noise), torch.channels_last)
    return result


def _layer(layer: SynthesisLayer, given: StepInput) -> Tensor:
    result: Tensor = layer(given.x, given.ws[:, 0], GivenNoise(given.noise))
    return result


def _image(network: SynthesisNetwork, given: StepInput) -> Tensor:
    result: Tensor = network.torgb(given.x)
    return result
