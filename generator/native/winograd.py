"""3x3 convolution with a quarter of the multiplications or fewer, with tiles that are transformed within the cache.

Winograd's minimal filtering F(4x4, 3x3) or F(6x6, 3x3) (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural
Networks", section 4.3): tiles of 6x6 or 8x8 pixels that overlap by 2 and the weights are transformed, multiplied
channel by channel for each of the 36 or 64 positions, and transformed back to 4x4 or 6x6 pixels. In float32 the error
of F(4x4) is about 5e-5 of the result's deviation, ten times a plain convolution's, and that of F(6x6) up to 1.4e-4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import count

from generator.native.beside import BESIDE, doubled_beside
from generator.native.code import Code, Floats, Index, Vector
from generator.native.minimal import F4, Minimal
from generator.native.moments import counted, moments_of
from generator.native.passes import ADAPTIVE, FLOATS, SIZES, Ending, Input, Scaled, products, store_factors
from generator.native.program import Arguments, Program
from generator.native.target import CACHE_LINE, Target

PAD = 16  # words between positions, which otherwise would share a cache set


@cache
def convolution(target: Target, adaptive: bool = False, beside: bool = False) -> Program:
    """A layer whose result is as large as its input, a multiple of 4 pixels, in groups of tiles.

    adaptive: see `Input`. beside: the float32 maps of that name, `[N, H / 2, W / 2, O]`, are added to the result at
    twice their size, see `generator.native.beside`.
    group: tiles in a group, a multiple of the target's rows; groups: in an image; part: blocks of output maps that a
    job computes. position, sums: words between two positions of transformed tiles and of their sums. ahead: how many
    tiles later a thread's next group may begin. lines, columns: tiles of an image along y and x. chunk: blocks whose
    sums are kept at once: a position's tiles are read as often as there are chunks. depth: maps of the input that a
    block reads, all or those of its group.
    """
    return _program(target, _Kind(F4, Ending, pad=1, adaptive=adaptive), ADAPTIVE * adaptive + BESIDE * beside)


@cache
def padded(target: Target, minimal: Minimal) -> Program:
    """A convolution of all places that a tap touches, so that its result has two more rows and columns than its input:
    times norms, plus bias, without noise and activation. The result is in whole tiles, of which the last rows and
    columns may count for nothing. The sizes of `convolution`."""
    return _program(target, _Kind(minimal, Scaled, pad=2))


@dataclass(frozen=True)
class _Kind:
    """How a program differs from others: what follows the convolution, the pixels around the input that count, and
    whether the styles are adaptive."""

    minimal: Minimal
    ending: type[Scaled]
    pad: int
    adaptive: bool = False


def _program(target: Target, kind: _Kind, more: tuple[str, ...] = ()) -> Program:
    sizes = ("group", "groups", "part", "position", "sums", "ahead", "lines", "columns", "chunk", "depth")
    return Program(partial(_write, kind=kind), target, (*FLOATS, *more), (*SIZES, *sizes))


def _write(code: Code, target: Target, given: Arguments, kind: _Kind) -> None:
    """A job: a group of tiles of one sample, and some blocks of output maps."""
    f, n = given.floats, given.sizes
    rest, part = given.job % (n["samples"] * n["groups"]), given.job // (n["samples"] * n["groups"])
    sample, first = rest // n["groups"], rest % n["groups"] * n["group"]
    columns, words, depth = n["columns"], *(n[maps] // target.factors_a_word for maps in ("ins", "depth"))
    tiles, positions = (columns * n["lines"] - first).at_most(n["group"]), kind.minimal.positions
    transformed, sums = given.scratch, given.scratch[n["position"] * positions]
    with code.loop(n["group"]) as tile:  # also beyond the last: stale memory can be very slow to multiply
        at = first + tile.index
        image, to = Input(code, target, given, sample, kind.adaptive), transformed[tile.index * words]
        _write_input(code, target, given, image, at // columns, at % columns, to, kind)
    last = ((part + 1) * n["part"]).at_most(n["outs"] // target.columns)
    with code.loop(last, part * n["part"], step=n["chunk"]) as chunk:
        end = (chunk.index + n["chunk"]).at_most(last)
        with code.loop(positions) as p:
            with code.when(chunk.index.below(part * n["part"] + 1)):
                _fetch_input(code, target, given, sample, first + p.index + n["ahead"], kind.minimal.step)
            with code.loop(end, chunk.index) as block:
                _fetch_result(code, target, given, sample, first + p.index, block.index, kind)
                weight = f["weight"][(block.index * positions + p.index) * depth * target.columns]
                left = transformed[p.index * n["position"] + block.index * depth % words]
                right = sums[((block.index - chunk.index) * positions + p.index) * n["sums"]]
                _write_products(code, target, tiles, words, depth, left, weight, right)
        lanes = code.loop(target.columns, step=code.lanes)
        with code.loop(end, chunk.index) as block, code.loop(tiles) as tile, lanes as lane:
            at, out = first + tile.index, block.index * target.columns + lane.index
            source = sums[(block.index - chunk.index) * positions * n["sums"]]
            source = source[tile.index * target.columns + lane.index]
            _write_output(code, target, given, sample, at // columns, at % columns, source, out, kind)


def _write_products(
    code: Code, target: Target, tiles: Index, words: Index, depth: Index, left: Floats, weight: Floats, right: Floats
) -> None:
    """Multiply the tiles of a position, from `left` on, into the sums from `right` on."""
    with code.loop(tiles, step=target.rows) as tile:
        rows = [left[(tile.index + r) * words] for r in range(target.rows)]
        place = right[tile.index * target.columns]
        nothing = [code.constant(0.0)] * (target.rows * target.vectors)
        for k, value in enumerate(products(code, target, nothing, rows, weight, depth)):
            place[k * code.lanes].store(value)


def _fetch_input(code: Code, target: Target, given: Arguments, sample: Index, tile: Index, step: int) -> None:
    """While products are computed, prefetch a tile that this thread will probably compute next: the processor cannot
    predict such reads."""
    columns, image = given.sizes["columns"], Input(code, target, given, sample)
    with code.loop(step) as y, code.loop(step) as x:
        image.fetch(tile // columns * step + y.index + 1, tile % columns * step + x.index + 1)


def _fetch_result(
    code: Code, target: Target, given: Arguments, sample: Index, tile: Index, block: Index, kind: _Kind
) -> None:
    """Prefetch what will be written."""
    columns, step = given.sizes["columns"], kind.minimal.step
    lanes = code.loop(target.columns, step=CACHE_LINE * target.factors_a_word)
    with code.loop(step) as y, code.loop(step) as x, lanes as lane:
        end = _end(code, target, given, sample, block * target.columns + lane.index, kind)
        end.fetch(tile // columns * step + y.index, tile % columns * step + x.index)


def _write_input(
    code: Code, target: Target, given: Arguments, image: Input, row: Index, column: Index, to: Floats, kind: _Kind
) -> None:
    """Transform a tile of the styled image, zeros outside of it. One part of its columns after the other, because the
    registers cannot hold all. Styles that only multiply do so at the end."""
    n, minimal = given.sizes, kind.minimal
    lines = [row * minimal.step + (k - kind.pad) for k in range(minimal.tile)]
    places = [column * minimal.step + (k - kind.pad) for k in range(minimal.tile)]
    pixels = [[image.pixel(y, x) for x in places] for y in lines]
    with code.loop(n["ins"], step=code.lanes) as channel:
        styled = image.styling(channel.index)
        before, after = (styled, _same) if image.is_adaptive else (_same, styled)
        numbers = count()
        for part in minimal.parts:
            rows = [part([before(image.maps(pixel, channel.index)) for pixel in line]) for line in pixels]
            for line in zip(*rows, strict=True):
                x = next(numbers)
                for y, value in enumerate(value for transform in minimal.parts for value in transform(line)):
                    at = to[n["position"] * (y * minimal.tile + x)]
                    store_factors(target, at, channel.index, after(value))


def _write_output(
    code: Code,
    target: Target,
    given: Arguments,
    sample: Index,
    row: Index,
    column: Index,
    source: Floats,
    out: Index,
    kind: _Kind,
) -> None:
    """Transform a tile of sums back, and end the layer for its pixels."""
    n, minimal = given.sizes, kind.minimal
    end = _end(code, target, given, sample, out, kind)
    places = [[source[n["sums"] * (y * minimal.tile + x)] for y in range(minimal.tile)] for x in range(minimal.tile)]
    columns = [minimal.output([place.vector() for place in column]) for column in places]
    added = doubled_beside(code, given, sample, row, column, out) if BESIDE[0] in given.floats else {}
    ended: list[Vector] = []
    for y, line in enumerate(zip(*columns, strict=True)):
        for x, value in enumerate(minimal.output(line)):
            ended.append(end.put(row * minimal.step + y, column * minimal.step + x, value, added.get((y, x))))
    if kind.adaptive:
        _count(code, given, sample, row * n["columns"] + column, out, ended)


def _count(code: Code, given: Arguments, sample: Index, tile: Index, out: Index, ended: Sequence[Vector]) -> None:
    """Add the pixels of a tile to the moments of its group."""
    n = given.sizes
    group, number = tile // n["group"], tile % n["group"]
    *sums, count = moments_of(given, sample, n["groups"], group, out)
    old = [code.constant(0.0).if_else(number.below(1), place.vector()) for place in sums]
    for place, value in zip(sums, counted(code, old, ended, number.below(1)), strict=True):
        place.store(value)
    count.store(code.number((number + 1) * len(ended)))


def _same(value: Vector) -> Vector:
    return value


def _end(code: Code, target: Target, given: Arguments, sample: Index, out: Index, kind: _Kind) -> Scaled:
    n, step = given.sizes, kind.minimal.step
    return kind.ending(code, target, given, sample, out, n["lines"] * step, n["columns"] * step)
