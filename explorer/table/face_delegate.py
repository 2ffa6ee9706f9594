"""Paints faces in a list view by copying cards that were drawn before."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from explorer.table import face_card
from explorer.table.face_card import RIM, Look, Shown
from explorer.table.face_model import FaceModel
from explorer.translation import tr
from generator.project.face import Face

SMALLEST, LARGEST = 64, 384  # logical pixels of a picture
DRAWING_S = 0.006  # of new cards in one painting: one frame of 60 a second has time for more than this
KEPT_BYTES = 96 << 20  # of cards that are not on the screen


class FaceDelegate(QStyledItemDelegate):
    """Cards of one size; those drawn last are kept."""

    def __init__(self, model: FaceModel, parent: QObject | None = None, captioned: bool = True) -> None:
        super().__init__(parent)
        self._model, self._captioned = model, captioned
        self.side = 128
        self.ratio = 1.0  # screen pixels per logical pixel
        self.is_branch: Callable[[int], bool] = lambda row: False
        self._open_model = ""
        self._names: Callable[[str], str] = lambda hash: ""
        self._cards: OrderedDict[tuple[Shown, int, Look], QPixmap] = OrderedDict()
        self._bytes = 0
        self._until = float("inf")  # when this painting should be over
        self.owes = False  # whether a card was left out of the last painting

    def begin(self) -> None:
        """A painting begins: it may draw new cards for `DRAWING_S`, and leaves out the others."""
        self._until, self.owes = time.perf_counter() + DRAWING_S, False

    @property
    def card(self) -> QSize:
        """Logical pixels of a whole card."""
        return QSize(self.side + 2 * RIM, face_card.height(self.side, self._captioned))

    def set_model(self, hash: str, names: Callable[[str], str]) -> None:
        """Mark the faces that the model `hash` does not draw with the name of the one that does. names: from hashes, ""
        for one that is not known."""
        self._open_model, self._names = hash, names

    def opened_by(self, face: Face) -> str:
        """The model that opens a face; "" = the open one."""
        if not self._open_model or face.model in ("", self._open_model):
            return ""
        return self._names(face.model) or tr("another model")

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self.card

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Copy the card to the screen; with the keyboard's focus, a thin line around it."""
        state, rect, row = option.state, option.rect, index.row()
        marked = bool(state & QStyle.StateFlag.State_Selected)
        card = self._card(row, marked)
        if card is None:
            return
        painter.drawPixmap(rect.topLeft(), card)
        if state & QStyle.StateFlag.State_HasFocus and not marked:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Mid), 1, Qt.PenStyle.DashLine))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _card(self, row: int, marked: bool) -> QPixmap | None:
        """The card of a row; None if there is no time for drawing it now."""
        face = self._model.face(row)
        image = self._model.image(face.id)
        look = Look(self.side, self._captioned, marked, self.ratio, self.opened_by(face), self.is_branch(row))
        key = face_card.shown_of(face), 0 if image is None else image.cacheKey(), look
        card = self._cards.get(key)
        if card is not None:
            self._cards.move_to_end(key)
        elif time.perf_counter() > self._until:
            self.owes = True
        else:
            card = face_card.draw(face, image, look)
            self._keep(key, card)
        return card

    def picture(self, face: Face) -> QPixmap:
        """The picture alone, small: what is seen under the pointer while it is dragged."""
        look = Look(SMALLEST, False, False, self.ratio, "", False)
        return face_card.draw(face, self._model.image(face.id), look)

    def _keep(self, key: tuple[Shown, int, Look], card: QPixmap) -> None:
        self._cards[key] = card
        self._bytes += _bytes(card)
        while self._bytes > KEPT_BYTES:
            _, oldest = self._cards.popitem(last=False)
            self._bytes -= _bytes(oldest)


def _bytes(card: QPixmap) -> int:
    return 4 * card.width() * card.height()
