"""3x3 convolutions as one matrix product per tap: for small maps, and for layers that double the size.

Each of the 9 taps of a weight is a product over all pixels. In a layer that doubles the size each is added to one of
four sums, for the places in a square of 2x2 new pixels; the low-pass filter [1, 3, 3, 1] / 4 follows, one axis after
the other. Only the sums of a few rows are stored, in a ring buffer that stays in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import accumulate

from generator.native.code import Code, Floats, Index, Loop, Vector
from generator.native.moments import MOMENTS, counted, moments_of
from generator.native.passes import ADAPTIVE, FLOATS, SIZES, Ending, Input, products, store_factors
from generator.native.program import Arguments, Program
from generator.native.target import CACHE_LINE, Target

TAPS = 9
PLACES = 4  # in a unit, see `doubling`
LOW_PASS = (0.25, 0.75, 0.75, 0.25)


@cache
def doubling(target: Target, adaptive: bool = False) -> Program:
    """A layer whose result has twice the size of its input.

    A unit of it is a square of 2x2 places between a pixel of the input and the one before, along both axes: the
    transposed convolution of stride 2 adds tap 0 of a pixel to the even place of its unit, tap 1 to the odd one,
    tap 2 to the even one of the next unit. So there is one more unit than pixels.

    adaptive: see `Input`; and the result is StyleGAN's, which doubles pixels, convolves, cuts off what lies outside of
    the image, and filters with [1, 2, 1] / 4. But for the cut this is the same, since [1, 1] for the doubling times
    [1, 2, 1] is [1, 3, 3, 1]. For the cut, sums are reflected at the edges with opposite sign.
    """
    return _program(_write_doubled, target, adaptive)


@cache
def same_size(target: Target, adaptive: bool = False) -> Program:
    """A layer whose result is as large as its input: a pixel is a unit of one place. adaptive: see `Input`."""
    return _program(_write_same, target, adaptive)


def taps_of_places(scale: int) -> list[list[tuple[int, int]]]:
    """Row and column in the weight of the taps whose products are summed in each place of a unit."""
    if scale == 1:
        return [[(y, x) for y in range(3) for x in range(3)]]
    return [[(y, x) for y in range(py, 3, 2) for x in range(px, 3, 2)] for py in range(2) for px in range(2)]


def table(scale: int, row: int, column: int) -> list[int]:
    """For each place the number of its first tap, then the number of taps; then for each tap the offset of its factor
    from the unit's own pixel, given the distances between rows and columns of pixels."""
    places = taps_of_places(scale)
    around = {0: -1, 1: 0, 2: 1} if scale == 1 else {0: 0, 1: 0, 2: -1}
    ways = [around[y] * row + around[x] * column for place in places for y, x in place]
    return [*accumulate((len(place) for place in places), initial=0), *ways]


def _program(write: Callable[..., None], target: Target, adaptive: bool) -> Program:
    """strip, strips: pixels of a row that a job computes, and how many jobs a row is; band, bands: the same of rows.
    step: rows whose sums are made at once. line, place: words between two rows and two places of the sums.
    across, gathered: pixels of a gathered row, and words of all. listed: units, and what a block may have more.
    weight: its taps in the order of `taps_of_places`. table: int64, see `table`."""
    sizes = ("strip", "strips", "step", "bands", "band", "line", "place", "across", "gathered", "listed")
    names = (*FLOATS, *ADAPTIVE * adaptive, "table")
    return Program(partial(write, adaptive=adaptive), target, names, (*SIZES, *sizes))


