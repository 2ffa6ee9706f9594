"""What a direction must reach to keep its name, and what may move along with it."""

from __future__ import annotations

from dataclasses import dataclass

LEAST = 2.5  # standard deviations from -3 to +3 that earn a name
SIDE_EFFECT = 1 / 3  # how much every other attribute may move, as a share of the named one


@dataclass(frozen=True)
class Goal:
    """The goal of one direction."""

    name: str  # of the direction, and of the attribute it is for
    least: float = LEAST
    kin: tuple[str, ...] = ()  # attributes that belong to it, as long hair to a feminine face: they may move along
    side_effect: float = SIDE_EFFECT

    def holds(self, other: str) -> bool:
        """Whether the attribute `other` must stay still."""
        return other != self.name and other not in self.kin


_SEX = ("gender", "hair-length", "beard")
_GOALS = (
    Goal("age", 3.5),
    Goal("gender", 3.0, _SEX),
    Goal("yaw", 5.0),
    Goal("pitch", 3.5),
    Goal("smile", 3.0),
    Goal("hair-length", 2.5, _SEX),
    Goal("beard", 2.5, _SEX),
)
_BY_NAME = {goal.name: goal for goal in _GOALS}


def goal_of(name: str) -> Goal:
    """The goal of the direction `name`."""
    return _BY_NAME.get(name, Goal(name))


EARLIER = {
    "smile": (1.8, 0.57),
    "yaw": (4.3, 0.58),
    "background": (2.5, 0.49),
}
"""The library before this one: an effect in standard deviations, and the distance of the embeddings there."""
