"""Eyes and brows."""

from __future__ import annotations

import numpy as np

from generator.attributes.face import Face


def eye_open_right(face: Face) -> float:
    """Gap between the lids of the right eye as a share of its width: 0 = closed, about 0.5 = wide open."""
    return _open(face, "right")


def eye_open_left(face: Face) -> float:
    """Gap between the lids of the left eye as a share of its width: 0 = closed, about 0.5 = wide open."""
    return _open(face, "left")


def eyes_open(face: Face) -> float:
    """Mean of both eyes' gaps between the lids as shares of their widths: 0 = closed, about 0.5 = wide open."""
    return (eye_open_right(face) + eye_open_left(face)) / 2


def gaze_side(face: Face) -> float:
    """How far the irises are turned to the right of the picture within the eyes, in eye widths: -0.3..0.3.

    0 is straight ahead. It is relative to the head: a turned head that looks at the viewer looks back.
    """
    return float(np.mean(gaze_of_each(face)[:, 0]))


def gaze_up(face: Face) -> float:
    """How far the irises are above the line of the corners of the eyes, in eye widths: about -0.1..0.2."""
    return float(np.mean(gaze_of_each(face)[:, 1]))


def eye_distance(face: Face) -> float:
    """Distance of the inner corners of the eyes, in sizes of the face: about 0.2."""
    return face.apart("eye-inner-right", "eye-inner-left")


def eye_size(face: Face) -> float:
    """Mean width of the eyes, in sizes of the face: about 0.16."""
    return (_width(face, "right") + _width(face, "left")) / 2


def eye_contrast(face: Face) -> float:
    """How much darker the irises are than the whites of the eyes, in L*: about 0..50."""
    irises, whites = face.colour("irises")[0], face.colour("whites")[0]
    return float(whites - irises)


def eye_slant(face: Face) -> float:
    """How much higher the outer corners of the eyes are than the inner ones, degrees: about -10..15."""
    return _slant(face, "eye-inner", "eye-outer")


def brow_height(face: Face) -> float:
    """Height of the brows' middles above the corners of the eyes, in sizes of the face: about 0.1..0.2."""
    return float(np.mean([_eye(face, side)[1] - face.at(f"brow-{side}")[1] for side in ("right", "left")]))


def brow_slant(face: Face) -> float:
    """How much higher the outer ends of the brows are than the inner ones, degrees: about -15..25."""
    return _slant(face, "brow-inner", "brow-outer")


def _open(face: Face, side: str) -> float:
    return face.apart(f"lid-{side}", f"lower-lid-{side}") / _width(face, side)


def _width(face: Face, side: str) -> float:
    return face.apart(f"eye-outer-{side}", f"eye-inner-{side}")


def _eye(face: Face, side: str) -> np.ndarray:
    """The middle of the corners."""
    return np.asarray((face.at(f"eye-outer-{side}") + face.at(f"eye-inner-{side}")) / 2)


def gaze_of_each(face: Face) -> np.ndarray:
    """To the person's left and up, of the right and of the left eye, [2, 2] in eye widths."""
    rows = []
    for iris, side in zip(face.frontal_irises, ("right", "left"), strict=True):
        offset = (iris - _eye(face, side)) / _width(face, side)
        rows.append([offset[0], -offset[1]])
    return np.array(rows)


def _slant(face: Face, inner: str, outer: str) -> float:
    angles = []
    for side in ("right", "left"):
        x, y, _ = face.at(f"{outer}-{side}") - face.at(f"{inner}-{side}")
        angles.append(np.degrees(np.arctan2(-y, abs(x))))
    return float(np.mean(angles))
