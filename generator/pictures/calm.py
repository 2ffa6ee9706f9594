"""Eyes and teeth of an enlarged face: between the lids and between the lips, the network sees too few pixels to go by.

It draws rings into irises and notches into teeth, which resampling does not. There, most of the picture is taken from
resampling; the lids, the lashes and the lips around them stay as the network drew them.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from generator.faces.finder import SeenFace
from generator.faces.points import INNER_LIPS, LEFT_EYE, RIGHT_EYE
from generator.pictures.guided_filter import Floats, box_mean

CALM = 0.75  # share of resampling in the middle of an eye and of the teeth
_FADE = 0.05  # of the width of the eye or the mouth: the radius over which it fades


def calmed(large: Floats, resampled: Floats, face: SeenFace) -> Floats:
    """`large` float32 `[H, W, 3]`, as the network drew it, mixed with `resampled` in the eyes and between the lips.

    face: seen in the picture, or in a smaller one of it.
    """
    weight = np.zeros(large.shape[:2], np.float32)
    factor = large.shape[0] / face.pixels.shape[0]
    for ring in (RIGHT_EYE, LEFT_EYE, INNER_LIPS):
        weight = np.maximum(weight, _inside(face.mesh[list(ring), :2] * factor, *large.shape[:2]))
    share = CALM * weight[..., None]
    return np.asarray(large + share * (resampled - large), np.float32)


def _inside(points: Floats, height: int, width: int) -> Floats:
    """1 within the polygon, 0 outside, fading over its edge."""
    canvas = Image.new("L", (width, height))
    ImageDraw.Draw(canvas).polygon([(float(x), float(y)) for x, y in points], fill=1)
    radius = max(round(_FADE * float(np.ptp(points[:, 0]))), 1)
    inside = np.asarray(canvas, np.float32)
    for _ in range(2):
        inside = box_mean(inside, radius)
    return inside
