"""Only clean faces: "New face" leaves out what the inspector flags, by looking one face ahead.

The gallery and the contact sheet follow the same setting in their jobs.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from explorer.compute.jobs import FindClean
from explorer.compute.jobs.clean import left_out_text
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.document.random_seed import random_seed
from explorer.document.session import Session
from explorer.messages import CleanFound
from explorer.panels.closer_panel import CloserPanel
from explorer.settings import Settings
from explorer.translation import tr
from generator.recipe.recipe import SeedSource

TRIES = 30  # faces that are looked at before the last of them is shown as it is
NONE_CLEAN = tr("All of {count} faces have something unusual; this is one of them.")


class CleanFaces(QObject):
    """What "New face" goes through."""

    def __init__(
        self, session: Session, controller: Controller, notifier: Notifier, settings: Settings, panel: CloserPanel
    ) -> None:
        super().__init__(panel)
        self._session, self._controller, self._notifier, self._settings = session, controller, notifier, settings
        self._found: CleanFound | None = None  # about the face that comes next
        self._wanted = False  # it should be shown as soon as it is found
        self._box = panel.only_clean
        self._box.setChecked(settings.only_clean)
        controller.only_clean = settings.only_clean
        self._box.toggled.connect(self._switch)
        controller.clean_found.connect(self._take)
        session.model_changed.connect(self._begin_again)
        session.classes_changed.connect(self._begin_again)

    def new_face(self) -> None:
        """Show the next face, or the next clean one; where that is still looked for, as soon as it is found."""
        if not self._box.isChecked() or self._session.locked:
            self._controller.new_face()
        elif self._found is not None:
            self._show(self._found)
        elif not self._wanted:
            self._wanted = True
            self._notifier.say(tr("Looking for a face without anything unusual …"))
            if not self._controller.runs(FindClean):
                self._look_ahead()

    @Slot(bool)
    def _switch(self, only_clean: bool) -> None:
        self._settings.only_clean = self._controller.only_clean = only_clean
        if not only_clean:
            self._controller.cancel(FindClean)
        self._begin_again()

    @Slot()
    def _begin_again(self) -> None:
        self._found, self._wanted = None, False
        self._look_ahead()

    def _look_ahead(self) -> None:
        upcoming = self._session.next_face
        if self._box.isChecked() and self._session.facts is not None:
            assert isinstance(upcoming.source, SeedSource)
            seeds = (upcoming.source.seed, *(random_seed() for _ in range(TRIES - 1)))
            self._controller.submit(FindClean(upcoming, seeds, self._session.any_of), (FindClean,))

    @Slot(object)
    def _take(self, found: CleanFound) -> None:
        if found.model != self._session.recipe.model or not self._box.isChecked():
            return
        self._found = found
        if found.seed is not None:
            self._session.expect(found.seed)
        if self._wanted:
            self._show(found)

    def _show(self, found: CleanFound) -> None:
        self._found, self._wanted = None, False
        self._controller.new_face()
        if found.seed is None:
            self._notifier.say(tr(NONE_CLEAN, count=found.left_out))
        elif found.left_out:
            self._notifier.say(left_out_text(found.left_out))
        self._look_ahead()
