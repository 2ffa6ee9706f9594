"""Follow points of a picture by what the network computed there, where no mesh tells of a face.

A patch of feature maps is remembered when a point is taken; later it is the place of the highest normalised block
correlation near where it was last (compare Pan et al. 2023, DragGAN, section 3.3, which looks for the nearest single
feature). A feature of 16-64 px means "corner of a mouth" rather than a colour, so it is found again when light and
expression change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.errors import DirectionError
from generator.recipe.recipe import Floats, Recipe
from generator.render.engine import Engine

SCALES = (16, 32, 64)  # px of the maps
PATCH = 2  # cells of the finest map on each side of the point
REACH = 4  # cells on each side of the last place in which it is looked for
_TINY = 1e-8


@dataclass(frozen=True, eq=False)
class Maps:
    """What the network computed of one picture: `[1, C, h, h]` float32 for each of `SCALES` that it has."""

    scales: tuple[Tensor, ...]
    size: int  # px of the picture

    @property
    def cell(self) -> float:
        """Pixels of the picture to a cell of the finest map."""
        return self.size / self.scales[-1].shape[-1]


def check_picture(engine: Engine) -> None:
    """Raise `DirectionError` for a model whose pictures are not square, or transparent, or that has no W."""
    config = engine.config
    if not config.has_w:
        raise DirectionError(
            f"{engine.generator.name} has no W, in which faces are moved when they are grabbed; this needs a StyleGAN."
        )
    if not config.is_square or config.has_alpha:
        height, width = config.image_size
        kind = "transparent pictures" if config.is_square else f"pictures of {width} x {height} pixels"
        raise DirectionError(
            f"{engine.generator.name} draws {kind}; only square pictures without transparency can be grabbed."
        )


def check_has_features(engine: Engine) -> None:
    """Raise `DirectionError` for a model whose pictures cannot be followed."""
    check_picture(engine)
    if not engine.has_features:
        raise DirectionError(
            f"{engine.generator.name} is of the family {engine.config.family}, whose pictures cannot be grabbed: "
            "without a face, this needs a StyleGAN2 model."
        )


def look(engine: Engine, recipe: Recipe) -> Maps:
    """The maps of `recipe`'s picture. Raises `DirectionError` for a model that has none."""
    check_has_features(engine)
    sizes = [size for size in engine.config.block_resolutions if size in SCALES] or engine.config.block_resolutions[-1:]
    maps = tuple(torch.from_numpy(engine.features(recipe, size))[None] for size in sizes)
    return Maps(maps, engine.config.img_resolution)


class FeatureTracker:
    """Finds the points again that it was started with. Points are `[P, 2]` float32, x and y in pixels of the picture
    from its upper left corner."""

    def __init__(self, start: Maps, points: Floats) -> None:
        """points: where they are in the picture of `start`."""
        self._cell, self.size = start.cell, start.size
        self._norms = [_norms(maps) for maps in start.scales]
        self.points = torch.from_numpy(points).float()
        self._patches = self._sampled(start, self.points, PATCH)
        self._bias = self._found(start, self.points) - self.points  # a parabola misses the top of a skew hill

    def measure(self, maps: Maps, near: Floats | None = None) -> Floats:
        """Where the points are in the picture of `maps`, each at most `REACH` cells from `near`, or from where it was
        when it was taken."""
        centres = self.points if near is None else torch.from_numpy(near).float()
        return (self._found(maps, centres) - self._bias).numpy()

    def _found(self, maps: Maps, centres: Tensor) -> Tensor:
        seen = self._sampled(maps, centres, PATCH + REACH)
        scores = [F.conv2d(w[None], p[None])[0, 0] for w, p in zip(seen, self._patches, strict=True)]
        return centres + self._cell * torch.stack([_peak(score) for score in scores])

    def _sampled(self, maps: Maps, centres: Tensor, cells: int) -> Tensor:
        """Features `[P, C, n, n]` round each centre, n = 2 * cells + 1, of unit length at every place."""
        steps = torch.arange(-cells, cells + 1) * self._cell
        offsets = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), dim=-1)  # [n, n, 2]
        grid = (centres[:, None, None] + offsets) * (2 / self.size) - 1
        parts = [_at(found, norms, grid) for found, norms in zip(maps.scales, self._norms, strict=True)]
        return torch.cat(parts, dim=1) / math.sqrt(len(parts))


def _norms(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each map, so that no strong one outvotes the others."""
    return maps.mean(dim=(2, 3), keepdim=True), maps.std(dim=(2, 3), keepdim=True) + _TINY


def _at(maps: Tensor, norms: tuple[Tensor, Tensor], grid: Tensor) -> Tensor:
    """`[P, C, n, n]` at grid `[P, n, n, 2]` of -1..1, of unit length."""
    count, n = grid.shape[:2]
    normed = (maps - norms[0]) / norms[1]
    values = F.grid_sample(normed, grid.reshape(1, count * n, n, 2), padding_mode="border", align_corners=False)
    return F.normalize(values[0].reshape(-1, count, n, n).transpose(0, 1), dim=1)


def _peak(score: Tensor) -> Tensor:
    """x and y of the highest value of `[n, n]` from its centre, between cells by a parabola through its neighbours."""
    n = len(score)
    y, x = divmod(int(score.argmax()), n)
    middle = n // 2
    return torch.tensor([x + _vertex(score[y], x) - middle, y + _vertex(score[:, x], y) - middle])


def _vertex(line: Tensor, k: int) -> float:
    """How far the top of the parabola through k and its neighbours is from k: -0.5..0.5."""
    if not 0 < k < len(line) - 1:
        return 0.0
    before, here, after = line[k - 1 : k + 2].tolist()
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
