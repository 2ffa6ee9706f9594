"""Grabbing the face: from the hand on the picture to frames, and from frames to one undo step a drag."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from explorer.compute.jobs import LearnGrab
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from explorer.messages import Grab, RenderResult
from explorer.translation import tr
from explorer.view.grab_tool import GrabTool
from explorer.view.image_view import ImageView
from explorer.window.actions import Actions
from generator.recipe.recipe import Recipe

NO_W = tr("This model has no W, in which faces are moved when they are grabbed; so its faces cannot be grabbed.")
HOW = tr("Press on a point of the face and pull; a click pins a point. Esc takes the drag back, then leaves.")
NO_FACE = tr("No face was found in this picture, so there is nothing to take hold of.")
NOT_LEARNT = tr("How the faces of this model move was not learnt; take the Grab tool again to learn it.")
NOT_YET = tr("Outis is still learning how the faces of this model move; pull again in a moment.")


class GrabFlow(QObject):
    """The Grab tool of one window."""

    def __init__(
        self, window: QWidget, view: ImageView, session: Session, controller: Controller, notifier: Notifier
    ) -> None:
        super().__init__(window)
        self._view, self._session, self._controller, self._notifier = view, session, controller, notifier
        self.tool = GrabTool()
        self._drags = count(1)
        self._ready = ""  # hash of the model whose faces can be grabbed
        self._forget_drag()

    @property
    def is_ready(self) -> bool:
        """Whether points are known and can be pulled."""
        facts = self._session.facts
        return facts is not None and self._ready == facts.hash and self.tool.has_points

    @property
    def is_resting(self) -> bool:
        """Whether no drag is on its way."""
        return self._drag == 0

    def _forget_drag(self) -> None:
        self._drag = 0  # 0 = none
        self._start: Recipe | None = None
        self._gesture: int | None = None
        self._pull: tuple[int, float, float] | None = None
        self._asked: tuple[int, float, float] | None = None  # of the frame that is being rendered
        self._dropped = False

    def connect_to(self, actions: Actions) -> None:
        """G toggles the tool."""
        self._actions = actions
        actions.grab.toggled.connect(self._toggle)
        signals = self.tool.signals
        signals.pulled.connect(self._follow)
        signals.clicked.connect(self._pin)
        signals.dropped.connect(self._drop)
        signals.escaped.connect(self._escape)
        self._controller.frame_ready.connect(self._show)
        self._controller.grab_ready.connect(self._become_ready)
        self._controller.grab_failed.connect(self._give_up)
        actions.compare.toggled.connect(self._yield_to_wipe)
        self._session.recipe_changed.connect(self._end_at_other_edits)
        self._session.model_changed.connect(self._leave)

    @Slot(bool)
    def _toggle(self, on: bool) -> None:
        self._forget_drag()
        facts = self._session.facts
        if on and facts is not None and not facts.config.has_w:
            self._actions.grab.setChecked(False)
            return self._notifier.say(NO_W)
        self.tool.pins = frozenset()
        self._controller.look_for_points(on)
        if on:
            self._actions.compare.setChecked(False)
            self._controller.unpin()
            self._view.set_tool(self.tool)
            self._view.setFocus()
            self._notifier.say(HOW)
        elif self._view.tool is self.tool:
            self._view.set_tool(None)

    @Slot()
    def _leave(self) -> None:
        self._ready = ""
        self._actions.grab.setChecked(False)

    @Slot(bool)
    def _yield_to_wipe(self, compares: bool) -> None:
        if compares:
            self._actions.grab.setChecked(False)

    @Slot()
    def _end_at_other_edits(self) -> None:
        """A new face, undo or a slider ends the drag: its next frame would take that back."""
        if self._drag != 0 and self._session.gesture != self._gesture:
            self._give_up()

    @Slot()
    def _give_up(self) -> None:
        """End the drag; the face stays as it is."""
        self.tool.let_go()
        self._forget_drag()
        self._view.update()

    @Slot(str)
    def _become_ready(self, model: str) -> None:
        self._ready = model

    @Slot(int)
    def _pin(self, point: int) -> None:
        self.tool.pins = self.tool.pins ^ {point}
        self._view.update()

    @Slot(int, float, float)
    def _follow(self, point: int, x: float, y: float) -> None:
        """The hand has moved: the newest place is what the next frame aims at."""
        facts = self._session.facts
        if facts is None or self._ready != facts.hash:
            return self._wait_to_know()
        if self._dropped:
            self._forget_drag()  # the last one is still on its way; it ends where it is
        if self._drag == 0:
            self._drag, self._start, self._gesture = next(self._drags), self._session.recipe, new_gesture()
        self._pull = (point, x, y)
        if self._asked is None:
            self._ask(self._session.recipe)

    def _wait_to_know(self) -> None:
        """How faces move is not known: it is being learnt, or that was cancelled or has failed."""
        if self._controller.runs(LearnGrab):
            return self._notifier.say(NOT_YET)
        self._notifier.say(NOT_LEARNT)
        self._actions.grab.setChecked(False)

    def _ask(self, shown: Recipe) -> None:
        """Request a frame that brings the point nearer than in that of `shown`."""
        assert self._pull is not None
        self._asked = self._pull
        pins = self.tool.pins - {self._pull[0]}
        self._controller.grab(Grab(self._drag, self._start, (self._pull,), pins), shown)

    @Slot()
    def _drop(self) -> None:
        """The hand has let go; the face goes on to where it was pulled."""
        self._dropped = True
        if self._asked is None:
            self._forget_drag()

    @Slot()
    def _escape(self) -> None:
        """Take back the drag that is going on, or leave the tool."""
        if not self.tool.is_pulling or self._start is None:
            return self._actions.grab.setChecked(False)
        start, gesture = self._start, self._gesture
        self.tool.let_go()
        self._forget_drag()
        self._session.edit(tr("Grab"), start, gesture)
        self._view.update()

    @Slot(object)
    def _show(self, result: RenderResult) -> None:
        if result.points is None or not self._actions.grab.isChecked():
            return
        grab = result.request.grab
        if grab is not None and grab.pulls:
            if grab.drag == self._drag:
                self._go_on(result)
            return
        self._take_points(result)
        if not self.tool.has_points:
            self._notifier.say(NO_FACE)
            self._actions.grab.setChecked(False)

    def _go_on(self, result: RenderResult) -> None:
        """A frame of the drag is shown: the next one is requested, then it becomes the recipe, which panels follow."""
        self._take_points(result)
        recipe, gesture = result.request.recipe, self._gesture
        asked, self._asked = self._asked, None
        if asked != self._pull or not result.settled:
            self._ask(recipe)
        elif self._dropped:
            self._forget_drag()
        self._session.edit(tr("Grab"), recipe, gesture)

    def _take_points(self, result: RenderResult) -> None:
        assert result.points is not None
        self.tool.set_points(result.points)
        self._view.update()
