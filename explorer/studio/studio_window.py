"""The direction studio: pages to bring, make and mind directions, and beside them what the last one does."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QSplitter, QTabWidget, QVBoxLayout, QWidget

from explorer.document.session import Session
from explorer.studio.bring_page import BringPage
from explorer.studio.kept_faces import KeptFaces
from explorer.studio.make_page import MakePage
from explorer.studio.mind_page import MindPage
from explorer.studio.result_pane import ResultPane
from explorer.translation import tr
from explorer.widgets.error_bar import ErrorBar
from explorer.widgets.file_drop import DropOverlay, FileDrop
from explorer.widgets.job_bar import JobBar, always_there
from explorer.widgets.layout import name
from generator.progress import Progress

SIZE = QSize(1120, 660)  # logical pixels at first; fits a screen of 1366x768
_LEFT, _RIGHT = 620, 480  # logical pixels of the pages and of the result


class StudioWindow(QDialog):
    """Stays open beside the window; it does not block it."""

    dropped = Signal(str)  # path of a file
    cancel_asked = Signal()

    def __init__(self, session: Session, library: KeptFaces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Direction studio"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.bring, self.make, self.results = BringPage(), MakePage(session, library), ResultPane()
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        name(self.pages, tr("Bring, make or mind directions"), "")
        self.add_page(tr("&Bring"), self.bring)
        self.add_page(tr("Ma&ke"), self.make)
        self.mind = MindPage(session)
        self.add_page(tr("M&ind"), self.mind)
        self.errors, self.job_bar = ErrorBar(), JobBar()
        self.overlay = DropOverlay(tr("Drop a file with directions"), self)
        self._lay_out()
        self._drop = FileDrop(self)
        self._drop.watch(self)
        self._drop.hovering.connect(self.overlay.setVisible)
        self._drop.dropped.connect(self._take)
        self.job_bar.cancel_asked.connect(self.cancel_asked)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - QSize(8, 36)))

    def add_page(self, title: str, page: QWidget) -> None:
        """Add a tab."""
        self.pages.addTab(page, title)

    def open_page(self, page: QWidget) -> None:
        """Bring the window and a page of it into sight."""
        self.pages.setCurrentWidget(page)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_job(self, title: str, progress: Progress, cancellable: bool) -> None:
        """Show the progress of the direction that is being made."""
        self.errors.hide()
        self.job_bar.show_job(title, progress.done, progress.total, cancellable, progress.text)

    def end_job(self) -> None:
        """Nothing is being made any more."""
        self.job_bar.hide()

    def clear(self) -> None:
        """Another model: what is shown belongs to the last one."""
        self.bring.clear()
        self.results.clear()

    def reject(self) -> None:
        """Esc gives up what is being made; it closes the window where nothing is."""
        if self.job_bar.isVisible():
            self.cancel_asked.emit()
        else:
            super().reject()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.overlay.setGeometry(self.rect())

    def _lay_out(self) -> None:
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.pages)
        halves.addWidget(self.results)
        halves.setSizes([_LEFT, _RIGHT])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(0)
        layout.addWidget(self.errors)
        layout.addWidget(halves, 1)
        layout.addWidget(always_there(self.job_bar))

    @Slot(object)
    def _take(self, paths: list[str]) -> None:
        self.dropped.emit(paths[0])
