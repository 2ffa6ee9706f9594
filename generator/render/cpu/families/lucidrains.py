"""The layers of lucidrains' StyleGAN2 as steps: the noise of all of them, the first maps, two layers a block and its
colours, which add up to an image at every resolution.

Images are kept in our -1..1, where each adds twice the colours of the definition's 0..1.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from torch import Tensor

from generator.networks import ops
from generator.networks.lucidrains import Styled, SynthesisBlock, SynthesisNetwork, ToRGB, enlarged
from generator.render.cpu.families.given_noise import GivenNoise
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    rows = tuple(range(network.config.num_ws)) if network.config.no_const else ()
    made = [
        LayerStep("noise", (), partial(_noise, network), network.noise_const),
        LayerStep("4.start", rows, partial(_start, network)),
    ]
    image = ""
    for row, resolution in enumerate(network.config.block_resolutions):
        made += _block(resolution, getattr(network, f"b{resolution}"), row, image)
        image = made[-1].name
    return tuple(made)


def _block(resolution: int, block: SynthesisBlock, row: int, image: str) -> Iterator[LayerStep]:
    """image: the step with that of the block before, if there is one."""
    before = f"{resolution // 2}.1" if block.up else "4.start"
    for k, layer in enumerate((block.conv0, block.conv1)):
        run = partial(_layer, layer, k == 0 and block.up)
        yield LayerStep(f"{resolution}.{k}", (row,), run, reads="" if k else before, also="noise")
    run = partial(_image, block.torgb)
    yield LayerStep(f"{resolution}.image", (row,), run, also=image, exits=resolution)


def _noise(network: SynthesisNetwork, given: StepInput) -> Tensor:
    return network.uniform(GivenNoise(given.noise))


def _start(network: SynthesisNetwork, given: StepInput) -> Tensor:
    return network.first_maps(given.ws)


def _layer(layer: Styled, enlarges: bool, given: StepInput) -> Tensor:
    assert given.x is not None
    assert given.also is not None
    x = ops.bilinear(given.x) if enlarges else given.x
    result: Tensor = layer(x, given.ws[:, 0], given.also[..., : x.shape[2], : x.shape[3]])
    return result


def _image(to_rgb: ToRGB, given: StepInput) -> Tensor:
    colours: Tensor = to_rgb(given.x, given.ws[:, 0])
    return colours * 2 - 1 if given.also is None else enlarged(given.also) + 2 * colours
