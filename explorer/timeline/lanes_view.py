"""The lanes of a timeline, painted in one widget: faces and keys to drag, a ruler to scrub."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from explorer.document.gestures import new_gesture
from explorer.table.drag_out import dragged_ids
from explorer.timeline import lane_edits
from explorer.timeline.lane_drag import LaneDrag
from explorer.timeline.lane_kinds import text_of, title_of
from explorer.timeline.lane_menu import LaneMenu
from explorer.timeline.lane_painting import Painted, paint_time, paint_timeline
from explorer.timeline.rows import FACES, HEADER, LANE, ON_FACES, RULER, Place, Rows
from explorer.timeline.time_scale import MARGIN, TimeScale, clock_text
from explorer.translation import tr
from generator.errors import MotionError
from generator.motion.timeline import Timeline
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Recipe

_NOTCH = 1.25  # zoom of one notch of the wheel
_LANES_IN_SIGHT = 3
_LONGEST = 70  # characters of a tooltip
_PAD = 8  # logical pixels around the line of the time that are repainted
LEFT = Qt.MouseButton.LeftButton


class LanesView(QAbstractScrollArea):
    """Shows a timeline and says what the user wants of it; whoever listens changes it. The wheel zooms; with Shift it
    moves along, over the names it scrolls."""

    edited = Signal(str, object, object)  # name of the undo step, Timeline, gesture or None
    refused = Signal(str)  # why an edit is not possible
    scrubbed = Signal(float)  # seconds: the frame to show
    played = Signal()  # Space
    left = Signal()  # Esc
    face_asked = Signal(float)  # seconds at which the face shown is to be added
    dropped = Signal(object, float)  # tuple of ids of faces, seconds

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline, self.time = Timeline(), 0.0
        self.chosen: Place | None = None
        self.picture: Callable[[Recipe], QImage | None] = lambda recipe: None
        self.named: Sequence[NamedDirection] = ()
        self.in_use = False  # whether the picture shows a moment, which Esc leaves
        self._scale, self._fits = TimeScale(), True  # whether all of the time is in sight, and is to stay so
        self._drag: LaneDrag | None = None
        self._gesture: int | None = None
        self._scrubs = False
        self._drop: float | None = None  # x of what would be dropped
        self._still: QPixmap | None = None  # all but the line of the time
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.viewport().setAcceptDrops(True)
        self.setAccessibleName(tr("Timeline"))
        self.setAccessibleDescription(tr("Space plays, arrow keys step by a frame, Delete removes what is chosen"))
        self._adapt()

    # what is shown --------------------------------------------------------------------------------------------

    def show_timeline(self, timeline: Timeline) -> None:
        """Show another timeline, or the same one edited; what is chosen stays chosen if it is still there."""
        self.timeline = timeline
        if self.chosen is not None and not lane_edits.has(timeline, self.chosen):
            self.chosen = None
        self._adapt()

    def show_time(self, time: float) -> None:
        """Move the line of the time, and what is in sight after it."""
        before, self.time = self._line, time
        if not 0 <= self._scale.x(time) <= self._width and not self._fits:
            self._look(self._scale.moved(self._scale.x(time) - self._width / 4))
        for line in (before, self._line):
            self.viewport().update(line)

    def repaint_pictures(self) -> None:
        """Some are there now."""
        self._refresh()

    @property
    def rows(self) -> Rows:
        """Where everything is."""
        return Rows(self.timeline, self._scale, self.verticalScrollBar().value())

    @property
    def _width(self) -> float:
        """Of the time axis."""
        return max(self.viewport().width() - HEADER, 1.0)

    @property
    def _line(self) -> QRect:
        x = round(self.rows.x(self.time))
        return QRect(x - _PAD, 0, 2 * _PAD, self.viewport().height())

    def _refresh(self) -> None:
        self._still = None
        self.viewport().update()

    def _adapt(self) -> None:
        """The timeline or the size has changed. The first lanes are always in sight."""
        self.setMinimumHeight(round(RULER + FACES + LANE * min(len(self.timeline.lanes), _LANES_IN_SIGHT)) + 2)
        if self._fits and self._drag is None:
            self._scale = TimeScale.showing(self.timeline.duration, self._width)
        self._look(self._scale)

    def _look(self, scale: TimeScale) -> None:
        """Show this part of the time, and let the scroll bars agree."""
        self._scale = scale.kept_near(self.timeline.duration, self._width)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        whole = self.timeline.duration * self._scale.zoom + 2 * MARGIN
        across.blockSignals(True)
        across.setPageStep(round(self._width))
        across.setRange(0, max(round(whole - self._width), 0))
        across.setValue(round(self._scale.start * self._scale.zoom + MARGIN))
        across.blockSignals(False)
        down.setRange(0, max(round(self.rows.height - self.viewport().height()), 0))
        down.setPageStep(self.viewport().height())
        down.setSingleStep(round(LANE))
        self._refresh()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if dx:
            self._scale = self._scale.moved(-dx).kept_near(self.timeline.duration, self._width)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._adapt()

    def paintEvent(self, event: QPaintEvent) -> None:
        viewport, ratio = self.viewport(), self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = QPixmap(viewport.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            size = float(viewport.width()), float(viewport.height())
            with QPainter(self._still) as painter:
                painter.setFont(self.font())
                paint_timeline(painter, Painted(self.rows, *size, self.chosen, self.picture, self.named))
        with QPainter(viewport) as painter:
            painter.setClipRegion(event.region())
            painter.drawPixmap(0, 0, self._still)
            painter.setClipRect(QRect(round(HEADER), 0, viewport.width(), viewport.height()))
            if self.timeline.duration > 0:
                paint_time(painter, self.rows.x(self.time), viewport.height())
            if self._drop is not None:
                paint_time(painter, self._drop, viewport.height())

    # the mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not LEFT or event.position().x() < HEADER:
            return self._choose(self._place(event.position()))
        place = self._place(event.position())
        self._choose(place if place is not None and place.index is not None else None)
        if self.chosen is not None:
            self._drag, self._gesture = LaneDrag(self.rows, self.chosen, event.position()), new_gesture()
            if self.chosen.lane == ON_FACES:
                self.scrubbed.emit(lane_edits.time_of(self.timeline, self.chosen))
        else:
            self._scrubs = True
            self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._scrubs:
            self._scrub(event.position().x())
        elif self._drag is not None and event.buttons() & LEFT:
            self._drag_to(event)
        else:
            place = self._place(event.position())
            over_key = place is not None and place.index is not None
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over_key else Qt.CursorShape.ArrowCursor)

    def _drag_to(self, event: QMouseEvent) -> None:
        assert self._drag is not None
        if (event.position() - self._drag.pressed).manhattanLength() < 3 and self.timeline is self._drag.rows.timeline:
            return  # a click with a trembling hand
        exactly = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        moved = self._drag.to(event.position(), exactly)
        if moved is None:
            return
        timeline, self.chosen = moved
        self.edited.emit(lane_edits.moving(self.chosen), timeline, self._gesture)
        self._refresh()
        QToolTip.showText(event.globalPosition().toPoint(), self._told(self.chosen), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._drag, self._scrubs = self._drag is not None, None, False
        if dragged:
            self._adapt()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the row of faces: the face shown, at this time; on a lane: a key; on a face or a key: nothing more."""
        place = self._place(event.position())
        if event.position().x() < HEADER or place is None or place.index is not None:
            return
        time = max(self.rows.time(event.position().x()), 0.0)
        if place.lane == ON_FACES:
            return self.face_asked.emit(time)
        self._scrubs = False
        self.change(tr("Add key"), lambda _: lane_edits.with_key(self.rows, place.lane, event.position()))
        self._choose(self._place(event.position()))

    def _place(self, point: QPointF) -> Place | None:
        """What is at `point`; over the names, the row."""
        place = self.rows.at(point)
        return Place(place.lane) if place is not None and point.x() < HEADER else place

    def _choose(self, place: Place | None) -> None:
        if place != self.chosen:
            self.chosen = place
            self._refresh()

    def _scrub(self, x: float) -> None:
        self.scrubbed.emit(min(max(self.rows.time(x), 0.0), self.timeline.duration))

    def _told(self, place: Place | None) -> str:
        """What a face or a key is, and when."""
        if place is None or (place.lane == ON_FACES and place.index is None):
            return ""
        if place.index is None:
            return title_of(self.timeline.lanes[place.lane], self.named)[:_LONGEST]
        when = clock_text(lane_edits.time_of(self.timeline, place), self.timeline.beats)
        if place.lane == ON_FACES:
            name = printable(self.timeline.keyframes[place.index].name)[:40]
            return f"{name or tr('Face {number}', number=place.index + 1)} · {when}"
        lane = self.timeline.lanes[place.lane]
        return f"{title_of(lane, self.named)[:30]} {text_of(lane.kind, lane.keys[place.index].value)} · {when}"

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, x = event.angleDelta(), event.position().x() - HEADER
        if x < 0:
            return super().wheelEvent(event)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or turned.x():
            self._look(self._scale.moved(-(turned.y() or turned.x())))
        else:
            self._look(self._scale.zoomed(_NOTCH ** (turned.y() / 120), x))
            self._fits = self._scale.zoom <= TimeScale.showing(self.timeline.duration, self._width).zoom
            self._adapt()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of what is under the pointer; by the keyboard, of what is chosen."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self.chosen if by_key else self._place(QPointF(self.viewport().mapFromGlobal(event.globalPos())))
        if place is not None and place != Place(ON_FACES) and lane_edits.has(self.timeline, place):
            self._choose(place)
            LaneMenu(self, place, self).popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told(self._place(QPointF(event.pos()))), self)
            return True
        return super().viewportEvent(event)

    # the keyboard ---------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """These keys are for the timeline even where the window has a shortcut of them."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        return event.key() in _KEYS or (event.key() == Qt.Key.Key_Escape and self.in_use)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._takes(event):
            return super().keyPressEvent(event)
        if key == Qt.Key.Key_Space:
            self.played.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_chosen()
        else:
            self.scrubbed.emit(lane_edits.stepped(self.timeline, self.time, Qt.Key(key)))

    def remove_chosen(self) -> None:
        """Remove the face or key that is chosen."""
        place = self.chosen
        if place is not None and place.index is not None:
            self.chosen = None
            self.change(lane_edits.removing(place), lambda timeline: lane_edits.removed(timeline, place))

    def change(self, label: str, made: Callable[[Timeline], Timeline], gesture: int | None = None) -> None:
        """Ask for an edit of the timeline, or say why it is not possible."""
        try:
            edited = made(self.timeline)
        except MotionError as error:
            return self.refused.emit(str(error))
        self.edited.emit(label, edited, gesture)

    # faces that are dropped -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not dragged_ids(event.mimeData()):
            return event.ignore()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._show_drop(max(event.position().x(), self.rows.x(0), HEADER))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop(None)
        ids = dragged_ids(event.mimeData())
        if not ids:
            return event.ignore()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(ids, max(self.rows.time(event.position().x()), 0.0))

    def _show_drop(self, x: float | None) -> None:
        self._drop = x
        self.viewport().update()

    def corner_of(self, place: Place) -> QPoint:
        """The middle of a face or key on the screen."""
        return self.viewport().mapToGlobal(self.place_of(place))

    def place_of(self, place: Place) -> QPoint:
        """The middle of a face or key in the viewport."""
        assert place.index is not None
        if place.lane == ON_FACES:
            return self.rows.picture(place.index).center().toPoint()
        key = self.timeline.lanes[place.lane].keys[place.index]
        return QPointF(self.rows.x(key.time), self.rows.y(place.lane, key.value)).toPoint()


_KEYS = frozenset(
    (
        *(Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End),
        *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Delete, Qt.Key.Key_Backspace),
    )
)
