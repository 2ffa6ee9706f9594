"""Ids of gestures: one press and release of a slider, one typed entry, one quick run of wheel steps.

Edits of the same gesture are one undo step. A gesture id is never used twice while the program runs.
"""

from __future__ import annotations

from itertools import count

_ids = count(1)


def new_gesture() -> int:
    """A gesture id that no edit has had yet. GUI thread only."""
    return next(_ids) % 2**31  # QUndoCommand.id() is a C int
