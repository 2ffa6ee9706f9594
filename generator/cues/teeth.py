"""Teeth: rows that do not stand about the middle of the face, streaks in place of teeth, and ragged edges.

A row of teeth is nearly its own mirror image. The mouth is cut out along the mesh, and its fine detail is compared with
its mirror image at the best place of the middle. Streaks are steps from left to right that are as strong as those from
the lips to the teeth. The upper edge of what is white runs smoothly along the gums or the lip, if it is teeth.
"""

from __future__ import annotations

import numpy as np

from generator.attributes.face import Face
from generator.attributes.measures import mouth, pose
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, not_judged
from generator.cues.halves import MOST_YAW, Halves, Patch, Place, Usual, blurred
from generator.faces.points import INNER_LIPS, LIPS

NAME = "teeth"
LEAST_SHOWN = 0.03  # of the lips with what is between them
NO_TEETH = "No teeth are shown."
PROFILE = "The head is turned too far: the row of teeth cannot be seen from the front."
_HALF, _RIM = 0.17, 0.03  # sizes of the face: half of the width of the cut, and what it has of the lips
_COARSE = 3.0  # pixels: a tooth is finer
_SHIFT = 4  # pixels that the middle of the row may be beside that of the mouth
_UNLIKE, _STREAKS = Usual(0.296, 0.0096, 0.133), Usual(-0.496, 0.0011, 0.161)
_RAGGED = Usual(0.196, 0.0123, 0.319)


def look(evidence: Evidence) -> Look:
    """How little the row is its own mirror image and how streaked, in standard deviations of photographs."""
    face, yaw = evidence.face, abs(pose.yaw(evidence.face))
    if yaw > MOST_YAW:
        return not_judged(NAME, PROFILE)
    if mouth.teeth(face) < LEAST_SHOWN:
        return not_judged(NAME, NO_TEETH)
    halves, place = Halves(face), _place(face)
    colours = halves.cut(place)[0]
    lightness = colours[..., 0]
    unlike, where = lopsided(lightness)
    edge = ragged(colours, halves.inside(place, INNER_LIPS))
    values = ((_UNLIKE, unlike), (_STREAKS, streaks(lightness)), (_RAGGED, edge))
    score = sum(usual.excess(value, yaw) for usual, value in values)
    return evidence.judged(NAME, score, halves.back(place, where, both=False))


def lopsided(lightness: Patch) -> tuple[float, Patch]:
    """1 - correlation of the detail of L* `[h, w]` with its mirror image, 0..2, and where they differ, `[h, w]`."""
    fine = lightness - blurred(lightness, _COARSE)
    mirrored = (np.roll(fine[:, ::-1], shift, 1) for shift in range(-_SHIFT, _SHIFT + 1))
    inside = slice(_SHIFT, -_SHIFT)
    likeness = [(float(np.corrcoef(fine[:, inside].ravel(), one[:, inside].ravel())[0, 1]), one) for one in mirrored]
    best, image = max(likeness, key=lambda pair: pair[0])
    where = np.zeros_like(fine)
    where[:, inside] = blurred((fine - image) ** 2, _COARSE)[:, inside]
    return 1 - best, where


def streaks(lightness: Patch) -> float:
    """The mean step in L* `[h, w]` from left to right over that downwards, logarithmic: about -1..0.2."""
    across, down = (float(np.abs(np.diff(lightness, axis=axis)).mean()) for axis in (1, 0))
    return float(np.log((across + 0.01) / (down + 0.01)))


def ragged(colours: Patch, inside: Patch) -> float:
    """How far the upper edge of what is white `inside` `[h, w]` the lips jumps from one column of L*a*b* `[h, w, 3]` to
    the next, in pixels: 0..3."""
    white = colours[..., 0] - 1.5 * colours[..., 1]
    white = np.maximum(white - np.median(white), 0) * inside
    columns = white.sum(axis=0)
    top = (white > 0.3 * white.max()).argmax(axis=0)[columns > np.percentile(columns, 60)]
    return float(np.abs(np.diff(top)).mean()) if len(top) > 1 else 0.0


def _place(face: Face) -> Place:
    """The mouth, from the upper to the lower edge of what is between the lips."""
    down = face.frontal[list(INNER_LIPS), 1]
    return Place((*INNER_LIPS, *LIPS), (-_HALF, float(down.min()) - _RIM, _HALF, float(down.max()) + _RIM))
