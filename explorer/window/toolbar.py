"""The toolbar: the most frequent actions, by name and icon."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolBar, QToolButton

from explorer.translation import tr
from explorer.widgets.theme import icon
from explorer.window.actions import Actions, name_buttons


def make_toolbar(actions: Actions, before: QToolButton) -> QToolBar:
    bar = QToolBar(tr("Toolbar"))
    bar.setObjectName("Toolbar")  # its key in saveState
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.addActions([actions.new_face, actions.keep_face])
    bar.addSeparator()
    bar.addActions([actions.undo, actions.redo])
    bar.addSeparator()
    bar.addWidget(before)
    bar.addActions([actions.compare, actions.grab, actions.light_table])
    bar.addSeparator()
    bar.addActions([actions.open, actions.export_image, actions.export_latents, actions.contact_sheet])
    for action in (actions.undo, actions.redo):
        button = bar.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    name_buttons(bar, (actions.undo, actions.redo))
    return bar


def make_before_button() -> QToolButton:
    """A button that is active while it is held."""
    button = QToolButton()
    button.setText(tr("Before"))
    button.setIcon(icon("before"))
    button.setToolTip(tr("Hold to see the face before your edits (hold B)"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
