"""The timeline: playing it, its lanes, and everything that is done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from explorer.document.face_names import title_of
from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from explorer.messages import ModelFacts
from explorer.timeline.clock import Clock
from explorer.timeline.direction_menu import DirectionMenu
from explorer.timeline.lane_edits import with_faces_at
from explorer.timeline.lane_kinds import TITLES as LANE_TITLES
from explorer.timeline.lane_kinds import new_lane, suits
from explorer.timeline.lanes_view import LanesView
from explorer.timeline.motions import TITLES
from explorer.timeline.time_label import TimeLabel
from explorer.timeline.time_scale import clock_text
from explorer.translation import tr
from explorer.widgets.layout import SPACING, button, name
from explorer.widgets.number_entry import NumberEntry
from explorer.widgets.theme import icon
from generator.errors import MotionError
from generator.motion.timeline import GAP, MAX_BEATS, MAX_SECONDS, Timeline
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Recipe

PATHS = {
    "straight": (tr("Straight"), tr("Straight lines from face to face in W")),
    "arc": (tr("Arc"), tr("Along arcs in Z; faces need seeds")),
    "smooth": (tr("Smooth"), tr("One smooth curve through all faces in W+")),
    "even": (tr("Even"), tr("The picture always changes alike; measured on previews")),
}
FIRST_SECONDS = 4.0  # of a timeline that begins with a lane
FIRST_BEATS = 120.0  # a minute
_GAP = 6  # logical pixels between controls
_BOX_WIDTH = 100  # logical pixels; the panel fits below the smallest picture


class TimelinePanel(QWidget):
    """Edits the timeline of the session. `moment_asked` and `left` say what the picture shows."""

    moment_asked = Signal(float)  # seconds: the frame to show in place of the face
    left = Signal()  # show the face again
    keep_asked = Signal(float)  # the frame at this time is to become a face of the project
    export_asked = Signal()
    motion_asked = Signal(str, object)  # name of a ready-made one; NamedDirection of a sweep, else None
    faces_dropped = Signal(object, float)  # tuple of ids, seconds
    refused = Signal(str)  # why something is not possible

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.clock = Clock(self)
        self.lanes = LanesView()
        self.in_use = False  # whether the picture shows a moment
        self._make_left()
        self._make_right()
        self._lay_out()
        self._connect()
        self.refresh(session.timeline)
        self._adopt_model()

    # building -------------------------------------------------------------------------------------------------

    def _make_left(self) -> None:
        """How it is played."""
        self.play = self._button("", tr("Play or pause (Space in the lanes)"), self.clock.toggle)
        self.play.setIcon(icon("play"))
        self.loop = button("", tr("Return to the first face at the end"), self._set_loop, checkable=True)
        self.loop.setIcon(icon("loop"))
        for pressed in (self.play, self.loop):
            pressed.setIconSize(QSize(16, 16))
        self.now = TimeLabel("00:00.00")
        name(self.now, tr("Time"), tr("The time that is shown"))
        self.duration = NumberEntry(_seconds, "{:.2f} s".format, "{:g}".format)
        self.duration.setFixedWidth(72)
        name(self.duration, tr("Duration"), tr("Seconds; all times are scaled"))
        self.path = QComboBox()
        for place, (path, (title, hint)) in enumerate(PATHS.items()):
            self.path.addItem(title, path)
            self.path.setItemData(place, hint, Qt.ItemDataRole.ToolTipRole)
        name(self.path, tr("Path"), tr("How one face becomes the next"))
        self.unit = QComboBox()
        self.unit.addItems([tr("Seconds"), tr("Beats")])
        name(self.unit, tr("Unit"), tr("What the ruler shows, and what keys snap to"))
        self.beats = NumberEntry(_beats, "{:g}/min".format, "{:g}".format)
        self.beats.setFixedWidth(72)
        for box in (self.path, self.unit):
            box.setFixedWidth(_BOX_WIDTH)
        name(self.beats, tr("Beats a minute"), tr("Beats a minute of the ruler"))

    def _make_right(self) -> None:
        """What it is made of."""
        self.add = self._button(tr("Add this face"), tr("Append the face that is being edited"), self.add_face)
        self.lane = self._menu_button(tr("Lane"), tr("A value over time, beside the faces"), self._fill_lanes)
        self.motion = self._menu_button(tr("Motion"), tr("Ready-made timelines; each is an ordinary one"), self._fill)
        self.keep = self._button(tr("Keep frame"), tr("Put the frame shown on the light table"), self._ask_keep)
        self.export = self._button(tr("Export …"), tr("Write a video, GIF or pictures"), self.export_asked.emit)
        self.can_walk: Callable[[], bool] = lambda: False  # whether faces are marked

    def _button(self, text: str, hint: str, clicked: Callable[[], None]) -> QToolButton:
        return button(text, hint, clicked)

    def _menu_button(self, text: str, hint: str, fill: Callable[[QMenu], None]) -> QToolButton:
        made = QToolButton()
        made.setText(f"{text} ▾")
        name(made, text, hint)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(made)
        menu.aboutToShow.connect(partial(self._refill, menu, fill))
        made.setMenu(menu)
        return made

    @staticmethod
    def _refill(menu: QMenu, fill: Callable[[QMenu], None]) -> None:
        menu.clear()
        fill(menu)

    def _lay_out(self) -> None:
        self._playing = _close_together(self.play, self.now, self.duration, self.loop, self.path, self.unit, self.beats)
        self._making = _close_together(self.add, self.lane, self.motion, self.keep, self.export)
        self._bar = bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        bar.setContentsMargins(SPACING, 4, SPACING, 4)
        bar.setSpacing(_GAP)
        bar.addWidget(self._playing)
        bar.addStretch(1)
        bar.addWidget(self._making)
        self.setMinimumWidth(self._making.sizeHint().width() + 2 * SPACING)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.lanes, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all controls side by side, they are in two lines."""
        super().resizeEvent(event)
        whole = self._playing.sizeHint().width() + self._making.sizeHint().width() + 2 * SPACING + _GAP
        fits, way = self.width() >= whole, QBoxLayout.Direction
        self._bar.setDirection(way.LeftToRight if fits else way.TopToBottom)

    def _connect(self) -> None:
        session, lanes, clock = self._session, self.lanes, self.clock
        session.timeline_changed.connect(self.refresh)
        session.model_changed.connect(self._adopt_model)
        session.directions_changed.connect(self._adopt_directions)
        lanes.edited.connect(self._edit)
        lanes.refused.connect(self.refused)
        lanes.scrubbed.connect(self.show_at)
        lanes.played.connect(self._toggle)
        lanes.left.connect(self.leave)
        lanes.face_asked.connect(self._add_face_at)
        lanes.dropped.connect(self.faces_dropped)
        clock.moved.connect(self._follow_clock)
        clock.playing_changed.connect(self._show_playing)
        self.path.activated.connect(self._set_path)
        self.unit.activated.connect(self._set_unit)
        self.duration.committed.connect(self._set_duration)
        self.beats.committed.connect(self._set_beats)

    # what is shown --------------------------------------------------------------------------------------------

    @Slot(object)
    def refresh(self, timeline: Timeline) -> None:
        """Show the timeline; if the picture shows a moment of it, that too."""
        self.lanes.show_timeline(timeline)
        self.clock.set_length(timeline.duration, timeline.loop)
        self.loop.setChecked(timeline.loop)
        self.path.setCurrentIndex(list(PATHS).index(timeline.path))
        self.unit.setCurrentIndex(1 if timeline.beats else 0)
        self.beats.setVisible(timeline.beats > 0)
        self.beats.show_number(timeline.beats or FIRST_BEATS)
        self.duration.show_number(timeline.duration)
        self._enable()
        self._show_now()
        if not timeline.keyframes:
            self.leave()
        elif self.in_use:
            self.moment_asked.emit(self.clock.time)

    def _enable(self) -> None:
        timeline, has_model = self._session.timeline, self._session.facts is not None
        has_faces, lasts = bool(timeline.keyframes), timeline.duration > 0
        self.play.setEnabled(has_faces and lasts)
        self.export.setEnabled(has_faces and lasts)
        self.duration.setEnabled(lasts)
        self.loop.setEnabled(has_faces)
        self.keep.setEnabled(self.in_use)
        for control in (self.add, self.lane, self.motion):
            control.setEnabled(has_model)

    def _show_now(self) -> None:
        self.now.show_text(clock_text(self.clock.time, self._session.timeline.beats))

    @Slot()
    def _adopt_model(self, _: ModelFacts | None = None) -> None:
        self.leave()
        self._enable()

    @Slot(object)
    def _adopt_directions(self, named: tuple[NamedDirection, ...]) -> None:
        self.lanes.named = named
        self.lanes.repaint_pictures()

    def set_pictures(self, picture: Callable[[Recipe], QImage | None]) -> None:
        """Where the small pictures of faces are."""
        self.lanes.picture = picture

    # time -----------------------------------------------------------------------------------------------------

    @Slot(float)
    def show_at(self, time: float) -> None:
        """Go to a time, and show its frame; it does not play on."""
        self.clock.pause()
        if self._session.timeline.keyframes:
            self._begin()
            self.clock.seek(time)

    @Slot()
    def _toggle(self) -> None:
        if self.play.isEnabled():
            self.clock.toggle()

    @Slot(bool)
    def _show_playing(self, plays: bool) -> None:
        self.play.setIcon(icon("pause" if plays else "play"))
        if plays:
            self._begin()

    @Slot(float)
    def _follow_clock(self, time: float) -> None:
        self.lanes.show_time(time)
        self._show_now()
        if self.in_use:
            self.moment_asked.emit(time)

    def _begin(self) -> None:
        if not self.in_use:
            self.in_use = self.lanes.in_use = True
            self._enable()

    @Slot()
    def leave(self) -> None:
        """The picture shows the face again; the time stays."""
        self.clock.pause()
        if self.in_use:
            self.in_use = self.lanes.in_use = False
            self._enable()
            self.left.emit()

    # edits ----------------------------------------------------------------------------------------------------

    def edit(self, label: str, change: Callable[[Timeline], Timeline], gesture: int | None = None) -> bool:
        """Change the timeline as an undo step; False where it is not possible, which is said."""
        try:
            edited = change(self._session.timeline)
        except MotionError as error:
            self.refused.emit(str(error))
            self.refresh(self._session.timeline)  # a control may show what is not so
            return False
        self._session.edit_timeline(label, edited, gesture)
        return True

    @Slot(str, object, object)
    def _edit(self, label: str, timeline: Timeline, gesture: int | None) -> None:
        self._session.edit_timeline(label, timeline, gesture)

    @Slot()
    def add_face(self) -> None:
        """Append the face of the session."""
        recipe, title = self._face
        self.edit(tr("Add face to the timeline"), lambda timeline: timeline.with_face(recipe, title))

    @Slot(float)
    def _add_face_at(self, time: float) -> None:
        self.add_faces((self._face,), time)

    def add_faces(self, faces: tuple[tuple[Recipe, str], ...], time: float) -> None:
        """Add faces (recipe, name) from `time` on."""
        self.edit(tr("Add face to the timeline"), lambda timeline: with_faces_at(timeline, time, faces, GAP))

    @property
    def _face(self) -> tuple[Recipe, str]:
        return self._session.recipe, title_of(self._session.recipe, self._session.opened_file)

    @Slot()
    def _set_loop(self) -> None:
        loops = self.loop.isChecked()
        self.edit(tr("Loop"), lambda timeline: timeline.looping(loops))

    @Slot(int)
    def _set_path(self, index: int) -> None:
        path = list(PATHS)[index]
        self.edit(tr("Path"), lambda timeline: replace(timeline, path=path, pace=b""))

    @Slot(int)
    def _set_unit(self, index: int) -> None:
        self.edit(tr("Unit of time"), lambda timeline: replace(timeline, beats=FIRST_BEATS if index else 0.0))

    @Slot(object)
    def _set_beats(self, beats: float) -> None:
        if beats > 0:
            self.edit(tr("Beats a minute"), lambda timeline: replace(timeline, beats=beats))

    @Slot(object)
    def _set_duration(self, seconds: float) -> None:
        if seconds > 0:
            self.edit(tr("Duration"), lambda timeline: timeline.lasting(seconds))

    @Slot()
    def _ask_keep(self) -> None:
        self.keep_asked.emit(self.clock.time)

    # lanes and motions ----------------------------------------------------------------------------------------

    def _fill_lanes(self, menu: QMenu) -> None:
        directions = DirectionMenu(tr("Direction"), self._session.directions, menu)
        directions.chosen.connect(partial(self.add_lane, "direction"))
        menu.addMenu(directions)
        facts = self._session.facts
        for kind, title in LANE_TITLES.items():
            if suits(kind, None if facts is None else facts.config):
                menu.addAction(title, partial(self.add_lane, kind))

    def add_lane(self, kind: str, direction: NamedDirection | None = None) -> None:
        """Add a lane that changes nothing yet; a timeline without faces begins with the one of the session."""
        (recipe, title), lane = self._face, new_lane(kind, self._session.recipe, direction)
        if any((other.kind, other.direction) == (lane.kind, lane.direction) for other in self._session.timeline.lanes):
            return self.refused.emit(tr("This lane is there already."))

        def change(timeline: Timeline) -> Timeline:
            begun = timeline if timeline.keyframes else timeline.with_face(recipe, title)
            lasting = begun if begun.duration > 0 else replace(begun, duration=FIRST_SECONDS)
            return lasting.with_lane(lane)

        self.edit(tr("Add lane"), change, new_gesture())

    def _fill(self, menu: QMenu) -> None:
        """The ready-made motions."""
        for motion, title in TITLES.items():
            if motion == "sweep":
                directions = DirectionMenu(title, self._session.directions, menu)
                directions.chosen.connect(partial(self.motion_asked.emit, motion))
                menu.addMenu(directions)
            else:
                action = menu.addAction(title, partial(self.motion_asked.emit, motion, None))
                action.setEnabled(motion != "walk" or self.can_walk())


def _close_together(*controls: QWidget) -> QWidget:
    held = QWidget()
    row = QHBoxLayout(held)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(_GAP)
    for control in controls:
        row.addWidget(control)
    row.addStretch(1)
    return held


def _seconds(text: str) -> float | None:
    """A duration that was typed."""
    return _number(text.strip().removesuffix("s"), MAX_SECONDS)


def _beats(text: str) -> float | None:
    return _number(text.strip().removesuffix("/min"), MAX_BEATS)


def _number(text: str, most: float) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= most else None
