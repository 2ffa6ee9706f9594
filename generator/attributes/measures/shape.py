"""The shape of the face, in sizes of the face as seen from the front."""

from __future__ import annotations

from generator.attributes.face import Face


def face_width(face: Face) -> float:
    """Distance of the cheekbones in front of the ears: about 0.7..0.9."""
    return face.apart("cheekbone-right", "cheekbone-left")


def jaw_width(face: Face) -> float:
    """Distance of the corners of the jaw: about 0.55..0.8."""
    return face.apart("jaw-right", "jaw-left")


def jaw_taper(face: Face) -> float:
    """Width of the jaw as a share of that of the cheekbones: about 0.75..0.95; a pointed face has little."""
    return jaw_width(face) / face_width(face)


def chin_length(face: Face) -> float:
    """From the lower lip's edge to the tip of the chin: about 0.15..0.3."""
    return face.apart("lip-lower", "chin")


def nose_length(face: Face) -> float:
    """From between the eyes to the base of the nose: about 0.25..0.4."""
    return face.apart("nose-bridge", "nose-base")


def nose_width(face: Face) -> float:
    """Distance of the wings of the nose: about 0.18..0.3."""
    return face.apart("nose-right", "nose-left")


def lip_to_nose(face: Face) -> float:
    """From the base of the nose to the upper lip's edge: about 0.05..0.12."""
    return face.apart("nose-base", "lip-upper")
