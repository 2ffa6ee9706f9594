"""The menu of a face, a key or a lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from explorer.document.gestures import new_gesture
from explorer.timeline import lane_edits
from explorer.timeline.easings import CurvePopup, EasingMenu
from explorer.timeline.rows import ON_FACES, Place
from explorer.translation import tr
from generator.motion.easing import Easing
from generator.motion.timeline import Timeline


class Lanes(Protocol):
    """What the menu needs of the view that it belongs to: see `explorer.timeline.lanes_view`."""

    timeline: Timeline

    def change(self, label: str, made: Callable[[Timeline], Timeline], gesture: int | None = None) -> None: ...

    def remove_chosen(self) -> None: ...

    def corner_of(self, place: Place) -> QPoint: ...


class LaneMenu(QMenu):
    """What can be done with `place` of the timeline in `view`."""

    def __init__(self, view: Lanes, place: Place, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._view, self._place, self._over = view, place, parent
        if place.index is not None:
            self._offer_easings()
            self.addSeparator()
            text = tr("Remove face") if place.lane == ON_FACES else tr("Remove key")
            self.addAction(text, view.remove_chosen)
        if place.lane != ON_FACES:
            self._offer_lane()

    def _offer_easings(self) -> None:
        self.easings = EasingMenu(lane_edits.easing_of(self._view.timeline, self._place), self)
        self.easings.chosen.connect(self._ease)
        self.easings.curve_asked.connect(self._draw_curve)
        self.addMenu(self.easings)

    def _offer_lane(self) -> None:
        off = self._view.timeline.lanes[self._place.lane].off
        self.addAction(tr("Switch this lane on") if off else tr("Switch this lane off"), self._switch)
        self.addAction(tr("Remove this lane"), self._remove_lane)

    def _ease(self, easing: Easing) -> None:
        self._view.change(tr("Easing"), lambda timeline: lane_edits.eased(timeline, self._place, easing))

    def _draw_curve(self) -> None:
        """The editor outlives the menu; all that is drawn with it is one undo step."""
        view, place, gesture = self._view, self._place, new_gesture()
        popup = CurvePopup(lane_edits.easing_of(view.timeline, place), self._over)

        def ease(easing: Easing) -> None:
            if lane_edits.has(view.timeline, place):
                view.change(tr("Easing"), lambda timeline: lane_edits.eased(timeline, place, easing), gesture)

        popup.editor.changed.connect(ease)
        ease(popup.editor.easing)
        popup.show_at(view.corner_of(place))

    def _switch(self) -> None:
        view, lane = self._view, self._view.timeline.lanes[self._place.lane]
        label = tr("Switch lane on") if lane.off else tr("Switch lane off")
        view.change(label, lambda timeline: timeline.with_lane(replace(lane, off=not lane.off)))

    def _remove_lane(self) -> None:
        self._view.change(tr("Remove lane"), lambda timeline: timeline.without_lane(self._place.lane))
