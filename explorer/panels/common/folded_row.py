"""A row with a title that opens and closes what is below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from explorer.widgets.layout import SPACING, row


class FoldedRow(QFrame):
    """A title, what is said beside it and, opened, the body."""

    toggled = Signal(object, bool)  # this row, and whether it has been opened

    def __init__(self, *beside: QWidget) -> None:
        """beside: what stands between the title and what is said."""
        super().__init__()
        self.header = QToolButton()
        self.header.setCheckable(True)
        self.header.setAutoRaise(True)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.toggled.connect(self._open)
        self.said = QLabel()
        self.said.setMinimumWidth(self.said.fontMetrics().horizontalAdvance("100 % "))
        self.said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.body = QWidget()
        self.inside = QHBoxLayout(self.body)
        self.inside.setContentsMargins(SPACING, 0, 0, SPACING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row(self.header, *beside, self.said, stretch=0))
        layout.addWidget(self.body)
        self._show_body(False)

    @property
    def is_open(self) -> bool:
        return self.header.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Open or close it without a signal."""
        self.header.blockSignals(True)
        self.header.setChecked(is_open)
        self.header.blockSignals(False)
        self._show_body(is_open)

    @Slot(bool)
    def _open(self, is_open: bool) -> None:
        self._show_body(is_open)
        self.toggled.emit(self, is_open)

    def _show_body(self, is_open: bool) -> None:
        self.header.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.body.setVisible(is_open)
