"""A value in a range, moved by a slider track and typed in an entry: what horizontal and vertical sliders share."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from explorer.translation import tr
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.number_entry import NumberEntry
from explorer.widgets.slider_range import Scale
from explorer.widgets.slider_track import Groove
from explorer.widgets.stepping import Gestures


class FloatControl(QWidget):
    """Title, track and exact entry, not yet laid out.

    The value is a float with all its digits; `setValue` emits nothing and accepts values outside of the range (the
    handle is then an arrow at the end), which the user cannot enter. A double click on title or track resets.
    """

    valueChanged = Signal(float)  # by the user only

    def __init__(self, title: str, scale: Scale, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._value = scale.neutral
        self._gestures = Gestures()
        self._title = ElidedLabel(title, self)
        self._groove = Groove(orientation, self)
        self._entry: NumberEntry = NumberEntry(self._parse, self._short_text, self._exact_text, self)
        least, greatest = scale.ends
        self._entry.setToolTip(tr("A number from {least:g} to {greatest:g}", least=least, greatest=greatest))
        self._connect()
        self.setFocusProxy(self._groove)
        self.setTitle(title)
        self._show()

    def _connect(self) -> None:
        self._groove.begun.connect(self._gestures.begin)
        self._groove.moved.connect(self._move)
        self._groove.stepped.connect(self._step)
        self._groove.reset_asked.connect(self._reset)
        self._entry.stepped.connect(self._step)
        self._entry.committed.connect(self._enter)

    @property
    def gesture(self) -> int:
        """Id of the gesture that the last `valueChanged` belongs to."""
        return self._gestures.current

    def value(self) -> float:
        return self._value

    def setValue(self, value: float) -> None:
        """Show `value` unchanged; emits nothing."""
        if value != self._value:
            self._value = value
            self._show()

    def set_limits(self, limits: tuple[float, float] | None) -> None:
        """Mark the values beyond which the handle resists; they can be typed and stepped to as any other."""
        low, high = limits or self._scale.ends
        self._groove.set_limits(self._scale.fraction(low), self._scale.fraction(high))

    def title(self) -> str:
        return self._title.text()

    def setTitle(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def setAccessibleName(self, name: str) -> None:
        """Name the slider for screen readers, where the title alone is too short."""
        super().setAccessibleName(name)
        self._groove.setAccessibleName(name)
        self._entry.setAccessibleName(tr("{name}, exact value", name=name))

    def reset(self) -> None:
        """Reset to the neutral value, as an edit by the user and a separate gesture."""
        self._gestures.begin()
        self._reset()

    def _reset(self) -> None:
        # the first press of a double click has moved the handle already: both are one gesture, one undo step
        self._change(self._scale.neutral)

    def _move(self, fraction: float) -> None:
        self._change(self._scale.value_at(fraction))

    def _step(self, notches: float) -> None:
        self._gestures.step()
        self._change(self._scale.stepped(self._value, notches))

    def _enter(self, value: float) -> None:
        self._gestures.begin()
        self._change(value)

    def _change(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self._show()
            self.valueChanged.emit(value)

    def _show(self) -> None:
        scale = self._scale
        beyond = scale.beyond(self._value)
        self._groove.set_fraction(scale.fraction(self._value), scale.fraction(scale.neutral), beyond)
        place = tr("{minimum:g} to {maximum:g}", minimum=scale.minimum, maximum=scale.maximum)
        spoken = f"{self._exact_text(self._value)}, {place}"
        self._groove.setAccessibleDescription(tr("{spoken}, beyond the slider", spoken=spoken) if beyond else spoken)
        tip = tr("{value} is beyond the slider ({place})", value=self._short_text(self._value), place=place)
        if beyond or self._groove.toolTip():  # else every move of a drag would set it again
            self._groove.setToolTip(tip if beyond else "")
        self._entry.show_number(self._value)

    def _parse(self, text: str) -> float | None:
        return self._scale.parse(text)

    def _short_text(self, value: float) -> str:
        return self._scale.short_text(value)

    def _exact_text(self, value: float) -> str:
        return self._scale.exact_text(value)

    def _entry_size(self, padding: int = 18) -> QSize:
        """Make room for the longest value that may be typed."""
        texts = map(self._scale.short_text, self._scale.ends)
        widest = max(map(self._entry.fontMetrics().horizontalAdvance, texts))
        return QSize(widest + padding, self._entry.sizeHint().height())
