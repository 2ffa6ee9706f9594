"""Progress of the work in the background, in one line of the status bar, with a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget


class JobBar(QWidget):
    """Hidden while nothing runs."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(140, 6)
        self.cancel = QToolButton()
        self.cancel.setText("Cancel (Esc)")
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel.clicked.connect(self.cancel_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._title, self._bar, self.cancel):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def can_cancel(self) -> bool:
        """Whether something runs that Esc would stop."""
        return not self.isHidden() and not self.cancel.isHidden()

    def show_job(self, title: str, done: int, total: int, cancellable: bool) -> None:
        """Show that `done` of `total` steps are done; total 0 = nobody knows how many there are."""
        self._title.setText(title)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(title)
        self.cancel.setVisible(cancellable)
        self.show()
