"""From slider to pixel: the time between a move of a slider and the painting of its face.

Measured on the real window, shown offscreen in a child process: see `explorer.cli.bench.drag`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 300.0  # seconds for the window to be ready, and for its process beyond the drag
CHILD = "import sys; from explorer.cli.bench.{module} import main; main(sys.argv[1], sys.argv[2], float(sys.argv[3]))"


@dataclass(frozen=True)
class Latency:
    """The latency of a drag. All but counts and megabytes in milliseconds."""

    frames: int  # painted during the drag
    frames_per_second: float
    smallest: int  # of them, pixels on the shorter side
    median: float  # from a move to the painting of its face
    p95: float
    p99: float
    longest_gap: float  # between two turns of the event loop during the drag
    p99_gap: float
    settled: float  # from the last move to the full frame, with the pause after which a drag counts as ended
    peak_megabytes: float  # resident memory of the whole process


def measured_latency(model: str, device: str, seconds: float) -> Latency:
    """Drag for `seconds` in a child process. Raises `CalledProcessError` where that fails."""
    return Latency(**figures_of_window("drag", model, device, seconds, seconds + 2 * PATIENCE))


def figures_of_window(module: str, model: str, device: str, seconds: float, timeout: float) -> dict[str, Any]:
    """What `main` of a module of this folder measures on a window, offscreen in a child process, and prints as JSON.

    Raises `CalledProcessError` where that fails.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", CHILD.format(module=module), model, device, str(seconds)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=timeout)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def peak_megabytes() -> float:
    """Peak resident memory of this process; 0 if the system does not report it. (`getrusage` reports the parent's for a
    process that was just started.)"""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
