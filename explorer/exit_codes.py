"""The exit codes of our processes."""

from __future__ import annotations

import signal

GOOD, FAILED, WRONG_USAGE = 0, 1, 2
SIGNALLED = 128  # plus the signal's number
INTERRUPTED, TERMINATED = SIGNALLED + signal.SIGINT, SIGNALLED + signal.SIGTERM
