"""What becomes of the user's other directions when one is locked: they are solved again so that it stays as it is."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from explorer.compute.jobs import SolveAgain
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.document.direction_commands import Entries
from explorer.document.session import Session
from explorer.library.own_directions import OwnDirections
from explorer.messages import DirectionsSolved
from explorer.studio.mind_page import MindPage
from explorer.translation import tr
from generator.printable import printable
from generator.recipe.directions import NamedDirection

_NAMED = 4  # titles that a sentence lists


class LockFlow(QObject):
    """Connects the locks of the studio with the compute thread and the undo history."""

    def __init__(
        self, session: Session, own: OwnDirections, controller: Controller, notifier: Notifier, page: MindPage
    ) -> None:
        super().__init__(page)
        self._session, self._own, self._controller = session, own, controller
        self._notifier, self._page = notifier, page
        page.lock_changed.connect(self._solve)
        page.undo_asked.connect(session.undo_stack.undo)
        controller.directions_solved.connect(self._take)

    @Slot(object)
    def _solve(self, entry: NamedDirection) -> None:
        """Solve the others again when `entry` has been locked. When it has been unlocked, they stay as they are: undo
        brings them back."""
        facts, running = self._session.facts, self._controller.runs(SolveAgain)
        self._controller.cancel(SolveAgain)
        held, others = self._held(), self._others()
        if facts is not None and held and others and (entry.locked or running):
            self._controller.submit(SolveAgain(facts.hash, others, held))

    def _held(self) -> Entries:
        return tuple(entry for entry in self._session.directions if entry.locked)

    def _others(self) -> Entries:
        """The user's own that are free to change: not those that only words make another than the model's."""
        facts = self._session.facts
        given = {entry.direction for entry in facts.named} if facts is not None else set()
        own = self._session.own_directions
        return tuple(entry for entry in own if not entry.locked and entry.direction not in given)

    @Slot(object)
    def _take(self, told: DirectionsSolved) -> None:
        """Put what was solved in place of what it was solved from, unless that, or what was held, is another now."""
        facts, locked = self._session.facts, {entry.direction for entry in self._held()}
        if facts is None or facts.hash != told.model or any(entry.direction not in locked for entry in told.held):
            return
        free = {entry.direction for entry in self._others()}
        after = {old.direction: new for old, new in told.solved if old.direction in free}
        names = _listed([entry.title for entry in told.held])
        if after:
            label = tr("Hold {titles} still", titles=names)
            self._own.change(label, lambda own: tuple(_solved(entry, after.get(entry.direction)) for entry in own))
        said = " ".join(filter(None, (_about_solved(list(after.values()), names), _about_kept(told.kept))))
        said = said or tr("Your other directions leave {held} as it is.", held=names)
        self._page.say(said, offers_undo=bool(after))
        (self._notifier.offer_undo if after else self._notifier.say)(said)


def _solved(entry: NamedDirection, after: NamedDirection | None) -> NamedDirection:
    """`entry`, with the words that it has now, as it was solved again."""
    if after is None:
        return entry
    found = {name: getattr(after, name) for name in ("direction", "description", "effects", "identity", "limits")}
    return replace(entry, **found)


def _about_solved(solved: list[NamedDirection], held: str) -> str:
    if not solved:
        return ""
    titles = _listed([entry.title for entry in solved])
    return tr("Solved again, so that {held} stays as it is: {titles}.", held=held, titles=titles)


def _about_kept(kept: tuple[str, ...]) -> str:
    return tr("Left as before, since nothing would remain: {titles}.", titles=_listed(list(kept))) if kept else ""


def _listed(titles: list[str]) -> str:
    """At most four titles, and how many more there are."""
    shown = ", ".join(f"“{printable(title)}”" for title in titles[:_NAMED])
    return shown if len(titles) <= _NAMED else tr("{shown} and {count} more", shown=shown, count=len(titles) - _NAMED)
