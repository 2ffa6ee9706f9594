"""One slow import at a time.

Linking a large library takes the system's own lock. A second import that needs it meanwhile waits with Python's lock in
its hand, and the window hangs for as long as the first one links (0.3 to 1 s, measured with torch and pyqtgraph).
"""

from __future__ import annotations

import importlib
from threading import Lock

linking = Lock()  # held by whoever links large libraries beside the GUI thread


def slow_import(name: str) -> None:
    """Import a module of large libraries, when no other such import is under way. Not for the GUI thread."""
    with linking:
        importlib.import_module(name)
