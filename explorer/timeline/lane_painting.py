"""How a timeline looks: the ruler, the faces, the lanes and their keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPainterPath, QPalette, QPen, QPolygonF

from explorer.timeline.lane_kinds import span_of, text_of, title_of, value_at
from explorer.timeline.rows import FACES, HEADER, LANE, ON_FACES, PICTURE, RULER, Place, Rows
from explorer.translation import tr
from explorer.widgets.theme import COLOURS
from generator.motion.timeline import Lane
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Recipe

_KEY = 4.5  # logical pixels from the middle of a key to its corners
_STEP = 3.0  # logical pixels between two points of a curve
_FRAME = 3.0  # corners of a picture
EMPTY = tr("Press “Add this face”, find another face, and add that one too; or choose a motion.")

Picture = Callable[[Recipe], QImage | None]
_Role = QPalette.ColorRole


@dataclass(frozen=True)
class Painted:
    """Everything that is painted, except the time."""

    rows: Rows
    width: float
    height: float
    chosen: Place | None
    picture: Picture
    named: Sequence[NamedDirection] = ()


def paint_timeline(painter: QPainter, shown: Painted) -> None:
    """Paint all but the line of the time."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillRect(QRectF(0, 0, shown.width, shown.height), _colour(_Role.Base))
    painter.save()
    painter.setClipRect(QRectF(0, RULER + FACES, shown.width, shown.height))
    for number, lane in enumerate(shown.rows.timeline.lanes):
        _paint_lane(painter, shown, number, lane)
    painter.restore()
    _paint_faces(painter, shown)
    _paint_ruler(painter, shown)
    painter.setPen(QPen(QColor(COLOURS["line"]), 1))
    painter.drawLine(QPointF(HEADER - 0.5, 0), QPointF(HEADER - 0.5, shown.height))


def paint_time(painter: QPainter, x: float, height: float) -> None:
    """The line of the time, with a handle on the ruler."""
    accent = _colour(_Role.Highlight)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(accent, 1.5))
    painter.drawLine(QPointF(x, RULER - 4), QPointF(x, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    painter.drawPolygon(QPolygonF([QPointF(x - 6, RULER - 11), QPointF(x + 6, RULER - 11), QPointF(x, RULER - 2)]))


def _colour(role: QPalette.ColorRole) -> QColor:
    return QGuiApplication.palette().color(role)


def _clipped(painter: QPainter, shown: Painted) -> None:
    painter.setClipRect(QRectF(HEADER, 0, shown.width - HEADER, shown.height), Qt.ClipOperation.IntersectClip)


def _paint_ruler(painter: QPainter, shown: Painted) -> None:
    timeline, rows = shown.rows.timeline, shown.rows
    painter.fillRect(QRectF(0, 0, shown.width, RULER), _colour(_Role.Window))
    painter.save()
    _clipped(painter, shown)
    end = rows.x(timeline.duration)
    if timeline.duration > 0:
        painter.fillRect(QRectF(rows.x(0), 0, end - rows.x(0), RULER), _colour(_Role.Button))
    for tick in rows.scale.ticks(shown.width - HEADER, timeline.duration, timeline.beats):
        x = rows.x(tick.time)
        painter.setPen(QPen(QColor(COLOURS["edge"]), 1))
        painter.drawLine(QPointF(x, RULER - (8 if tick.label else 4)), QPointF(x, RULER))
        if tick.label:
            painter.setPen(_colour(_Role.PlaceholderText))
            painter.drawText(QPointF(x + 4, RULER - 7), tick.label)
    painter.restore()


def _paint_header(painter: QPainter, shown: Painted, top: float, height: float, title: str, under: str) -> None:
    painter.fillRect(QRectF(0, top, HEADER, height), _colour(_Role.Window))
    painter.setPen(_colour(_Role.WindowText))
    metrics, width = painter.fontMetrics(), int(HEADER - 16)
    left, middle = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
    elide = Qt.TextElideMode.ElideRight
    line = QRectF(8, top + 2, width, (height - 4) / 2 if under else height - 4)
    painter.drawText(line, left | middle, metrics.elidedText(title, elide, width))
    if under:
        painter.setPen(_colour(_Role.PlaceholderText))
        line.translate(0, line.height())
        painter.drawText(line, left | middle, metrics.elidedText(under, elide, width))


def _paint_faces(painter: QPainter, shown: Painted) -> None:
    timeline = shown.rows.timeline
    painter.fillRect(QRectF(0, RULER, shown.width, FACES), _colour(_Role.Base))
    count = len(timeline.keyframes)
    _paint_header(painter, shown, RULER, FACES, tr("Faces"), str(count) if count else "")
    painter.save()
    _clipped(painter, shown)
    _line_below(painter, shown, RULER + FACES)
    if not count and not timeline.lanes:
        painter.setPen(_colour(_Role.PlaceholderText))
        area = QRectF(HEADER, RULER, shown.width - HEADER, FACES)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, EMPTY)
    for number in range(count):
        _paint_way(painter, shown, number)
    for number in range(count):
        _paint_face(painter, shown, number)
    painter.restore()


def _paint_way(painter: QPainter, shown: Painted, number: int) -> None:
    """From a face to the next, as fast as it goes: a curve from below to above."""
    rows, faces = shown.rows, shown.rows.timeline.keyframes
    last = number + 1 == len(faces)
    if last and (number == 0 or not rows.timeline.loop):
        return
    left = rows.x(faces[number].time) + PICTURE / 2
    right = rows.x(rows.timeline.duration) if last else rows.x(faces[number + 1].time) - PICTURE / 2
    if right - left < 2 * _STEP:
        return
    easing, low, tall = faces[number].easing, RULER + FACES - 12, FACES - 24
    path = QPainterPath(QPointF(left, low))
    for step in range(1, int((right - left) / _STEP) + 1):
        share = min(step * _STEP / (right - left), 1.0)
        path.lineTo(QPointF(left + share * (right - left), low - easing.at(share) * tall))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(COLOURS["edge"]), 1.2, Qt.PenStyle.DashLine if last else Qt.PenStyle.SolidLine))
    painter.drawPath(path)


