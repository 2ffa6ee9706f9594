"""The image after a block of a "skip" network: that of the block before at twice the size, plus the block's colours.

Colours are a modulated 1x1 convolution without normalisation (Karras et al. 2020, figure 7b). At twice the size a pixel
is 3/4 of the nearer and 1/4 of the farther neighbour along each axis, with black (0) outside.
"""

from __future__ import annotations

from functools import cache

from generator.native.code import Code, Floats, Index
from generator.native.passes import factors
from generator.native.program import Arguments, Program
from generator.native.target import Target

FLOATS = ("x", "before", "y", "weight", "styles", "bias", "limit")
SIZES = ("height", "width", "ins", "colours", "samples", "has_before", "bands", "bias_step")
NEAR, FAR = 0.75, 0.25


@cache
def image(target: Target) -> Program:
    """x `[N, H, W, I]`, bfloat16 where the target multiplies that, before `[N, colours, H / 2, W / 2]` if has_before is
    1 -> y `[N, colours, H, W]`; weight `[colours, I]`, styles `[N, I]`, colours clamped to +-limit; bias_step:
    between the biases of two samples. A job computes one of `bands` equal parts of a sample's rows, at least as many
    pixels as a vector has places."""
    return Program(_write, target, FLOATS, SIZES)


def scratch_size(ins: int, width: int, colours: int) -> int:
    """Scratch float32 of a job."""
    return colours * ins + width // 2 + 2


def _write(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    sample, band = given.job // n["bands"], given.job % n["bands"]
    first, last = band * n["height"] // n["bands"], (band + 1) * n["height"] // n["bands"]
    styled, line = given.scratch, given.scratch[n["colours"] * n["ins"]]
    half, pixels = n["width"] // 2, n["height"] * n["width"]
    with code.loop(n["colours"]) as colour, code.loop(n["ins"], step=code.lanes) as channel:
        at = colour.index * n["ins"] + channel.index
        style = f["styles"][sample * n["ins"] + channel.index].vector()
        styled[at].store(f["weight"][at].vector() * style)
    _write_colours(code, target, given, sample, first * n["width"], last * n["width"], styled)
    whole = (half % code.lanes).below(1)  # vectors in a row of the image before
    rows = code.loop(last, first)
    with code.when(code.index(0).below(n["has_before"])), code.loop(n["colours"]) as colour, rows as row:
        plane = sample * n["colours"] + colour.index
        before, to = f["before"][plane * (n["height"] // 2) * half], f["y"][plane * pixels + row.index * n["width"]]
        with code.ir.if_else(whole) as (then, otherwise):
            with then:
                _add_doubled(code, row.index, n["height"] // 2, half, before, line, to)
            with otherwise:
                _add_doubled(code.scalars, row.index, n["height"] // 2, half, before, line, to)


def _write_colours(
    code: Code, target: Target, given: Arguments, sample: Index, first: Index, last: Index, styled: Floats
) -> None:
    """Compute pixels first .. last - 1 without the image before: a vector of them at a time; some of the last ones
    twice where their number is not a multiple of the vector."""
    f, n = given.floats, given.sizes
    words, pixels = n["ins"] // target.factors_a_word, n["height"] * n["width"]
    limit = f["limit"].everywhere()
    with code.loop(last, first, step=code.lanes) as group, code.loop(n["colours"]) as colour:
        pixel = group.index.at_most(last - code.lanes)
        places = [f["x"][(sample * pixels + pixel + k) * words] for k in range(code.lanes)]
        with code.loop(n["ins"], step=code.lanes, handed=[code.constant(0.0)] * code.lanes) as channel:
            weight = styled[colour.index * n["ins"] + channel.index].vector()
            channel.handing = [
                code.multiply_add(factors(target, place, channel.index), weight, value)
                for place, value in zip(places, channel.handed, strict=True)
            ]
        shown = code.sums(channel.handed) + f["bias"][sample * n["bias_step"] + colour.index].everywhere()
        shown = shown.or_if_greater(limit * -1.0).or_if_less(limit)
        f["y"][(sample * n["colours"] + colour.index) * pixels + pixel].store(shown)


def _add_doubled(code: Code, row: Index, height: Index, width: Index, before: Floats, line: Floats, to: Floats) -> None:
    """Add the image before, which is `height` x `width`, to a row at twice the size."""
    _write_line(code, row, height, width, before, line)
    with code.loop(width, step=code.lanes) as x:
        left, middle, right = (code.at(line[x.index + k]).vector() for k in range(3))
        doubled = code.in_turns(*(middle * NEAR + farther * FAR for farther in (left, right)))
        for k, value in enumerate(doubled):
            place = code.at(to[x.index * 2 + k * code.lanes])
            place.store(place.vector() + value)


def _write_line(code: Code, row: Index, height: Index, width: Index, before: Floats, line: Floats) -> None:
    """Upsample the image before along a row of the doubled one, with black at both ends."""
    near, far = row // 2, row // 2 + row % 2 * 2 - 1
    inside = far.inside(height)
    for end in (code.index(0), width + 1):
        line[end].store(code.scalars.constant(0.0))
    with code.loop(width, step=code.lanes) as x:
        nearer = code.at(before[near * width + x.index]).vector()
        farther = code.at(before[far * width + x.index].if_else(inside, before)).vector()
        line[x.index + 1].store(nearer * NEAR + farther.if_else(inside, code.constant(0.0)) * FAR)
