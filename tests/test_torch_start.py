"""Torch starts beside the window: measured in processes of their own, for it can start but once in each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LONGEST = 100  # milliseconds; a plain import stops the window for 200 to 500

PROGRAM = """
import sys, threading
from time import perf_counter

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from explorer import app
from explorer.notify import Notifier

application = QApplication([])
window = app.open_window(Notifier(application), sys.argv[1], "cpu")
longest, last, frames = 0.0, perf_counter(), []

def beat():
    global longest, last
    now = perf_counter()
    longest, last = max(longest, now - last), now

timer = QTimer(interval=1)
timer.timeout.connect(beat)
timer.start()
window._controller.frame_ready.connect(frames.append)
while not frames:
    application.processEvents()
window.close()
assert "torch" in sys.modules
assert "compute" not in {thread.name for thread in threading.enumerate()}
print(1000 * longest)
"""


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=100).stdout.strip()


def test_the_window_turns_from_its_first_sight_to_its_first_face(tiny_checkpoint: Path) -> None:
    gaps = (float(run(PROGRAM, str(tiny_checkpoint))) for _ in range(3))  # other programs may take the cores
    assert any(gap < LONGEST for gap in gaps)


def test_asking_for_the_controller_starts_neither_torch_nor_the_engine() -> None:
    program = "import sys, explorer.controller; print([name for name in sys.modules if name.split('.')[0] == 'torch'])"
    assert run(program) == "[]"
