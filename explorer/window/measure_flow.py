"""The measures of the face shown: measured once the picture rests, while its dock is in sight."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from explorer.compute.jobs import LearnDistribution, MeasureFace
from explorer.control.controller import Controller
from explorer.document.session import Session
from explorer.messages import FaceMeasured
from explorer.panels.measures_panel import MeasuresPanel
from explorer.window.resting_frame import RestingFrame


class MeasureFlow(QObject):
    """Asks for the measures of what is shown, and shows them."""

    def __init__(self, session: Session, controller: Controller, panel: MeasuresPanel) -> None:
        super().__init__(panel)
        self._controller, self._panel = controller, panel
        self._resting = RestingFrame(session, controller, panel)
        self._resting.rested.connect(self.measure)
        self._resting.forgotten.connect(self._forget)
        controller.face_measured.connect(self._show)
        panel.shown.connect(self._resting.wait)
        panel.distribution_asked.connect(self._learn)

    @Slot()
    def measure(self) -> None:
        """Measure the picture shown, unless nobody would see it or it is only a preview."""
        self._submit(MeasureFace)

    @Slot()
    def _forget(self) -> None:
        self._controller.cancel(LearnDistribution)
        self._panel.clear()

    @Slot(object)
    def _show(self, measured: FaceMeasured) -> None:
        if self._resting.is_of(measured.recipe):
            self._panel.show_measured(measured)
        else:
            self._resting.wait()

    @Slot()
    def _learn(self) -> None:
        self._submit(LearnDistribution)

    def _submit(self, kind: type[MeasureFace | LearnDistribution]) -> None:
        frame = self._resting.frame
        if frame is not None:
            self._controller.submit(kind(frame.request.recipe, frame.pixels), (kind,))
