"""What a look is given: the face in a picture and, where an open model made it, what that model computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.attributes.face import VIEW, Face
from generator.cues.cue import Box, Heat, Look
from generator.cues.texture import Values, textures
from generator.recipe.recipe import Floats

Pixels = NDArray[np.uint8]
LEAST_SIZE = 96.0  # pixels of a face below which nothing here can be judged


@dataclass(frozen=True, eq=False)
class Workings:
    """What the network computed on its way to the picture; see `generator.cues.workings`."""

    family: str  # of the generator: "stylegan1", "stylegan2", ..., a key of `generator.config.FAMILIES`
    maps: Mapping[int, Floats] = field(default_factory=dict)  # [C, h, h] after the block of h pixels, by h


@dataclass(eq=False)
class Evidence:
    """A face, and the workings of the network that made it (None for any other picture).

    Looks measure in the view of `Face`: uint8 [256, 256, 3], the upright square about the face, whatever the picture's
    size, so that scores of large and small pictures can be compared.
    """

    face: Face
    workings: Workings | None = None

    @property
    def pixels(self) -> Pixels:
        """The whole picture, uint8 [H, W, 3]."""
        return self.face.seen.pixels

    @property
    def view(self) -> Pixels:
        """The square about the face, uint8 [256, 256, 3]."""
        return self.face.view

    @property
    def square(self) -> Box:
        """The square of the view in pixels of the picture."""
        crop, half = self.face.crop, self.face.crop.side / 2
        return crop.x - half, crop.y - half, crop.x + half, crop.y + half

    @cached_property
    def textures(self) -> Values:
        """The numbers of patches of the view, [T, 32, 32]: see `generator.cues.texture`."""
        return textures(self.face.colours)

    @property
    def is_too_small(self) -> bool:
        """Whether the face has too few pixels for any look."""
        return self.face.size < LEAST_SIZE

    def judged(self, name: str, score: float, heat: Heat) -> Look:
        """The look `name` with its score, and the box about the hottest place of `heat`, [256, 256] over the view."""
        top = float(heat.max())
        shown = (np.clip(heat / top, 0, 1) if top > 0 else np.zeros_like(heat)).astype(np.float32)
        return Look(name, float(score), "", shown, self.square, self._box(shown) if top > 0 else None)

    def _box(self, heat: Heat) -> Box:
        """About what is at least half as hot as the hottest pixel within an eighth of the view around it."""
        y, x = divmod(int(heat.argmax()), VIEW)
        reach = VIEW // 8
        top, left = max(y - reach, 0), max(x - reach, 0)
        rows, columns = np.nonzero(heat[top : y + reach, left : x + reach] >= 0.5 * heat[y, x])
        scale, (start_x, start_y, _, _) = self.face.crop.side / VIEW, self.square
        return (
            start_x + scale * (left + int(columns.min())),
            start_y + scale * (top + int(rows.min())),
            start_x + scale * (left + int(columns.max()) + 1),
            start_y + scale * (top + int(rows.max()) + 1),
        )


def not_judged(name: str, reason: str) -> Look:
    """The look `name` where there is nothing to judge; the reason is one sentence."""
    return Look(name, None, reason)
