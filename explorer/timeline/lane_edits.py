"""What the lanes do to a timeline, and the times between which their keys step."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt

from explorer.timeline.lane_kinds import limited, span_of
from explorer.timeline.rows import ON_FACES, Place, Rows
from explorer.timeline.time_scale import snapped
from explorer.translation import tr
from generator.motion.easing import Easing
from generator.motion.timeline import MAX_SECONDS, Key, Keyframe, Timeline
from generator.recipe.recipe import Recipe

FRAME = 1 / 30  # seconds of an arrow key
_CLOSEST = 0.05  # seconds between two faces that are added at the same place


def has(timeline: Timeline, place: Place) -> bool:
    """Whether there is such a row, and such a face or key."""
    if place.lane == ON_FACES:
        return place.index is None or place.index < len(timeline.keyframes)
    if place.lane >= len(timeline.lanes):
        return False
    return place.index is None or place.index < len(timeline.lanes[place.lane].keys)


def time_of(timeline: Timeline, place: Place) -> float:
    """Of a face or key, seconds."""
    assert place.index is not None
    if place.lane == ON_FACES:
        return timeline.keyframes[place.index].time
    return timeline.lanes[place.lane].keys[place.index].time


def easing_of(timeline: Timeline, place: Place) -> Easing:
    """From a face or key to the next one."""
    assert place.index is not None
    if place.lane == ON_FACES:
        return timeline.keyframes[place.index].easing
    return timeline.lanes[place.lane].keys[place.index].easing


def eased(timeline: Timeline, place: Place, easing: Easing) -> Timeline:
    """With another easing of a face or key."""
    assert place.index is not None
    if place.lane == ON_FACES:
        return timeline.eased(place.index, easing)
    return timeline.with_key(place.lane, replace(timeline.lanes[place.lane].keys[place.index], easing=easing))


def removed(timeline: Timeline, place: Place) -> Timeline:
    """Without a face or key; a lane goes with its last key."""
    assert place.index is not None
    if place.lane == ON_FACES:
        return timeline.without(place.index)
    if len(timeline.lanes[place.lane].keys) == 1:
        return timeline.without_lane(place.lane)
    return timeline.without_key(place.lane, place.index)


def with_key(rows: Rows, lane: int, point: QPointF) -> Timeline:
    """With a key of a lane where the pointer is."""
    timeline = rows.timeline
    time = min(max(snapped(rows.time(point.x()), timeline.beats), 0.0), timeline.duration)
    value = limited(timeline.lanes[lane].kind, rows.value(lane, point.y(), span_of(timeline.lanes[lane])))
    return timeline.with_key(lane, Key(time, value))


def with_faces_at(timeline: Timeline, time: float, faces: tuple[tuple[Recipe, str], ...], gap: float) -> Timeline:
    """With faces (recipe, name) from `time` on, `gap` seconds apart, or closer where another follows sooner. After the
    end the timeline grows. Raises `MotionError` where there are too many."""
    time = min(max(snapped(time, timeline.beats), 0.0), MAX_SECONDS)
    if any(abs(face.time - time) < _CLOSEST for face in timeline.keyframes):
        time += _CLOSEST * 2
    later = next((face.time for face in timeline.keyframes if face.time > time), None)
    step = gap if later is None else min(gap, (later - time) / len(faces))
    new = tuple(Keyframe(time + number * step, recipe, name) for number, (recipe, name) in enumerate(faces))
    ordered = sorted((*timeline.keyframes, *new), key=lambda face: face.time)
    end = ordered[-1].time + (gap if timeline.loop and ordered[-1] is new[-1] else 0.0)
    return replace(timeline, keyframes=tuple(ordered), duration=max(timeline.duration, end), pace=b"")


def stepped(timeline: Timeline, time: float, key: Qt.Key) -> float:
    """The time to which a key goes from `time`: a frame on, a face on, or an end."""
    faces = [face.time for face in timeline.keyframes]
    goals = {
        Qt.Key.Key_Left: time - FRAME,
        Qt.Key.Key_Right: time + FRAME,
        Qt.Key.Key_Home: 0.0,
        Qt.Key.Key_End: timeline.duration,
        Qt.Key.Key_PageUp: max((other for other in faces if other < time - 1e-6), default=0.0),
        Qt.Key.Key_PageDown: min((other for other in faces if other > time + 1e-6), default=timeline.duration),
    }
    return min(max(goals[key], 0.0), timeline.duration)


def moving(place: Place) -> str:
    """The name of the undo step."""
    return tr("Move face") if place.lane == ON_FACES else tr("Move key")


def removing(place: Place) -> str:
    """The name of the undo step."""
    return tr("Remove face from the timeline") if place.lane == ON_FACES else tr("Remove key")
