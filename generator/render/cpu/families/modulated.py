"""Layers of StyleGAN2 by native programs, each with its own style: for chains of layers, whose steps know one row."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.networks import ops
from generator.networks.stylegan2 import SHORTCUT_GAIN, SynthesisLayer, ToRGB
from generator.render.cpu import native
from generator.render.cpu.native import Kind, NativeToRGB, WinogradLayer
from generator.render.cpu.steps import StepInput
from generator.render.cpu.styles import TINY, Styled
from generator.render.cpu.threads import ThreadPool


class ModulatedLayer:
    """A convolution with its style, noise and activation. Where `given.also` is there, a shortcut, it is added at
    twice its size, and the rest is times `SHORTCUT_GAIN`."""

    def __init__(self, definition: SynthesisLayer, team: ThreadPool, has_shortcut: bool) -> None:
        """Only where there is a target that fits."""
        weight, styled = definition.weight.detach(), Styled(definition, 0)
        target = native.target_of(weight)
        assert target is not None
        self._enlarge = definition.enlarge if definition.up else None
        form = native.form_of(definition.up and self._enlarge is None, tuple(definition.noise_const.shape))
        self._team, self._gain = team, SHORTCUT_GAIN if has_shortcut else 1.0
        self._affine, self._squares = styled.affine(), styled.squares()
        self._adds_at_once = has_shortcut and form is WinogradLayer
        kind = Kind.BESIDE if self._adds_at_once else Kind.PLAIN
        gain = ops.GAIN * self._gain
        clamp = None if definition.clamp is None else definition.clamp * self._gain
        strengths = (definition.noise_strength * gain).detach().expand(len(weight))
        bias = (definition.bias * gain).detach()
        self._layer = form(weight, bias, clamp, target, team, strengths, kind)

    @staticmethod
    def fits(definition: SynthesisLayer) -> bool:
        """Whether this processor has a program for its maps."""
        return native.target_of(definition.weight) is not None

    def __call__(self, given: StepInput) -> Tensor:
        """The maps `[N, O, H, W]`, valid when the team has finished."""
        assert given.x is not None
        matrix, bias = self._affine
        styles = torch.addmm(bias, given.ws[:, 0], matrix)
        norms = torch.addmm(styles.new_full((1,), TINY), styles.square(), self._squares).rsqrt_().mul_(self._gain)
        x = given.x if self._enlarge is None else enlarged(given.x, self._enlarge, self._team)
        if self._adds_at_once:
            assert given.also is not None
            return self._layer(x, styles, norms, given.noise, given.spare, {"beside": given.also})
        y = self._layer(x, styles, norms, given.noise, given.spare)
        if given.also is None:
            return y
        self._team.finish()
        return y.add_(ops.upsample(given.also))


class ModulatedColours:
    """The colours of the last block."""

    def __init__(self, definition: ToRGB, layer: NativeToRGB) -> None:
        self._affine, self._layer = Styled(definition, 0).affine(), layer

    def __call__(self, given: StepInput) -> Tensor:
        """The image `[N, colours, H, W]`, valid when the team has finished."""
        assert given.x is not None
        matrix, bias = self._affine
        return self._layer(given.x, torch.addmm(bias, given.ws[:, 0], matrix), None)


def enlarged(x: Tensor, enlarge: Callable[[Tensor], Tensor], team: ThreadPool) -> Tensor:
    """Maps at twice their size, by torch's operators, for the program that follows."""
    team.finish()
    return enlarge(x).contiguous(memory_format=torch.channels_last)


def added(
    colours: Callable[[StepInput], Tensor], enlarge: Callable[[Tensor], Tensor], team: ThreadPool, given: StepInput
) -> Tensor:
    """What `colours` makes, a new image, added to that of the block before, `given.also`, at twice its size."""
    assert given.also is not None
    image = colours(given)
    team.finish()
    return image.add_(enlarge(given.also))
