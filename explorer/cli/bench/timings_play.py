"""How many frames playing the timeline gives, against those of a slider in the same window.

Measured on the real window, shown offscreen in a child process: see `explorer.cli.bench.play`.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.cli.bench.timings_window import PATIENCE, figures_of_window


@dataclass(frozen=True)
class PlayTimes:
    """Frames painted a second, in turns of one run."""

    playing: float
    sliding: float

    @property
    def ratio(self) -> float:
        return self.playing / max(self.sliding, 1e-9)


def measured_play(model: str, device: str, seconds: float) -> PlayTimes:
    """Play and slide for `seconds` each in a child process. Raises `CalledProcessError` where that fails."""
    return PlayTimes(**figures_of_window("play", model, device, seconds, 2 * seconds + 2 * PATIENCE))
