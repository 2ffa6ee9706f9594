"""The context menu of one or many faces."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from explorer.table.face_grid import FaceGrid
from explorer.table.wishes import KEYS, OF_PEOPLE, READING, Wish
from explorer.translation import tr
from generator.project.face import MAX_STARS, Face, Place


def give_menu(grid: FaceGrid) -> None:
    """Let `grid` show the menu wherever it is asked for."""
    grid.menu_wanted.connect(partial(_show_menu, grid))


def _show_menu(grid: FaceGrid, faces: tuple[Face, ...], where: QPoint) -> None:
    menu = _menu(grid, faces)
    grid.faces.modelReset.connect(menu.close)  # another project: none of these faces is in it
    menu.popup(where)


def _menu(grid: FaceGrid, faces: tuple[Face, ...]) -> QMenu:
    """The menu for `faces`, the lead first; it deletes itself."""
    menu = QMenu(grid)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    ids = tuple(face.id for face in faces)
    menu.addAction(_with_key(tr("Open"), "Return"), partial(grid.opened.emit, ids[0]))
    _add(menu, grid, faces, Wish.COMPARE, Wish.CULL)
    menu.addSeparator()
    _add_stars(menu, grid, faces)
    text = tr("Take back the rejection") if all(face.rejected for face in faces) else tr("Reject")
    menu.addAction(_with_key(text, "X"), partial(grid.reject, faces))
    _add(menu, grid, faces, Wish.TAGS, Wish.RENAME, Wish.NOTE)
    menu.addSeparator()
    _add(menu, grid, faces, Wish.COPY_EDITS, Wish.PASTE_EDITS, Wish.SAVE_LOOK, Wish.APPLY_LOOK)
    menu.addSeparator()
    if any(face.id in grid.people for face in faces):
        _add(menu, grid, faces, *OF_PEOPLE)
        menu.addSeparator()
    _add(menu, grid, faces, Wish.DUPLICATE, Wish.EXPORT)
    menu.addSeparator()
    if all(face.place is Place.DELETED for face in faces):
        menu.addAction(tr("Bring back"), partial(grid.bringing_back.emit, ids))
    else:
        menu.addAction(_with_key(tr("Delete"), "Del"), partial(grid.deleting.emit, ids))
    if not grid.may_write:
        _disable_what_writes(menu)
    return menu


def _add(menu: QMenu, grid: FaceGrid, faces: tuple[Face, ...], *wishes: Wish) -> None:
    ids = tuple(face.id for face in faces)
    for wish in wishes:
        action = menu.addAction(_with_key(wish.value, KEYS.get(wish, "")), partial(grid.wished.emit, wish, ids))
        action.setEnabled(grid.allows(wish, faces))
        action.setData(wish)


def _add_stars(menu: QMenu, grid: FaceGrid, faces: tuple[Face, ...]) -> None:
    stars = menu.addMenu(tr("Stars"))
    ids, common = tuple(face.id for face in faces), {face.stars for face in faces}
    for count in range(MAX_STARS + 1):
        text = "★" * count or tr("None")
        action = stars.addAction(_with_key(text, str(count)), partial(grid.stars_given.emit, ids, count))
        action.setCheckable(True)
        action.setChecked(common == {count})


def _disable_what_writes(menu: QMenu) -> None:
    """In a project that is only read, faces can still be looked at, copied and exported."""
    for action in menu.actions()[1:]:
        action.setEnabled(action.isEnabled() and action.data() in READING)


def _with_key(text: str, keys: str) -> str:
    """The key is only shown: the grid handles it."""
    return f"{text}\t{QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)}" if keys else text
