"""People by wish in the window: what is asked of the compute thread, and how those found come into the project."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import replace

from PySide6.QtCore import Slot

from explorer.compute.jobs import FindAlike, FindPeople, KnowPeople, LearnPeople, PeopleTask, ReplacePeople
from explorer.control.notify import JobState
from explorer.dialogs.find_people import FindPeopleDialog
from explorer.document.face_commands import AddFaces, Arrivals, ChangeFaces
from explorer.library.library import PEOPLE_KEY
from explorer.messages import Failure, FoundPerson, PeopleFound, PeopleKnown, PersonFound
from explorer.table.wishes import Wish
from explorer.translation import tr
from explorer.window.actions import Actions
from explorer.window.character_flow import CharacterFlow
from explorer.window.flow import Flow, Services
from explorer.window.keeping import NOT_SAVED, READ_ONLY
from explorer.window.people_batches import Batch, Search, free_tag, kept, outcome, read
from explorer.window.table_editing import Ids
from explorer.window.table_flow import TableFlow
from generator.errors import RecipeError, WishError
from generator.project.face import Place
from generator.wishes.wish import Brief

log = logging.getLogger(__name__)
ALIKE = 6  # people like one
_TASKS = (PeopleTask, LearnPeople)


class PeopleFlow(Flow):
    """Makes the dialog when it is first asked for, and connects it."""

    def __init__(self, services: Services, tables: TableFlow) -> None:
        super().__init__(services)
        self._tables = tables
        self._dialog: FindPeopleDialog | None = None
        self._known: PeopleKnown | None = None  # of the open model
        self._search: Search | None = None  # the latest
        self._batches: dict[int, Batch] = {}  # by the id of each face
        self._waiting: deque[tuple[Wish, Ids]] = deque()  # for the model to be known, and for the search to end
        self.characters = CharacterFlow(services, tables)
        tables.table.grid.people = self._batches.keys()
        tables.people_asked.connect(self._do)
        self._controller.people_known.connect(self._show_known)
        self._controller.person_found.connect(self._take)
        self._controller.people_found.connect(self._end)
        self._notifier.progressed.connect(self._show_job)
        self._session.model_changed.connect(self._leave_model)
        self._library.reset.connect(self._adopt_project)
        self._library.leaving.connect(self._keep)

    def connect_to(self, actions: Actions) -> None:
        actions.people.triggered.connect(self.open)
        self.characters.connect_to(actions)

    @property
    def dialog(self) -> FindPeopleDialog:
        """It, made when it is first needed."""
        if self._dialog is None:
            self._dialog = FindPeopleDialog(self._window)
            self._dialog.wished.connect(self.find)
            self._dialog.learning_asked.connect(self._learn)
            self._dialog.cancel_asked.connect(self._cancel)
            self._notifier.failed.connect(self._show_failure)
        return self._dialog

    @Slot()
    def open(self) -> None:
        """Bring the dialog into sight."""
        dialog = self.dialog
        if self._known is None:
            self._ask_known()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        dialog.text.setFocus()

    # the model ------------------------------------------------------------------------------------------------

    def _ask_known(self) -> None:
        if self._session.facts is not None:
            self._controller.submit(KnowPeople(), replaces=(KnowPeople,))

    @Slot()
    def _learn(self) -> None:
        self._controller.submit(LearnPeople(), replaces=_TASKS)

    @Slot(object)
    def _show_known(self, known: PeopleKnown) -> None:
        facts = self._session.facts
        if facts is None or facts.hash != known.model:
            return
        self._known = known
        if self._dialog is not None:
            self._dialog.show_known(known)
        self._do_next()

    @Slot()
    def _leave_model(self) -> None:
        """What is being looked for is of the last model."""
        if self._known is not None or self._dialog is not None:
            self._cancel()
        self._known = None
        self._waiting.clear()
        if self._dialog is not None:
            self._dialog.show_known(None)
            if self._dialog.isVisible():
                self._ask_known()

    # looking for people ---------------------------------------------------------------------------------------

    @Slot(object)
    def find(self, brief: Brief) -> None:
        """Look for the people of `brief`; they come onto the light table one by one."""
        facts = self._session.facts
        if facts is None or self._known is None:
            return
        if self._library.read_only:
            return self.dialog.say(READ_ONLY)
        batch = Batch(free_tag(self._library), facts.hash, brief)
        search = self._search_for(batch, Arrivals(self._library))
        self._begin(search, FindPeople(search.number, batch.model, brief))

    @Slot(object, object)
    def _do(self, wish: Wish, ids: Ids) -> None:
        """What the menu and the keys of the light table ask for."""
        ids = tuple(id for id in ids if id in self._batches and self._library.has(id))
        if not ids:
            return
        batch, facts = self._batches[ids[0]], self._session.facts
        if facts is None or facts.hash != batch.model:
            return self._notifier.say(tr("These people belong to another model; open that one first."))
        if self._known is None:
            self._waiting.append((wish, ids))
            return self._ask_known()
        if self._search is not None and self._search.goes_on:
            self._waiting.append((wish, ids))  # both could find the same person
            return self._notifier.say(tr("This is done as soon as the running search has ended."))
        if wish is Wish.REPLACE:
            self._replace(batch, tuple(id for id in ids if self._batches[id] is batch))
        else:
            self._find_alike(batch, batch.people[ids[0]])

    def _do_next(self) -> None:
        if self._waiting:
            self._do(*self._waiting.popleft())

    def _replace(self, batch: Batch, ids: Ids) -> None:
        search = self._search_for(batch, None)
        leaving = tuple((id, batch.people[id]) for id in ids)
        stay = tuple(person for id, person in batch.people.items() if id not in ids and self._is_there(id))
        never = tuple(sorted(batch.seeds))
        self._begin(search, ReplacePeople(search.number, batch.model, batch.brief, leaving, stay, never))

    def _find_alike(self, batch: Batch, person: FoundPerson) -> None:
        search = self._search_for(batch, Arrivals(self._library), person)
        never = tuple(sorted(batch.seeds))
        self._begin(search, FindAlike(search.number, batch.model, batch.brief, person, ALIKE, never))

    def _search_for(self, batch: Batch, arrivals: Arrivals | None, alike: FoundPerson | None = None) -> Search:
        return Search(self._search.number + 1 if self._search else 1, batch, arrivals, alike)

    def _begin(self, search: Search, task: PeopleTask) -> None:
        self._controller.submit(task, replaces=_TASKS)  # which says that what it replaces has ended
        self._search = search

    def _is_there(self, id: int) -> bool:
        return self._library.has(id) and self._library.face(id).place is Place.TABLE

    @Slot()
    def _cancel(self) -> None:
        self._controller.cancel(*_TASKS)

    # those who are found --------------------------------------------------------------------------------------

    @Slot(object)
    def _take(self, found: PersonFound) -> None:
        search, known = self._search, self._known
        if search is None or known is None or found.search != search.number:
            return
        search.found += 1
        person = found.person
        if search.alike is not None:
            person = replace(person, number=search.alike.number)  # who is asked for the same
        if found.instead is not None:
            self._put_instead(search.batch, person, found.instead, known)
        else:
            self._add(search, person, known)

    def _add(self, search: Search, person: FoundPerson, known: PeopleKnown) -> None:
        arrivals, batch = search.arrivals, search.batch
        assert arrivals is not None
        is_first = not arrivals.has_any
        if not is_first and not arrivals.is_done:
            return self._cancel()  # the step was undone: nobody waits for more
        face = batch.face_of(person, self._library, known)
        arrivals.add(face)
        if is_first:
            label = tr("People by wish") if search.alike is None else tr("More like this one")
            self._session.undo_stack.push(AddFaces(label, arrivals))
            self._tables.show_table()
            self._tables.table.show_tag(batch.tag)
        if search.alike is not None:
            self._tables.table.grid.scrollToBottom()  # they come after all others
        self._remember(face.id, batch, person, known)

    def _put_instead(self, batch: Batch, person: FoundPerson, id: int, known: PeopleKnown) -> None:
        """In the place of a face, which can be brought back."""
        if not self._is_there(id):
            return
        old = self._library.face(id)
        face = replace(batch.face_of(person, self._library, known), order=old.order, name=old.name)
        after = (replace(old, place=Place.DELETED), face)
        self._session.undo_stack.push(ChangeFaces(self._library, tr("Replace this one"), (old,), after))
        self._remember(face.id, batch, person, known)
        self._tables.table.grid.mark((face.id,))

    def _remember(self, id: int, batch: Batch, person: FoundPerson, known: PeopleKnown) -> None:
        self._batches[id] = batch
        if person.pixels is not None:
            self._library.set_thumbnail(id, person.pixels)
            if self._dialog is not None:
                told = ", ".join((self._library.face(id).name, *batch.tags_of(person, known)))
                self._dialog.found.add(person.pixels, told)
            batch.people[id] = replace(person, pixels=None)

    @Slot(object)
    def _end(self, found: PeopleFound) -> None:
        search, known = self._search, self._known
        if search is None or known is None or found.search != search.number:
            return
        search.goes_on = False
        self._keep()
        sentence = outcome(found, known)
        self._say(sentence if self._library.is_saved or not found.found else f"{sentence} {NOT_SAVED}")
        self._do_next()

    def _say(self, sentence: str) -> None:
        """In both windows."""
        self._notifier.say(sentence)
        if self._dialog is not None:
            self._dialog.say(sentence)

    @Slot()
    def _keep(self) -> None:
        """Let the project remember who was found for which wishes."""
        batches = {id(batch): batch for batch in self._batches.values()}
        if batches and not self._library.read_only:
            self._library.set_state(PEOPLE_KEY, kept(batches.values(), self._library))

    @Slot()
    def _adopt_project(self) -> None:
        """Faces of another project have the same numbers: those of the last one mean nothing here."""
        self._controller.cancel(PeopleTask)
        if self._search is not None:
            self._search = Search(self._search.number + 1, self._search.batch, goes_on=False)
        self._batches.clear()
        self._waiting.clear()
        try:
            for batch in read(self._library.state(PEOPLE_KEY) or "[]", self._library):
                self._batches.update(dict.fromkeys(batch.people, batch))
        except (WishError, RecipeError) as error:
            log.info("%s", error)

    # progress -------------------------------------------------------------------------------------------------

    @Slot(object)
    def _show_job(self, state: JobState | None) -> None:
        if self._dialog is None and self._search is None:
            return  # nobody has asked for people yet
        runs = state is not None and isinstance(state.task, _TASKS)
        if state is not None and runs and self._dialog is not None:
            self._dialog.show_job(state.title, state.progress, state.cancellable)
        elif not runs and not self._controller.runs(*_TASKS):
            if self._dialog is not None:
                self._dialog.end_job()
            self._give_up()

    def _give_up(self) -> None:
        """A search that has no end was cancelled, or has failed."""
        search = self._search
        if search is not None and search.goes_on:
            search.goes_on = False
            self._waiting.clear()
            self._keep()
            self._say(tr("The search was given up; people found until then: {found}.", found=search.found))

    @Slot(object)
    def _show_failure(self, failure: Failure) -> None:
        if self.dialog.isVisible():
            self.dialog.errors.show_error(failure.sentence, failure.details)
