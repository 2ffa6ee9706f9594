"""The permanent part of the status bar: speed, device, and what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.translation import tr
from explorer.widgets import escape_markup as plain

LONG_MS = 10_000  # from here on seconds are shown


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
        """frames_per_second: 0 = nothing is moving, so there is no rate."""
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
        """Show that the image is being rendered, in place of the time of the last one."""
        self.speed.setText(tr("rendering …") if late else self._speed)

    def show_model(self, resolution: int, device: str, precision: str, notice: str = "") -> None:
        """`notice` is a fallback that the user must see: it stays, and the model panel shows it in full."""
        self.model.setText(
            tr("{resolution} px · {device} · {precision}", resolution=resolution, device=device, precision=precision)
        )
        self.notice.setText(self.notice.fontMetrics().elidedText(notice, Qt.TextElideMode.ElideRight, 360))
        self.notice.setToolTip(plain.tip(notice))
        self.notice.setVisible(bool(notice))


def _short(value: float) -> str:
    """At least two digits where they are significant: 0.4, 7.1, 43."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
