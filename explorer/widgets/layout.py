"""The common spacing and layouts of panels and dialogs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.widgets.placement import moved_inside

SPACING = 8  # logical pixels between controls and around a panel


def column(parent: QWidget) -> QVBoxLayout:
    """The layout of a whole panel: one control below the other."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
    layout.setSpacing(SPACING)
    return layout


def dialog_column(dialog: QDialog, spacing: int = 2 * SPACING) -> QVBoxLayout:
    """The layout of a whole dialog: one part below the other."""
    layout = QVBoxLayout(dialog)
    margin = 2 * SPACING
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def go_on_button(dialog: QDialog, text: str) -> QPushButton:
    """The default button of `dialog`, which accepts it: with "Cancel", below all that its layout has so far."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    made: QPushButton = buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout = dialog.layout()
    assert layout is not None
    layout.addWidget(buttons)
    made.setDefault(True)  # only a button that is already in the dialog can be its default
    return made


def row(*widgets: QWidget, stretch: int = -1) -> QHBoxLayout:
    """Widgets side by side; the one at index `stretch` takes the free width, without one they keep to the left."""
    layout = QHBoxLayout()
    layout.setSpacing(SPACING)
    for index, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if index == stretch else 0)
    if stretch < 0:
        layout.addStretch(1)
    return layout


def beside(*widgets: QWidget, stretch: bool = True) -> QWidget:
    """Widgets side by side as one, which passes the focus to the first. stretch: all but labels share the width; else
    they stand close together on the left."""
    held = QWidget()
    layout = QHBoxLayout(held)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING if stretch else SPACING // 2)
    for widget in widgets:
        layout.addWidget(widget, 1 if stretch and not isinstance(widget, QLabel) else 0)
    if not stretch:
        layout.addStretch(1)
    held.setFocusProxy(widgets[0])
    return held


def labelled(text: str, *widgets: QWidget, stretch: int = 0, width: int = 0) -> QLayout:
    """A caption (at least `width` pixels) with its controls; its mnemonic leads to the first of them."""
    caption = QLabel(text)
    caption.setMinimumWidth(width)
    caption.setBuddy(widgets[0])
    return row(caption, *widgets, stretch=stretch + 1)


def align(*forms: QFormLayout) -> None:
    """Let the captions of all `forms` be as wide as the widest, so that their controls stand below each other."""
    captions = [label for form in forms for label in _captions(form)]
    widest = max(label.sizeHint().width() for label in captions)
    for label in captions:
        label.setMinimumWidth(widest)


def _captions(form: QFormLayout) -> list[QWidget]:
    items = [form.itemAt(row, QFormLayout.ItemRole.LabelRole) for row in range(form.rowCount())]
    return [label for item in items if item is not None and (label := item.widget()) is not None]


def fit(window: QWidget, width: int) -> None:
    """Make `window` as small as its layout wishes, but at least `width` pixels wide, and keep it on its screen."""
    layout = window.layout()
    assert layout is not None
    layout.activate()
    hint = layout.totalSizeHint()
    wide = max(hint.width(), width)
    window.resize(wide, layout.totalHeightForWidth(wide) if layout.hasHeightForWidth() else hint.height())
    if window.isVisible():
        window.move(moved_inside(window.frameGeometry(), window.screen().availableGeometry()))


def sentence(text: str = "", look: str = "") -> QLabel:
    """A label that breaks its lines and shows no markup: its text may come from a file. look: its name in the style
    sheet."""
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setObjectName(look)
    return label


def button(text: str, tooltip: str, clicked: Callable[[], None], checkable: bool = False) -> QToolButton:
    """A text button that the keyboard reaches and a screen reader names by its tooltip's first line."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tooltip)
    made.setAccessibleName(tooltip.splitlines()[0])
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setCheckable(checkable)
    made.clicked.connect(clicked)
    return made


def name(widget: QWidget, accessible: str, tooltip: str) -> None:
    """Name a control for screen readers, and give it a tooltip."""
    widget.setAccessibleName(accessible)
    widget.setToolTip(tooltip)
