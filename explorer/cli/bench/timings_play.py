"""How many frames playing the timeline gives, against those of a slider in the same window.

Measured on the real window, shown offscreen in a child process: see `explorer.cli.bench.play`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from explorer.cli.bench.timings_window import PATIENCE

CHILD = "import sys; from explorer.cli.bench.play import main; main(sys.argv[1], sys.argv[2], float(sys.argv[3]))"


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
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", CHILD, model, device, str(seconds)]
    timeout = 2 * seconds + 2 * PATIENCE
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=timeout)
    return PlayTimes(**json.loads(done.stdout.splitlines()[-1]))
