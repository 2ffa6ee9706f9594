"""What is measured of a face with pixels and landmarks: one function an attribute, one number a face.

The numbers have whatever unit is natural; everything built on them counts in standard deviations over faces.
"""

from __future__ import annotations

import numpy as np

from generator.attributes.face import CHEEK, UPPER_CORNER, Box, Colours, Face

_MOUTH = Box(0.39, 0.70, 0.61, 0.80)
_MOUSTACHE = Box(0.40, 0.665, 0.60, 0.70)
_IRIS = Box(0.328, 0.425, 0.406, 0.51)
_NOSE_BRIDGE = Box(0.455, 0.40, 0.545, 0.54)
_BESIDE_THE_JAW = Box(0.12, 0.66, 0.26, 0.90)
_SIDE = Box(0.0, 0.0, 0.17, 0.43)


def yaw(face: Face) -> float:
    """Head turned to the right of the image."""
    return face.landmarks.yaw


def pitch(face: Face) -> float:
    """Head raised: the base of the nose is close to the line of the eyes."""
    return -face.landmarks.pitch


def hair_lightness(face: Face) -> float:
    """L* above the forehead."""
    return float(face.hair[0])


def hair_length(face: Face) -> float:
    """How much the places beside the jaw look like the hair, against background and skin: about -1..1."""
    left = _likeness_to_hair(face, _BESIDE_THE_JAW, face.colour(UPPER_CORNER))
    right = _likeness_to_hair(face, _BESIDE_THE_JAW.mirrored, face.colour(UPPER_CORNER.mirrored))
    return (left + right) / 2


def smile(face: Face) -> float:
    """Share of the mouth that is lighter and less red than the cheeks: teeth."""
    excess = _whiteness(_MOUTH.of(face.colours)) - _whiteness(face.cheeks)
    return float(np.mean(1 / (1 + np.exp(-(excess - 2) / 6))))


def eye_contrast(face: Face) -> float:
    """Mean depth in L* of the dark of the irises against what surrounds them."""
    irises = np.concatenate([_IRIS.of(face.lightness), _IRIS.mirrored.of(face.lightness)], axis=1)
    return float(np.maximum(np.percentile(irises, 60) - irises, 0).mean())


def beard(face: Face) -> float:
    """How much less red the upper lip's skin is than the cheeks."""
    return float(face.cheeks[1] - face.colour(_MOUSTACHE)[1])


def glasses(face: Face) -> float:
    """The sharpest step in lightness down the bridge of the nose, where glasses draw a line; logarithmic."""
    profile = _NOSE_BRIDGE.of(face.lightness).mean(axis=1)
    return float(np.log(2 + np.abs(profile[4:] - profile[:-4]).max()))


def skin_lightness(face: Face) -> float:
    """L* of cheeks and forehead."""
    return float(face.skin[0])


def background_lightness(face: Face) -> float:
    """L* of the image's upper corners."""
    return float(face.colour(UPPER_CORNER)[0] + face.colour(UPPER_CORNER.mirrored)[0]) / 2


def background_detail(face: Face) -> float:
    """Mean step in lightness between neighbours at the image's sides; logarithmic."""
    sides = [_SIDE.of(face.lightness), _SIDE.mirrored.of(face.lightness)]
    return float(np.log(0.2 + np.mean([np.abs(np.diff(side, axis=1)).mean() for side in sides])))


def light_from_the_right(face: Face) -> float:
    """L* of the cheek at the image's right minus that at its left."""
    return float(face.colour(CHEEK.mirrored)[0] - face.colour(CHEEK)[0])


def warmth(face: Face) -> float:
    """Mean b* of the whole image: blue to yellow."""
    return float(face.colours[..., 2].mean())


def _whiteness(colours: Colours) -> Colours:
    return np.asarray(colours[..., 0] - 1.5 * colours[..., 1])


def _likeness_to_hair(face: Face, box: Box, background: Colours) -> float:
    place = box.of(face.colours)
    to_hair = np.linalg.norm(place - face.hair, axis=-1)
    to_others = np.minimum(np.linalg.norm(place - background, axis=-1), np.linalg.norm(place - face.skin, axis=-1))
    return float(((to_others - to_hair) / (to_others + to_hair + 4)).mean())
