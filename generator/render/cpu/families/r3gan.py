"""The layers of R3GAN as steps: the learned maps, the residual blocks and what enlarges their maps, the colours.

Its one row of W+ is z, of which everything depends: a full image continues where a preview of the same z stopped.
"""

from __future__ import annotations

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.native.target import Target, targets
from generator.networks import ops
from generator.networks.r3gan import SLOPE, Basis, Convolution, ResidualBlock, Stage, SynthesisNetwork, Upsampling
from generator.render.cpu import bands, native
from generator.render.cpu.activation_cache import for_result
from generator.render.cpu.native import GroupedLayer, NativeToRGB
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool

BAND_BYTES = 4 * 2**20  # of the maps within a block that are computed at once; 1 and 16 MB are slower
NATIVE_BAND_BYTES = 32 * 2**20  # the same where a program computes the 3x3 convolution; more is no faster
TILE = 4  # rows, of which a program computes whole ones
LEAST_NATIVE = 64  # px; torch's operators are as fast for smaller maps


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`; in float32 always."""
    made: list[LayerStep] = []
    for resolution, stage in zip(network.config.block_resolutions, network.MainLayers, strict=True):
        assert isinstance(stage, Stage)
        first, *blocks = stage.Layers
        rows = (0,) if isinstance(first, Basis) else ()
        made.append(LayerStep(f"{resolution}.0", rows, partial(_maps, first)))
        for number, block in enumerate(blocks, 1):
            assert isinstance(block, ResidualBlock)
            shows = resolution if block is blocks[-1] else 0
            run = NativeBlock(block, team) if NativeBlock.fits(block, resolution) else BandedBlock(block)
            made.append(LayerStep(f"{resolution}.block{number}", (), run, shows=shows))
    return (*made, _colours(network.AggregationLayer, team))


def _maps(module: nn.Module, given: StepInput) -> Tensor:
    """What `module` makes of the maps before, or of z where there are none."""
    if isinstance(module, Upsampling) and given.x is not None:
        return ops.upsample(_narrowed(module, given.x)).contiguous(memory_format=torch.channels_last)
    maps: Tensor = module(given.ws[:, 0])
    return maps.contiguous(memory_format=torch.channels_last)


def _narrowed(module: Upsampling, x: Tensor) -> Tensor:
    """As one matrix product over all pixels: a convolution of torch's rounds as the number of threads is."""
    if not hasattr(module, "LinearLayer"):
        return x
    n, _, height, width = x.shape
    weight = module.LinearLayer.Layer.weight.detach()[:, :, 0, 0]
    return torch.mm(_pixels(x), weight.t()).view(n, height, width, len(weight)).permute(0, 3, 1, 2)


def _colours(layer: Convolution, team: ThreadPool) -> LayerStep:
    weight = layer.Layer.weight.detach()[:, :, 0, 0]
    program = native.prepared_to_rgb(weight, torch.zeros(len(weight)), None, team, halves=False)
    run = partial(_as_defined, layer) if program is None else partial(_by_program, program)
    return LayerStep("image", (), run, queues=program is not None)


def _as_defined(layer: Convolution, given: StepInput) -> Tensor:
    image: Tensor = layer(given.x)
    return image.contiguous()


def _by_program(program: NativeToRGB, given: StepInput) -> Tensor:
    assert given.x is not None
    return program(given.x, torch.ones(given.x.shape[:2]), None)


class BandedBlock:
    """A residual block, some rows at a time: the many maps within it then stay in the processor's cache, and need no
    fresh memory. The 1x1 convolutions are matrix products, of which the last adds to the input."""

    def __init__(self, block: ResidualBlock) -> None:
        layers = block.LinearLayer1, block.LinearLayer2, block.LinearLayer3
        widen, group, narrow = (layer.Layer.weight.detach() for layer in layers)
        self._widen, self._narrow = (weight[:, :, 0, 0].t().contiguous() for weight in (widen, narrow))
        self._group, self._groups = group.contiguous(memory_format=torch.channels_last), block.LinearLayer2.Layer.groups
        self._bias1, self._bias2 = block.NonLinearity1.Bias.detach(), block.NonLinearity2.Bias.detach()

    def __call__(self, given: StepInput) -> Tensor:
        """The maps `[N, width, H, W]`."""
        x = given.x
        assert x is not None
        rows = max(BAND_BYTES // (4 * len(self._bias1) * x.shape[3]), 1)
        result = for_result(tuple(x.shape), given.spare)
        together = len(x) if rows >= x.shape[2] else 1
        for n in range(0, len(x), together):
            for first in range(0, x.shape[2], rows):
                samples = slice(n, n + together)
                self._add(x[samples], result[samples], first, min(first + rows, x.shape[2]))
        return result

    def _add(self, x: Tensor, result: Tensor, first: int, last: int) -> None:
        """Write the rows from `first` up to `last` of the result."""
        top, bottom = max(first - 1, 0), min(last + 1, x.shape[2])
        inner = torch.addmm(self._bias1, _pixels(x[:, :, top:bottom]), self._widen)
        y = F.leaky_relu_(inner, SLOPE).view(len(x), bottom - top, x.shape[3], -1).permute(0, 3, 1, 2)
        padding = bands.edges(first == top, last == bottom), 1
        y = F.leaky_relu_(F.conv2d(y, self._group, self._bias2, padding=padding, groups=self._groups), SLOPE)
        y = bands.without_seams(y, first > 0, last - first)
        torch.addmm(_pixels(x[:, :, first:last]), _pixels(y), self._narrow, out=_pixels(result[:, :, first:last]))


class NativeBlock:
    """A residual block whose 3x3 convolution is a native program, some rows of a sample at a time."""

    def __init__(self, block: ResidualBlock, team: ThreadPool) -> None:
        """Only where it fits."""
        layers = block.LinearLayer1, block.LinearLayer2, block.LinearLayer3
        widen, group, narrow = (layer.Layer.weight.detach() for layer in layers)
        target = _grouped_target(block)
        assert target is not None
        self._widen, self._narrow = (weight[:, :, 0, 0].t().contiguous() for weight in (widen, narrow))
        self._bias, self._team = block.NonLinearity1.Bias.detach(), team
        self._group = GroupedLayer(group, block.NonLinearity2.Bias.detach(), SLOPE, target, team)

    @staticmethod
    def fits(block: ResidualBlock, resolution: int) -> bool:
        """Whether this processor has a program for its groups."""
        return resolution >= LEAST_NATIVE and _grouped_target(block) is not None

    def __call__(self, given: StepInput) -> Tensor:
        """The maps `[N, width, H, W]`."""
        assert given.x is not None
        height, width = given.x.shape[2:]
        rows = max(NATIVE_BAND_BYTES // (4 * len(self._bias) * width) // TILE, 1) * TILE
        result = for_result(tuple(given.x.shape), given.spare)
        for n in range(len(result)):
            for first in range(0, height, rows):
                self._add(given.x[n : n + 1], result[n : n + 1], first, min(first + rows, height))
        return result

    def _add(self, x: Tensor, result: Tensor, first: int, last: int) -> None:
        """Write the rows from `first` up to `last` of the result, which need a row more on both sides: whole tiles."""
        top, bottom = max(first - TILE, 0), min(last + TILE, x.shape[2])
        wide, height, width = len(self._bias), bottom - top, x.shape[3]
        memory = self._team.handed(2, wide, height, width).view(2, 1, height, width, wide)
        inner, spare = memory.permute(0, 1, 4, 2, 3)
        torch.addmm(self._bias, _pixels(x[:, :, top:bottom]), self._widen, out=_pixels(inner))
        ones = torch.ones(1, wide)
        y = self._group(F.leaky_relu_(inner, SLOPE), ones, ones, None, spare)
        self._team.finish()
        y, x, result = y[:, :, first - top : last - top], x[:, :, first:last], result[:, :, first:last]
        torch.addmm(_pixels(x), _pixels(y), self._narrow, out=_pixels(result))


def _grouped_target(block: ResidualBlock) -> Target | None:
    """The target whose blocks are as wide as the groups of the block."""
    wide, width = block.LinearLayer2.Layer.weight.shape[:2]
    known = (*targets().exact, *filter(None, [targets().narrow]))
    return next((target for target in known if target.columns == width and target.fits(wide, wide)), None)


def _pixels(maps: Tensor) -> Tensor:
    """`[N, C, H, W]`, channels_last, as `[N H W, C]`; the same memory for all rows, and for some of one sample."""
    return maps.permute(0, 2, 3, 1).flatten(0, 2)
