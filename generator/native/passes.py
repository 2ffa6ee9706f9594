"""What the programs write alike: blocks of a matrix product, and the end of a layer.

All of them draw a modulated convolution `[N, I, H, W]` -> `[N, O, h, w]`, channels_last, from the weight as `in blocks`
`[O / columns, positions, I, columns]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.native.code import Code, Floats, Index, Vector
from generator.native.program import Arguments

FLOATS = ("x", "y", "weight", "styles", "norms", "bias", "noise", "activation", "zeros")
SIZES = ("height", "width", "ins", "outs", "samples", "noise_step")

UNROLLED = 4  # steps of a product that are written out; every depth is a multiple of it
DEPTH = 128  # of products, whose weight then stays in the first cache


def add_product(
    code: Code, sums: Sequence[Floats], rows: Sequence[Floats], weight: Floats, depth: Index, begun: Any
) -> None:
    """Add rows, each `[depth]`, times weight `[depth, columns]` to sums, of each row one address a vector; begin with 0
    where a condition `begun` does not hold."""
    vectors = len(sums) // len(rows)
    zero = code.constant(0.0)
    start = [place.vector() if begun is True else place.vector().if_else(begun, zero) for place in sums]
    with code.loop(depth, step=UNROLLED, handed=start) as loop:
        values = list(loop.handed)
        for step in range(UNROLLED):
            k = loop.index + step
            factors = [weight[(k * vectors + v) * code.lanes].vector() for v in range(vectors)]
            for r, row in enumerate(rows):
                value = row[k].everywhere()
                for v, factor in enumerate(factors):
                    values[r * vectors + v] = code.multiply_add(value, factor, values[r * vectors + v])
        loop.handing = values
    for place, value in zip(sums, loop.handed, strict=True):
        place.store(value)


class Ending:
    """The end of a layer, for one vector of output maps of a sample: normalisation, bias, noise, leaky ReLU, clamp."""

    def __init__(self, code: Code, given: Arguments, sample: Index, out: Index, height: Index, width: Index) -> None:
        """out: the first of the maps. height, width: of the result."""
        f, n = given.floats, given.sizes
        self._code, self._outs, self._width = code, n["outs"], width
        self._norm, self._bias = f["norms"][sample * n["outs"] + out].vector(), f["bias"][out].vector()
        self._leak, self._limit = f["activation"].everywhere(), f["activation"][1].everywhere()
        self._noise = f["noise"][sample * n["noise_step"]]
        self._maps = f["y"][sample * height * width * n["outs"] + out]

    def put(self, row: Index, column: Index, value: Vector) -> None:
        """End the layer for a pixel, of which `value` is the sum of the convolution."""
        pixel = row * self._width + column
        shift = self._bias + self._noise[pixel].everywhere()
        value = self._code.multiply_add(value, self._norm, shift)
        value = value.or_if_greater(value * self._leak)
        value = value.or_if_greater(self._limit * -1.0).or_if_less(self._limit)
        self._maps[pixel * self._outs].store(value)
