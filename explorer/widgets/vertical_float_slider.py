"""A vertical slider in a column: track, title, exact entry. The mixing equaliser has many side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from explorer.widgets.float_control import FloatControl
from explorer.widgets.slider_range import Scale


class VerticalFloatSlider(FloatControl):
    """A vertical slider for an exact float; see `FloatControl` for its behaviour."""

    def __init__(
        self,
        title: str,
        minimum: float = 0.0,
        maximum: float = 1.0,
        neutral: float = 0.0,
        decimals: int = 2,
        step: float = 0.05,
        parent: QWidget | None = None,
    ) -> None:
        scale = Scale(minimum, maximum, neutral, decimals, step)
        super().__init__(title, scale, Qt.Orientation.Vertical, parent)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._entry.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._entry.setFont(_smaller(self._entry.font()))
        self._entry.setFixedWidth(self._entry_size(padding=6).width())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addWidget(self._groove, 1, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._entry, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)


def _smaller(font: QFont) -> QFont:
    """A smaller font: twenty columns are side by side, and their numbers are read one at a time."""
    font.setPointSizeF(0.85 * font.pointSizeF())
    return font