def _paint_face(painter: QPainter, shown: Painted, number: int) -> None:
    face, place = shown.rows.timeline.keyframes[number], shown.rows.picture(number)
    if place.right() < HEADER or place.left() > shown.width:
        return
    image = shown.picture(face.recipe)
    if image is None:
        painter.fillRect(place, _colour(_Role.Button))
        painter.setPen(_colour(_Role.PlaceholderText))
        words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, words, printable(face.name)[:16] or str(number + 1))
    else:
        painter.drawImage(place, image)
    chosen = shown.chosen == Place(ON_FACES, number)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_colour(_Role.Highlight) if chosen else QColor(COLOURS["stage"]), 2 if chosen else 1))
    painter.drawRoundedRect(place, _FRAME, _FRAME)
    painter.setPen(QPen(_colour(_Role.BrightText), 1))
    middle = place.center().x()
    painter.drawLine(QPointF(middle, RULER), QPointF(middle, place.top() - 1))  # its time


def _paint_lane(painter: QPainter, shown: Painted, number: int, lane: Lane) -> None:
    rows, top = shown.rows, shown.rows.top(number)
    if top > shown.height or top + LANE < RULER + FACES:
        return
    low, high = span_of(lane)
    under = tr("off") if lane.off else f"{text_of(lane.kind, low)} … {text_of(lane.kind, high)}"
    _paint_header(painter, shown, top, LANE, title_of(lane, shown.named), under)
    painter.save()
    _clipped(painter, shown)
    _line_below(painter, shown, top + LANE)
    if low < 0 < high:
        painter.setPen(QPen(QColor(COLOURS["line"]), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(HEADER, rows.y(number, 0)), QPointF(shown.width, rows.y(number, 0)))
    if lane.keys:
        _paint_curve(painter, shown, number, lane)
    for index in range(len(lane.keys)):
        _paint_key(painter, shown, Place(number, index))
    painter.restore()


def _paint_curve(painter: QPainter, shown: Painted, number: int, lane: Lane) -> None:
    rows = shown.rows
    left, right = max(rows.x(0), HEADER), min(rows.x(rows.timeline.duration), shown.width)
    path = QPainterPath()
    for step in range(int((right - left) / _STEP) + 2):
        x = min(left + step * _STEP, right)
        point = QPointF(x, rows.y(number, value_at(lane, rows.time(x), rows.timeline)))
        path.lineTo(point) if step else path.moveTo(point)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(COLOURS["edge" if lane.off else "muted"]), 1.4))
    painter.drawPath(path)


def _paint_key(painter: QPainter, shown: Painted, place: Place) -> None:
    lane = shown.rows.timeline.lanes[place.lane]
    assert place.index is not None
    key = lane.keys[place.index]
    middle = QPointF(shown.rows.x(key.time), shown.rows.y(place.lane, key.value))
    chosen = place == shown.chosen
    painter.setPen(QPen(_colour(_Role.Base), 1))
    painter.setBrush(_colour(_Role.Highlight) if chosen else QColor(COLOURS["faint" if lane.off else "text"]))
    size = _KEY + (1.5 if chosen else 0)
    corners = (QPointF(0, -size), QPointF(size, 0), QPointF(0, size), QPointF(-size, 0))
    painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))


def _line_below(painter: QPainter, shown: Painted, y: float) -> None:
    painter.setPen(QPen(QColor(COLOURS["line"]), 1))
    painter.drawLine(QPointF(0, y - 0.5), QPointF(shown.width, y - 0.5))
