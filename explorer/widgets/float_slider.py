"""A horizontal slider in a row: title, track, exact entry."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from explorer.widgets.float_control import FloatControl
from explorer.widgets.slider_range import Scale

TITLE_WIDTH = 96  # px; rows below each other line up


class FloatSlider(FloatControl):
    """A horizontal slider for an exact float; see `FloatControl` for its behaviour."""

    def __init__(
        self,
        title: str,
        minimum: float,
        maximum: float,
        neutral: float = 0.0,
        decimals: int = 2,
        step: float = 0.1,
        reach: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        scale = Scale(minimum, maximum, neutral, decimals, step, reach)
        super().__init__(title, scale, Qt.Orientation.Horizontal, parent)
        self._title.setFixedWidth(TITLE_WIDTH)
        self._entry.setFixedWidth(self._entry_size().width())
        self._entry.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._groove, 1)
        row.addWidget(self._entry)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put_first(self, widget: QWidget) -> None:
        """Put a small widget before the title."""
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(0, widget)

    def set_title_width(self, width: int) -> None:
        """Give the title `width` px, like its neighbours, and the rest to the track; a longer title ends in "…"."""
        self._title.setFixedWidth(width)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on the title (labels ignore the mouse) also resets."""
        self.reset()
