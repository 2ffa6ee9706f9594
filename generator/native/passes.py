"""Code that the programs share: blocks of a matrix product, and the end of a layer.

All layers compute a modulated convolution `[N, I, H, W]` -> `[N, O, h, w]`, channels_last, from the weight as
`[O / columns, positions, I / factors of a word, columns, factors of a word]`. Maps and weight are float32, or bfloat16
where the target multiplies that; all else is float32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.native.code import Code, Floats, Index, Vector
from generator.native.program import Arguments
from generator.native.target import CACHE_LINE, Target

FLOATS = ("x", "y", "weight", "styles", "norms", "bias", "noise", "strengths", "activation", "zeros")
ADAPTIVE = ("shifts", "moments")  # of programs whose input is adaptive, see `Input` and `generator.native.moments`
SIZES = ("height", "width", "ins", "outs", "samples", "noise_step")

UNROLLED = 4  # words of a product that are unrolled; every depth is a multiple of it


def factors(target: Target, row: Floats, first: Index) -> Vector:
    """The vector of a row of factors or maps that begins at number `first`."""
    return row[first // 2].halves() if target.halves else row[first].vector()


def store_factors(target: Target, to: Floats, first: Index, vector: Vector) -> None:
    """Store it, in the row that begins at `to`."""
    if target.halves:
        to[first // 2].store_halves(vector)
    else:
        to[first].store(vector)


def products(
    code: Code, target: Target, sums: Sequence[Vector], rows: Sequence[Floats], weight: Floats, depth: Index
) -> list[Vector]:
    """sums (vectors, row by row) plus rows, each `[depth]`, times weight `[depth, columns]`. depth: in words."""
    with code.loop(depth, step=UNROLLED, handed=sums) as loop:
        values = loop.handed
        for step in range(UNROLLED):
            values = _step(code, target, values, rows, weight, loop.index + step)
        loop.handing = values
    return loop.handed


def _step(
    code: Code, target: Target, values: list[Vector], rows: Sequence[Floats], weight: Floats, k: Index
) -> list[Vector]:
    """values plus word k of all rows times word k of all columns."""
    columns = [weight[(k * target.vectors + v) * code.lanes] for v in range(target.vectors)]
    if target.halves:
        pairs = [column.pairs() for column in columns]
        products = ((row[k].pair_everywhere(), pair) for row in rows for pair in pairs)
        return [code.multiply_add_pairs(a, b, c) for (a, b), c in zip(products, values, strict=True)]
    factors = [column.vector() for column in columns]
    return [
        code.multiply_add(value, factor, values[r * target.vectors + v])
        for r, value in enumerate(row[k].everywhere() for row in rows)
        for v, factor in enumerate(factors)
    ]


class Input:
    """The input pixels of a sample, and what is done to them.

    They are multiplied by the styles. Where they are adaptive, shifts are added as well, which makes them the result of
    StyleGAN's instance normalisation; zeros are then of each sample the maps that become 0, for pixels outside.
    """

    def __init__(self, code: Code, target: Target, given: Arguments, sample: Index, adaptive: bool = False) -> None:
        f, n = given.floats, given.sizes
        self._code, self._target, self._n, self.is_adaptive = code, target, n, adaptive
        self._words = n["ins"] // target.factors_a_word
        self._pixels = f["x"][sample * n["height"] * n["width"] * self._words]
        self._styles = f["styles"][sample * n["ins"]]
        self._shifts = f["shifts"][sample * n["ins"]] if adaptive else None
        self._zeros = f["zeros"][sample * self._words] if adaptive else f["zeros"]

    def pixel(self, row: Index, column: Index) -> Floats:
        """The maps of a pixel; zeros outside of the image."""
        n = self._n
        inside = self._code.ir.and_(row.inside(n["height"]), column.inside(n["width"]))
        return self._pixels[(row * n["width"] + column) * self._words].if_else(inside, self._zeros)

    def maps(self, pixel: Floats, channel: Index) -> Vector:
        """The maps of a vector from `channel` on, without styles and shifts."""
        return factors(self._target, pixel, channel)

    def styling(self, channel: Index) -> Callable[[Vector], Vector]:
        """What is done to these maps."""
        style = self._styles[channel].vector()
        if self._shifts is None:
            return lambda value: value * style
        shift = self._shifts[channel].vector()
        return lambda value: self._code.multiply_add(value, style, shift)

    def fetch(self, row: Index, column: Index) -> None:
        """Prefetch a pixel; beyond the image this has no effect."""
        pixel = self._pixels[(row * self._n["width"] + column) * self._words]
        with self._code.loop(self._words, step=CACHE_LINE) as line:
            pixel[line.index].fetch()


def line_of(sample: Index, out: Index, outs: Index, pixels: Index) -> Index:
    """Where map `out` of the first pixel is in `[N, outs / 16, pixels, 16]`."""
    return (sample * (outs // CACHE_LINE) + out // CACHE_LINE) * pixels * CACHE_LINE + out % CACHE_LINE


class Scaled:
    """The end of a convolution, for one vector of output maps of a sample: normalisation and bias. The result is
    `[N, maps / 16, H, W, 16]`, float32: what is done to each map next reads cache lines one after the other."""

    def __init__(
        self, code: Code, target: Target, given: Arguments, sample: Index, out: Index, height: Index, width: Index
    ) -> None:
        """out: the first of the maps. height, width: of the result."""
        f, n = given.floats, given.sizes
        self._code, self._target, self._width = code, target, width
        self._norm, self._bias = f["norms"][sample * n["outs"] + out].vector(), f["bias"][out].vector()
        self._words, self._out = code.index(CACHE_LINE), code.index(0)
        self._maps = f["y"][line_of(sample, out, n["outs"], height * width)]

    def put(self, row: Index, column: Index, value: Vector, beside: Vector | None = None) -> Vector:
        """End the layer for a pixel, of which `value` is the sum of the convolution. beside: added at the very end.
        Returns what is stored."""
        pixel = row * self._width + column
        value = self._ended(value, pixel)
        value = value if beside is None else value + beside
        store_factors(self._target, self._maps[pixel * self._words], self._out, value)
        return value

    def _ended(self, value: Vector, pixel: Index) -> Vector:
        return self._code.multiply_add(value, self._norm, self._bias)

    def fetch(self, row: Index, column: Index) -> None:
        """Prefetch what will be written for a pixel, up to the end of its cache line."""
        pixel = self._maps[(row * self._width + column) * self._words]
        pixel[self._out // self._target.factors_a_word].fetch(to_write=True)


class Ending(Scaled):
    """The end of a layer: normalisation, bias, noise, leaky ReLU, clamp. The result is channels_last."""

    def __init__(
        self, code: Code, target: Target, given: Arguments, sample: Index, out: Index, height: Index, width: Index
    ) -> None:
        super().__init__(code, target, given, sample, out, height, width)
        f, n = given.floats, given.sizes
        self._words, self._out = n["outs"] // target.factors_a_word, out
        self._maps = f["y"][sample * height * width * self._words]
        self._leak, self._limit = f["activation"].everywhere(), f["activation"][1].everywhere()
        self._noise, self._strength = f["noise"][sample * n["noise_step"]], f["strengths"][out].vector()

    def _ended(self, value: Vector, pixel: Index) -> Vector:
        shift = self._code.multiply_add(self._noise[pixel].everywhere(), self._strength, self._bias)
        value = self._code.multiply_add(value, self._norm, shift)
        value = value.or_if_greater(value * self._leak)
        return value.or_if_greater(self._limit * -1.0).or_if_less(self._limit)
