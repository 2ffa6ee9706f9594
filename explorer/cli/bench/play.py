"""Plays a timeline in the real window and drags a slider, in turns: see `explorer.cli.bench.turns`."""

from __future__ import annotations

from PySide6.QtTest import QTest

from explorer.cli.bench.turns import LEFT, Turns, take_turns
from generator.motion.motions import walk

SEEDS = (3, 7, 10, 17)  # of the faces of a loop


def main(model: str, device: str, seconds: float) -> None:
    """Measure in this process and print the frames per second of both as one line of JSON."""
    take_turns(Play, "playing", model, device, seconds)


class Play(Turns):
    """Plays by the button of the timeline."""

    def is_ready(self) -> bool:
        session = self.window._session
        self.window.docks.open(self.window.docks.timeline)
        session.edit_timeline("Walk", walk([session.face_of(seed) for seed in SEEDS]))
        return True

    def begin(self) -> None:
        QTest.mouseClick(self.window.panels.timeline.play, LEFT)

    def end(self) -> None:
        QTest.mouseClick(self.window.panels.timeline.play, LEFT)
