"""The sample sheets of a training: the newest, or an earlier one chosen by a slider."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from explorer.messages import Pixels
from explorer.translation import tr
from explorer.view.qimage import to_image
from explorer.widgets.layout import SPACING, name
from generator.training.events import Samples


class Picture(QWidget):
    """An image as large as fits, smoothly scaled in device pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Samples"))
        self.setMinimumSize(200, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.image: QImage | None = None
        self._scaled: QImage | None = None

    def set_pixels(self, pixels: Pixels | None) -> None:
        """Show `pixels` [H, W, 3]; None = nothing."""
        self.image, self._scaled = None if pixels is None else to_image(pixels), None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        if self.image is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("No samples yet"))
        else:
            self._paint_image(painter, self.image)
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        room = (self.size() * ratio).boundedTo(image.size() * 4)  # a small grid is not enlarged beyond recognition
        size = image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        if self._scaled is None or self._scaled.size() != size:
            mode = Qt.TransformationMode.SmoothTransformation
            self._scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        shown = QRect(0, 0, round(size.width() / ratio), round(size.height() / ratio))
        shown.moveCenter(self.rect().center())
        painter.drawImage(shown, self._scaled)


class SamplesView(QWidget):
    """Follows the newest sheet until an earlier one is chosen, and again at the slider's end."""

    wanted = Signal(str)  # path of the sheet to read, relative to the run folder

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: list[Samples] = []
        self.path = ""  # of the last sheet requested
        self.picture, self.caption = Picture(), QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        name(self.slider, tr("Earlier samples"), tr("Earlier samples; the newest is at the right end"))
        self.slider.setMaximum(0)
        self.slider.setEnabled(False)
        self.slider.valueChanged.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self.picture, 1)
        column.addWidget(self.slider)
        column.addWidget(self.caption)

    def sizeHint(self) -> QSize:
        return QSize(560, 560)

    def set_samples(self, samples: Sequence[Samples]) -> None:
        """The available sheets, oldest first."""
        follows = self.slider.value() == self.slider.maximum()
        self._samples = list(samples)
        last = max(len(self._samples) - 1, 0)
        self.slider.blockSignals(True)
        self.slider.setMaximum(last)
        self.slider.setValue(last if follows else self.slider.value())
        self.slider.setEnabled(last > 0)
        self.slider.blockSignals(False)
        self._choose()

    @Slot()
    def _choose(self) -> None:
        if not self._samples:
            return
        chosen = self._samples[self.slider.value()]
        newest = tr(", the newest") if self.slider.value() == len(self._samples) - 1 else ""
        self.caption.setText(tr("After {images:,} images{newest}", images=chosen.images, newest=newest))
        if chosen.path != self.path:
            self.path = chosen.path
            self.wanted.emit(chosen.path)
