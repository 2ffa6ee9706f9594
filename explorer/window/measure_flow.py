"""The measures of the face shown: measured once the picture rests, while its dock is in sight."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.compute.jobs import LearnDistribution, MeasureFace
from explorer.control.controller import Controller
from explorer.document.session import Session
from explorer.messages import FaceMeasured, Quality
from explorer.panels.measures_panel import MeasuresPanel

REST_MS = 250  # a picture that stays this long is measured


class MeasureFlow(QObject):
    """Asks for the measures of what is shown, and shows them."""

    def __init__(self, session: Session, controller: Controller, panel: MeasuresPanel) -> None:
        super().__init__(panel)
        self._session, self._controller, self._panel = session, controller, panel
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.measure)
        controller.frame_ready.connect(self._wait)
        controller.face_measured.connect(self._show)
        session.model_changed.connect(panel.clear)
        panel.shown.connect(self._rest.start)
        panel.distribution_asked.connect(self._learn)

    @Slot()
    def measure(self) -> None:
        """Measure the picture shown, unless nobody would see it or it is only a preview."""
        self._submit(MeasureFace)

    @Slot()
    def _wait(self) -> None:
        if self._panel.isVisible():
            self._rest.start()

    @Slot(object)
    def _show(self, measured: FaceMeasured) -> None:
        frame = self._controller.last_frame
        if frame is not None and measured.recipe == frame.request.recipe:
            self._panel.show_measured(measured)
        else:
            self._wait()

    @Slot()
    def _learn(self) -> None:
        self._submit(LearnDistribution)

    def _submit(self, kind: type[MeasureFace]) -> None:
        frame = self._controller.last_frame
        if frame is not None and self._panel.isVisible() and frame.request.quality is Quality.FULL:
            self._controller.submit(kind(frame.request.recipe, frame.pixels), replaces=(kind,))
