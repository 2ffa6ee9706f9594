"""Cycles of Python objects are collected only on the GUI thread.

Python collects on whichever thread happens to make the object that is one too many. On any other thread that
would tear down wrappers of Qt objects, which belong to the GUI thread: a rare crash with no trace of its cause.
"""

from __future__ import annotations

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 1000


class GarbageOnGuiThread(QObject):
    """Until `stop`, automatic collection is off and a timer of the GUI thread does it instead. Of several, the last to
    stop restores it as the first one found it."""

    _running: ClassVar[set[int]] = set()
    _was_automatic: ClassVar[bool] = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if not self._running:
            GarbageOnGuiThread._was_automatic = gc.isenabled()
        self._running.add(id(self))
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        """Restore automatic collection as it was. Call it once the other threads have ended."""
        self._timer.stop()
        self._running.discard(id(self))
        if self._was_automatic and not self._running:
            gc.enable()

    @Slot()
    def _collect(self) -> None:
        """The oldest generation whose threshold is passed, which automatic collection would choose."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        passed = [generation for generation, (count, limit) in enumerate(counts) if count > limit > 0]
        if passed:
            gc.collect(passed[-1])