def _write_doubled(code: Code, target: Target, given: Arguments, adaptive: bool) -> None:
    job = _Job(code, target, given, 2, adaptive)
    job.clear()
    left, right = (job.left - 1).at_least(0), job.right + 1  # units; each pixel needs those around it
    with code.loop(job.bottom + 1, start=job.top - 1, step=given.sizes["step"]) as turn:
        first, last = turn.index, (turn.index + given.sizes["step"]).at_most(job.bottom + 1)
        job.add_products(first.at_least(0), last, left, right)
        if adaptive:
            job.reflect(first.at_least(0), last)
        rows = code.loop(last - 1, start=(first - 1).at_least(job.top))
        with rows as row, code.loop(target.columns, step=code.lanes) as lane:
            job.put_doubled(row.index, lane.index)


def _write_same(code: Code, target: Target, given: Arguments, adaptive: bool) -> None:
    job = _Job(code, target, given, 1, adaptive)
    with code.loop(job.bottom, start=job.top, step=given.sizes["step"]) as turn:
        first, last = turn.index, (turn.index + given.sizes["step"]).at_most(job.bottom)
        job.add_products(first, last, job.left, job.right)
        with code.loop(last, start=first) as row, code.loop(target.columns, step=code.lanes) as lane:
            job.put_same(row.index, lane.index)


