"""Making a direction of the difference between two faces."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from explorer.document.exploration import with_seed
from explorer.document.session import Session
from explorer.studio.kept_faces import KeptFaces, own_faces
from explorer.studio.method import FACE_FIRST, Method
from explorer.studio.wishes import DifferenceWish
from explorer.table.faces import title
from explorer.translation import tr
from explorer.widgets.layout import SPACING, labelled, name
from explorer.widgets.seed_box import SeedBox
from generator.recipe.recipe import Recipe

SHOWN, PINNED, SEED, KEPT = range(4)  # what a choice stands for
_ICON = 18  # logical pixels of a kept face in the list


class FaceChoice(QWidget):
    """A list of faces to choose from, and a box for a seed."""

    changed = Signal()

    def __init__(self, what: str) -> None:
        super().__init__()
        self.list, self.seed = QComboBox(), SeedBox(tr("{what}: seed", what=what))
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        name(self.list, what, tr("A face: the one shown, the pinned one (A/B), a seed, or a kept one"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.seed)
        self.setFocusProxy(self.list)
        self.list.currentIndexChanged.connect(self._offer_seed)
        self.seed.valueChanged.connect(self.changed)
        self._offer_seed()

    @property
    def kind(self) -> int | None:
        """What is chosen; None: nothing can be."""
        held = self.list.currentData()
        return None if held is None else held[0]

    def choose(self, kind: int) -> None:
        """Choose the first entry of `kind`, if there is one."""
        kinds = [self.list.itemData(row)[0] for row in range(self.list.count())]
        if kind in kinds:
            self.list.setCurrentIndex(kinds.index(kind))

    def offer(self, entries: list[tuple[str, QIcon, tuple[int, Recipe | None]]]) -> None:
        """List `entries`; what was chosen stays chosen where it is still there."""
        before = self.list.currentData()
        self.list.blockSignals(True)
        self.list.clear()
        for text, icon, data in entries:
            self.list.addItem(icon, text, data)
        held = [entry[2] for entry in entries]
        self.list.setCurrentIndex(held.index(before) if before in held else 0)
        self.list.blockSignals(False)
        self._offer_seed()

    @Slot()
    def _offer_seed(self) -> None:
        self.seed.setVisible(self.kind == SEED)
        self.changed.emit()


class DifferencePage(Method):
    """From one face to another: all that differs between them is in the direction."""

    def __init__(self, session: Session, library: KeptFaces) -> None:
        super().__init__(
            tr("Two faces"),
            tr("The way from one face to another. All that differs becomes one slider, with the edits of both."),
        )
        self._session, self._library = session, library
        self._pinned: Recipe | None = None
        self.start, self.end = FaceChoice(tr("The first face")), FaceChoice(tr("The second face"))
        width = max(self.fontMetrics().horizontalAdvance(text) for text in (tr("From"), tr("To"))) + SPACING
        for text, choice in ((tr("&From"), self.start), (tr("&To"), self.end)):
            self.column.addLayout(labelled(text, choice, width=width))
        self.column.addStretch(1)
        self.start.seed.setValue(0)
        for choice in (self.start, self.end):
            choice.changed.connect(self.changed)
        self.refresh()
        self.start.choose(SEED)

    def wish(self) -> DifferenceWish | None:
        start, end = self._recipe(self.start), self._recipe(self.end)
        return DifferenceWish(start, end) if start is not None and end is not None and start != end else None

    def lack(self) -> str:
        if self._session.facts is None:
            return FACE_FIRST
        return "" if self.wish() else tr("Choose two different faces.")

    def set_pinned(self, recipe: Recipe | None) -> None:
        """The face that the window has pinned for comparing; None: no longer."""
        self._pinned = recipe
        self.refresh()
        if recipe is not None:
            self.start.choose(PINNED)

    @Slot()
    def refresh(self) -> None:
        """List the faces that there are now."""
        entries = self._entries()
        self.start.offer(entries)
        self.end.offer(entries)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _entries(self) -> list[tuple[str, QIcon, tuple[int, Recipe | None]]]:
        nothing = QIcon()
        entries: list[tuple[str, QIcon, tuple[int, Recipe | None]]] = [
            (tr("The face shown"), nothing, (SHOWN, None)),
            (tr("A seed"), nothing, (SEED, None)),
        ]
        if self._pinned is not None:
            entries.insert(1, (tr("The pinned face (A)"), nothing, (PINNED, None)))
        facts = self._session.facts
        for face, recipe in own_faces(self._library, facts.hash) if facts else ():
            image = self._library.thumbnail(face.id)
            icon = nothing if image is None else QIcon(QPixmap.fromImage(image))
            entries.append((title(face), icon, (KEPT, recipe)))
        return entries

    def _recipe(self, choice: FaceChoice) -> Recipe | None:
        facts = self._session.facts
        if facts is None or choice.kind is None:
            return None
        if choice.kind == SEED:
            return with_seed(replace(self._session.neutral, directions=(), mix=None), choice.seed.value())
        held: Recipe | None = choice.list.currentData()[1]
        chosen = {SHOWN: self._session.recipe, PINNED: self._pinned}.get(choice.kind, held)
        return None if chosen is None or chosen.model not in ("", facts.hash) else chosen
