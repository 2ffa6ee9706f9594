"""Progress of the background work, in one line of the status bar, with a button to cancel it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QVBoxLayout, QWidget

from explorer.translation import tr
from explorer.widgets.elided_label import ElidedLabel

_FINENESS = 1000  # steps of the bar


class JobBar(QWidget):
    """Hidden while nothing runs."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText)  # file names are never markup
        self._detail = ElidedLabel()  # at the end, where its changing width moves nothing
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(140, 6)
        self.cancel = QToolButton()
        self.cancel.setText(tr("Cancel (Esc)"))
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel.clicked.connect(self.cancel_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._title, self._bar, self.cancel):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._detail, 1)
        self.hide()

    @property
    def text(self) -> str:
        """The text that it shows now."""
        return f"{self._title.text()} {self._detail.text()}".strip()

    def show_job(self, title: str, done: int, total: int, cancellable: bool, detail: str = "") -> None:
        """Show that `done` of `total` steps are done; total 0 = unknown.

        `detail` is the current step: "12 MB of 364 MB".
        """
        self._title.setText(title)
        self._detail.setText("" if detail == title else detail)
        self._bar.setRange(0, _FINENESS if total else 0)  # steps may be bytes, more than a bar can count
        self._bar.setValue(_FINENESS * done // total if total else 0)
        self._bar.setAccessibleName(title)
        self.cancel.setVisible(cancellable)
        bar = self.parent()
        if isinstance(bar, QStatusBar) and bar.currentMessage():  # until it ends; then Qt shows this
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
        else:
            self.show()


def always_there(bar: JobBar) -> QWidget:
    """Room for `bar` while it is hidden as well, so that nothing moves when a job begins or ends."""
    room = QWidget()
    room.setFixedHeight(bar.sizeHint().height())
    layout = QVBoxLayout(room)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(bar)
    return room
