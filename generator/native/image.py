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
SIZES = ("height", "width", "ins", "colours", "samples", "has_before", "band")
TOGETHER = 4  # pixels whose sums are made side by side; the width is a multiple of it
NEAR, FAR = 0.75, 0.25


@cache
def image(target: Target) -> Program:
    """x `[N, H, W, I]`, bfloat16 where the target multiplies that, before `[N, colours, H / 2, W / 2]` if has_before is
    1 -> y `[N, colours, H, W]`; weight `[colours, I]`, styles `[N, I]`, colours clamped to +-limit. A job draws `band`
    rows of a sample."""
    return Program(_write, target, FLOATS, SIZES)


def scratch_size(ins: int, width: int, colours: int) -> int:
    """float32 that a job needs for itself."""
    return colours * ins + width // 2 + 2


def _write(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    bands = (n["height"] + n["band"] - 1) // n["band"]
    sample, first = given.job // bands, given.job % bands * n["band"]
    styled, line = given.scratch, given.scratch[n["colours"] * n["ins"]]
    words = n["ins"] // target.factors_a_word
    half, pixels = n["width"] // 2, n["height"] * n["width"]
    with code.loop(n["colours"]) as colour, code.loop(n["ins"], step=code.lanes) as channel:
        at = colour.index * n["ins"] + channel.index
        style = f["styles"][sample * n["ins"] + channel.index].vector()
        styled[at].store(f["weight"][at].vector() * style)
    rows = code.loop((first + n["band"]).at_most(n["height"]), first)
    with rows as row, code.loop(n["colours"]) as colour:  # so that a row of x is read from afar but once
        source = f["x"][(sample * pixels + row.index * n["width"]) * words]
        plane = sample * n["colours"] + colour.index
        to = f["y"][plane * pixels + row.index * n["width"]]
        _write_colours(code, target, given, source, styled[colour.index * n["ins"]], colour.index, to)
        with code.when(code.index(0).below(n["has_before"])):
            before = f["before"][plane * (n["height"] // 2) * half]
            _write_line(code.scalars, row.index, n["height"] // 2, half, before, line)
            _add_doubled(code.scalars, half, line, to)


def _write_colours(
    code: Code, target: Target, given: Arguments, source: Floats, styled: Floats, colour: Index, to: Floats
) -> None:
    """A row of the colour without what was before."""
    f, n = given.floats, given.sizes
    bias, limit = code.scalars.at(f["bias"][colour]).vector(), code.scalars.at(f["limit"]).vector()
    with code.loop(n["width"], step=TOGETHER) as pixel:
        words = n["ins"] // target.factors_a_word
        places = [source[(pixel.index + k) * words] for k in range(TOGETHER)]
        with code.loop(n["ins"], step=code.lanes, handed=[code.constant(0.0)] * TOGETHER) as channel:
            weight = styled[channel.index].vector()
            channel.handing = [
                code.multiply_add(factors(target, place, channel.index), weight, value)
                for place, value in zip(places, channel.handed, strict=True)
            ]
        for k, value in enumerate(channel.handed):
            shown = (code.sum(value) + bias).or_if_greater(limit * -1.0).or_if_less(limit)
            to[pixel.index + k].store(shown)


def _write_line(code: Code, row: Index, height: Index, width: Index, before: Floats, line: Floats) -> None:
    """The image before, along a row of the doubled one, with black at both ends."""
    near, far = row // 2, row // 2 + row % 2 * 2 - 1
    inside = far.inside(height)
    zero = code.constant(0.0)
    for end in (code.index(0), width + 1):
        line[end].store(zero)
    with code.loop(width) as x:
        nearer = code.at(before[near * width + x.index]).vector()
        farther = code.at(before[far * width + x.index].if_else(inside, before)).vector()
        line[x.index + 1].store(nearer * NEAR + farther.if_else(inside, zero) * FAR)


def _add_doubled(code: Code, width: Index, line: Floats, to: Floats) -> None:
    before, here = code.at(line).vector(), code.at(line[1]).vector()
    with code.loop(width, handed=[before, here]) as x:
        left, middle = x.handed
        right = code.at(line[x.index + 2]).vector()
        x.handing = [middle, right]
        for k, farther in enumerate((left, right)):
            place = to[x.index * 2 + k]
            place.store(code.at(place).vector() + (middle * NEAR + farther * FAR))
