"""A thousand things a user might do, in random order, on the whole program: nothing may break, nothing may grow.

Mouse, wheel and keys go to random controls as real events; the model is real but tiny, so that frames come at once.
Warnings of Qt and Python and exceptions in slots fail the test by themselves.
"""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLineEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.view.image_view import ImageView
from explorer.widgets.slider_track import Groove
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, SeedSource
from generator.recipe.recipe_json import to_json
from tests.support.user_events import drop, turn_wheel

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
KEYS = [Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_A, Qt.Key.Key_F, Qt.Key.Key_Escape, Qt.Key.Key_Tab]
KEYS += [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End]
TEXTS = ["0.5", "-3", "4294967295", "99999999999", "pc", "1e9", "", "-"]
ACTIONS = 1000
WARM_UP = 300  # actions after which memory should have reached its level
GROWTH = 24 * 2**20  # bytes; a picture that leaked with every action would be more, and so would a widget


class RandomUser:
    """Does one random thing at a time to a window."""

    def __init__(self, window: MainWindow, files: list[Path]) -> None:
        self._window, self._files, self._random = window, files, random.Random(85)
        self._deeds: list[Callable[[], None]] = [
            self._drag, self._drag, self._drag, self._click, self._click, self._turn_wheel, self._press_key,
            self._press_key, self._undo_or_redo, self._type, self._hold_before, self._choose, self._change_tab,
            self._double_click, self._drop_file, self._resize, self._ask_by_menu,
        ]  # fmt: skip

    def act(self) -> None:
        self._random.choice(self._deeds)()
        dialog = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if dialog is not None:
            dialog.close()
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog):
                dialog.close()

    def _some(self, kind: type[QWidget]) -> QWidget | None:
        found = [w for w in self._window.findChildren(kind) if w.isVisible() and w.isEnabled()]
        return self._random.choice(found) if found else None

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(self._random.randrange(max(1, widget.width())), self._random.randrange(max(1, widget.height())))

    def _drag(self) -> None:
        widget = self._some(self._random.choice([Groove, Groove, ImageView]))
        if widget is not None:
            QTest.mousePress(widget, LEFT, pos=self._place(widget))
            for _ in range(self._random.randrange(6)):
                QTest.mouseMove(widget, self._place(widget))
            QTest.mouseRelease(widget, LEFT, pos=self._place(widget))

    def _click(self) -> None:
        """Any button but those whose dialogs belong to the system."""
        button = self._some(QAbstractButton)
        if isinstance(button, QAbstractButton) and not any(word in button.text() for word in ("Open", "Export")):
            menu = getattr(button, "menu", lambda: None)()
            if menu is None:
                QTest.mouseClick(button, LEFT)

    def _double_click(self) -> None:
        widget = self._some(self._random.choice([Groove, ImageView]))
        if widget is not None:
            QTest.mouseDClick(widget, LEFT, pos=self._place(widget))

    def _turn_wheel(self) -> None:
        widget = self._some(QWidget)
        if widget is not None:
            turn_wheel(widget, self._random.choice([-1, 1]), QPointF(self._place(widget)))

    def _press_key(self) -> None:
        target = QApplication.focusWidget() or self._window
        QTest.keyClick(target, self._random.choice(KEYS))

    def _undo_or_redo(self) -> None:
        for _ in range(self._random.randrange(1, 8)):
            QTest.keyClick(
                self._window, self._random.choice([Qt.Key.Key_Z, Qt.Key.Key_Y]), Qt.KeyboardModifier.ControlModifier
            )

    def _type(self) -> None:
        entry = self._some(QLineEdit)
        if isinstance(entry, QLineEdit):
            entry.setFocus()
            entry.selectAll()
            QTest.keyClicks(entry, self._random.choice(TEXTS))
            QTest.keyClick(entry, self._random.choice([Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape]))

    def _hold_before(self) -> None:
        QTest.keyPress(self._window.view, Qt.Key.Key_B)
        QTest.keyRelease(self._window.view, Qt.Key.Key_B)

    def _choose(self) -> None:
        box = self._some(QComboBox)
        if isinstance(box, QComboBox) and box.count():
            box.setFocus()
            QTest.keyClick(box, self._random.choice([Qt.Key.Key_Up, Qt.Key.Key_Down]))

    def _change_tab(self) -> None:
        tabs = self._some(QTabBar)
        if isinstance(tabs, QTabBar):
            QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(self._random.randrange(max(1, tabs.count()))).center())

    def _drop_file(self) -> None:
        url = QUrl.fromLocalFile(str(self._random.choice(self._files)))
        drop(self._window, [url], self._place(self._window.view))

    def _resize(self) -> None:
        self._window.resize(self._random.randrange(1000, 1500), self._random.randrange(650, 900))

    def _ask_by_menu(self) -> None:
        names = ("copy_image", "copy_latent", "paste", "choose_face")
        action: QAction = getattr(self._window.menu_actions, self._random.choice(names))
        action.trigger()


@pytest.fixture
def files(tmp_path: Path, tiny_checkpoint: Path) -> list[Path]:
    """What gets dropped: a recipe, a model, and two files that are neither."""
    recipe, broken, text = tmp_path / "recipe.json", tmp_path / "broken.npz", tmp_path / "text.txt"
    recipe.write_text(to_json(Recipe(source=SeedSource(3))), encoding="utf-8")
    broken.write_bytes(b"PK\x03\x04 broken")
    text.write_text("no recipe", encoding="utf-8")
    return [recipe, tiny_checkpoint, broken, text]


def test_a_thousand_random_actions_break_nothing_and_grow_nothing(
    qtbot: QtBot, tiny_checkpoint: Path, files: list[Path]
) -> None:
    notifier = Notifier()
    session = Session()
    controller = Controller(session, notifier, device="cpu")
    window = MainWindow(session, controller, notifier, Settings())
    qtbot.addWidget(window)
    failures: list[str] = []
    notifier.failed.connect(lambda failure: failures.append(failure.sentence))
    window.show()
    controller.load_model(str(tiny_checkpoint))
    qtbot.waitUntil(window.menu_actions.new_face.isEnabled, timeout=60_000)
    qtbot.waitUntil(lambda: session.components is not None, timeout=60_000)
    user = RandomUser(window, files)
    process, threads, memory = psutil.Process(), threading.active_count(), 0
    for action in range(ACTIONS):
        user.act()
        if action % 10 == 0:
            qtbot.wait(1)  # let frames and jobs of the compute thread come in between
        if action == WARM_UP:
            gc.collect()
            threads, memory = threading.active_count(), process.memory_info().rss
    qtbot.waitUntil(
        lambda: not controller._jobs._tasks, timeout=60_000
    )  # what was dropped or pasted last may still come
    last = session.recipe
    shown = lambda: controller.last_frame is not None and controller.last_frame.request.recipe == session.recipe  # noqa: E731
    qtbot.waitUntil(shown, timeout=60_000)
    assert session.recipe == last
    gc.collect()
    assert threading.active_count() <= threads
    assert process.memory_info().rss - memory < GROWTH
    assert any("broken.npz" in sentence for sentence in failures)  # the dropped files did arrive
    assert not [sentence for sentence in failures if "Outis itself" in sentence]
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "compute"]
