"""How large a preview may be so that a drag stays fluent on this machine."""

from __future__ import annotations

TARGET_MS = 50.0  # one preview; 20 a second
SMALLEST = 64  # pixels; below it a face says nothing


class PreviewSize:
    """Halves the preview where it is slow, and doubles it, up to half the model's resolution, where there is room.

    A picture of twice the size costs at most four times as much, so growing waits until a quarter of the time is used.
    """

    def __init__(self, full_resolution: int) -> None:
        self._largest = max(full_resolution // 2, 4)
        self._smallest = min(SMALLEST, self._largest)
        self.resolution = self._largest
        self._slow = 0

    def record(self, milliseconds: float) -> None:
        """Learn from one preview of `self.resolution`. One slow frame says nothing: the machine may have paused."""
        self._slow = self._slow + 1 if milliseconds > TARGET_MS else 0
        if self._slow >= 3:
            self._resize(self.resolution // 2)
        elif milliseconds < TARGET_MS / 4:
            self._resize(self.resolution * 2)

    def _resize(self, resolution: int) -> None:
        self.resolution, self._slow = min(max(resolution, self._smallest), self._largest), 0
