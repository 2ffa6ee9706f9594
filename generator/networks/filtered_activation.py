"""Leaky ReLU that creates no aliases (Karras et al. 2021, section 3.2): up, activate, down.

The nonlinearity works on maps several times larger, which would not fit a CPU's cache: there, tiles (some maps, some
rows) go through all steps one after the other, which is up to six times as fast. Filters are applied one axis at a
time unless they are radial.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.networks.ops import GAIN, LEAK, clamped, scaled

TILE_MAPS = 32
TILE_BYTES = 6 * 2**20  # of a tile at its largest


@dataclass(frozen=True)
class Resampling:
    """How a filtered activation changes the size of its maps; all maps are square."""

    up: int  # factor of the first filter
    down: int  # factor of the second
    up_taps: int
    down_taps: int
    in_size: int
    out_size: int

    @property
    def large_size(self) -> int:
        """Pixels on a side of the maps in between."""
        return (self.out_size - 1) * self.down + self.down_taps

    @property
    def crop(self) -> int:
        """Pixels of the fully filtered large map that are left away on each side, which centres it (appendix C.3)."""
        return ((self.in_size - 1) * self.up + self.up_taps - self.large_size) // 2


def filtered_activation(
    x: Tensor, up_filter: Tensor, down_filter: Tensor, sizes: Resampling, clamp: float | None
) -> Tensor:
    """x `[N, C, in, in]` -> `[N, C, out, out]`: upsample, leaky ReLU * sqrt(2), clamp to +-clamp, downsample.

    up_filter `[up_taps]`; down_filter `[down_taps]`, or `[down_taps, down_taps]` where it is radial.
    """
    if x.device.type != "cpu" or _is_traced():  # a graph would consist of tiles
        return _tile(x, up_filter, down_filter, sizes, clamp, 0, sizes.out_size)
    row_bytes = sizes.down * sizes.large_size * min(TILE_MAPS, x.shape[1]) * x.element_size()
    step = max(8, TILE_BYTES // row_bytes)
    shape = (x.shape[0], x.shape[1], sizes.out_size, sizes.out_size)
    result = torch.empty(shape, dtype=x.dtype, memory_format=torch.channels_last)
    for n in range(x.shape[0]):
        for c in range(0, x.shape[1], TILE_MAPS):
            maps = x[n : n + 1, c : c + TILE_MAPS].contiguous(memory_format=torch.channels_last)
            for start in range(0, sizes.out_size, step):
                stop = min(start + step, sizes.out_size)
                tile = _tile(maps, up_filter, down_filter, sizes, clamp, start, stop)
                result[n : n + 1, c : c + TILE_MAPS, start:stop] = tile
    return result


def _is_traced() -> bool:
    return bool(torch.jit.is_tracing())  # type: ignore[attr-defined, no-untyped-call]


def _tile(
    x: Tensor, up_filter: Tensor, down_filter: Tensor, sizes: Resampling, clamp: float | None, start: int, stop: int
) -> Tensor:
    """Rows `start` to `stop` of the result."""
    up, taps = sizes.up, sizes.up_taps
    top = start * sizes.down + sizes.crop  # rows of the fully filtered large map, before cropping
    bottom = (stop - 1) * sizes.down + sizes.down_taps + sizes.crop
    first = max(0, (top - taps) // up + 1)  # the first row of x that a tap of row `top` touches
    last = min(sizes.in_size, (bottom - 1) // up + 1)
    x = _upsample(x[:, :, first:last], up_filter.to(x.dtype) * up, up, sizes.crop)
    x = x[:, :, top - first * up : bottom - first * up]
    x = scaled(F.leaky_relu_(x, LEAK), GAIN)
    if clamp is not None:
        x = clamped(x, clamp)
    return _downsample(x, down_filter.to(x.dtype), sizes.down)


def _upsample(x: Tensor, taps: Tensor, factor: int, crop: int) -> Tensor:
    """Insert zeros and filter; `crop` columns are left away on both sides, the rows are whole."""
    channels = x.shape[1]
    x = F.conv_transpose2d(x, _each(taps[None, :], channels), stride=(1, factor), padding=(0, crop), groups=channels)
    return F.conv_transpose2d(x, _each(taps[:, None], channels), stride=(factor, 1), groups=channels)


def _downsample(x: Tensor, taps: Tensor, factor: int) -> Tensor:
    """Filter and keep every `factor`-th pixel, where all taps lie inside x."""
    channels = x.shape[1]
    if taps.ndim == 2:
        return F.conv2d(x, _each(taps, channels), stride=factor, groups=channels)
    x = F.conv2d(x, _each(taps[None, :], channels), stride=(1, factor), groups=channels)
    return F.conv2d(x, _each(taps[:, None], channels), stride=(factor, 1), groups=channels)


def _each(taps: Tensor, channels: int) -> Tensor:
    """taps `[h, w]` -> `[channels, 1, h, w]`: every map is filtered by itself."""
    return taps.expand(channels, 1, -1, -1).contiguous()
