"""How motions and easings are written on the command line: `around=0.3`, `sweep=smile`, `0.3,0,0.2,1`."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.document.argument_types import NotationError, parse_seconds
from generator.errors import MotionError, did_you_mean
from generator.motion.easing import Easing
from generator.motion.motions import MOTIONS

VALUES = {"around": "[=RADIUS]", "sweep": "=DIRECTION", "wander": "[=SECONDS]"}  # what follows the name of a motion
MAX_RADIUS = 10.0  # distances between random faces


@dataclass(frozen=True)
class AskedMotion:
    """NAME[=VALUE]: a ready-made motion; the value is "" where it is left out."""

    name: str
    value: str = ""

    def number(self, default: float) -> float:
        """The value as a number."""
        return float(self.value) if self.value else default


def parse_motion(text: str) -> AskedMotion:
    """`around=0.3`, `sweep=smile`, `shimmer`."""
    name, equals, value = text.partition("=")
    if name not in MOTIONS:
        hint = did_you_mean(name, MOTIONS) or f"; choose from {', '.join(MOTIONS)}"
        raise NotationError(f"{name[:60]!r} is not a motion{hint}")
    if equals and (name not in VALUES or not value):
        raise NotationError(f"{text[:60]!r} is not {form(name)}.")
    if name == "sweep" and not value:
        raise NotationError("Which direction is swept? Write sweep=NAME, as in sweep=smile.")
    if value and name == "wander":
        parse_duration(value)
    if value and name == "around":
        _check_radius(value)
    return AskedMotion(name, value)


def parse_easing(text: str) -> Easing:
    """`smooth`, or the handles of a curve as in CSS: `0.3,0,0.2,1`."""
    try:
        if "," not in text:
            return Easing(text)
        x1, y1, x2, y2 = map(float, text.split(","))
        return Easing("curve", (x1, y1, x2, y2))
    except ValueError as error:
        raise NotationError(f"{text[:60]!r} is not X1,Y1,X2,Y2, as in 0.3,0,0.2,1.") from error
    except MotionError as error:
        raise NotationError(str(error)) from error


def form(name: str) -> str:
    """How a motion is written."""
    return name + VALUES.get(name, "")


def parse_duration(text: str) -> float:
    """A time above 0, up to an hour."""
    if (seconds := parse_seconds(text)) <= 0:
        raise NotationError(f"{text} seconds are not above 0.")
    return seconds


def _check_radius(text: str) -> None:
    try:
        fits = 0 < float(text) <= MAX_RADIUS
    except ValueError:
        fits = False
    if not fits:
        raise NotationError(f"{text[:60]!r} is not a radius in 0..{MAX_RADIUS:g}, as in around=0.25.")
