"""A number as text: short when displayed, with every digit while edited, accepted by Enter or on leaving the field.

QDoubleSpinBox rounds its value and QSpinBox ends at 2**31, so this is a line edit with a parser.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from explorer.widgets.clear_on_escape import takes_escape
from explorer.widgets.numeric_key_filter import NumberKeys
from explorer.widgets.stepping import WheelSteps, key_notches


class NumberEntry(QLineEdit):
    """Field for one number. Invalid text is marked while typed and dropped on leaving."""

    committed = Signal(object)  # the number typed; by the user only
    stepped = Signal(float)  # notches of the wheel or an arrow key

    def __init__(
        self,
        parse: Callable[[str], float | None],
        short: Callable[[float], str],
        exact: Callable[[float], str],
        parent: QWidget | None = None,
        whole: bool = False,
    ) -> None:
        """`whole`: the wheel moves only by whole steps."""
        super().__init__(parent)
        self._wheel = WheelSteps(whole)
        self._parse, self._short, self._exact = parse, short, exact
        self._shown: float | None = None
        self._clicked_into = False  # the current press gave it the focus
        self.setAcceptDrops(False)  # it would insert a dropped file as text
        NumberKeys(self).watch(self)
        self.textEdited.connect(self._mark)
        self.returnPressed.connect(self._commit)

    def show_number(self, number: float) -> None:
        """Show `number`; emits nothing."""
        self._shown = number
        self._write()

    def _write(self) -> None:
        if self._shown is None:
            return
        text = (self._exact if self.hasFocus() else self._short)(self._shown)
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)
        self._mark(self.text())

    def _mark(self, text: str) -> None:
        invalid = self._parse(text) is None
        if invalid != bool(self.property("invalid")):
            self.setProperty("invalid", invalid)  # the style sheet shows it
            self.style().polish(self)

    def _commit(self) -> None:
        typed = self.isModified()
        number = self._parse(self.text()) if typed else None
        if number is not None:
            self._shown = number
            self.committed.emit(number)
        elif typed:  # show what would have been accepted
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self)
        self._write()
        if self.hasFocus():
            self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Esc drops what was typed and does not cancel a job."""
        return takes_escape(event, self.isModified(), self._write) or super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._write()
        self._clicked_into = event.reason() == Qt.FocusReason.MouseFocusReason
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.selectAll()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the whole number on the first click, to be typed over; the press has just placed the cursor."""
        super().mouseReleaseEvent(event)
        if self._clicked_into and not self.hasSelectedText():
            self.selectAll()
        self._clicked_into = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select all: a number is one word, whatever its decimal point."""
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        upright = event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right)  # left and right move the cursor
        notches = key_notches(event) if upright else 0.0
        if notches:
            self._commit()
            self.stepped.emit(notches)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step while the field has the focus; otherwise the wheel scrolls."""
        if not self.hasFocus() or self.isReadOnly():
            event.ignore()
            return
        event.accept()
        notches = self._wheel.take(event)
        if notches:
            self._commit()
            self.stepped.emit(notches)
