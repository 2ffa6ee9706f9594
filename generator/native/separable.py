"""A residual block of small networks that see: a depthwise 3x3 convolution, a pointwise one, the input added, PReLU
(BlazeBlock: Bazarevsky et al. 2019).

Each of torch's operators reads and writes all maps. Here a job computes a row of the result and keeps what lies between
the two convolutions in the cache.
"""

from __future__ import annotations

from functools import cache

from generator.native.code import Code, Floats, Index, Vector
from generator.native.passes import products
from generator.native.program import Arguments, Program
from generator.native.target import Target

FLOATS = ("x", "y", "taps", "shift", "weight", "bias", "slopes", "zeros")
SIZES = ("height", "width", "ins", "outs", "out_height", "out_width", "stride", "pad")
TAPS = 3  # on a side


@cache
def separable(target: Target) -> Program:
    """x `[N, H, W, I]` -> y `[N, out_height, out_width, O]`, float32; a job computes a row of a sample.

    taps `[9, I]` and shift `[I]` of the depthwise convolution, whose first tap lies `pad` pixels above and left; weight
    `[O / columns, I, columns]` and bias `[O]` of the pointwise one; slopes `[O]` below zero; zeros `[I]`. With a stride
    of 2 the largest of each four pixels is added, with zeros for the maps beyond I; H and W are even then.
    """
    return Program(_write, target, FLOATS, SIZES)


def scratch_size(ins: int, out_width: int) -> int:
    """Scratch float32 of a job."""
    return ins * out_width


def _write(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    sample, row = given.job // n["out_height"], given.job % n["out_height"]
    picture = f["x"][sample * n["height"] * n["width"] * n["ins"]]
    _write_depthwise(code, given, picture, row)
    to = f["y"][given.job * n["out_width"] * n["outs"]]
    with code.loop(n["out_width"], step=target.rows) as tile:
        pixels = [(tile.index + k).at_most(n["out_width"] - 1) for k in range(target.rows)]  # the last one repeatedly
        lines = [given.scratch[pixel * n["ins"]] for pixel in pixels]
        with code.loop(n["outs"], step=target.columns) as block:
            outs = [block.index + v * code.lanes for v in range(target.vectors)]
            sums = [f["bias"][out].vector() for out in outs] * target.rows
            values = products(code, target, sums, lines, f["weight"][block.index * n["ins"]], n["ins"])
            for k, value in enumerate(values):
                pixel, out = pixels[k // target.vectors], outs[k % target.vectors]
                value = value + _added(given, picture, row, pixel, out)
                to[pixel * n["outs"] + out].store(_rectified(code, value, f["slopes"][out].vector()))


def _write_depthwise(code: Code, given: Arguments, picture: Floats, row: Index) -> None:
    """The depthwise convolution of a row, into the scratch memory."""
    f, n = given.floats, given.sizes
    top = row * n["stride"] - n["pad"]
    with code.loop(n["out_width"]) as pixel:
        left = pixel.index * n["stride"] - n["pad"]
        places = [_pixel(given, picture, top + k // TAPS, left + k % TAPS) for k in range(TAPS * TAPS)]
        with code.loop(n["ins"], step=code.lanes) as channel:
            value = f["shift"][channel.index].vector()
            for k, place in enumerate(places):
                tap = f["taps"][n["ins"] * k + channel.index].vector()
                value = code.multiply_add(place[channel.index].vector(), tap, value)
            given.scratch[pixel.index * n["ins"] + channel.index].store(value)


def _pixel(given: Arguments, picture: Floats, row: Index, column: Index) -> Floats:
    """The maps of a pixel; zeros outside of the picture."""
    n, code = given.sizes, row.code
    inside = code.ir.and_(row.inside(n["height"]), column.inside(n["width"]))
    return picture[(row * n["width"] + column) * n["ins"]].if_else(inside, given.floats["zeros"])


def _added(given: Arguments, picture: Floats, row: Index, pixel: Index, out: Index) -> Vector:
    """What is added to the maps from `out` on: the input, or the largest of four pixels of it."""
    n = given.sizes
    beside = n["stride"] - 1  # where the stride is 1 the four are one
    corners = [(row * n["stride"] + beside * k, pixel * n["stride"] + beside * m) for k in (0, 1) for m in (0, 1)]
    places = [picture[(y * n["width"] + x) * n["ins"] + out] for y, x in corners]
    known = out.below(n["ins"])
    first, *others = (place.if_else(known, given.floats["zeros"]).vector() for place in places)
    for other in others:
        first = first.or_if_greater(other)
    return first


def _rectified(code: Code, value: Vector, slopes: Vector) -> Vector:
    nothing = code.constant(0.0)
    return code.multiply_add(value.or_if_less(nothing), slopes, value.or_if_greater(nothing))
