"""The list of keyboard shortcuts, made from the actions themselves."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QWidget

from explorer.dialogs.text_dialog import show_words
from explorer.translation import tr

_BY_HAND = (
    (tr("B (hold)"), tr("The face before your edits")),
    (tr("wheel, drag, double click"), tr("Zoom the face, move it, fit it")),
    (tr("arrow keys"), tr("Move the face, or the divider of A/B; with Shift in fine steps")),
    (tr("arrow keys, wheel"), tr("Step the slider or number that has the focus; Ctrl: coarser, Shift: finer")),
    (tr("G, then drag or click a point"), tr("Pull a point of the face, or pin it; Esc takes the drag back")),
    (tr("double click"), tr("Reset a slider")),
    (tr("Ctrl+click, Shift+click"), tr("Mark several faces; a slider then moves all that are marked")),
    (tr("1-5, 0, X, Delete"), tr("On the light table: stars, none, reject, delete")),
    (tr("Enter, C, F5"), tr("On the light table: open a face, compare two to four, look at each full-screen")),
    (tr("F2, T, Ctrl+D"), tr("On the light table: rename, tag, duplicate")),
    (tr("N, M"), tr("On the light table: replace somebody who was found by wish, find more like this one")),
    (tr("Ctrl+Alt+C, Ctrl+Alt+V"), tr("On the light table: copy the edits of a face, paste them")),
    (tr("Alt+↑, Alt+↓"), tr("In the direction studio: move one of your directions up or down in the list")),
    (tr("← or L, → or M, Backspace"), tr("In the direction studio: the face has less of it, more; take it back")),
    (tr("Space, Home, End, Page ↑, Page ↓"), tr("In the timeline: play, go to an end, go from face to face")),
    (tr("← →, Delete, Esc"), tr("In the timeline: step by a frame, remove what is chosen, back to the face")),
    (tr("wheel, Shift+wheel, double click"), tr("In the timeline: zoom, move along, add a face or a key there")),
    (tr("drag"), tr("A face out of the window: a picture with its recipe; on the light table: to another place")),
)


def show_shortcuts(parent: QWidget, actions: Iterable[QAction]) -> QDialog:
    """Open the dialog; it deletes itself when closed."""
    return show_words(parent, tr("Keyboard and mouse"), shortcuts_text(actions), QSize(640, 620))


def shortcuts_text(actions: Iterable[QAction]) -> str:
    """A Markdown table of the actions that have keys, then of what the mouse and other keys do."""
    rows = [(_keys(action), _name(action)) for action in actions if action.shortcuts()]
    lines = (f"| {keys} | {meaning} |" for keys, meaning in (*rows, *_BY_HAND))
    return "\n".join(["| key | what it does |", "| --- | --- |", *lines])


def _name(action: QAction) -> str:
    """The action's name, whatever it would undo or redo."""
    return action.whatsThis() or action.text().replace(" …", "")


def _keys(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return tr(" or ").join(sequence.toString(native) for sequence in action.shortcuts())
