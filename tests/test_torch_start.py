"""Torch starts beside the window: measured in processes of their own, for it can start but once in each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, threading
from importlib.abc import MetaPathFinder

from PySide6.QtWidgets import QApplication

from explorer import app
from explorer.notify import Notifier

class Witness(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "torch":
            print(threading.current_thread().name, window.isVisible())

application = QApplication([])
window = app.open_window(Notifier(application), sys.argv[1], "cpu")
sys.meta_path.insert(0, Witness())
frames = []
window._controller.frame_ready.connect(frames.append)
while not frames:
    application.processEvents()
window.close()
assert "compute" not in {thread.name for thread in threading.enumerate()}
"""


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=100).stdout.strip()


def test_torch_is_imported_beside_the_window_that_is_there_already(tiny_checkpoint: Path) -> None:
    assert set(run(PROGRAM, str(tiny_checkpoint)).splitlines()) == {"compute True"}


def test_asking_for_the_controller_starts_neither_torch_nor_the_engine() -> None:
    program = "import sys, explorer.controller; print([name for name in sys.modules if name.split('.')[0] == 'torch'])"
    assert run(program) == "[]"


def test_native_programs_are_compiled_while_torch_is_imported_and_need_nothing_of_it() -> None:
    program = """
import sys, threading
from explorer.torch_start import start_drawing

threads = []
start = threading.Thread.start
threading.Thread.start = lambda thread: (threads.append((thread.name, "torch" in sys.modules)), start(thread))[1]
start_drawing(live=True)
for thread in threading.enumerate()[1:]:
    thread.join()
start_drawing(live=True)
from generator.native import LAYERS
from generator.native.image import image
from generator.native.target import half_targets, targets

programs = [program(here) for here in half_targets() or targets() for program in LAYERS]
compiled = all(program._engine is not None for program in [*programs, *map(image, targets()[:1])])
print(threads, compiled, "generator.networks" in sys.modules)
"""
    assert run(program) == "[('native programs', False)] True False"
