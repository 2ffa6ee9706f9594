"""A character sheet in the window: the face shown in many states, as faces of the project."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Slot

from explorer.compute.jobs import MakeCharacter
from explorer.dialogs.character import CharacterDialog, CharacterWish
from explorer.dialogs.files import ask_save
from explorer.dialogs.picture_words import PICTURES
from explorer.document.face_commands import AddFaces, Arrivals
from explorer.document.look_commands import ChangeLooks, free_name
from explorer.messages import CharacterMade, StateDrawn
from explorer.translation import tr
from explorer.window.actions import Actions
from explorer.window.flow import Flow, Services
from explorer.window.keeping import READ_ONLY
from explorer.window.people_batches import free_tag
from explorer.window.table_flow import TableFlow
from generator.project.look import Look
from generator.project.rows import clean


class CharacterFlow(Flow):
    """Asks for the states; every state is a face with its name and two tags, all in one undo step."""

    def __init__(self, services: Services, tables: TableFlow) -> None:
        super().__init__(services)
        self._tables = tables
        self._number, self._tag, self._arrivals = 0, "", Arrivals(self._library)
        self._controller.state_drawn.connect(self._take)
        self._controller.character_made.connect(self._end)
        self._session.model_changed.connect(self._give_up)
        self._library.reset.connect(self._give_up)

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
    def make(self, wish: CharacterWish) -> None:
        """Render the face shown in each state; where a picture of all is wanted, ask for its place first."""
        if wish.writes_sheet:
            title = tr("Character sheet")
            ask_save(self._window, self._settings, title, "character", PICTURES, partial(self._make, wish))
        else:
            self._make(wish)

    def _make(self, wish: CharacterWish, sheet: str = "") -> None:
        self._number += 1
        self._tag, self._arrivals = free_tag(self._library, tr("character")), Arrivals(self._library)
        task = MakeCharacter(self._number, self._session.recipe, wish.states, wish.keeps_looks, sheet)
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

    @Slot(object)
    def _end(self, made: CharacterMade) -> None:
        """Keep the states as looks of the project, as an undo step; those that are there already are not kept twice."""
        known = self._library.looks
        names, new = [look.name for look in known], list[Look]()
        for look in made.looks if made.number == self._number else ():
            if look not in known:
                new.append(replace(look, name=free_name(look.name, names)))
                names.append(new[-1].name)
        if new:
            self._session.undo_stack.push(ChangeLooks(self._library, tr("Keep states as looks"), (), new))
            self._notifier.say(
                tr("Looks in the list: {count}. Mark faces, and “Apply” gives one to them.", count=len(new))
            )
