"""A character sheet in the window: the face shown in many states, as faces of the project."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from explorer.compute.jobs import MakeCharacter
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.dialogs.character import CharacterDialog
from explorer.document.face_commands import AddFaces, Arrivals
from explorer.document.session import Session
from explorer.library.library import Library
from explorer.messages import StateDrawn
from explorer.translation import tr
from explorer.window.actions import Actions
from explorer.window.keeping import READ_ONLY
from explorer.window.people_batches import free_tag
from explorer.window.table_flow import TableFlow
from generator.project.rows import clean
from generator.wishes.states import State


class CharacterFlow(QObject):
    """Asks for the states; every state is a face with its name and two tags, all in one undo step."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        library: Library,
        controller: Controller,
        notifier: Notifier,
        tables: TableFlow,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._library = window, session, library
        self._controller, self._notifier, self._tables = controller, notifier, tables
        self._number, self._tag, self._arrivals = 0, "", Arrivals(library)
        controller.state_drawn.connect(self._take)
        session.model_changed.connect(self._give_up)
        library.reset.connect(self._give_up)

    def connect_to(self, actions: Actions) -> None:
        actions.character.triggered.connect(self.ask)

    @Slot()
    def ask(self) -> None:
        """Ask for the states of the face shown."""
        if self._library.read_only:
            return self._notifier.say(READ_ONLY)
        names = frozenset(entry.direction.name for entry in self._session.directions)
        dialog = CharacterDialog(names, self._window)
        dialog.chosen.connect(self.make)
        dialog.open()

    @Slot(object)
    def make(self, states: tuple[State, ...]) -> None:
        """Render the face shown in each state."""
        self._number += 1
        self._tag, self._arrivals = free_tag(self._library, tr("character")), Arrivals(self._library)
        task = MakeCharacter(self._number, self._session.recipe, states)
        self._controller.submit(task, replaces=(MakeCharacter,))

    @Slot()
    def _give_up(self) -> None:
        if self._number:
            self._controller.cancel(MakeCharacter)
            self._number += 1  # what comes late is of the last model or project

    @Slot(object)
    def _take(self, drawn: StateDrawn) -> None:
        if drawn.number != self._number:
            return
        is_first = not self._arrivals.has_any
        if not is_first and not self._arrivals.is_done:
            return self._give_up()  # the step was undone: nobody waits for more
        face = self._library.new_face(drawn.recipe)
        face = clean(replace(face, name=drawn.state, tags=(self._tag, drawn.state)))
        self._arrivals.add(face)
        if is_first:
            self._session.undo_stack.push(AddFaces(tr("Character sheet"), self._arrivals))
            self._tables.show_table()
            self._tables.table.show_tag(self._tag)
        self._library.set_thumbnail(face.id, drawn.pixels)
