"""Shows the window in a pseudo-language and prints, as JSON, which of its texts are untranslated or cut off.

A process of its own, since the language is chosen before the modules of the window are imported.
"""

from __future__ import annotations

import gettext
import json
import math
import re
import sys
from dataclasses import replace

from explorer import translation

MARK = "ǁ"
SCREEN = 1366, 768  # pixels of a small laptop's
QTS = {"Close", "Float", "Scroll Left", "Scroll Right", "Cancel"}  # translated with Qt
PYQTGRAPHS = {"Export", "Export..."}
NAMES = {"cuda", "small", "https://…", "seed-0.png"}  # of a device, a preset, a protocol and a file
OURS = re.compile(r"[A-Za-z]{3,}")  # numbers, keys and units are the same in every language


class Pseudo(gettext.NullTranslations):
    """Every message with a mark, and 40 % longer."""

    def gettext(self, message: str) -> str:
        return MARK + message + "·" * math.ceil(0.4 * len(message))


translation.use(Pseudo())

from PySide6.QtGui import QAction  # noqa: E402
from PySide6.QtWidgets import (  # noqa: E402
    QAbstractButton,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from explorer.control.notify import Notifier  # noqa: E402
from explorer.dialogs.address import AddressDialog  # noqa: E402
from explorer.dialogs.contact_sheet import ContactSheetDialog  # noqa: E402
from explorer.dialogs.export_faces import ExportFacesDialog  # noqa: E402
from explorer.dialogs.export_image import ExportImageDialog  # noqa: E402
from explorer.dialogs.find_people import EXAMPLE  # noqa: E402
from explorer.document.session import Session  # noqa: E402
from explorer.settings import Settings  # noqa: E402
from explorer.training.new_training_dialog import NewTrainingDialog  # noqa: E402
from explorer.widgets.elided_label import ElidedLabel  # noqa: E402
from explorer.window.main_window import MainWindow  # noqa: E402
from generator.project.face import Face  # noqa: E402
from generator.recipe.recipe import Recipe  # noqa: E402
from tests.support.panel_fixtures import facts  # noqa: E402
from tests.support.people_fixtures import known, somebody  # noqa: E402
from tests.support.studio_fixtures import made  # noqa: E402
from tests.support.window_fixtures import FakeController, result  # noqa: E402


def texts(widget: QWidget) -> list[str]:
    """What `widget` shows or says of itself."""
    found = [widget.toolTip(), widget.accessibleName(), widget.windowTitle()]
    if isinstance(widget, QAbstractButton | QLabel):
        found.append(widget.text())
    if isinstance(widget, QDockWidget | QMenu):
        found.append(widget.windowTitle() if isinstance(widget, QDockWidget) else widget.title())
    if isinstance(widget, QLineEdit):
        found.append(widget.placeholderText())
    if isinstance(widget, QComboBox):
        found += [widget.itemText(index) for index in range(widget.count())]
    if isinstance(widget, QTabBar):
        found += [widget.tabText(index) for index in range(widget.count())]
    return [text for text in found if text]


def is_cut_off(widget: QWidget) -> bool:
    """Whether a line of text is wider than the widget that shows it; what elides or wraps on purpose is not."""
    if not widget.isVisible() or isinstance(widget, ElidedLabel):
        return False
    if isinstance(widget, QLabel):
        return bool(widget.text()) and not widget.wordWrap() and widget.width() < widget.minimumSizeHint().width()
    return isinstance(widget, QAbstractButton) and widget.width() < widget.minimumSizeHint().width()


def names_of_the_model() -> set[str]:
    """Words that come from the model or name the product: they are not translated."""
    given = facts()
    return {
        given.name,
        "Outis",
        *(text for named in given.named for text in (named.title, named.description)),
        *(value for value in vars(given).values() if isinstance(value, str)),
        *(scale.title for scale in known().scales.scales),
        *(text for pair in (*known().groups, *known().meanings) for text in pair[1:]),
    }


def unfolded(dialog: ExportImageDialog | ExportFacesDialog) -> QWidget:
    """With all that it can ask."""
    dialog.more.setChecked(True)
    return dialog


def main() -> None:
    application = QApplication([])
    session, notifier = Session(), Notifier()
    window = MainWindow(session, FakeController(), notifier, Settings())  # type: ignore[arg-type]
    window.resize(*SCREEN)
    window.show()
    session.set_model(facts())
    window._controller.frame_ready.emit(result())  # type: ignore[attr-defined]
    application.processEvents()
    for dialog in (
        unfolded(ExportImageDialog(256, Settings(), window)),
        AddressDialog(window),
        ContactSheetDialog(window),
        unfolded(ExportFacesDialog([Face.of(1, Recipe())], Settings(), window)),
        NewTrainingDialog(Settings(), window),
    ):
        dialog.show()
    studio = window.studio.window
    studio.open_page(studio.make)
    window._controller.direction_made.emit(made())  # type: ignore[attr-defined]
    window.people.characters.ask()
    people = window.people.dialog
    window.people.open()
    people.show_known(replace(known(), inspects=True))
    people.text.setText(f"{EXAMPLE.strip(MARK)}, tall")
    people.read()
    people.rows.add()
    people.found.add(somebody(1).pixels, translation.tr("Person {number}", number=1))
    window.docks.open(window.docks.times)
    while window.panels.times.curve.plot is None:  # made when it is first seen
        application.processEvents()
    widgets = [window, *window.findChildren(QWidget)]
    shown = [text for widget in widgets for text in texts(widget)]
    shown += [text for action in window.findChildren(QAction) for text in (action.text(), action.toolTip()) if text]
    plain = names_of_the_model()
    missed = {
        text
        for text in shown
        if MARK not in text
        and text not in QTS | PYQTGRAPHS | NAMES
        and OURS.search(text)
        and not any(n and n in text for n in plain)
    }
    cut_off = {text for widget in widgets if is_cut_off(widget) for text in texts(widget)}
    for large in (window, people):
        if large.width() > SCREEN[0] or large.minimumSizeHint().height() > SCREEN[1]:
            cut_off.add(f"{large.windowTitle()}, by the edge of the screen")
    marked = str(sum(MARK in text for text in shown))
    json.dump({"translated": [marked], "untranslated": sorted(missed), "cut off": sorted(cut_off)}, sys.stdout)


main()
