"""How the head is turned, in degrees, and where it is in the picture."""

from __future__ import annotations

import numpy as np

from generator.attributes.face import Face

_SLOPE = 4.5  # degrees by which the line from the forehead to the base of the nose leans on a level head


def yaw(face: Face) -> float:
    """Head turned to the right of the picture, degrees: 0 = frontal, about -60..60."""
    left = face.axes[0]
    return float(np.degrees(np.arctan2(left[2], np.hypot(left[0], left[1]))))


def pitch(face: Face) -> float:
    """Head raised, degrees: 0 = level on average, about -40..40."""
    down = face.axes[1]
    return float(np.degrees(np.arctan2(-down[2], np.hypot(down[0], down[1])))) - _SLOPE


def roll(face: Face) -> float:
    """Head leaning to the right of the picture, clockwise, degrees: 0 = upright, -180..180."""
    left = face.axes[0]
    return float(np.degrees(np.arctan2(left[1], left[0])))


def face_size(face: Face) -> float:
    """Height of the face as a share of the picture's shorter side: above 0, rarely above 1."""
    return face.size / min(face.picture_size)


def place_right(face: Face) -> float:
    """How far right in the picture the face's middle is, as a share of its width: 0..1."""
    return float(face.seen.mesh[:, 0].mean() / face.picture_size[0])


def place_up(face: Face) -> float:
    """How far up in the picture the face's middle is, as a share of its height: 0..1."""
    return float(1 - face.seen.mesh[:, 1].mean() / face.picture_size[1])
