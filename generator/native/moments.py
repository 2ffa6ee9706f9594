"""Adaptive instance normalisation (Karras et al. 2019, eq. 1) without a pass that writes the maps: their mean and
variance, and from these what the next layer multiplies them by and adds while it reads them.

Mean and variance are those of parts, merged (Chan et al. 1979): a part fits the cache and is read twice, so that no
large sums are subtracted from each other.
"""

from __future__ import annotations

from functools import cache

from generator.native.code import Code, Floats, Index, Vector
from generator.native.program import Arguments, Program
from generator.native.target import Target

EPSILON = 1e-8  # added to the variance
TINY = 1e-20  # the smallest factor: the maps that become 0 are finite then


@cache
def moments(target: Target) -> Program:
    """x `[N, pixels, C]` -> y `[N, parts, 2, C]`: of each part of `part` pixels the mean, and the sum of the squares of
    what differs from it. A job is a part of a sample."""
    return Program(_write_moments, target, ("x", "y"), ("pixels", "maps", "parts", "part"))


@cache
def adaptation(target: Target) -> Program:
    """x, the result of `moments`, styles `[2, N, C]` (what the deviation becomes, and the mean) -> y `[3, N, C]`:
    factors, shifts, and the values that become 0 with these. shares: of each part its pixels over all, then 1 over the
    number of pixels. A job is a block of maps of a sample."""
    return Program(_write_adaptation, target, ("x", "y", "styles", "shares"), ("samples", "maps", "parts"))


def _write_moments(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    sample, part = given.job // n["parts"], given.job % n["parts"]
    first = part * n["part"]
    last = (first + n["part"]).at_most(n["pixels"])
    pixels = f["x"][sample * n["pixels"] * n["maps"]]
    share = code.constant(1.0).over(code.number(last - first))
    with code.loop(n["maps"], step=target.columns) as block:
        outs = [block.index + v * code.lanes for v in range(target.vectors)]
        nothing = [code.constant(0.0)] * target.vectors
        with code.loop(last, first, handed=nothing) as pixel:
            here = pixels[pixel.index * n["maps"]]
            pixel.handing = [value + here[out].vector() for value, out in zip(pixel.handed, outs, strict=True)]
        means = [value * share for value in pixel.handed]
        with code.loop(last, first, handed=nothing) as pixel:
            here = pixels[pixel.index * n["maps"]]
            apart = [here[out].vector() - mean for out, mean in zip(outs, means, strict=True)]
            pixel.handing = [code.multiply_add(a, a, value) for a, value in zip(apart, pixel.handed, strict=True)]
        to = f["y"][given.job * 2 * n["maps"]]
        for out, mean, power in zip(outs, means, pixel.handed, strict=True):
            to[out].store(mean)
            to[n["maps"] + out].store(power)


def _write_adaptation(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    blocks = n["maps"] // target.columns
    sample, block = given.job // blocks, given.job % blocks
    for v in range(target.vectors):
        out = block * target.columns + v * code.lanes
        mean, variance = _merged(code, given, f["x"][sample * n["parts"] * 2 * n["maps"] + out])
        at, plane = sample * n["maps"] + out, n["samples"] * n["maps"]
        factor = f["styles"][at].vector() * code.one_over_root(variance + code.constant(EPSILON))
        factor = factor.at_least_in_size(TINY)
        shift = f["styles"][plane + at].vector() - mean * factor
        for k, value in enumerate((factor, shift, (shift * -1.0).over(factor))):
            f["y"][plane * k + at].store(value)


def _merged(code: Code, given: Arguments, parts: Floats) -> tuple[Vector, Vector]:
    """Mean and variance of all pixels, from those of the parts."""
    n, shares = given.sizes, given.floats["shares"]
    step = n["maps"] * 2

    def share(part: Index) -> Vector:
        return shares[part].everywhere()

    with code.loop(n["parts"], handed=[code.constant(0.0)]) as part:
        value = parts[part.index * step].vector()
        part.handing = [code.multiply_add(value, share(part.index), part.handed[0])]
    mean = part.handed[0]
    with code.loop(n["parts"], handed=[code.constant(0.0)]) as part:
        here = parts[part.index * step]
        apart = here.vector() - mean
        within = here[n["maps"]].vector() * share(n["parts"])
        part.handing = [part.handed[0] + within + apart * apart * share(part.index)]
    return mean, part.handed[0]
