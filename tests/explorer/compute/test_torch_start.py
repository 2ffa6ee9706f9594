"""Torch starts beside the window: measured in processes of their own, for it can start but once in each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys, threading
from importlib.abc import MetaPathFinder

from PySide6.QtWidgets import QApplication

from explorer import app
from explorer.control.notify import Notifier
from explorer.document.session import Session

class Witness(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "torch":
            print(threading.current_thread().name, window.isVisible())

application = QApplication([])
window = app.open_window(Session(app.opening_recipe()), Notifier(application), sys.argv[1], "cpu")
sys.meta_path.insert(0, Witness())
window._controller.frame_ready.connect(application.quit)
application.exec()
assert window._controller.last_frame is not None
window.close()
assert "compute" not in {thread.name for thread in threading.enumerate()}
"""


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=100).stdout.strip()


def test_torch_is_imported_beside_the_window_that_is_there_already(tiny_checkpoint: Path) -> None:
    assert set(run(PROGRAM, str(tiny_checkpoint)).splitlines()) == {"compute True"}


def test_asking_for_the_controller_starts_neither_torch_nor_the_engine() -> None:
    program = "import sys, explorer.control.controller; print([n for n in sys.modules if n.split('.')[0] == 'torch'])"
    assert run(program) == "[]"


@pytest.mark.parametrize("live", [True, False])
def test_what_a_picture_needs_is_compiled_while_torch_is_imported_and_nothing_is_after_it(live: bool) -> None:
    program = f"""
import sys, threading
from explorer.compute.torch_start import start_drawing

threads = []
start = threading.Thread.start
threading.Thread.start = lambda thread: (threads.append((thread.name, "torch" in sys.modules)), start(thread))[1]
start_drawing(live={live})
for thread in threading.enumerate()[1:]:
    thread.join()
start_drawing(live={live})
print(threads, "generator.networks" in sys.modules)

import weights
from generator import checkpoint
from generator.render.engine import Engine
from generator.native import program
from generator.recipe.recipe import Recipe

compiled = program._compiled
program._compiled = lambda *given: (print("compiled later"), compiled(*given))[1]
Engine(checkpoint.load(weights.FACES), "cpu").render(Recipe(), live={live})
"""
    assert run(program) == "[('native programs', False)] False"
