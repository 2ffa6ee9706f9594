"""What a direction must reach to keep its name, how far its slider goes, and what may move along with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST = 2.5  # standard deviations from -3 to +3 that earn a name
SIDE_EFFECT = 1 / 3  # how much what anybody would notice may move along, as a share of the named attribute
FINE_SIDE_EFFECT = 2 / 3  # and fine measures, such as the width of the nose


@dataclass(frozen=True)
class Goal:
    """The goal of one direction."""

    name: str  # of the direction, and of the attribute it is for
    least: float = LEAST  # standard deviations from -3 to +3 that earn it its name
    reach: float = 2.9  # and those that its slider shall have
    kin: tuple[str, ...] = ()  # attributes that belong to it, as long hair to a feminine face: they may move along
    still: tuple[str, ...] = ()  # attributes that would spoil just this direction: less of them is aimed at
    fine: float = FINE_SIDE_EFFECT  # how much the fine measures may move; infinite where all of a face changes
    firm: float = 1 / 4  # the side effect that is aimed at for what must be still
    rounds: int = 4  # of corrections
    without: str = ""  # the direction that is taken away from it in the end: what no measure quite catches
    excuse: float = 1.0  # times a side effect is excused that no solution avoids, beyond what is aimed at

    def side_effect(self, other: str) -> float:
        """How much `other` may move along, as a share of the named attribute; infinite where it belongs to it."""
        wanted = self._wanted(other)
        return wanted * self.excuse if other in PLAIN else wanted

    def aim(self, other: str) -> float:
        """The side effect that is aimed at: less than what may be where it would spoil the direction."""
        return self.firm if other in self.still else self._wanted(other)

    def _wanted(self, other: str) -> float:
        if other == self.name or other in self.kin:
            return math.inf
        return SIDE_EFFECT if other in PLAIN else self.fine


PLAIN = (
    *("age", "gender", "yaw", "pitch", "roll", "smile", "mouth-open", "eyes", "eyes-open", "gaze", "hair"),
    *("hair-length", "beard", "glasses", "skin", "light", "warmth", "background", "clutter"),
)
"""What anybody would notice in a face or a picture."""

_LIDS = ("eyes-open", "eye-right", "eye-left")
_IRISES = ("iris", "iris-red", "iris-gold")
_LIP_COLOURS = ("lip-colour", "lip-red", "lip-gold")
_LIPS = ("lips", "upper-lip", "lower-lip")
_HAIR_COLOURS = ("hair", "hair-red", "hair-gold")
_SEX = ("gender", "hair-length", "beard")
_BACKGROUND = ("background", "background-red", "background-gold")

GOALS = (
    Goal(
        "age",
        3.5,
        4.3,
        ("hair", "eyes-open", "roll"),
        ("glasses",),
        math.inf,
        rounds=9,
        without="glasses",
        excuse=1.4,
    ),
    Goal("gender", 2.5, 2.9, (*_SEX, "eyes", "hair"), ("warmth",), math.inf),
    Goal("yaw", 5.0, 5.4, ("gaze", "place-right", "light", "roll", *_LIDS)),
    Goal("pitch", 2.5, 3.2, ("gaze-up", "place-up", *_LIDS)),
    Goal(
        "smile",
        3.0,
        3.3,
        (*_LIPS, *_LIDS, "teeth", "mouth-open", "mouth-width", "philtrum", "lip-colour", "nose-width", "eye-size"),
    ),
    Goal("mouth-open", 2.5, 2.9, (*_LIPS, *_LIP_COLOURS, "teeth", "chin", "smile")),
    Goal("mouth-width", 2.5, 2.9, ("smile", *_LIPS, "teeth")),
    Goal("lips", 2.5, 2.9, (*_LIPS, "philtrum", "chin")),
    Goal("lip-red", 2.5, 2.9, _LIP_COLOURS),
    Goal("eyes", 2.5, 2.9, _IRISES),
    Goal("eyes-open", 2.5, 2.9, (*_LIDS, "eyes", "eye-size")),
    Goal("gaze", 2.5, 3.5, ("place-right",)),
    Goal("eye-size", 2.5, 2.9, (*_LIDS, "eyes")),
    Goal("brow-height", 2.5, 2.9, (*_LIDS, "brow-slant", "forehead"), ("hair", "age", "pitch"), firm=1 / 5),
    Goal("iris-gold", 2.5, 2.9, ("eyes", *_IRISES)),
    Goal("glasses", 2.5, 2.9, ("eyes", *_IRISES, *_LIDS)),
    Goal("nose-width", 2.5, 2.9),
    Goal("face-width", 2.5, 2.9, ("jaw-width", "face-size")),
    Goal("jaw-taper", 2.5, 2.9, ("jaw-width",)),
    Goal("forehead", 2.5, 3.7, ("hair-length",)),
    Goal("hair", 2.5, 3.3, _HAIR_COLOURS, ("skin",), firm=1 / 7),
    Goal("hair-red", 2.5, 2.9, _HAIR_COLOURS),
    Goal("hair-gold", 2.5, 2.9, _HAIR_COLOURS),
    Goal("skin", 2.5, 5.0, ("skin-red", "skin-gold", *_LIP_COLOURS)),
    Goal("skin-red", 2.5, 2.9, ("skin-gold", *_LIP_COLOURS)),
    Goal("skin-gold", 2.5, 2.9, ("skin-red", *_LIP_COLOURS, "warmth")),
    Goal("light", 2.5, 4.0),
    Goal("warmth", 2.5, 3.5, ("skin-gold", "hair-gold", "iris-gold", "lip-gold", "background-gold")),
    Goal("background", 2.5, 3.3, _BACKGROUND, ("skin", "hair")),
    Goal("background-gold", 2.5, 3.5, (*_BACKGROUND, "warmth")),
    Goal("clutter", 2.5, 3.3),
)
_BY_NAME = {goal.name: goal for goal in GOALS}


def goal_of(name: str) -> Goal:
    """The goal of the direction `name`, or the usual one for an attribute without its own."""
    return _BY_NAME.get(name, Goal(name))


EARLIER = {
    "age": (2.1, 0.66),
    "yaw": (4.3, 0.58),
    "pitch": (3.4, 0.64),
    "smile": (1.8, 0.57),
    "eyes": (1.5, 0.53),
    "glasses": (2.5, 0.62),
    "hair": (2.0, 0.47),
    "skin": (1.1, 0.29),
    "light": (3.1, 0.48),
    "warmth": (3.2, 0.14),
    "background": (2.5, 0.49),
    "clutter": (2.8, 0.43),
}
"""The twelve directions of the first library: an effect in standard deviations, and the distance of the embeddings
there."""
