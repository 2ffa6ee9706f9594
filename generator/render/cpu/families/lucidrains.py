"""The layers of lucidrains' StyleGAN2 as steps: the noise of all of them, the first maps, two layers a block and its
colours, which add up to an image at every resolution.

Layers are native programs where there are some, else the definition's modules. Images are kept in our -1..1, where each
adds twice the colours of the definition's 0..1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from generator.networks import ops
from generator.networks.lucidrains import Styled, SynthesisBlock, SynthesisNetwork, ToRGB, enlarged
from generator.render.cpu import native
from generator.render.cpu.families import modulated
from generator.render.cpu.families.given_noise import GivenNoise
from generator.render.cpu.native import NativeToRGB
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool

Run = Callable[[StepInput], Tensor]
TINY = 1e-8  # added to the squares of a norm


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    rows = tuple(range(network.config.num_ws)) if network.config.no_const else ()
    made = [
        LayerStep("noise", (), partial(_noise, network), network.noise_const),
        LayerStep("4.start", rows, partial(_start, network)),
    ]
    image = ""
    for row, resolution in enumerate(network.config.block_resolutions):
        made += _block(resolution, getattr(network, f"b{resolution}"), row, image, team)
        image = made[-1].name
    return tuple(made)


def _block(resolution: int, block: SynthesisBlock, row: int, image: str, team: ThreadPool) -> Iterator[LayerStep]:
    """image: the step with that of the block before, if there is one."""
    before = f"{resolution // 2}.1" if block.up else "4.start"
    for k, layer in enumerate((block.conv0, block.conv1)):
        enlarges, fits = k == 0 and block.up, NativeStyled.fits(layer)
        run: Run = NativeStyled(layer, enlarges, resolution, team) if fits else partial(_layer, layer, enlarges)
        yield LayerStep(f"{resolution}.{k}", (row,), run, queues=fits, reads="" if k else before, also="noise")
    colours, queues = _colours(block.torgb, 0.0 if image else -1.0, team)
    colours = partial(modulated.added, colours, enlarged, team) if image else colours
    yield LayerStep(f"{resolution}.image", (row,), colours, queues=queues, also=image, exits=resolution)


def _colours(to_rgb: ToRGB, bias: float, team: ThreadPool) -> tuple[Run, bool]:
    """Twice the colours plus `bias`, and whether that is queued."""
    weight = 2 * to_rgb.weight.detach()[:, :, 0, 0]
    program = native.prepared_to_rgb(weight, torch.full((len(weight),), bias), None, team, halves=False)
    run = partial(_image, to_rgb, bias) if program is None else partial(_by_program, program, to_rgb)
    return run, program is not None


def _noise(network: SynthesisNetwork, given: StepInput) -> Tensor:
    return network.uniform(GivenNoise(given.noise))


def _start(network: SynthesisNetwork, given: StepInput) -> Tensor:
    return network.first_maps(given.ws).contiguous(memory_format=torch.channels_last)


def _layer(layer: Styled, enlarges: bool, given: StepInput) -> Tensor:
    assert given.x is not None
    assert given.also is not None
    x = ops.bilinear(given.x) if enlarges else given.x
    result: Tensor = layer(x, given.ws[:, 0], given.also[..., : x.shape[2], : x.shape[3]])
    return result.contiguous(memory_format=torch.channels_last)


def _image(to_rgb: ToRGB, bias: float, given: StepInput) -> Tensor:
    colours: Tensor = to_rgb(given.x, given.ws[:, 0])
    return (2 * colours + bias).contiguous()


def _by_program(program: NativeToRGB, to_rgb: ToRGB, given: StepInput) -> Tensor:
    assert given.x is not None
    return program(given.x, to_rgb.affine(given.ws[:, 0]) + 1, None)


class NativeStyled:
    """A layer by the programs of StyleGAN2's, before which torch enlarges the maps. It has no gain after its leaky
    ReLU, and a strength of the noise for every map."""

    def __init__(self, layer: Styled, enlarges: bool, resolution: int, team: ThreadPool) -> None:
        """Only where it `fits`."""
        weight = layer.weight.detach()
        target = native.target_of(weight)
        assert target is not None
        form = native.form_of(False, (resolution, resolution))
        strengths, shift = layer.noise.weight.detach()[:, 0], layer.noise.bias.detach()
        self._layer = form(weight, shift, None, target, team, strengths)
        self._matrix, self._bias = layer.affine.weight.detach().t(), layer.affine.bias.detach() + 1
        self._squares = weight.square().sum(dim=(2, 3)).t()
        self._enlarges, self._resolution, self._team = enlarges, resolution, team

    @staticmethod
    def fits(layer: Styled) -> bool:
        """Whether this processor has a program for its maps."""
        return native.target_of(layer.weight) is not None

    def __call__(self, given: StepInput) -> Tensor:
        """The maps `[N, O, H, W]`, valid when the team has finished."""
        assert given.x is not None
        assert given.also is not None
        styles = torch.addmm(self._bias, given.ws[:, 0], self._matrix)
        norms = torch.addmm(styles.new_full((1,), TINY), styles.square(), self._squares).rsqrt_()
        noise = given.also[..., : self._resolution, : self._resolution]
        x = modulated.enlarged(given.x, ops.bilinear, self._team) if self._enlarges else given.x
        return self._layer(x, styles, norms, noise, given.spare)
