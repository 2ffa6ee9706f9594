"""Colours of hair, skin, irises, lips and background in CIE L*a*b*, medians over their regions, and of the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generator.attributes.face import Face


def of(region: str, channel: int) -> Callable[[Face], float]:
    """The median of a region in `channel`: 0 = L*, lightness 0..100; 1 = a*, green to red; 2 = b*, blue to yellow.

    a* and b* are about -60..60.
    """

    def colour(face: Face) -> float:
        return float(face.colour(region)[channel])

    return colour


def light_from_the_right(face: Face) -> float:
    """L* of the cheek at the picture's right minus that at its left: about -40..40."""
    return float(face.colour("left_cheek")[0] - face.colour("right_cheek")[0])


def warmth(face: Face) -> float:
    """Mean b* of the picture: blue to yellow, about -30..40."""
    return float(face.colours[..., 2].mean())


def background_detail(face: Face) -> float:
    """How busy the background is: mean step in L* between neighbouring pixels of it, logarithmic, about -2..2."""
    lightness, background = face.colours[..., 0], face.regions.background
    across = np.abs(np.diff(lightness, axis=1))[background[:, 1:] & background[:, :-1]]
    down = np.abs(np.diff(lightness, axis=0))[background[1:] & background[:-1]]
    steps = np.concatenate([across, down])
    return float(np.log(0.2 + steps.mean())) if len(steps) else float("nan")
