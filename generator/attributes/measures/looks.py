"""Glasses, beard, and how far hair reaches."""

from __future__ import annotations

import numpy as np

from generator.attributes.face import Colours, Face, Floats
from generator.attributes.regions import STRIP

_BRIDGE_WIDTH = 0.07  # of the bridge of the nose, in sizes of the face


def glasses(face: Face) -> float:
    """The sharpest step in L* down the bridge of the nose, where glasses draw a line; logarithmic, about 1..4.

    L* is averaged across the bridge, so that only what crosses it counts.
    """
    profile = face.lightness_along("brows-middle", "nose-ridge", _BRIDGE_WIDTH)
    return float(np.log(2 + np.abs(profile[2:] - profile[:-2]).max()))


def beard(face: Face) -> float:
    """How much rougher and darker the skin about the mouth is than the cheeks: about 0.5..3.

    Roughness is logarithmic; 1 of it counts as much as 33 of L* on the upper lip.
    """
    darker = float(face.colour("cheeks")[0] - face.colour("moustache")[0])
    about_the_mouth = (_roughness(face, "moustache") + _roughness(face, "chin")) / 2
    return about_the_mouth - 0.5 * _roughness(face, "cheeks") + 0.03 * darker


def hair_length(face: Face) -> float:
    """How much of the place beside jaw and neck looks like the hair above the forehead: 0..1."""
    return float(likeness_to_hair(face, face.colours[face.regions.beside]).mean())


def forehead_height(face: Face) -> float:
    """From the brows up to where hair begins, in heights of the face: about 0.1 (a fringe) to 0.5 (bald).

    Each pixel counts by how little it is like hair; what is above the picture counts as hair.
    """
    strip = face.colours[face.regions.above_the_brows]
    return float((1 - likeness_to_hair(face, strip)).sum() / (STRIP * face.regions.face_height**2))


def _roughness(face: Face, region: str) -> float:
    """Mean absolute Laplacian of L* inside a region, logarithmic."""
    light, inside = face.colours[..., 0], getattr(face.regions, region)[1:-1, 1:-1]
    around = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:]
    steps = np.abs(4 * light[1:-1, 1:-1] - around)[inside]
    return float(np.log(1 + steps.mean())) if len(steps) else float("nan")


def likeness_to_hair(face: Face, colours: Colours) -> Floats:
    """How much nearer each colour is to the hair's than to those of skin and background, 0..1."""
    to_hair = np.linalg.norm(colours - face.colour("hair"), axis=-1)
    others = [np.linalg.norm(colours - face.colour(name), axis=-1) for name in ("cheeks", "background")]
    to_others = np.fmin(*others)
    return np.asarray(1 / (1 + np.exp(-4 * (to_others - to_hair) / (to_others + to_hair + 4))))
