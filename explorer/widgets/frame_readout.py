"""What the status bar says all the time: how fast, on what, and what is not as it should be."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.translation import tr
from explorer.widgets import escape_markup as plain

LONG_MS = 10_000  # from here on seconds say more


class FrameReadout(QWidget):
    """Notice, time per frame, frames per second, resolution, device and precision."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice, self.speed, self.model = QLabel(), QLabel(), QLabel()
        self._speed = ""
        self.notice.setObjectName("notice")
        self.notice.setText("")
        self.speed.setToolTip(tr("Time to render the last frame, and frames per second while you drag"))
        self.speed.setMinimumWidth(self.speed.fontMetrics().horizontalAdvance("8888 ms · 888 fps") + 8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(12)
        for label, name in (
            (self.notice, tr("Notice")),
            (self.speed, tr("Speed")),
            (self.model, tr("Model and device")),
        ):
            label.setAccessibleName(name)
            row.addWidget(label)

    def show_speed(self, milliseconds: float, frames_per_second: float) -> None:
        """frames_per_second: 0 = nothing moves, so there is no rate."""
        rate = (
            tr(" · {frames_per_second} fps", frames_per_second=_short(frames_per_second)) if frames_per_second else ""
        )
        time = (
            tr("{milliseconds} ms", milliseconds=_short(milliseconds))
            if milliseconds < LONG_MS
            else f"{milliseconds / 1000:.0f} s"
        )
        self._speed = f"{time}{rate}"
        self.speed.setText(self._speed)

    @Slot(bool)
    def show_late(self, late: bool) -> None:
        """Say that the image is being rendered, in place of how long the last one took."""
        self.speed.setText(tr("rendering …") if late else self._speed)

    def show_model(self, resolution: int, device: str, precision: str, notice: str = "") -> None:
        """`notice` is a fallback that the user must see: it stays, and is there in full in the model's panel."""
        self.model.setText(
            tr("{resolution} px · {device} · {precision}", resolution=resolution, device=device, precision=precision)
        )
        self.notice.setText(self.notice.fontMetrics().elidedText(notice, Qt.TextElideMode.ElideRight, 360))
        self.notice.setToolTip(plain.tip(notice))
        self.notice.setVisible(bool(notice))


def _short(value: float) -> str:
    """Two digits at least, where they mean something: 0.4, 7.1, 43."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
