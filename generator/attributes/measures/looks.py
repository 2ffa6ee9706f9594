"""Glasses, beard, and how far hair reaches."""

from __future__ import annotations

import numpy as np

from generator.attributes.face import Colours, Face, Floats
from generator.attributes.regions import STRIP


def glasses(face: Face) -> float:
    """The sharpest steps in L* where glasses draw lines: down the bridge of the nose and under the eyes; about 1..4.

    Logarithmic: a thin rim counts nearly as much as a thick one.
    """
    bridge, under = (_steps_down(face, name) for name in ("bridge", "under_eyes"))
    return float(np.log(2 + bridge) + np.log(2 + under)) / 2


def beard(face: Face) -> float:
    """How much darker and less red the skin about the mouth is than the cheeks, in L*a*b*: about -5..25."""
    cheeks = face.colour("cheeks")
    differences = [cheeks - face.colour(name) for name in ("moustache", "chin")]
    return float(np.mean([0.5 * d[0] + d[1] for d in differences]))


def hair_length(face: Face) -> float:
    """How much of the place beside jaw and neck looks like the hair above the forehead: 0..1."""
    return float(_likeness_to_hair(face, face.colours[face.regions.beside]).mean())


def forehead_height(face: Face) -> float:
    """From the brows up to where hair begins, in heights of the face: about 0.1 (a fringe) to 0.5 (bald).

    Each pixel counts by how little it is like hair; what is above the picture counts as hair.
    """
    strip = face.colours[face.regions.above_the_brows]
    return float((1 - _likeness_to_hair(face, strip)).sum() / (STRIP * face.regions.face_height**2))


def _steps_down(face: Face, region: str) -> float:
    """The 95th percentile of steps in L* between pixels four rows apart inside a region."""
    lightness, inside = face.colours[..., 0], getattr(face.regions, region)
    steps = np.abs(lightness[4:] - lightness[:-4])[inside[4:] & inside[:-4]]
    return float(np.percentile(steps, 95)) if len(steps) else float("nan")


def _likeness_to_hair(face: Face, colours: Colours) -> Floats:
    """How much nearer each colour is to the hair's than to those of skin and background, 0..1."""
    to_hair = np.linalg.norm(colours - face.colour("hair"), axis=-1)
    others = [np.linalg.norm(colours - face.colour(name), axis=-1) for name in ("cheeks", "background")]
    to_others = np.fmin(*others)
    return np.asarray(1 / (1 + np.exp(-4 * (to_others - to_hair) / (to_others + to_hair + 4))))
