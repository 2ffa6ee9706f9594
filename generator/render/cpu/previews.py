"""Previews of networks that cannot stop early: small images from the maps of an early layer.

What the later layers add cannot be known, but much of it is the same for all faces: a linear map from the maps of a
pixel to its colours, fitted by least squares to some faces. On the shipped model's maps of 64 px, without its early
exits, eight faces give 23.7 dB to the full frame scaled down, where the early exit has 19.1; 32 px give 19.2 dB.

A StyleGAN may have come with such maps, the colours of its earlier levels, which may be stale: the first full image
says which still draw it, and those serve until all is learnt. Then two more faces say which are better, by level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from generator.networks import Generator, early_colours, ops
from generator.recipe import latent
from generator.recipe.recipe import Truncation

FACES, FIRST = 8, 3  # the faces that are seen, and after how many of them the first maps are fitted
HELD_OUT = 2  # faces to compare stored with learnt colours, where any are stored
FIRST_SEED = 1000  # of the faces
PSI = 0.7  # truncation of the faces
RIDGE = 1e-2  # of the mean power of the maps
SMALLEST = 32  # pixels of a preview


class LinearMap(NamedTuple):
    """Colours from maps."""

    weight: Tensor  # [C, colours]
    bias: Tensor  # [colours]

    def image(self, maps: Tensor) -> Tensor:
        """maps `[N, C, H, W]` -> `[N, colours, H, W]`."""
        n, _, height, width = maps.shape
        colours = torch.addmm(self.bias, _pixels(maps), self.weight)
        return colours.view(n, height, width, -1).permute(0, 3, 1, 2).contiguous()


class _Fit:
    """Least squares over the pixels of the images seen so far: sums of products, in float64."""

    def __init__(self) -> None:
        self._squares, self._products = torch.zeros(()), torch.zeros(())
        self._count = 0

    def add(self, maps: Tensor, image: Tensor) -> None:
        """maps `[1, C, h, w]`, image `[1, colours, h, w]`."""
        pixels = _pixels(maps)
        x = torch.cat([pixels, pixels.new_ones(len(pixels), 1)], dim=1).double()
        self._squares = self._squares + x.t() @ x
        self._products = self._products + x.t() @ _pixels(image).double()
        self._count += len(x)

    def solved(self) -> LinearMap:
        squares, products = self._squares / self._count, self._products / self._count
        ridge = RIDGE * squares.diagonal().mean() * torch.eye(len(squares), dtype=torch.float64)
        found = torch.linalg.solve(squares + ridge, products).float()
        return LinearMap(found[:-1].contiguous(), found[-1].contiguous())


class Previews:
    """The maps of each level of a network: stored ones that still draw a picture, then the better of those and of ones
    that are fitted one face after another; there are none until that is known."""

    def __init__(self, generator: Generator, levels: Sequence[int]) -> None:
        """levels: resolutions in pixels of early maps."""
        self._generator, self._levels, self._seen = generator, levels, 0
        self._fits: dict[int, _Fit] = {level: _Fit() for level in levels}
        found = {level: early_colours.colours(generator.early, level) for level in levels}
        self._stored = {level: LinearMap(*colours) for level, colours in found.items() if colours is not None}
        self._learnt: dict[int, LinearMap] = {}
        self._leads = dict.fromkeys(self._stored, 0.0)  # errors of learnt maps less those of stored ones
        self._faces = FACES + (HELD_OUT if self._stored else 0)
        self.is_unjudged = bool(self._stored)  # until `judge`
        self.maps: dict[int, LinearMap] = {}

    def unseen(self) -> Iterator[Tensor]:
        """W+ `[1, num_ws, w_dim]` of the faces that must still be seen: `see` each."""
        config = self._generator.config
        while self._levels and self._seen < self._faces:
            z = latent.z_from_seed(FIRST_SEED + self._seen, config.z_dim)
            w = self._generator.mapping(torch.from_numpy(np.ascontiguousarray(z)), self._class())
            ws = latent.broadcast(w, config.num_ws)
            yield latent.truncate(ws, self._generator.w_avg, Truncation(config.psi(PSI)))

    def _class(self) -> Tensor | None:
        """`[1, c_dim]`: the classes of the faces are spread over all; None where there are none."""
        count = self._generator.config.c_dim
        return torch.eye(1, count).roll(self._seen * count // FACES, 1) if count else None

    def see(self, maps: Mapping[int, Tensor], image: Tensor) -> None:
        """Learn from a face: its maps by level, and its full image `[1, colours, H, W]`."""
        for level, fit in self._fits.items():
            fit.add(maps[level], self._shrunk(image, level))
        if self._learnt:
            self._compare(maps, image)
        self._seen += 1
        if self._seen == FIRST:
            self.maps = {level: fit.solved() for level, fit in self._fits.items()} | self.maps
        if self._seen == FACES:
            self._learnt = {level: fit.solved() for level, fit in self._fits.items()}
            self._fits.clear()
        if self._seen == self._faces:
            better = {level for level, lead in self._leads.items() if lead > 0}
            self.maps = {level: self._stored[level] if level in better else m for level, m in self._learnt.items()}
            self.is_unjudged = False

    def judge(self, maps: Mapping[int, Tensor], image: Tensor) -> None:
        """Use those stored maps that are nearer to an image than its mean colour is: the image's maps by level, and the
        full image `[N, colours, H, W]`."""
        self.is_unjudged = False
        for level, stored in self._stored.items():
            small = self._shrunk(image, level)
            if _error(stored.image(maps[level]), small) < _error(small.mean(dim=(2, 3), keepdim=True), small):
                self.maps[level] = stored

    def _compare(self, maps: Mapping[int, Tensor], image: Tensor) -> None:
        """Learn from a face that nothing was fitted to how much better the stored maps are."""
        for level, stored in self._stored.items():
            small, level_maps = self._shrunk(image, level), maps[level]
            learnt = _error(self._learnt[level].image(level_maps), small)
            self._leads[level] += learnt - _error(stored.image(level_maps), small)

    def _shrunk(self, image: Tensor, level: int) -> Tensor:
        return ops.shrink(image, level, self._generator.config.img_resolution)

    def level(self, resolution: int) -> int | None:
        """The resolution of the maps for a preview of at most `resolution` pixels, if there is a smaller one; None as
        long as there are none."""
        return max((level for level in self.maps if level <= resolution), default=min(self.maps, default=None))


def _error(image: Tensor, expected: Tensor) -> float:
    """The mean square."""
    return float((image - expected).square().mean())


def _pixels(maps: Tensor) -> Tensor:
    """`[N, C, H, W]` as `[N H W, C]`."""
    return maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])
