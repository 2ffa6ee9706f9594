"""How many frames grabbing the face gives, against those of a slider in the same window.

Measured on the real window, shown offscreen in a child process: see `explorer.cli.bench.pull`.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.cli.bench.timings_window import PATIENCE, figures_of_window


@dataclass(frozen=True)
class GrabTimes:
    """Frames painted a second, in turns of one run."""

    pulling: float
    sliding: float

    @property
    def ratio(self) -> float:
        return self.pulling / max(self.sliding, 1e-9)


def measured_grab(model: str, device: str, seconds: float) -> GrabTimes:
    """Pull and slide for `seconds` each in a child process. Raises `CalledProcessError` where that fails, as with a
    model that shows no faces."""
    return GrabTimes(**figures_of_window("pull", model, device, seconds, 2 * seconds + 2 * PATIENCE))
