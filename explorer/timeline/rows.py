"""Where the ruler, the faces and the lanes of a timeline are, and what is under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from explorer.timeline.lane_kinds import span_of
from explorer.timeline.time_scale import TimeScale
from generator.motion.timeline import Lane, Timeline

HEADER = 128.0  # logical pixels of the names at the left
RULER, FACES, LANE = 22.0, 60.0, 38.0  # heights
PICTURE = 48.0  # of a face
PAD = 7.0  # above and below the values of a lane
_REACH = 7.0  # how near the pointer must be to a key
ON_FACES = -1  # the lane number of the row of faces


@dataclass(frozen=True)
class Place:
    """Something of a timeline: a face (`lane` is ON_FACES) or a key of a lane, by number; None = the row itself."""

    lane: int
    index: int | None = None


@dataclass(frozen=True)
class Rows:
    """The geometry of a timeline that is scrolled down by `scroll` logical pixels."""

    timeline: Timeline
    scale: TimeScale
    scroll: float = 0.0

    @property
    def height(self) -> float:
        """Of all of it."""
        return RULER + FACES + LANE * len(self.timeline.lanes)

    def top(self, lane: int) -> float:
        """Of a row; the ruler and the faces stay while the lanes scroll."""
        return RULER if lane == ON_FACES else RULER + FACES + lane * LANE - self.scroll

    def x(self, time: float) -> float:
        return HEADER + self.scale.x(time)

    def time(self, x: float) -> float:
        return self.scale.time(x - HEADER)

    def y(self, lane: int, value: float) -> float:
        """Of a value on its lane."""
        low, high = span_of(self.timeline.lanes[lane])
        share = (value - low) / (high - low)
        return self.top(lane) + LANE - PAD - share * (LANE - 2 * PAD)

    def value(self, lane: int, y: float, span: tuple[float, float]) -> float:
        """The value at a height of a lane that shows `span`; not beyond it."""
        share = (self.top(lane) + LANE - PAD - y) / (LANE - 2 * PAD)
        return span[0] + min(max(share, 0.0), 1.0) * (span[1] - span[0])

    def picture(self, index: int) -> QRectF:
        """Of a face, whose time is in its middle."""
        left = self.x(self.timeline.keyframes[index].time) - PICTURE / 2
        return QRectF(left, RULER + (FACES - PICTURE) / 2, PICTURE, PICTURE)

    def row_at(self, y: float) -> int | None:
        """The row at a height: ON_FACES, the number of a lane, or None: the ruler, or nothing."""
        if y < RULER:
            return None
        if y < RULER + FACES:
            return ON_FACES
        lane = int((y - RULER - FACES + self.scroll) // LANE)
        return lane if lane < len(self.timeline.lanes) else None

    def at(self, point: QPointF) -> Place | None:
        """What is under the pointer, right of the names."""
        lane = self.row_at(point.y())
        if lane is None:
            return None
        if lane == ON_FACES:
            return Place(ON_FACES, self._face_at(point))
        return Place(lane, self._key_at(self.timeline.lanes[lane], lane, point))

    def _face_at(self, point: QPointF) -> int | None:
        """The one on top: the latest."""
        numbers = reversed(range(len(self.timeline.keyframes)))
        return next((number for number in numbers if self.picture(number).contains(point)), None)

    def _key_at(self, lane: Lane, number: int, point: QPointF) -> int | None:
        def distance(index: int) -> float:
            key = lane.keys[index]
            return float((QPointF(self.x(key.time), self.y(number, key.value)) - point).manhattanLength())

        nearest = min(range(len(lane.keys)), key=distance, default=None)
        return nearest if nearest is not None and distance(nearest) <= 2 * _REACH else None
