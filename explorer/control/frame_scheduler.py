"""Schedules frames: what is requested from the compute thread, and which of its answers are still useful.

Every change of the recipe requests a LIVE frame at once. Where a full frame is slow it is a preview, and the full one
follows when the drag ends. Answers are shown in the order of their requests, not "only the newest": that would show
nothing during a drag. GUI thread only.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from explorer.compute.compute_thread import Compute
from explorer.control.frame_times import FrameTimes
from explorer.document.session import Session
from explorer.messages import Components, Grab, Moment, Quality, RenderFailed, RenderRequest, RenderResult, Role
from generator.recipe.recipe import Recipe, Source

SLOW_MS = 60.0  # a full frame that takes longer is replaced by a preview while dragging
SLOW_THUMBNAIL_MS = 500.0  # a thumbnail that would take longer is not requested: the face itself would wait
LATE_MS = 400  # a face that takes longer is announced as being rendered
SETTLE_MS = 150  # without a change the drag is taken to have ended


class FrameScheduler(QObject):
    """Requests by role, and answers filtered by epoch and id."""

    live = Signal(object)  # RenderResult
    motion = Signal(object)  # RenderResult of a moment of the timeline
    before = Signal(object)  # RenderResult, None on release
    thumbnail = Signal(object)  # RenderResult
    timed = Signal(object)  # FrameTime
    late = Signal(bool)  # whether the face shown has for `LATE_MS` not been the requested one
    failed = Signal(object)  # Failure, once for a run of equal ones
    pull_failed = Signal()  # the frame of a drag does not come

    def __init__(self, session: Session, compute: Compute, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._compute = session, compute
        self._ids = count(1)
        self._shown: dict[Role, int] = {}  # id of the last answer shown
        self._asked: dict[Role, tuple[int, Recipe, Quality]] = {}  # epoch, recipe and quality of the last request
        self._times = FrameTimes()
        self._awaited = 0  # id of the last LIVE request
        self._pulled = 0  # its id if it is a frame of a drag that has not come yet: nothing but an edit may replace it
        self._moment: tuple[Moment, Quality] | None = None  # asked for last, until it is left
        self._before_held = False
        self._before: RenderResult | None = None
        self._complaint = ""  # sentence of the last failure, until a frame comes again
        self._wants_full = self._closed = self._looks = False
        self.last: RenderResult | None = None
        self.last_full: RenderResult | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._waiting = QTimer(self, singleShot=True, interval=LATE_MS)
        self._resting = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._connect()

    def _connect(self) -> None:
        self._settle.timeout.connect(self._on_idle)
        self._resting.timeout.connect(self._complete_moment)
        self._waiting.timeout.connect(partial(self.late.emit, True))
        self._session.recipe_changed.connect(self._follow_recipe)
        self._session.model_changed.connect(self._follow_model)
        self._session.components_changed.connect(self._follow_components)
        self._compute.rendered.connect(self._accept, Qt.ConnectionType.QueuedConnection)
        self._compute.render_failed.connect(self._reject, Qt.ConnectionType.QueuedConnection)

    def show_before(self, held: bool) -> None:
        """While `held`, show the neutral recipe; if it was the last one rendered, without a new request."""
        self._before_held = held
        if not held:
            self.before.emit(None)
        elif self._before is not None and self._before.request.recipe == self._session.neutral:
            self._show_before(self._before)
        else:
            self._request(Role.BEFORE, self._session.neutral, self._quality)

    def look_for_points(self, on: bool) -> None:
        """Look for the points of the face in the frame shown and in those to come."""
        self._looks = on
        if on:
            self._asked.pop(Role.LIVE, None)
            self._request(Role.LIVE, self._session.recipe, Quality.FULL)

    def grab(self, grab: Grab, shown: Recipe) -> None:
        """Request the next frame of a drag, after the one of `shown`, which the session may not have yet."""
        self._asked.pop(Role.LIVE, None)
        self._request(Role.LIVE, shown, self._quality, grab)

    def show_moment(self, moment: Moment | None) -> None:
        """Request a frame of the timeline, a preview where the full one is slow; the full one follows once no other is
        asked for. None: no more of them."""
        if moment is None:
            self._moment = None
            return self._resting.stop()
        if self._moment != (moment, Quality.FULL):
            self._request_moment(moment, self._quality)
            self._resting.start()

    @Slot()
    def _complete_moment(self) -> None:
        if self._moment is not None and self._moment[1] is Quality.PREVIEW:
            self._request_moment(self._moment[0], Quality.FULL)

    def _request_moment(self, moment: Moment, quality: Quality) -> None:
        if self._session.facts is not None and not self._closed:
            self._moment, epoch = (moment, quality), self._session.facts.epoch
            recipe = self._session.recipe  # of the face; the moment's is found while it is rendered
            request = RenderRequest(next(self._ids), epoch, recipe, quality, Role.MOTION, moment=moment)
            self._compute.request(request)
            self._asked.pop(Role.NEXT, None)  # it may be cancelled for this one

    def close(self) -> None:
        """Request nothing more and accept nothing more."""
        self._closed = True
        self._settle.stop()
        self._resting.stop()
        self._waiting.stop()
        self.blockSignals(True)

    @property
    def _quality(self) -> Quality:
        """Of an image that is needed soon."""
        facts, full = self._session.facts, self._times.full_milliseconds
        helps = facts is not None and (facts.has_previews if full > SLOW_MS else not full and facts.previews_at_once)
        return Quality.PREVIEW if helps else Quality.FULL

    @property
    def _stops_early(self) -> bool:
        """Whether a smaller image is a quicker one."""
        return self._session.facts is not None and self._session.facts.config.stops_early

    @property
    def speed_is_known(self) -> bool:
        """Whether `thumbnails_are_quick` is known: where previews do not help, a full frame must have been timed."""
        return self._stops_early or self._times.full_milliseconds > 0

    @property
    def thumbnails_are_quick(self) -> bool:
        """False until it is known."""
        return self._stops_early or 0 < self._times.full_milliseconds <= SLOW_THUMBNAIL_MS

    @property
    def _next_is_cheap(self) -> bool:
        """Whether the next face may be rendered in advance: "New face" will show it, and it is cancelled at once, or
        soon done, when anything else is requested."""
        facts = self._session.facts
        can_stop = facts is not None and facts.learns_previews  # between two layers
        return not self._session.locked and (self.thumbnails_are_quick or (can_stop and self.speed_is_known))

    def _request(self, role: Role, recipe: Recipe, quality: Quality, grab: Grab | None = None) -> None:
        """Request an image, unless it is the last one requested or no model is open."""
        if self._session.facts is None or self._closed:
            return
        wanted = (self._session.facts.epoch, recipe, quality)
        if self._asked.get(role) != wanted:
            if grab is None and self._looks and role is Role.LIVE:
                grab = Grab()
            self._asked[role], request = wanted, RenderRequest(next(self._ids), *wanted, role, grab)
            self._compute.request(request)
            if role is not Role.NEXT:
                self._asked.pop(Role.NEXT, None)  # it may be cancelled for this one
            if role is Role.LIVE:
                self._awaited = request.id
                self._pulled = request.id if request.pulls else 0
                if not self._waiting.isActive():
                    self._waiting.start()

    @Slot(object)
    def _follow_recipe(self, recipe: Recipe) -> None:
        self._wants_full = self._quality is Quality.PREVIEW
        self._request(Role.LIVE, recipe, self._quality)
        if self._before_held:  # which may have changed
            self.show_before(True)
        if not self._closed:
            self._settle.start()

    @Slot()
    def _follow_model(self) -> None:
        """The first frame of a model; `recipe_changed`, which may follow for the same recipe, does not request a
        second."""
        self._times.forget()
        self._before = None
        self._follow_recipe(self._session.recipe)

    @Slot(object)
    def _follow_components(self, components: Components | None) -> None:
        """The face's coordinates on new components come with a frame: request the last one again."""
        if components is not None and not self._pulled:
            self._asked.pop(Role.LIVE, None)
            self._request(Role.LIVE, self._session.recipe, Quality.FULL)

    @Slot()
    def _on_idle(self) -> None:
        recipe = self._session.recipe
        if self._wants_full and not self._pulled:
            self._wants_full = False
            self._request(Role.LIVE, recipe, Quality.FULL)
        self._ask_thumbnail(Role.FIRST_THUMBNAIL, _plain(recipe, recipe.source))
        self._ask_thumbnail(Role.SECOND_THUMBNAIL, _plain(recipe, self._session.second_source))

    def _ask_thumbnail(self, role: Role, recipe: Recipe) -> None:
        """Request the thumbnail of `recipe`, unless it is shown already or would keep the next face waiting."""
        full, facts = self.last_full, self._session.facts
        if facts is None or self._asked.get(role) == (wanted := (facts.epoch, recipe, Quality.PREVIEW)):
            return
        if full is not None and (full.request.epoch, full.request.recipe) == wanted[:2]:
            self._asked[role], self._shown[role] = wanted, next(self._ids)  # later than any pending one
            self.thumbnail.emit(replace(full, request=replace(full.request, role=role)))
        elif self.thumbnails_are_quick:
            self._request(role, recipe, Quality.PREVIEW)

    @Slot(object)
    def _accept(self, result: RenderResult) -> None:
        request, facts = result.request, self._session.facts
        if facts is None or request.epoch != facts.epoch or request.id < self._shown.get(request.role, 0):
            return
        self._shown[request.role] = request.id
        if request.role is Role.LIVE:
            self._show_live(result)
        elif request.role is Role.MOTION:
            self._complaint = ""
            self.timed.emit(self._times.record(result))
            self.motion.emit(result)
        elif request.role is Role.BEFORE:
            self._show_before(result)
        else:
            self.thumbnail.emit(result)
        if self._shows_what_is_wanted and self._next_is_cheap:
            self._request(Role.NEXT, self._session.next_face, Quality.FULL)

    @property
    def _shows_what_is_wanted(self) -> bool:
        """Whether nothing more urgent than the next face is pending."""
        if self.last is None:
            return False
        shown = self.last.request
        return shown.id == self._awaited and shown.quality is Quality.FULL

    def _show_live(self, result: RenderResult) -> None:
        self.last, self._complaint = result, ""
        request = result.request
        self._end_pull(request)
        if request.grab is not None and request.id == self._awaited:  # whose recipe was found on the way
            self._asked[Role.LIVE] = (request.epoch, request.recipe, request.quality)
        self._end_waiting(result.request)
        if result.request.quality is Quality.FULL:
            self.last_full = result
        if not self._times.full_milliseconds:
            self._settle.start()  # the time of thumbnails is known from now on
        self.timed.emit(self._times.record(result))
        self.live.emit(result)
        if request.grab is not None and request.id == self._awaited and request.recipe != self._session.recipe:
            self._request(Role.LIVE, self._session.recipe, self._quality)  # of a drag that was taken back

    def _end_pull(self, answered: RenderRequest) -> bool:
        """Let other frames be requested again if this was the one of a drag; the full one, if the hand then rests."""
        ends = answered.id == self._pulled
        if ends:
            self._pulled = 0
            self._wants_full = self._wants_full or answered.quality is Quality.PREVIEW
            self._settle.start()
        return ends

    def _end_waiting(self, answered: RenderRequest) -> None:
        """Stop the wait, or restart it where a later frame is still pending."""
        self.late.emit(False)
        if answered.id < self._awaited:
            self._waiting.start()
        else:
            self._waiting.stop()

    def _show_before(self, result: RenderResult) -> None:
        if result.request.recipe != self._session.neutral:  # of a previous face
            return
        self._before = result
        if self._before_held:
            self.before.emit(result)
            if result.request.quality is Quality.PREVIEW:
                self._request(Role.BEFORE, result.request.recipe, Quality.FULL)

    @Slot(object)
    def _reject(self, answer: RenderFailed) -> None:
        """Report a failure once: a drag that fails a hundred times has one cause. Failures of a previous model's
        requests are ignored."""
        if self._session.facts is None or answer.request.epoch != self._session.facts.epoch:
            return
        self._asked.pop(answer.request.role, None)
        if answer.request.role is Role.LIVE:
            if self._end_pull(answer.request):
                self.pull_failed.emit()
            self._end_waiting(answer.request)
        if answer.failure.sentence != self._complaint:
            self._complaint = answer.failure.sentence
            self.failed.emit(answer.failure)


def _plain(recipe: Recipe, source: Source) -> Recipe:
    """The face of `source` at the recipe's truncation, before any edit."""
    return Recipe(recipe.model, source, recipe.truncation)
