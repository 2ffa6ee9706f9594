"""Adaptive instance normalisation (Karras et al. 2019, eq. 1) without passes over the maps: a layer counts what their
mean and variance follow from while it writes them, and from these follows what the next layer multiplies them by and
adds while it reads them.

Mean and variance are those of parts, merged, and those of a part follow from what its pixels differ from one of them
(Chan et al. 1983), so that no large sums are subtracted from each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from generator.native.code import Code, Floats, Index, Vector
from generator.native.program import Arguments, Program
from generator.native.target import Target

EPSILON = 1e-8  # added to the variance
TINY = 1e-20  # the smallest factor: the maps that become 0 are finite then
MOMENTS = 4  # of each map of a part: a value, the sums of what all differ from it and of its squares, their number


@cache
def adaptation(target: Target) -> Program:
    """x, the moments of all parts `[N, parts, MOMENTS, C]`, styles `[2, N, C]` (what the deviation becomes, and the
    mean) -> y `[3, N, C]`: factors, shifts, and the values that become 0 with these. pixels: of all parts. A job is a
    block of maps of a sample."""
    return Program(_write_adaptation, target, ("x", "y", "styles"), ("samples", "maps", "parts", "pixels"))


def moments_of(given: Arguments, sample: Index, parts: Index, part: Index, out: Index) -> list[Floats]:
    """Where a layer writes those of a part of its result, of the vector of maps from `out` on."""
    outs = given.sizes["outs"]
    first = given.floats["moments"][(sample * parts + part) * outs * MOMENTS + out]
    return [first[outs * k] for k in range(MOMENTS)]


def counted(code: Code, sums: Sequence[Vector], values: Sequence[Vector], is_first: Any) -> list[Vector]:
    """The first three moments of a part with more `values`, which if is_first are the first."""
    first, total, squares = sums
    first = values[0].if_else(is_first, first)
    for value in values:
        apart = value - first
        total, squares = total + apart, code.multiply_add(apart, apart, squares)
    return [first, total, squares]


def _write_adaptation(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    blocks = n["maps"] // target.columns
    sample, block = given.job // blocks, given.job % blocks
    for v in range(target.vectors):
        out = block * target.columns + v * code.lanes
        mean, variance = _merged(code, given, f["x"][sample * n["parts"] * MOMENTS * n["maps"] + out])
        at, plane = sample * n["maps"] + out, n["samples"] * n["maps"]
        factor = f["styles"][at].vector() * code.one_over_root(variance + code.constant(EPSILON))
        factor = factor.at_least_in_size(TINY)
        shift = f["styles"][plane + at].vector() - mean * factor
        for k, value in enumerate((factor, shift, (shift * -1.0).over(factor))):
            f["y"][plane * k + at].store(value)


def _merged(code: Code, given: Arguments, parts: Floats) -> tuple[Vector, Vector]:
    """Mean and variance of all pixels, from the moments of the parts."""
    n, nothing, origin = given.sizes, code.constant(0.0), parts.vector()  # maps that are the same everywhere stay exact
    share = code.constant(1.0).over(code.number(n["pixels"]))

    def moments(part: Index) -> tuple[Vector, Vector, Vector]:
        """Of a part: its mean less the origin, the sum of the squares of what differs from it, its share of pixels."""
        here = parts[part * n["maps"] * MOMENTS]
        first, total, squares, count = (here[n["maps"] * k].vector() for k in range(MOMENTS))
        apart = total.over(count)
        return first - origin + apart, squares - total * apart, count * share

    with code.loop(n["parts"], handed=[nothing]) as part:
        mean, _, weight = moments(part.index)
        part.handing = [code.multiply_add(mean, weight, part.handed[0])]
    whole = part.handed[0]
    with code.loop(n["parts"], handed=[nothing]) as part:
        mean, squares, weight = moments(part.index)
        apart = mean - whole
        part.handing = [part.handed[0] + squares * share + apart * apart * weight]
    return origin + whole, part.handed[0]
