"""A face or a key of a timeline that is being dragged."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from explorer.timeline.lane_kinds import limited, span_of
from explorer.timeline.rows import ON_FACES, Place, Rows
from explorer.timeline.time_scale import snapped
from generator.errors import MotionError
from generator.motion.timeline import MAX_SECONDS, Timeline


@dataclass(frozen=True)
class LaneDrag:
    """What was pressed, and where: every move is made from the timeline as it was then, so that nothing adds up."""

    rows: Rows
    place: Place  # with an index
    pressed: QPointF

    def to(self, point: QPointF, exactly: bool) -> tuple[Timeline, Place] | None:
        """The timeline with the thing at `point`, and its place; None where it cannot be. exactly: without snapping."""
        try:
            return self._to(point, exactly)
        except MotionError:
            return None  # two at the same time, say: it stays where it was last

    def _to(self, point: QPointF, exactly: bool) -> tuple[Timeline, Place]:
        start, lane, index = self.rows.timeline, self.place.lane, self.place.index
        assert index is not None
        if lane == ON_FACES:
            time = self._time(start.keyframes[index].time, point, exactly)
            moved = start.moved(index, time)
            return moved, Place(lane, [face.time for face in moved.keyframes].index(time))
        key, kind = start.lanes[lane].keys[index], start.lanes[lane].kind
        time = self._time(key.time, point, exactly)
        value = self.rows.value(lane, point.y(), span_of(start.lanes[lane]))
        if abs(point.y() - self.pressed.y()) < 3:
            value = key.value  # it is moved along its row
        moved = start.key_moved(lane, index, time, limited(kind, value))
        return moved, Place(lane, [other.time for other in moved.lanes[lane].keys].index(time))

    def _time(self, before: float, point: QPointF, exactly: bool) -> float:
        time = before + (point.x() - self.pressed.x()) / self.rows.scale.zoom
        time = time if exactly else snapped(time, self.rows.timeline.beats)
        return min(max(time, 0.0), MAX_SECONDS)
