"""Leaky ReLU between two resamplings (Karras et al. 2021, section 3.2) in one pass: the maps at the high sampling rate
exist in registers only.

Both filters are applied one axis after the other. A job works on a strip of columns from top to bottom, for as many
maps as a cache line holds. Rows are upsampled along x. Each column of them then goes through a pipeline along y that
keeps the last rows of the input and the unfinished sums of the result: a row of the input becomes rows at the high
rate, which are activated and added to the sums. What it finishes is downsampled along x. A radial filter, which has no
axes, is a sum of a few products of two that have: its singular value decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

from generator.native.code import Code, Floats, Index, Vector
from generator.native.program import Arguments, Program
from generator.native.target import CACHE_LINE, Target

LEAK = 0.2
GROUP = 4  # steps of the pipeline that are unrolled
PIXELS = 2  # of the result that are downsampled at once
FLOATS = ("x", "y", "taps", "limit", "zeros")
SIZES = ("size", "across", "rows", "maps", "out", "strip", "strips", "crop", "first", "steps", "band", "lag", "line")


@dataclass(frozen=True)
class Filters:
    """What a program is written for."""

    up: int  # factor of the first filter
    down: int  # factor of the second, which divides the first
    reach: int  # taps of the first, over its factor
    span: int  # taps of the second, over its factor
    shift: int  # remainder of the pixels cropped at the high rate, divided by `down`
    rank: int = 1  # products whose sum is the second filter

    @property
    def finished(self) -> int:
        """Rows of the result that a row of the input finishes."""
        return self.up // self.down

    @property
    def sums(self) -> int:
        """Rows of the result that are unfinished between two rows of the input."""
        return self.span if self.shift else self.span - 1

    @property
    def state(self) -> int:
        """Values that the pipeline keeps of a column and a map."""
        return self.reach - 1 + self.rank * self.sums

    @property
    def first_taps(self) -> int:
        return self.up * self.reach

    @property
    def second_taps(self) -> int:
        return self.down * self.span


USUAL = (Filters(2, 2, 6, 6, 0), Filters(4, 2, 6, 6, 1), Filters(2, 2, 6, 6, 0, rank=2), Filters(4, 2, 6, 6, 1, rank=2))
"""Of layers that keep the sampling rate, or double it, of configurations T and R."""


@cache
def activation(target: Target, filters: Filters) -> Program:
    """x `[N, maps / 16, rows, across, 16]`, of which the first `size` rows and columns count -> y
    `[N, out, out, maps]`.

    taps: vectors with a tap in all places: of the first filter along x, then along y, then for each product those of
    the second along y, then along x for each. limit: +-limit clamps what is activated. zeros: a cache line.
    strip, strips: columns of the result that a job computes, and how many jobs a row is. crop: pixels at the high rate
    left away on each side. first, steps: the first row of x that the pipeline takes, and how many, a multiple of
    `GROUP`; band: how many at a time. lag: finished rows before the result begins. line: words between two rows of
    the strip at the high rate.
    """
    return Program(partial(_write, filters=filters), target, FLOATS, SIZES)


def width_of_strip(filters: Filters, strip: int) -> int:
    """The most columns at the high rate that `strip` columns of the result need, in whole columns of x."""
    return (strip - 1) * filters.down + filters.second_taps + 2 * filters.up


def scratch_size(filters: Filters, strip: int, line: int, band: int) -> int:
    """Scratch float32 of a job."""
    state = width_of_strip(filters, strip) * filters.state * CACHE_LINE
    values = GROUP * filters.up * CACHE_LINE
    return state + values + band * line * (1 + filters.finished * filters.rank)


def _write(code: Code, target: Target, given: Arguments, filters: Filters) -> None:
    job = _Job(code, target, given, filters)
    job.clear()
    n = given.sizes
    with code.loop(n["steps"], step=n["band"]) as band:
        count = (n["steps"] - band.index).at_most(n["band"])
        with code.loop(count) as row:
            job.raise_row(n["first"] + band.index + row.index, row.index)
        job.pass_columns(count)
        with code.loop(count * filters.finished) as row:
            out = band.index * filters.finished + row.index - n["lag"]
            with code.when(out.inside(n["out"])):
                job.lower_row(row.index, out)


class _Job:
    """The code for a strip of one sample, and a cache line of its maps."""

    def __init__(self, code: Code, target: Target, given: Arguments, filters: Filters) -> None:
        self._code, self._filters, self._f, self._n = code, filters, given.floats, given.sizes
        n, up, down = self._n, filters.up, filters.down
        rest, strip = given.job // n["strips"], given.job % n["strips"]
        blocks = n["maps"] // CACHE_LINE
        sample, block = rest // blocks, rest % blocks
        self._left = strip * n["strip"]
        self._right = (self._left + n["strip"]).at_most(n["out"])
        begin = self._left * down + n["crop"]  # at the high rate, before cropping
        end = (self._right - 1) * down + n["crop"] + filters.second_taps
        self._from, self._to = begin // up, (end - 1) // up + 1  # columns of x
        self._begin, self._width = begin - self._from * up, (self._to - self._from) * up
        self._x = self._f["x"][(sample * blocks + block) * n["rows"] * n["across"] * CACHE_LINE]
        self._y = self._f["y"][sample * n["out"] * n["out"] * n["maps"] + block * CACHE_LINE]
        self._raised = given.scratch
        self._lowered = self._raised[n["band"] * n["line"]]
        self._values = self._lowered[n["band"] * n["line"] * (filters.finished * filters.rank)]
        self._state = self._values[GROUP * up * code.lanes]

    def _tap(self, number: int) -> Vector:
        return self._f["taps"][number * self._code.lanes].vector()

    def clear(self) -> None:
        with self._code.loop(self._width * (self._filters.state * CACHE_LINE), step=self._code.lanes) as at:
            self._state[at.index].store(self._code.constant(0.0))

    def raise_row(self, row: Index, to: Index) -> None:
        """Upsample a row of x along x."""
        code, n, filters = self._code, self._n, self._filters
        is_inside, line = row.inside(n["size"]), self._raised[to * n["line"]]
        start = self._x[row * n["across"] * CACHE_LINE]

        def value(column: Index, lane: Index) -> Vector:
            exists = code.ir.and_(is_inside, column.inside(n["size"]))
            return start[column * CACHE_LINE].if_else(exists, self._f["zeros"])[lane].vector()

        with code.loop(CACHE_LINE, step=code.lanes) as lane:
            before = [value(self._from - k, lane.index) for k in range(filters.reach - 1, 0, -1)]
            with code.loop(self._to, start=self._from, handed=before) as column:
                window = [*column.handed, value(column.index, lane.index)]
                column.handing = window[1:]
                for phase, raised in enumerate(self._upsampled(window, 0)):
                    at = (column.index - self._from) * filters.up + phase
                    line[at * CACHE_LINE + lane.index].store(raised)

    def _upsampled(self, window: list[Vector], first: int) -> list[Vector]:
        """Values at the high rate from the newest of the window on. first: the number of the filter's first tap."""
        up, values = self._filters.up, []
        for phase in range(up):
            taps = [self._tap(first + phase + up * k) for k in range(len(window))]
            value = window[-1] * taps[0]
            for k in range(1, len(window)):
                value = self._code.multiply_add(window[-1 - k], taps[k], value)
            values.append(value)
        return values

    def pass_columns(self, count: Index) -> None:
        """Let `count` raised rows of all columns pass the pipeline."""
        code, n, filters = self._code, self._n, self._filters
        limit = self._f["limit"].everywhere()
        limits = limit * -1.0, limit
        with code.loop(self._width) as column, code.loop(CACHE_LINE, step=code.lanes) as lane:
            at = column.index * CACHE_LINE + lane.index
            state = self._state[column.index * (filters.state * CACHE_LINE) + lane.index]
            kept = [state[k * CACHE_LINE] for k in range(filters.state)]
            with code.loop(count, step=GROUP, handed=[place.vector() for place in kept]) as group:
                source = self._raised[group.index * n["line"] + at]
                to = self._lowered[group.index * n["line"] * (filters.finished * filters.rank) + at]
                group.handing = self._passed(group.handed, source, to, limits)
            for place, value in zip(kept, group.handed, strict=True):
                place.store(value)

    def _passed(self, state: list[Vector], source: Floats, to: Floats, limits: tuple[Vector, Vector]) -> list[Vector]:
        """Let a group of rows of a column pass: the state after it. Finished rows are stored from `to` on.

        With several products the values at the high rate pass through memory, so that only one product's sums need
        registers at a time.
        """
        filters, n = self._filters, self._n
        window, sums = state[: filters.reach - 1], state[filters.reach - 1 :]
        products = [sums[k * filters.sums : (k + 1) * filters.sums] for k in range(filters.rank)]
        for row in range(GROUP):
            window = [*window, source[n["line"] * row].vector()]
            values = [self._activated(value, limits) for value in self._upsampled(window, filters.first_taps)]
            window = window[1:]
            if filters.rank == 1:
                products[0] = self._summed(products[0], values, 0, to, row)
            else:
                self._keep(row, values)
        for product in range(filters.rank) if filters.rank > 1 else ():
            for row in range(GROUP):
                products[product] = self._summed(products[product], self._kept(row), product, to, row)
        return [*window, *(value for sums in products for value in sums)]

    def _keep(self, row: int, values: list[Vector]) -> None:
        for k, value in enumerate(values):
            self._values[(row * self._filters.up + k) * self._code.lanes].store(value)

    def _kept(self, row: int) -> list[Vector]:
        up, lanes = self._filters.up, self._code.lanes
        return [self._values[(row * up + k) * lanes].vector() for k in range(up)]

    def _activated(self, value: Vector, limits: tuple[Vector, Vector]) -> Vector:
        """The gain is in the taps."""
        return value.or_if_greater(value * LEAK).or_if_greater(limits[0]).or_if_less(limits[1])

    def _summed(self, sums: list[Vector], values: list[Vector], product: int, to: Floats, row: int) -> list[Vector]:
        """The unfinished sums of a product, the oldest first, after a row's values at the high rate. What they finish
        is stored at once, before the taps are needed again: LLVM then reads these where it multiplies."""
        filters = self._filters
        first = 2 * filters.first_taps + product * filters.second_taps
        number = row * filters.finished  # of the finished row
        for k, value in enumerate(values):
            phase = (k - filters.shift) % filters.down
            taps = [self._tap(first + phase + filters.down * k) for k in range(filters.span)]  # of the newest first
            older = reversed(taps[1:] if phase == 0 else taps)
            sums = [self._code.multiply_add(value, tap, total) for total, tap in zip(sums, older, strict=True)]
            if phase == 0:
                sums.append(value * taps[0])
            if phase == filters.down - 1:
                to[self._n["line"] * (number * filters.rank + product)].store(sums.pop(0))
                number += 1
        return sums

    def lower_row(self, row: Index, out: Index) -> None:
        """Downsample a finished row along x, into row `out` of y."""
        code, n, filters = self._code, self._n, self._filters
        lines = [self._lowered[(row * filters.rank + product) * n["line"]] for product in range(filters.rank)]
        first = 2 * filters.first_taps + filters.rank * filters.second_taps
        lanes = range(0, CACHE_LINE, code.lanes)
        with code.loop(self._right, start=self._left, step=PIXELS) as pixel:
            pixels = [(pixel.index + k).at_most(self._right - 1) for k in range(PIXELS)]  # the last one repeatedly
            starts = [((at - self._left) * filters.down + self._begin) * CACHE_LINE for at in pixels]
            sums: list[Vector] = []
            for product, line in enumerate(lines):
                for k in range(filters.second_taps):
                    tap = self._tap(first + product * filters.second_taps + k)
                    values = [line[at + (k * CACHE_LINE + lane)].vector() for at in starts for lane in lanes]
                    sums = self._added(sums, values, tap)
            places = [self._y[(out * n["out"] + at) * n["maps"]][lane] for at in pixels for lane in lanes]
            for place, value in zip(places, sums, strict=True):
                place.store(value)

    def _added(self, sums: list[Vector], values: list[Vector], tap: Vector) -> list[Vector]:
        """sums plus values times tap; without sums only those."""
        if not sums:
            return [value * tap for value in values]
        return [self._code.multiply_add(value, tap, total) for value, total in zip(values, sums, strict=True)]
