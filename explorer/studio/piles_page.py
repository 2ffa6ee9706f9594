"""Making a direction of two piles of faces, which are sorted by keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from explorer.document.exploration import with_seed
from explorer.document.random_seed import random_seed
from explorer.document.session import Session
from explorer.studio.kept_faces import KeptFaces, own_faces
from explorer.studio.method import FACE_FIRST, Method
from explorer.studio.piles_view import Pile, PilesView
from explorer.studio.wishes import PilesWish
from explorer.translation import tr
from explorer.widgets.layout import name, row
from generator.recipe.recipe import Recipe

COUNTS = (24, 36, 48, 60)  # random faces of a set
MOST = 60  # kept faces
FEWEST = 2  # kept faces: one for each pile
HOW = tr("Think of something, and sort faces into those with less and with more of it: eight of each do well.")


class PilesPage(Method):
    """Random faces, or kept ones; those that are not sorted do not count."""

    tiles_wanted = Signal(object)  # tuple[Recipe, ...]

    def __init__(self, session: Session, library: KeptFaces) -> None:
        super().__init__(tr("Two piles of faces"), HOW)
        self._session, self._library = session, library
        self.view, self.state = PilesView(), QLabel()
        self.count = QComboBox()
        for count in COUNTS:
            self.count.addItem(tr("{count} faces", count=count), count)
        self.others, self.kept = QPushButton(tr("&Random faces")), QPushButton(tr("&Kept faces"))
        self.less, self.more = QPushButton(tr("← Less")), QPushButton(tr("More →"))
        self._name_controls()
        self.column.addLayout(row(self.others, self.count, self.kept))
        self.column.addWidget(self.view, 1)
        self.column.addLayout(row(self.less, self.state, self.more, stretch=1))
        self._connect()
        self._tell()

    def wish(self) -> PilesWish | None:
        more, less = self.view.pile(Pile.MORE), self.view.pile(Pile.LESS)
        return PilesWish(more, less) if more and less else None

    def lack(self) -> str:
        if self._session.facts is None:
            return FACE_FIRST
        return "" if self.wish() else tr("Both piles need at least one face.")

    def begin(self) -> None:
        """Show random faces, unless some are shown already."""
        if not self.view.recipes and self._session.facts is not None:
            self.roll()

    @Slot()
    def roll(self) -> None:
        """Show other random faces, as the window would show them without edits."""
        plain = replace(self._session.recipe, directions=(), mix=None)
        self._show(tuple(with_seed(plain, random_seed()) for _ in range(self.count.currentData())))

    @Slot()
    def show_kept(self) -> None:
        """Show the marked faces of the project, or all that are kept if fewer than two are marked."""
        facts, marked = self._session.facts, self._library.marked
        if facts is None:
            return
        own = list(own_faces(self._library, facts.hash))
        chosen = [recipe for face, recipe in own if face.id in marked]
        self._show(tuple(chosen if len(chosen) >= FEWEST else [recipe for _, recipe in own])[:MOST])

    @Slot()
    def clear(self) -> None:
        """Another model: these faces are not its own."""
        self.view.show_faces(())
        if self.isVisible():
            self.begin()

    @Slot()
    def offer_kept(self) -> None:
        """Offer the faces of the project, if there are enough."""
        facts = self._session.facts
        count = 0 if facts is None else len(list(own_faces(self._library, facts.hash)))
        self.kept.setEnabled(count >= FEWEST)

    def _show(self, recipes: tuple[Recipe, ...]) -> None:
        self.view.show_faces(recipes)
        self.tiles_wanted.emit(recipes)
        self.view.setFocus()

    def _name_controls(self) -> None:
        name(self.count, tr("Number of random faces"), tr("How many random faces to sort"))
        self.others.setToolTip(tr("Other random faces; what is sorted begins again"))
        self.kept.setToolTip(tr("The marked faces of the light table, or all of them"))
        self.less.setToolTip(tr("The face has less of it (← or L)"))
        self.more.setToolTip(tr("The face has more of it (→ or M)"))
        for button in (self.others, self.kept, self.less, self.more):
            button.setAutoDefault(False)

    def _connect(self) -> None:
        self.others.clicked.connect(self.roll)
        self.kept.clicked.connect(self.show_kept)
        self.less.clicked.connect(lambda: self._put(Pile.LESS))
        self.more.clicked.connect(lambda: self._put(Pile.MORE))
        self.view.sorted.connect(self._tell)
        self._session.model_changed.connect(self.clear)

    def _put(self, pile: Pile) -> None:
        self.view.put(pile)
        self.view.setFocus()

    @Slot()
    def _tell(self) -> None:
        less, more = len(self.view.pile(Pile.LESS)), len(self.view.pile(Pile.MORE))
        self.state.setText(tr("{less} less · {more} more", less=less, more=more))
        self.changed.emit()
