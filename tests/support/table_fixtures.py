"""What the tests of lists of faces share: one that is shown, and hands on the mouse."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.table.drag_out import DraggedFaces, FilePromise
from explorer.table.face_list import FaceList
from explorer.window.main_window import MainWindow
from generator.project.face import Face, Place
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.fake_library import MODEL
from tests.support.window_fixtures import press

LEFT = Qt.MouseButton.LeftButton
PLAIN, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def shown(qtbot: QtBot, widget: QWidget, width: int = 640, height: int = 480) -> None:
    """Show `widget`, active and in its size."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    widget.setFocus()


def heard(signal: SignalInstance) -> list[Any]:
    """What `signal` says from now on: its argument, or a tuple of them."""
    said: list[Any] = []
    signal.connect(lambda *values: said.append(values[0] if len(values) == 1 else values))
    return said


def middle(faces: FaceList, id: int) -> QPoint:
    """The middle of a face's card, in the viewport."""
    row = faces.faces.row(id)
    assert row is not None
    return faces.visualRect(faces.faces.index(row)).center()


def click(faces: FaceList, id: int, keys: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.mouseClick(faces.viewport(), LEFT, keys, middle(faces, id))


def double_click(faces: FaceList, id: int) -> None:
    click(faces, id)
    QTest.mouseDClick(faces.viewport(), LEFT, PLAIN, middle(faces, id))


def wheel(widget: QWidget, notches: int, keys: Qt.KeyboardModifier = PLAIN) -> None:
    point = QPointF(widget.rect().center())
    event = QWheelEvent(
        point, widget.mapToGlobal(point), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def drop(faces: FaceList, ids: tuple[int, ...], at: QPoint) -> bool:
    """Drag the faces `ids` over the list and let go at `at`; whether they were taken."""
    data, actions = DraggedFaces(ids, FilePromise()), Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    viewport = faces.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(at, actions, data, LEFT, PLAIN))
    move = QDragMoveEvent(at, actions, data, LEFT, PLAIN)
    QApplication.sendEvent(viewport, move)
    event = QDropEvent(QPointF(at), actions, data, LEFT, PLAIN)
    QApplication.sendEvent(viewport, event)
    return move.isAccepted() and event.isAccepted()


def put(window: MainWindow, count: int, place: Place = Place.TABLE, model: str = MODEL) -> tuple[int, ...]:
    """Faces that are there already; their seeds are their ids plus 100."""
    library, ids = window.library, []
    for number in range(count):
        id = library.next_id()
        face = Face.of(id, Recipe(model, SeedSource(100 + id)), place=place, order=float(number), name=f"Face {id}")
        library.put(face)
        ids.append(id)
    return tuple(ids)


def open_table(window: MainWindow) -> FaceList:
    press(window, Qt.Key.Key_L)
    return window.faces.table.grid
