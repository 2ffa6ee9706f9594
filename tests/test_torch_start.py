"""Torch starts beside the window: measured in a process of its own, for it can start but once."""

from __future__ import annotations

import subprocess
import sys

LONGEST = 100  # milliseconds; a plain import stops the other threads for 200 to 500

PROGRAM = """
import gc, sys, threading, time
from explorer.torch_start import start_torch

starting, longest = threading.Thread(target=start_torch), 0.0
starting.start()
last = time.perf_counter()
while starting.is_alive():
    time.sleep(0.001)
    now = time.perf_counter()
    longest, last = max(longest, now - last), now
import torch

assert torch.ones(2).sum() == 2 and gc.isenabled()
print(1000 * longest)
"""


def gap_while_torch_starts() -> float:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=100)
    return float(done.stdout)


def test_another_thread_goes_on_while_torch_starts() -> None:
    assert any(gap_while_torch_starts() < LONGEST for _ in range(3))  # another program may take the cores now and then


def test_asking_for_the_controller_starts_neither_torch_nor_the_engine() -> None:
    program = "import sys, explorer.controller; print([name for name in sys.modules if name.split('.')[0] == 'torch'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
