"""The small pictures of the faces of the timeline."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from explorer.compute.jobs import DrawKeyframes
from explorer.control.controller import Controller
from explorer.document.session import Session
from explorer.messages import KeyframeDrawn
from explorer.view.qimage import to_image
from generator.recipe.recipe import Recipe

MOST = 1000  # pictures in memory
SIDE = 96  # pixels, enough for two screen pixels per logical one


class KeyframePictures(QObject):
    """Draws those that are missing, where small pictures render quickly; they are kept by their recipes."""

    changed = Signal()

    def __init__(self, session: Session, controller: Controller) -> None:
        super().__init__(controller)
        self._session, self._controller = session, controller
        self._images: dict[Recipe, QImage] = {}
        session.timeline_changed.connect(self._draw)
        session.model_changed.connect(self._draw)
        controller.keyframe_drawn.connect(self._take)
        controller.timed.connect(self._draw_first)  # it tells whether small pictures render quickly

    def get(self, recipe: Recipe) -> QImage | None:
        """None where it is not there yet."""
        return self._images.get(recipe)

    @property
    def _missing(self) -> tuple[Recipe, ...]:
        recipes = dict.fromkeys(face.recipe for face in self._session.timeline.keyframes)
        return tuple(recipe for recipe in recipes if recipe not in self._images)

    @Slot()
    def _draw(self) -> None:
        missing = self._missing
        if missing and self._controller.draws_quickly:
            self._controller.submit(DrawKeyframes(missing), replaces=(DrawKeyframes,))

    @Slot()
    def _draw_first(self) -> None:
        if not self._images and not self._controller.runs(DrawKeyframes):
            self._draw()

    @Slot(object)
    def _take(self, drawn: KeyframeDrawn) -> None:
        if len(self._images) >= MOST:
            self._images.clear()
        mode = Qt.TransformationMode.SmoothTransformation
        self._images[drawn.recipe] = to_image(drawn.pixels).scaledToHeight(SIDE, mode)
        self.changed.emit()
