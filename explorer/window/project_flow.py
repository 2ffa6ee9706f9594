"""The open project in the window: opening, making and saving it, keeping faces, and what must be said about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.dialogs.files import PROJECT, ask_save
from explorer.document.session import Session
from explorer.library.history_recorder import HistoryRecorder
from explorer.library.library import MODEL_KEY, Library
from explorer.library.picture_keeper import PictureKeeper
from explorer.library.project_thread import ProjectOpened
from explorer.library.session_keeper import SessionKeeper
from explorer.messages import Failure, ModelFacts, RenderResult
from explorer.settings import Settings
from explorer.translation import tr
from explorer.window.actions import Actions
from explorer.window.keeping import keep_on_table


class ProjectFlow(QObject):
    """The dialogs and notices of one window's project, and what is recorded in it."""

    title_changed = Signal()

    def __init__(
        self, window: QWidget, session: Session, library: Library, notifier: Notifier, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._library = window, session, library
        self._notifier, self._settings = notifier, settings
        self._early: Failure | None = None  # said before there was a model
        self._leaves = False  # another project's session and undo steps
        self.recorder = HistoryRecorder(session, library)
        self._sessions, self._pictures = SessionKeeper(session, library), PictureKeeper(session, library)
        library.leaving.connect(self._leave)
        library.reset.connect(self._go_on)
        library.opened.connect(self._announce)
        library.failed.connect(self._fail)
        session.model_changed.connect(self._remember_model)

    def connect_to(self, actions: Actions, controller: Controller) -> None:
        actions.new_project.triggered.connect(self.for_new)
        actions.save_project.triggered.connect(self.for_copy)
        actions.keep_face.triggered.connect(self.keep_face)
        controller.frame_ready.connect(self.take_frame)
        controller.project_found.connect(self.open)

    @property
    def name(self) -> str:
        """The project's, for the title; "" = the nameless library."""
        return self._library.name

    @Slot(str)
    def open(self, path: str) -> None:
        """Open the project at `path`; the one that is open is written and closed first."""
        self._library.open(path)

    @Slot()
    def for_new(self) -> None:
        """Ask where to make an empty project."""
        ask_save(self._window, self._settings, tr("New project"), tr("faces"), PROJECT, self._library.new)

    @Slot()
    def for_copy(self) -> None:
        """Ask where to save a copy, to go on there."""
        name = self._library.name or tr("faces")
        ask_save(self._window, self._settings, tr("Save project as"), name, PROJECT, self._library.save_as)

    @Slot()
    def keep_face(self) -> None:
        """Put the face shown on the table, as an undo step."""
        self.recorder.write_now()
        library, recipe = self._library, self._session.recipe
        face = library.new_face(recipe, parent=self.recorder.current)
        keep_on_table(self._session, library, self._notifier, (face,))
        pixels = self.recorder.pixels_of(recipe)
        if pixels is not None:
            library.set_thumbnail(face.id, pixels)

    def say_again(self) -> None:
        """Say what the first model has hidden: at the start, nobody had the time to read it."""
        early, self._early = self._early, None
        if early is not None:
            self._notifier.fail(early)

    @Slot(object)
    def take_frame(self, result: RenderResult) -> None:
        """A frame is on the screen."""
        self.recorder.take_frame(result)
        self._pictures.take_frame(result)

    @Slot(object)
    def _fail(self, failure: Failure) -> None:
        if self._session.facts is None:
            self._early = failure
        self._notifier.fail(failure)

    @Slot()
    def _leave(self) -> None:
        self._leaves = True

    @Slot()
    def _go_on(self) -> None:
        """No undo step may bring faces into another project, or remove those of it that have the same numbers: also
        what was kept before the first project was read has other numbers in it."""
        if self._leaves:
            self._session.begin_again()
        self._session.undo_stack.clear()

    @Slot(object)
    def _announce(self, opened: ProjectOpened) -> None:
        if opened.name:
            self._settings.add_recent(opened.path)
            self._notifier.say(tr("Project {name} is open.", name=opened.name))
        if opened.notice:
            self._fail(Failure(opened.notice))
        if self._session.facts is not None:
            self._remember_model(self._session.facts)
        self.title_changed.emit()

    @Slot(object)
    def _remember_model(self, facts: ModelFacts) -> None:
        self._library.set_state(MODEL_KEY, str(Path(facts.path).absolute()))
