"""Where the points of a face are that can be held: the mesh, and what it lacks, the pupils and the hairline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import grid_sample

from generator.faces.finder import SeenFace
from generator.grab.regions import Regions

_BELOW, _TOP = (8, 105, 334), (10, 67, 297)  # points of the mesh between which, and beyond which, hair begins
_CORNERS = (33, 133, 362, 263)  # of the right eye and of the left one
_FIRST, _LAST = 0.35, 1.65  # where it is looked for: shares of that way; brows are below
_ALONG, _ACROSS = 32, 5  # samples
_WIDTH = 0.1  # of the strip, in shares of the way
_SHARP = 12.0  # how sure a colour nearer to the hair's than to the skin's is hair

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shades:
    """The colours between which the hairline runs, `[3]` RGB in 0..1; NaN for hair that is hardly there."""

    hair: Tensor
    skin: Tensor

    @classmethod
    def of(cls, seen: SeenFace, regions: Regions) -> Shades:
        hair, skin, _ = torch.from_numpy(regions.shades(seen.pixels)).float()
        return cls(hair, skin)


def landmarks(seen: SeenFace, shades: Shades, pupils: Values | None = None) -> Values:
    """`[HELD_COUNT, 3]` in pixels of the picture: the mesh, the centres of the irises, three points where hair begins.

    pupils: `[2, 3]` where they are, if that is known: looking for them takes longer than the mesh. They are as deep as
    the corners of their eyes, the hairline as the edge of the mesh below it.
    """
    mesh = seen.mesh.astype(np.float64)
    if pupils is None:
        pupils = np.column_stack([seen.irises[:, 0, :2], middles_of_eyes(mesh)[:, 2]])
    picture = torch.from_numpy(seen.pixels).permute(2, 0, 1)[None].float() / 255
    edge = hairline(picture, torch.from_numpy(seen.mesh[:, :2]) / seen.pixels.shape[0], shades)
    hair = np.column_stack([edge.numpy() * seen.pixels.shape[0], mesh[list(_TOP), 2]])
    return np.concatenate([mesh, pupils, hair])


def middles_of_eyes(mesh: NDArray[np.floating]) -> Values:
    """Between the corners of the right and of the left eye, `[2, 3]`."""
    return np.asarray(mesh[list(_CORNERS)].reshape(2, 2, 3).mean(axis=1))


def hairline(picture: Tensor, mesh: Tensor, shades: Shades) -> Tensor:
    """Where hair begins on three ways up the forehead, `[3, 2]` as shares of the side; differentiable.

    picture: float32 `[1, 3, side, side]` in 0..1. mesh: `[468, 2]` as shares of the side. On a head without hair, it is
    the upper edge of the mesh.
    """
    below, top = mesh[list(_BELOW)], mesh[list(_TOP)]
    if not torch.isfinite(shades.hair).all():
        return top
    way = top - below
    aside = torch.stack([-way[:, 1], way[:, 0]], dim=1) * _WIDTH
    along, across = torch.linspace(_FIRST, _LAST, _ALONG), torch.linspace(-0.5, 0.5, _ACROSS)
    places = (below + along[:, None, None] * way)[:, None] + across[:, None, None] * aside  # [along, across, 3, 2]
    found = grid_sample(picture, 2 * places.reshape(1, _ALONG, -1, 2) - 1, padding_mode="border", align_corners=False)
    colours = found[0].reshape(3, _ALONG, _ACROSS, 3).mean(dim=2)  # [RGB, along, ways]
    apart = shades.skin - shades.hair
    likeness = torch.tensordot(apart, colours - shades.hair[:, None, None], 1) / (apart @ apart + 1e-6)
    is_skin = torch.sigmoid(_SHARP * (likeness - 0.5)).cummin(dim=0).values  # beyond the first hair is no skin
    return below + (_FIRST + (_LAST - _FIRST) * is_skin.mean(dim=0))[:, None] * way
