"""Pulls the nose of the real window's face and drags a slider, in turns: see `explorer.cli.bench.turns`.

Real mouse events pull a real point.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from explorer.cli.bench.drag import place_of
from explorer.cli.bench.turns import LEFT, Turns, take_turns
from generator.faces.points import POINTS

REACH = 12  # pixels of the view that the nose is pulled to and fro


def main(model: str, device: str, seconds: float) -> None:
    """Measure in this process and print the frames per second of both as one line of JSON."""
    take_turns(Pull, "pulling", model, device, seconds)


class Pull(Turns):
    """Pulls the tip of the nose to and fro."""

    def is_ready(self) -> bool:
        if not self.window.menu_actions.grab.isChecked():
            self.window.menu_actions.grab.setChecked(True)
        if not self.window.grabs.is_ready:
            return False
        view = self.window.view
        self._nose = self._to = self.window.grabs.tool.place(POINTS["nose-tip"], view.viewport).toPoint()
        return True

    def begin(self) -> None:
        QTest.mousePress(self.window.view, LEFT, pos=self._nose)

    def move(self, step: int) -> None:
        self._to = self._nose + QPoint(place_of(step, REACH), 0)
        QTest.mouseMove(self.window.view, self._to)

    def end(self) -> None:
        QTest.mouseRelease(self.window.view, LEFT, pos=self._to)
        self.window._session.undo_stack.undo()
