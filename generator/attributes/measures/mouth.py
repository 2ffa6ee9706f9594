"""The mouth: smile, opening, lips, teeth."""

from __future__ import annotations

import numpy as np

from generator.attributes.face import Colours, Face


def smile(face: Face) -> float:
    """How high the corners of the mouth are above the middle of the lips, in sizes of the face: about -0.05..0.1."""
    middle = (face.at("lip-upper")[1] + face.at("lip-lower")[1]) / 2
    corners = (face.at("mouth-left")[1] + face.at("mouth-right")[1]) / 2
    return float(middle - corners)


def mouth_open(face: Face) -> float:
    """Gap between the inner edges of the lips, in sizes of the face: 0 = closed, 0.2 = wide open."""
    return face.apart("lip-upper-inner", "lip-lower-inner")


def mouth_width(face: Face) -> float:
    """Distance of the corners of the mouth, in sizes of the face: about 0.25..0.45."""
    return face.apart("mouth-left", "mouth-right")


def upper_lip(face: Face) -> float:
    """Height of the upper lip's red, in sizes of the face: 0..0.08."""
    return face.apart("lip-upper", "lip-upper-inner")


def lower_lip(face: Face) -> float:
    """Height of the lower lip's red, in sizes of the face: 0..0.1."""
    return face.apart("lip-lower", "lip-lower-inner")


def lip_fullness(face: Face) -> float:
    """Height of both lips' red as a share of the mouth's width: about 0.1..0.5."""
    return (upper_lip(face) + lower_lip(face)) / mouth_width(face)


def teeth(face: Face) -> float:
    """How much of the mouth is lighter and less red than the cheeks, as a share of the lips with what is between: 0..1.

    Each pixel counts by a logistic function of its excess, so that the number grows smoothly.
    """
    inside, regions = face.colours[face.regions.mouth], face.regions
    excess = _whiteness(inside) - float(np.median(_whiteness(face.colours[regions.cheeks])))
    shown = float((1 / (1 + np.exp(-(excess - 2) / 6))).sum())
    return shown / max(int(regions.mouth.sum() + regions.lips.sum()), 1)


def _whiteness(colours: Colours) -> Colours:
    return np.asarray(colours[..., 0] - 1.5 * colours[..., 1], np.float32)
