"""What each kind of lane is called, and which values its height shows."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.translation import tr
from generator.config import GeneratorConfig
from generator.motion.timeline import LANES, Key, Lane, Timeline
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Recipe

TITLES = {
    "truncation": tr("Truncation"),
    "noise": tr("Noise seed"),
    "x": tr("Shift right"),
    "y": tr("Shift down"),
    "degrees": tr("Rotate"),
}
_SPANS = {
    "direction": (-3.0, 3.0),
    "truncation": (0.0, 1.0),
    "noise": (0.0, 20.0),
    "x": (-1.0, 1.0),
    "y": (-1.0, 1.0),
    "degrees": (-180.0, 180.0),
}
_SMALL = 0.5  # sigma: a lane that moves no farther is shown larger
_FORMATS = {"noise": "{:.0f}", "degrees": "{:.0f}°"}
TRANSFORM = ("x", "y", "degrees")  # kinds that only some models have


def suits(kind: str, config: GeneratorConfig | None) -> bool:
    """Whether a lane of this kind changes anything of a model; None = no model is open yet."""
    if kind in TRANSFORM:
        return config is not None and config.has_transform
    without = config is not None and {"truncation": not config.has_w, "noise": not config.has_noise}.get(kind, False)
    return not without


def title_of(lane: Lane, named: Sequence[NamedDirection] = ()) -> str:
    """What a lane is called in the window, where the directions of the model are `named`."""
    if lane.direction is None:
        return TITLES[lane.kind]
    known = next((entry.title for entry in named if entry.direction.name == lane.direction.name), "")
    return printable(known or lane.direction.name)


def span_of(lane: Lane) -> tuple[float, float]:
    """The values at the lower and the upper edge of a lane: the usual ones, and all of its keys."""
    low, high = _SPANS[lane.kind]
    values = [key.value for key in lane.keys]
    if lane.kind == "direction" and 0 < max(map(abs, values), default=0.0) <= _SMALL:
        return -_SMALL, _SMALL
    return min([low, *values]), max([high, *values])


def limited(kind: str, value: float) -> float:
    """The nearest value that a lane of this kind may have; whole seeds, others to a hundredth."""
    least, most = LANES[kind]
    return min(max(round(value) if kind == "noise" else round(value, 2), least), most)


def text_of(kind: str, value: float) -> str:
    """A value for people."""
    return _FORMATS.get(kind, "{:.2f}").format(value)


def value_at(lane: Lane, time: float, timeline: Timeline) -> float:
    """The value of a lane with keys at `time`; of a loop, from the last key on towards the first."""
    keys = lane.keys
    later = next((place for place, key in enumerate(keys) if key.time > time), len(keys))
    if 0 < later < len(keys):
        return _between(keys[later - 1], keys[later].value, keys[later].time, time)
    if not timeline.loop or len(keys) < 2:
        return keys[0].value if later == 0 else keys[-1].value
    last, first = keys[-1], keys[0]
    return _between(last, first.value, timeline.duration + first.time, time if later else time + timeline.duration)


def _between(start: Key, value: float, end: float, time: float) -> float:
    share = start.easing.at((time - start.time) / (end - start.time)) if end > start.time else 1.0
    return start.value + (value - start.value) * share


def new_lane(kind: str, face: Recipe, direction: NamedDirection | None = None) -> Lane:
    """A lane with one key at the beginning, which changes nothing of `face`."""
    values = {
        "direction": 0.0,
        "truncation": face.truncation.psi,
        "noise": float(face.noise.seed),
        "x": face.transform.x,
        "y": face.transform.y,
        "degrees": face.transform.degrees,
    }
    return Lane(kind, (Key(0.0, values[kind]),), None if direction is None else direction.direction)
