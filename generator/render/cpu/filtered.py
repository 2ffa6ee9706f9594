"""Filtered leaky ReLUs of StyleGAN3 by native programs."""

from __future__ import annotations

import torch
from torch import Tensor

from generator.native import filters
from generator.native.target import CACHE_LINE, Target
from generator.networks import ops
from generator.networks.filtered_activation import Resampling
from generator.render.cpu.threads import LatestWork, ThreadPool, Work, up_to_multiple

STRIP = 64  # columns of the result that a job computes, at most
BAND = 12  # rows that the pipeline takes at a time
CLOSE = 3e-4  # of a radial filter's largest part: parts below that are left away
PAGE = 1024  # float32: rows so far apart share a cache set


class NativeActivation:
    """The filtered activation of maps, of which there are whole cache lines."""

    def __init__(
        self,
        up_filter: Tensor,
        down_filter: Tensor,
        sizes: Resampling,
        clamp: float | None,
        target: Target,
        team: ThreadPool,
    ) -> None:
        """As for `filtered_activation`."""
        parts = separated(down_filter)
        self._sizes, self._target, self._team = sizes, target, team
        self._filters = filters.Filters(
            up=sizes.up,
            down=sizes.down,
            reach=sizes.up_taps // sizes.up,
            span=sizes.down_taps // sizes.down,
            shift=sizes.crop % sizes.down,
            rank=len(parts),
        )
        along_x = up_filter * sizes.up
        rows = [along_x, along_x * ops.GAIN, *(y for y, _ in parts), *(x for _, x in parts)]
        self._constants = {
            "taps": torch.cat(rows).float()[:, None].repeat(1, target.lanes),
            "limit": torch.tensor([torch.inf if clamp is None else float(clamp)]),
            "zeros": torch.zeros(CACHE_LINE),
        }
        self._work = LatestWork()

    def queue(self, x: Tensor, y: Tensor) -> None:
        """x `[N, C / 16, rows, columns, 16]`, of which the first `in_size` rows and columns count -> y
        `[N, C, out, out]`, channels_last, valid when the team has finished."""
        self._work.of(self._planned, *x.shape).queue({"x": x, "y": y})

    def _planned(self, samples: int, blocks: int, rows: int, across: int, line_size: int) -> Work:
        maps = blocks * line_size
        sizes, form = self._sizes, self._filters
        strips = -(-sizes.out_size // STRIP)
        strip = -(-sizes.out_size // strips)
        line = filters.width_of_strip(form, strip) * CACHE_LINE
        line += CACHE_LINE * (line % PAGE < CACHE_LINE)
        first = max(sizes.crop // form.up - (form.reach - 1), 0)
        last = (sizes.large_size - 1 + sizes.crop) // form.up
        begun = (form.shift - 1) % form.down  # the place in a row's values of the first that finishes a sum
        lag = (sizes.crop + form.second_taps - 1 - begun) // form.down - first * form.finished
        given = {
            "size": sizes.in_size,
            "across": across,
            "rows": rows,
            "maps": maps,
            "out": sizes.out_size,
            "strip": strip,
            "strips": strips,
            "crop": sizes.crop,
            "first": first,
            "steps": up_to_multiple(last + 1 - first, filters.GROUP),
            "band": BAND,
            "lag": lag,
            "line": line,
        }
        scratch_size = filters.scratch_size(form, strip, line, BAND)
        jobs = samples * (maps // CACHE_LINE) * strips
        load = samples * maps * sizes.large_size**2 * 16
        return Work(
            filters.activation(self._target, form), jobs, scratch_size, {**self._constants, **given}, self._team, load
        )


def separated(taps: Tensor) -> list[tuple[Tensor, Tensor]]:
    """A filter `[taps]` or `[taps, taps]` as the sum of outer products of filters along y and x, as many as matter."""
    if taps.ndim == 1:
        return [(taps, taps)]
    u, s, v = torch.linalg.svd(taps.double())
    count = int((s > s[0] * CLOSE).sum())
    return [(u[:, k] * s[k], v[k]) for k in range(count)]
