"""Looking closer at the face shown: once the picture rests, while its dock is in sight; and where, on the picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from explorer.compute.jobs import InspectFace, InspectPicture, LearnScores, MendFace
from explorer.control.controller import Controller
from explorer.dialogs.files import ask_picture
from explorer.document.session import Session
from explorer.messages import LookedCloser, Pixels, ShownCue
from explorer.panels.closer_panel import FLAG, CloserPanel
from explorer.settings import Settings
from explorer.view.image_view import ImageView
from explorer.view.overlays import ImageOverlay
from explorer.window.resting_frame import RestingFrame

_COVER = 0.75  # of the picture, where it is hottest


class CloserFlow(QObject):
    """Asks for the cues of what is shown, and shows them."""

    def __init__(
        self, view: ImageView, session: Session, controller: Controller, settings: Settings, panel: CloserPanel
    ) -> None:
        super().__init__(panel)
        self._settings = settings
        self._view, self._session, self._controller, self._panel = view, session, controller, panel
        self._resting = RestingFrame(session, controller, panel)
        self._resting.rested.connect(self.look)
        self._resting.changed.connect(self._uncover)
        self._resting.forgotten.connect(self._forget)
        controller.looked_closer.connect(self._show)
        panel.shown.connect(self._come_into_sight)
        panel.comparison_asked.connect(self._learn)
        panel.picture_asked.connect(self._ask_picture)
        panel.face_asked.connect(self.look)
        panel.mending_asked.connect(self._mend)
        panel.place_asked.connect(self._cover)

    @Slot()
    def look(self) -> None:
        """Look closer at the picture shown, unless nobody would see it or it is only a preview."""
        self._submit(InspectFace)

    @Slot()
    def _come_into_sight(self) -> None:
        self._uncover()  # the place is shown again with the cues, if they are in sight
        self._resting.wait()

    @Slot()
    def _forget(self) -> None:
        self._controller.cancel(LearnScores, MendFace)
        self._panel.clear()

    @Slot(object)
    def _show(self, looked: LookedCloser) -> None:
        if looked.picture or self._resting.is_of(looked.recipe):
            self._panel.show_looked(looked)
        else:
            self._resting.wait()

    @Slot()
    def _learn(self) -> None:
        self._submit(LearnScores)

    @Slot()
    def _ask_picture(self) -> None:
        ask_picture(self._panel, self._settings, self.look_at)

    def look_at(self, path: str) -> None:
        """Look closer at the picture in the file `path`."""
        self._controller.submit(InspectPicture(path), (InspectFace, InspectPicture))

    @Slot()
    def _mend(self) -> None:
        self._controller.submit(MendFace(self._session.recipe), (MendFace,))

    @Slot(object)
    def _cover(self, cue: ShownCue | None) -> None:
        """Show on the picture where `cue` is hottest."""
        self._uncover()
        if cue is not None and cue.heat is not None:
            self._view.set_overlays((*self._view.overlays, HeatOverlay(coloured(cue.heat))))

    @Slot()
    def _uncover(self) -> None:
        others = tuple(overlay for overlay in self._view.overlays if not isinstance(overlay, HeatOverlay))
        if len(others) != len(self._view.overlays):
            self._view.set_overlays(others)

    def _submit(self, kind: type[InspectFace | LearnScores]) -> None:
        frame = self._resting.frame
        if frame is not None:
            self._controller.submit(kind(frame.request.recipe, frame.pixels), (kind,))


class HeatOverlay(ImageOverlay):
    """Where the cue that is open in the panel was found."""


def coloured(heat: Pixels) -> QImage:
    """`heat`, uint8 [h, w], as a picture that covers more the hotter it is."""
    colour = np.array([FLAG.blue(), FLAG.green(), FLAG.red(), 255])
    alpha = heat[..., None].astype(np.float32) * (_COVER / 255)
    data = np.ascontiguousarray((alpha * colour).astype(np.uint8))  # BGRA in memory, premultiplied
    height, width = heat.shape
    return QImage(data.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
