"""The measures of the face shown: measured once the picture rests, while its dock is in sight."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.compute.jobs import LearnDistribution, MeasureFace
from explorer.control.controller import Controller
from explorer.document.session import Session
from explorer.messages import FaceMeasured, Quality, RenderResult
from explorer.panels.measures_panel import MeasuresPanel

REST_MS = 250  # a picture that stays this long is measured


class MeasureFlow(QObject):
    """Asks for the measures of what is shown, and shows them."""

    def __init__(self, session: Session, controller: Controller, panel: MeasuresPanel) -> None:
        super().__init__(panel)
        self._controller, self._panel = controller, panel
        self._frame: RenderResult | None = None  # the one shown
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.measure)
        controller.frame_ready.connect(self._take)
        controller.face_measured.connect(self._show)
        session.model_changed.connect(self._forget)
        panel.shown.connect(self._rest.start)
        panel.distribution_asked.connect(self._learn)

    @Slot()
    def measure(self) -> None:
        """Measure the picture shown, unless nobody would see it or it is only a preview."""
        self._submit(MeasureFace)

    @Slot(object)
    def _take(self, frame: RenderResult) -> None:
        self._frame = frame
        self._rest.start()

    @Slot()
    def _forget(self) -> None:
        if self._frame is not None:
            self._controller.cancel(LearnDistribution)
        self._frame = None
        self._panel.clear()

    @Slot(object)
    def _show(self, measured: FaceMeasured) -> None:
        if self._frame is not None and measured.recipe == self._frame.request.recipe:
            self._panel.show_measured(measured)
        else:
            self._rest.start()

    @Slot()
    def _learn(self) -> None:
        self._submit(LearnDistribution)

    def _submit(self, kind: type[MeasureFace | LearnDistribution]) -> None:
        frame, in_sight = self._frame, not self._panel.visibleRegion().isEmpty()
        if frame is not None and in_sight and frame.request.quality is Quality.FULL:
            self._controller.submit(kind(frame.request.recipe, frame.pixels), (kind,))
