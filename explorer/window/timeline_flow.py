"""The timeline in the window: its frames in the picture, its faces, and what becomes of both."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Slot

from explorer.compute.jobs import MakeMotion, MeasurePace
from explorer.messages import Moment, Quality, RenderResult, TimelineMade
from explorer.table.faces import title
from explorer.timeline.motions import TITLES, MotionWish
from explorer.timeline.time_scale import clock_text
from explorer.translation import tr
from explorer.view.image_view import ImageView
from explorer.window.actions import Actions
from explorer.window.docks import Docks, Panels
from explorer.window.flow import Flow, Services
from explorer.window.keeping import keep_on_table
from explorer.window.keyframe_pictures import KeyframePictures
from explorer.window.table_flow import TableFlow
from explorer.window.video_flow import VideoFlow
from generator.errors import RecipeError
from generator.motion.timeline import Timeline
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Recipe

PACE_MS = 500  # after a change, the pace of an even path is measured
OTHER_MODEL = tr("Faces of other models were left out.")


class TimelineFlow(Flow):
    """Shows moments of the timeline in the picture while it is in use; any edit of the face brings the face back."""

    def __init__(self, services: Services, view: ImageView, tables: TableFlow) -> None:
        super().__init__(services)
        self._view, self._tables = view, tables
        self.videos = VideoFlow(self._window, self._session, self._controller, self._settings)
        self._shown: RenderResult | None = None  # the last frame, while the timeline is in use
        self._keeps: Moment | None = None  # its frame is to be kept once it is there
        self._measures = False  # whether a pace was asked for that may not be there yet
        self._measuring = QTimer(self, singleShot=True, interval=PACE_MS)
        self._measuring.timeout.connect(self._measure)

    def connect_to(self, actions: Actions, panels: Panels, docks: Docks) -> None:
        """Connect the panel and its dock. Must come before what else is connected to the actions."""
        self._panel = panel = panels.timeline
        self._docks = docks
        panels.faces.opened.connect(panel.leave)  # also the one that is edited already
        panels.history.restore.connect(panel.leave)
        pictures = KeyframePictures(self._session, self._controller)
        pictures.changed.connect(panel.lanes.repaint_pictures)
        panel.set_pictures(pictures.get)
        panel.can_walk = lambda: len(self._marked()) > 1
        panel.moment_asked.connect(self._show)
        panel.left.connect(self._leave)
        panel.keep_asked.connect(self._keep)
        panel.faces_dropped.connect(self._add_faces)
        panel.motion_asked.connect(self._make)
        panel.export_asked.connect(self.videos.ask)
        panel.refused.connect(self._notifier.say)
        self._controller.moment_ready.connect(self._take)
        self._controller.timeline_made.connect(self._adopt)
        self._session.recipe_changed.connect(panel.leave)
        self._session.timeline_changed.connect(self._measure_later)
        self._tables.stage.currentChanged.connect(self._leave_picture)
        for action in (actions.grab, actions.compare, actions.reset):
            action.triggered.connect(panel.leave)
        for action in (actions.copy_image, actions.copy_latent, actions.copy_edits, actions.save_look):
            action.triggered.connect(self._use_frame)
        for action in (actions.keep_face, actions.export_image, actions.export_latents, actions.export_recipe):
            action.triggered.connect(self._use_frame)
        for asked in (self._view.copy_asked, self._view.export_asked):
            asked.connect(self._use_frame)
        docks.timeline.toggleViewAction().triggered.connect(self._open)
        docks.timeline.visibilityChanged.connect(self._leave_hidden)

    # frames ---------------------------------------------------------------------------------------------------

    @Slot(float)
    def _show(self, time: float) -> None:
        if self._tables.stage.currentWidget() is not self._view:
            self._tables.show_picture()
            self._panel.lanes.setFocus()  # where the keys that play it are
        self._controller.show_moment(Moment(self._session.timeline, time))

    @Slot(object)
    def _take(self, result: RenderResult) -> None:
        if not self._panel.in_use:
            return  # it was on its way
        self._shown = result
        self._view.show_moment(result.pixels)
        self._put_on_table()

    @Slot()
    def _leave(self) -> None:
        self._shown = self._keeps = None
        self._controller.show_moment(None)
        self._view.show_moment(None)

    @Slot(bool)
    def _open(self, opens: bool) -> None:
        if opens:
            self._docks.open(self._docks.timeline)
            self._panel.lanes.setFocus()

    @Slot()
    def _leave_hidden(self) -> None:
        """A closed timeline shows nothing; one that is hidden with all other panels plays on."""
        if self._docks.timeline.isHidden() and not self._docks.is_put_away(self._docks.timeline):
            self._panel.leave()

    @Slot(int)
    def _leave_picture(self, _: int) -> None:
        """The light table is open."""
        if self._tables.stage.currentWidget() is not self._view:
            self._panel.leave()

    @Slot()
    def _use_frame(self) -> None:
        """What is to be copied, exported or kept is what is on the screen: the frame becomes the face, as a step."""
        if self._shown is not None and self._shown.request.moment is not None:
            label = tr("Frame at {time}", time=clock_text(self._shown.request.moment.time))
            self._session.edit(label, self._shown.request.recipe)

    # frames and faces -----------------------------------------------------------------------------------------

    @Slot(float)
    def _keep(self, time: float) -> None:
        """Put the frame at `time` on the table, as soon as it is rendered."""
        self._panel.show_at(time)
        self._keeps = Moment(self._session.timeline, time)
        self._put_on_table()

    def _put_on_table(self) -> None:
        """If the frame shown is the one to be kept, whole."""
        result, moment = self._shown, self._keeps
        if result is None or moment is None or result.request.moment != moment:
            return
        if result.request.quality is not Quality.FULL:
            return
        self._keeps = None
        face = self._library.new_face(result.request.recipe)
        face = replace(face, name=tr("Frame at {time}", time=clock_text(moment.time)))
        keep_on_table(self._session, self._library, self._notifier, (face,))
        self._library.set_thumbnail(face.id, result.pixels)

    @Slot(object, float)
    def _add_faces(self, ids: tuple[int, ...], time: float) -> None:
        """Faces of the project are dropped on the lanes."""
        faces = self._own(ids)
        if len(faces) < len(ids):
            self._notifier.say(OTHER_MODEL)
        if faces:
            self._panel.add_faces(faces, time)

    def _own(self, ids: tuple[int, ...]) -> tuple[tuple[Recipe, str], ...]:
        """Recipes and names of those that the open model draws."""
        facts = self._session.facts
        found = []
        for face in (self._library.face(id) for id in ids if self._library.has(id)):
            try:
                if facts is not None and face.model in ("", facts.hash):
                    found.append((replace(face.recipe, model=facts.hash), title(face)))
            except RecipeError:  # its file lies
                continue
        return tuple(found)

    def _marked(self) -> tuple[tuple[Recipe, str], ...]:
        return self._own(tuple(sorted(self._library.marked, key=lambda id: self._library.face(id).order)))

    # timelines that are made ----------------------------------------------------------------------------------

    @Slot(str, object)
    def _make(self, name: str, direction: NamedDirection | None) -> None:
        vector = None if direction is None else direction.direction
        wish = MotionWish(name, self._session.recipe, self._marked() if name == "walk" else (), vector)
        self._controller.submit(MakeMotion(wish), replaces=(MakeMotion,))

    @Slot(object)
    def _adopt(self, made: TimelineMade) -> None:
        facts = self._session.facts
        if facts is None or made.model != facts.hash:
            return  # another model is open by now
        if made.why == "paced":
            if made.before == self._session.timeline:
                self._session.set_pace(made.timeline.pace)
            return
        label = TITLES.get(made.why) or tr("Open a timeline")
        self._panel.leave()
        self._session.edit_timeline(label, made.timeline)
        self._docks.open(self._docks.timeline)
        self._panel.lanes.setFocus()
        self._panel.clock.seek(0.0)
        self._panel.clock.play()

    @Slot(object)
    def _measure_later(self, timeline: Timeline) -> None:
        if self._measures:
            self._controller.cancel(MeasurePace)
        self._measures = False
        needed = timeline.path == "even" and not timeline.pace and len(timeline.keyframes) > 1
        self._measuring.start() if needed else self._measuring.stop()

    @Slot()
    def _measure(self) -> None:
        self._measures = True
        self._controller.submit(MeasurePace(self._session.timeline), replaces=(MeasurePace,))