class _Job:
    """The code for one block of output maps, for a band of rows of a strip of one sample."""

    def __init__(self, code: Code, target: Target, given: Arguments, scale: int, adaptive: bool) -> None:
        self._scale, self._places, self._adaptive = scale, scale**2, adaptive
        self._code, self._target, self._given = code, target, given
        self._f, self._n = given.floats, given.sizes
        n = self._n
        rest, strip = given.job // n["strips"], given.job % n["strips"]
        self._strip = strip
        rest, band = rest // n["bands"], rest % n["bands"]
        self._block, self._sample = rest // n["samples"], rest % n["samples"]
        self.top = band * n["band"]
        self.bottom = (self.top + n["band"]).at_most(n["height"])
        self.left = strip * n["strip"]
        self.right = (self.left + n["strip"]).at_most(n["width"])
        self._pixels = given.scratch
        self._sums = given.scratch[n["gathered"]]
        # where the pixel of each unit is, its sums, and a place of the result near those that end with them
        self._sources = self._sums[n["place"] * self._places]
        self._targets = self._sources[n["listed"] * 2]
        self._results = self._targets[n["listed"] * 2]

    def _line(self, row: Index) -> Index:
        """Where the sums of a row, counted from -1, begin in the ring, with those of the pixel before the strip."""
        slots = self._n["step"] + 2
        return (row + slots) % slots * self._n["line"]

    def clear(self) -> None:
        """Set all sums to zero: those before the first row and column stay zero."""
        with self._code.loop(self._n["place"] * self._places, step=self._code.lanes) as at:
            self._sums[at.index].store(self._code.constant(0.0))

    def add_products(self, first: Index, last: Index, left: Index, right: Index) -> None:
        """Sum all taps for the pixels (or units) of rows first .. last - 1 and columns left .. right - 1."""
        code, target, ways = self._code, self._target, self._f["table"]
        self._gather(first, last, left, right)
        count = self._list(first, last, left, right)
        words = self._n["ins"] // target.factors_a_word
        weight = self._f["weight"][self._block * words * (TAPS * target.columns)]
        nothing = [code.constant(0.0)] * (target.rows * target.vectors)
        with code.loop(self._places) as place, code.loop(count, step=target.rows) as at:
            taps = [ways[(place.index + k) * 2].stored_index() for k in range(2)]
            pixels = [self._pixels[self._sources[(at.index + r) * 2].stored_index()] for r in range(target.rows)]
            with code.loop(taps[1], start=taps[0], handed=nothing) as tap:
                way = ways[(tap.index + (self._places + 1)) * 2].stored_index()
                factors = weight[tap.index * words * target.columns]
                tap.handing = products(code, target, tap.handed, [pixel[way] for pixel in pixels], factors, words)
            self._fetch_results(place.index, at.index)
            sums = self._sums[place.index * self._n["place"]]
            places = [sums[self._targets[(at.index + r) * 2].stored_index()] for r in range(target.rows)]
            for k, value in enumerate(tap.handed):
                places[k // target.vectors][k % target.vectors * code.lanes].store(value)

    def reflect(self, first: Index, last: Index) -> None:
        """Of rows first .. last - 1 of units, make the odd places just outside of the image those just inside of it
        with opposite sign: first along rows, then whole rows."""
        code, n, columns = self._code, self._n, self._target.columns
        at_left, at_right = self.left.below(1), (n["width"] - 1).below(self.right)
        with code.loop(last, start=first) as row, code.loop(2) as y:
            line = self._sums[self._line(row.index) + y.index * 2 * n["place"]]
            end = (self.right - self.left + 1) * columns
            for at_edge, inner, outer in ((at_left, code.index(columns), code.index(0)), (at_right, end, end)):
                with code.when(at_edge):
                    self._negate(line[inner], line[outer + n["place"]], code.index(columns))
        whole = (self.right - self.left + 2) * columns
        for at, to in ((code.index(0), code.index(-1)), (n["height"], n["height"])):
            here = code.ir.and_((first - 1).below(at), at.below(last))
            with code.when(here), code.loop(2) as x:
                place = x.index * n["place"]
                source, reflected = (self._sums[self._line(row) + place] for row in (at, to))
                self._negate(source, reflected[n["place"] * 2], whole)

    def _negate(self, source: Floats, to: Floats, count: Index) -> None:
        with self._code.loop(count, step=self._code.lanes) as at:
            to[at.index].store(source[at.index].vector() * -1.0)

    def _fetch_results(self, place: Index, at: Index) -> None:
        """Prefetch what will be written for a block of units, the part of one place. Beyond the image this has no
        effect."""
        n, width = self._n, self._n["width"] * self._scale
        words = n["outs"] // self._target.factors_a_word
        sample = self._f["y"][self._sample * n["height"] * self._scale * width * words]
        first = self._block * (self._target.columns // self._target.factors_a_word)
        maps = sample[(place // self._scale * width + place % self._scale) * words + first]
        for r in range(self._target.rows):
            result = maps[self._results[(at + r) * 2].stored_index()]
            for line in range(0, self._target.columns // self._target.factors_a_word, CACHE_LINE):
                result[line].fetch(to_write=True)

    def _gather(self, first: Index, last: Index, left: Index, right: Index) -> None:
        """Gather the pixels of x, times the styles, and those around that a tap touches, with zeros outside of the
        image."""
        code, n, after = self._code, self._n, int(self._scale == 1)  # a unit needs no pixel after its own
        image = Input(code, self._target, self._given, self._sample, self._adaptive)
        with code.loop(last + after, first - 1) as row, code.loop(right + after, left - 1) as column:
            pixel = image.pixel(row.index, column.index)
            to = self._pixels[self._place_of(row.index - first, column.index - left)]
            with code.loop(n["ins"], step=code.lanes) as channel:
                value = image.styling(channel.index)(image.maps(pixel, channel.index))
                store_factors(self._target, to, channel.index, value)

    def _place_of(self, row: Index, column: Index) -> Index:
        """The place of a gathered pixel, counted from the first inner one."""
        return ((row + 1) * self._n["across"] + column + 1) * (self._n["ins"] // self._target.factors_a_word)

    def _list(self, first: Index, last: Index, left: Index, right: Index) -> Index:
        """List where pixels and their sums are, and return their number."""
        code, n, across = self._code, self._n, right - left
        with code.loop(last, first) as row, code.loop(right, left) as column:
            at = ((row.index - first) * across + (column.index - left)) * 2
            self._sources[at].store_index(self._place_of(row.index - first, column.index - left))
            sums = self._line(row.index) + (column.index - self.left + 1) * self._target.columns
            self._targets[at].store_index(sums)
            place = (row.index - (self._scale - 1)) * self._scale * n["width"] + column.index
            self._results[at].store_index(place * self._scale * (n["outs"] // self._target.factors_a_word))
        count = (last - first) * across
        with code.loop(count + self._target.rows, count) as beyond:  # a block may have more rows than remain
            self._sources[beyond.index * 2].store_index(self._place_of(code.index(0), code.index(0)))
            self._targets[beyond.index * 2].store_index(self._n["place"] - self._target.columns)
            self._results[beyond.index * 2].store_index(code.index(0))
        return count

    def put_same(self, row: Index, lane: Index) -> None:
        """End the layer for a row, and the maps of a vector from `lane` on."""
        end, sums = self._ending(lane), self._sums[self._line(row) + lane]
        with self._code.loop(self.right, start=self.left, handed=self._no_sums()) as column:
            value = sums[(column.index - self.left + 1) * self._target.columns].vector()
            column.handing = self._counted(column, [end.put(row, column.index, value)])
        self._store(column.handed, row, lane)

    def put_doubled(self, row: Index, lane: Index) -> None:
        """End the layer for two rows of the doubled size."""
        code, n, end = self._code, self._n, self._ending(lane)
        lines = [self._sums[self._line(row + k) + lane] for k in (-1, 0, 1)]

        def filtered_along(column: Index) -> list[Vector]:
            """For a unit: both rows' values for its even place, then for its odd one."""
            at = column * self._target.columns
            places = [[line[n["place"] * place + at].vector() for line in lines] for place in range(PLACES)]
            return [_filtered(places[x], places[2 + x], y) for x in range(2) for y in range(2)]

        before, here = filtered_along(code.index(0)), filtered_along(code.index(1))
        with code.loop(self.right, start=self.left, handed=[*self._no_sums(), *before, *here]) as column:
            following = filtered_along(column.index - self.left + 2)
            units = [column.handed[-8:-4], column.handed[-4:], following]
            ended = []
            for y in range(2):
                for x in range(2):
                    value = _filtered([unit[y] for unit in units], [unit[2 + y] for unit in units], x)
                    ended.append(end.put(row * 2 + y, column.index * 2 + x, value))
            column.handing = [*self._counted(column, ended), *units[1], *units[2]]
        self._store(column.handed, row, lane)

    def _no_sums(self) -> list[Vector]:
        """The moments of no pixels, where moments are wanted."""
        return [self._code.constant(0.0)] * (MOMENTS - 1) * self._adaptive

    def _counted(self, column: Loop, ended: list[Vector]) -> list[Vector]:
        """The moments with what a column, or two, of a row of a strip ended as."""
        sums = column.handed[: MOMENTS - 1]
        return counted(self._code, sums, ended, column.index.below(self.left + 1)) if self._adaptive else []

    def _store(self, handed: list[Vector], row: Index, lane: Index) -> None:
        """Store the moments of a row of a strip, which begin `handed`."""
        if self._adaptive:
            n, out = self._n, self._block * self._target.columns + lane
            part = row * n["strips"] + self._strip
            places = moments_of(self._given, self._sample, n["height"] * n["strips"], part, out)
            count = self._code.number((self.right - self.left) * self._places)
            for place, value in zip(places, [*handed[: MOMENTS - 1], count], strict=True):
                place.store(value)

    def _ending(self, lane: Index) -> Ending:
        out, height, width = self._block * self._target.columns + lane, self._n["height"], self._n["width"]
        size = height * self._scale, width * self._scale
        return Ending(self._code, self._target, self._given, self._sample, out, *size)


def _filtered(even: list[Vector], odd: list[Vector], place: int) -> Vector:
    """The low-pass filter at a place (0 even, 1 odd) of a unit, from the even and odd places of the units before, at
    and after it."""
    line = [odd[0], even[1], odd[1], even[2], odd[2]]
    around = line[place : place + len(LOW_PASS)]
    return (around[0] + around[3]) * LOW_PASS[0] + (around[1] + around[2]) * LOW_PASS[1]
