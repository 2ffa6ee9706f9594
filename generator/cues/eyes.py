"""Eyes: irises at different heights, that look different ways or differ in size, lids that are open by different
amounts, and two eyes that are not alike.

Positions are those of the mesh seen from the front, in eye widths. Where an iris is 20 pixels wide and more, the places
of the brightest spots in both irises are compared as well (Hu et al. 2021, "Exposing GAN-generated faces using
inconsistent corneal specular highlights"); in an aligned picture of 256 pixels it has some 14.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.attributes.cielab import lab
from generator.attributes.face import VIEW, Face
from generator.attributes.measures import eyes, pose
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, not_judged
from generator.cues.halves import MOST_YAW, Halves, Usual
from generator.cues.symmetry import LENS, PROFILE, USUAL_LENS

NAME = "eyes"
Points = NDArray[np.float32]
LEAST_IRIS = 20.0  # pixels across, from which the lights in it can be placed
_LEAST_OPEN = 0.12  # eye widths
_SHARE = 0.35  # of each difference beside the likeness of both eyes
_TOGETHER = -0.02  # eye widths that the irises of photographs stand nearer to the nose
_USUAL = {
    "height": Usual(0.016, 0.0010, 0.022),
    "gaze": Usual(0.063, 0.0008, 0.052),
    "size": Usual(0.046, 0.0034, 0.063),
    "lids": Usual(0.015, 0.0020, 0.026),
    "lights": Usual(0.3, 0.0, 0.2),  # radii: one lamp, seen from two places
}
_IRIS_SIDE = 32  # pixels of an iris that lights are looked for in
_LIGHT = 25.0  # L* of a light above the iris
_EYE = 0.09  # half of the width of an eye, in sizes of the face
SHUT = "An eye is shut, or hidden."


def look(evidence: Evidence) -> Look:
    """How unlike both eyes are, in standard deviations of photographs."""
    face, yaw = evidence.face, abs(pose.yaw(evidence.face))
    if yaw > MOST_YAW:
        return not_judged(NAME, PROFILE)
    if min(eyes.eye_open_right(face), eyes.eye_open_left(face)) < _LEAST_OPEN:
        return not_judged(NAME, SHUT)
    amount, where = Halves(face).mismatch(LENS)
    score = USUAL_LENS.excess(amount, yaw) + _SHARE * sum(differences(face).values())
    return evidence.judged(NAME, score, where * _near_irises(face))


def differences(face: Face) -> dict[str, float]:
    """What differs between both eyes more than is usual at this pose, each in standard deviations of photographs."""
    (right, left), (narrow, wide) = eyes.gaze_of_each(face), sorted(_radii(face))
    lids = sorted((eyes.eye_open_left(face), eyes.eye_open_right(face)))
    found = {
        "height": abs(float(left[1] - right[1])),
        "gaze": abs(float(left[0] - right[0]) - _TOGETHER),
        "size": float(np.log(wide / narrow)),
        "lids": float(np.log(lids[1] / lids[0])),
    }
    lights = light_distance(face)
    found |= {} if lights is None else {"lights": lights}
    yaw = abs(pose.yaw(face))
    return {name: max(_USUAL[name].excess(value, yaw), 0.0) for name, value in found.items()}


def light_distance(face: Face) -> float | None:
    """How far apart the brightest spots of both irises are, in iris coordinates: radii, 0..2.

    None where an iris has fewer than 20 pixels across, or no light in it.
    """
    if 2 * min(_radii(face)) < LEAST_IRIS:
        return None
    places = [_light(face, iris, radius) for iris, radius in zip(face.seen.irises, _radii(face), strict=True)]
    found = [place for place in places if place is not None]
    return float(np.linalg.norm(found[0] - found[1])) if len(found) == 2 else None


def _light(face: Face, iris: Points, radius: float) -> Points | None:
    """The middle of the pixels of an iris that are much lighter than it, in radii from its middle, [2]."""
    x, y = iris[0, :2].tolist()
    box = (x - radius, y - radius, x + radius, y + radius)
    side, bilinear = (_IRIS_SIDE, _IRIS_SIDE), Image.Resampling.BILINEAR
    cut = Image.fromarray(face.seen.pixels).transform(side, Image.Transform.EXTENT, box, bilinear)
    lightness = lab(np.array(cut))[..., 0]
    places = (np.mgrid[:_IRIS_SIDE, :_IRIS_SIDE][::-1] + 0.5) * (2 / _IRIS_SIDE) - 1
    lit = (lightness > np.median(lightness) + _LIGHT) & (np.hypot(*places) < 0.8)
    return np.asarray(places[:, lit].mean(axis=1), np.float32) if lit.any() else None


def _radii(face: Face) -> tuple[float, float]:
    """Of the right and of the left iris, in pixels of the picture."""
    points = face.seen.irises[..., :2]
    right, left = np.linalg.norm(points[:, 1:] - points[:, :1], axis=-1).mean(axis=1)
    return max(float(right), 0.5), max(float(left), 0.5)


def _near_irises(face: Face) -> NDArray[np.float32]:
    """1 at the middle of an iris, falling to a third where an eye ends, `[256, 256]` over the view."""
    scale, crop = VIEW / face.crop.side, face.crop
    middles = (face.seen.irises[:, 0, :2] - [crop.x - crop.side / 2, crop.y - crop.side / 2]) * scale
    grid = np.mgrid[:VIEW, :VIEW][::-1] + 0.5
    far = [np.hypot(grid[0] - x, grid[1] - y) / (scale * face.size * _EYE) for x, y in middles]
    return np.asarray(np.exp(-(np.minimum(*far) ** 2)), np.float32)
