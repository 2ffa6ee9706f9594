"""The command `outis`, also `python -m explorer`.

Where a window is asked for, the last picture of its project is on the screen before anything else is imported.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    # numpy's threads spin while they wait for each other: 30 ms in place of 3 for small matrices beside torch's
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from explorer.view.first_window import show_last_picture

    show_last_picture(sys.argv[1:])
    from explorer.cli import main as command

    return command()


if __name__ == "__main__":
    raise SystemExit(main())
