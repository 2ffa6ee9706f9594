"""Making a direction: the ways to do it at the left, what the chosen one needs at the right, and one button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPushButton, QSizePolicy, QStackedWidget, QWidget

from explorer.document.session import Session
from explorer.studio.difference_page import DifferencePage
from explorer.studio.kept_faces import KeptFaces
from explorer.studio.method import Method
from explorer.studio.piles_page import PilesPage
from explorer.studio.simple_pages import MeasurePage, PicturesPage, SefaPage, SlidersPage
from explorer.translation import tr
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.layout import SPACING, column, name

_WIDTH = 168  # logical pixels of the list of ways


class MakePage(QWidget):
    """One page for each way; `wished` says what is to be made."""

    wished = Signal(object)  # Wish

    def __init__(self, session: Session, library: KeptFaces) -> None:
        super().__init__()
        self.piles, self.difference = PilesPage(session, library), DifferencePage(session, library)
        self.sliders, self.measure = SlidersPage(session), MeasurePage(session)
        self.sefa, self.pictures = SefaPage(session), PicturesPage(session)
        self.ways, self.pages = QListWidget(), QStackedWidget()
        self.make, self.lack = QPushButton(tr("Make the &direction")), ElidedLabel()
        self.lack.setObjectName("quietText")
        self.lack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._fill()
        self._lay_out()
        self.ways.currentRowChanged.connect(self._turn_to)
        self.make.clicked.connect(self._wish)
        session.model_changed.connect(self._offer)
        self.ways.setCurrentRow(0)

    @property
    def methods(self) -> tuple[Method, ...]:
        """All ways, in the order of the list."""
        return (self.piles, self.difference, self.sliders, self.measure, self.sefa, self.pictures)

    @property
    def method(self) -> Method:
        """The way that is chosen."""
        return self.methods[self.pages.currentIndex()]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._begin()

    def _fill(self) -> None:
        name(self.ways, tr("Ways to make a direction"), "")
        self.ways.setObjectName("ways")
        self.ways.setFixedWidth(_WIDTH)
        self.ways.setWordWrap(True)
        for method in self.methods:
            self.ways.addItem(method.title)
            self.pages.addWidget(method)
            method.changed.connect(self._offer)
        for row in range(self.ways.count()):
            self.ways.item(row).setSizeHint(QSize(_WIDTH, 30))

    def _lay_out(self) -> None:
        self.make.setAutoDefault(False)
        self.make.setToolTip(tr("Make it, and show what it does; it takes less than a minute"))
        middle = QHBoxLayout()
        middle.setSpacing(SPACING)
        middle.addWidget(self.ways)
        middle.addWidget(self.pages, 1)
        below = QHBoxLayout()
        below.setSpacing(SPACING)
        below.addWidget(self.lack, 1, Qt.AlignmentFlag.AlignVCenter)
        below.addWidget(self.make)
        layout = column(self)
        layout.addLayout(middle, 1)
        layout.addLayout(below)

    @Slot(int)
    def _turn_to(self, place: int) -> None:
        if place >= 0:
            self.pages.setCurrentIndex(place)
            self._begin()
            self._offer()

    def _begin(self) -> None:
        """The first faces are rendered only when somebody looks."""
        self.piles.offer_kept()
        if self.isVisible() and self.method is self.piles:
            self.piles.begin()

    @Slot()
    def _offer(self) -> None:
        self.lack.setText(self.method.lack())
        self.make.setEnabled(self.method.wish() is not None)

    @Slot()
    def _wish(self) -> None:
        wish = self.method.wish()
        if wish is not None:
            self.wished.emit(wish)
