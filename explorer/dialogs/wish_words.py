"""What wishes are called in the window: the words of a measure as they are said of somebody, and tags for faces."""

from __future__ import annotations

from explorer.translation import tr
from generator.printable import printable
from generator.wishes.scales import Scale

_SAID = {
    ("age", "young"): tr("young"),
    ("age", "child"): tr("child"),
    ("age", "teenage"): tr("teenage"),
    ("age", "adult"): tr("adult"),
    ("age", "middle-aged"): tr("middle-aged"),
    ("age", "old"): tr("old"),
    ("gender", "masculine"): tr("man"),
    ("gender", "feminine"): tr("woman"),
    ("glasses", "with"): tr("with glasses"),
    ("glasses", "without"): tr("without glasses"),
    ("smile", "smiling"): tr("smiling"),
    ("smile", "serious"): tr("serious"),
    ("beard", "bearded"): tr("bearded"),
    ("beard", "shaven"): tr("shaven"),
    ("hair", "fair"): tr("fair hair"),
    ("hair", "dark"): tr("dark hair"),
    ("hair-length", "long"): tr("long hair"),
    ("hair-length", "short"): tr("short hair"),
    ("hair-red", "red"): tr("red hair"),
    ("skin", "dark"): tr("dark skin"),
    ("skin", "middle"): tr("middle skin"),
    ("skin", "fair"): tr("fair skin"),
    ("clutter", "plain"): tr("plain background"),
    ("clutter", "busy"): tr("busy background"),
    ("background", "bright"): tr("bright background"),
    ("background", "dark"): tr("dark background"),
    ("yaw", "facing"): tr("facing the camera"),
    ("yaw", "left"): tr("turned left"),
    ("yaw", "right"): tr("turned right"),
    ("pitch", "level"): tr("head level"),
    ("pitch", "down"): tr("head down"),
    ("pitch", "up"): tr("head up"),
    ("gaze", "centred"): tr("looking straight"),
    ("gaze", "left"): tr("looking left"),
    ("gaze", "right"): tr("looking right"),
    ("light", "even"): tr("even light"),
    ("light", "left"): tr("light from the left"),
    ("light", "right"): tr("light from the right"),
    ("mouth-open", "open"): tr("mouth open"),
    ("mouth-open", "closed"): tr("mouth closed"),
    ("teeth", "shown"): tr("teeth shown"),
    ("teeth", "hidden"): tr("teeth hidden"),
    ("eyes-open", "open"): tr("eyes open"),
    ("eyes-open", "narrow"): tr("eyes narrow"),
    ("iris-gold", "brown"): tr("brown eyes"),
    ("iris-gold", "blue"): tr("blue eyes"),
    ("brow-height", "raised"): tr("brows raised"),
    ("brow-height", "low"): tr("brows low"),
    ("lips", "full"): tr("full lips"),
    ("lips", "thin"): tr("thin lips"),
    ("forehead", "high"): tr("high forehead"),
    ("forehead", "fringe"): tr("fringe"),
    ("warmth", "warm"): tr("warm colours"),
    ("warmth", "cool"): tr("cool colours"),
}
_UNITS = {"years": tr("years"), "degrees": "°", "log-odds": tr("log-odds")}


def is_said(measure: str, word: str) -> bool:
    """Whether the window has words for a word of a measure, as for those that are its own."""
    return (measure, word) in _SAID


def said(measure: str, word: str) -> str:
    """A word of a measure as it is said of somebody: "with glasses"."""
    return _SAID.get((measure, word), word)


def unit_of(scale: Scale) -> str:
    """The unit as it stands behind a number; sizes are shares of the face and have none."""
    return _UNITS.get(scale.unit, scale.unit if scale.unit[:1].isupper() else "")


def number(value: float) -> str:
    """With as many digits as mean something."""
    return f"{value:.4g}"


def tag_of(measure: str, title: str, label: str) -> str:
    """The tag of those who are in a band: "woman", "age 20–30"; "" for anybody."""
    if label == "any":
        return ""
    named = _SAID.get((measure, label))
    return named or f"{printable(title).lower()} {printable(label).replace('..', '–')}"
