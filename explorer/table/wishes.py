"""What can be asked for faces besides stars, rejecting and deleting, and the keys that ask for it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from explorer.translation import tr
from generator.project.face import Face


class Wish(Enum):
    """What can be asked for besides stars, rejecting and deleting."""

    COMPARE = tr("Compare")
    CULL = tr("Full-screen pass")
    RENAME = tr("Rename …")
    TAGS = tr("Tags …")
    NOTE = tr("Note …")
    COPY_EDITS = tr("Copy edits")
    PASTE_EDITS = tr("Paste edits …")
    SAVE_LOOK = tr("Save look …")
    APPLY_LOOK = tr("Apply look …")
    DUPLICATE = tr("Duplicate")
    EXPORT = tr("Export …")
    REPLACE = tr("Replace this one")
    MORE_LIKE = tr("More like this one")


KEYS = {
    Wish.COMPARE: "C",
    Wish.CULL: "F5",
    Wish.RENAME: "F2",
    Wish.TAGS: "T",
    Wish.COPY_EDITS: "Ctrl+Alt+C",
    Wish.PASTE_EDITS: "Ctrl+Alt+V",
    Wish.DUPLICATE: "Ctrl+D",
    Wish.REPLACE: "N",
    Wish.MORE_LIKE: "M",
}
OF_PEOPLE = (Wish.REPLACE, Wish.MORE_LIKE)  # of faces that were found for a wish
READING = (Wish.COMPARE, Wish.CULL, Wish.COPY_EDITS, Wish.EXPORT)  # possible in a project that is only read
_OF_ONE = (Wish.COPY_EDITS, Wish.SAVE_LOOK, Wish.MORE_LIKE)
MOST_COMPARED = 4
STARS = (Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)  # keys of so many


def wish_of(pressed: QKeySequence) -> Wish | None:
    """What a key asks for."""
    return next((wish for wish, keys in KEYS.items() if QKeySequence(keys) == pressed), None)


def is_possible(wish: Wish, faces: tuple[Face, ...]) -> bool:
    """Whether `wish` makes sense for these faces."""
    if wish is Wish.COMPARE:
        return 2 <= len(faces) <= MOST_COMPARED
    return len(faces) == 1 if wish in _OF_ONE else bool(faces)
