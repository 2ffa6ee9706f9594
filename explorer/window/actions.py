"""All actions of the menus, the toolbar and the keyboard: one QAction each, connected by the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow, QWidget
from shiboken6 import isValid

from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.theme import icon


class Actions:
    """The actions of one window."""

    def __init__(self, window: QMainWindow, undo_stack: QUndoStack) -> None:
        self._window = window
        self._make_file_actions()
        self._make_edit_actions(undo_stack)
        self._make_view_actions()

    def _make_file_actions(self) -> None:
        self.open = self._make(tr("Open …"), "open", "Ctrl+O", tr("Open a project, model, picture, recipe or latent"))
        self.open_address = self._make(tr("Open URL …"), None, "Ctrl+L", tr("Open a model from a URL"))
        self.catalogue = self._make(tr("Model catalogue …"), None, "Ctrl+Shift+O", tr("The well-known public models"))
        self.export_image = self._make(tr("Export image …"), "export-image", "Ctrl+E", tr("Save as a picture"))
        self.export_again = self._make(
            tr("Export image again"), None, "Ctrl+Shift+X", tr("Save as the last one, beside it, without asking")
        )
        self.export_latents = self._make(
            tr("Export latents …"), "export-latents", "Ctrl+Shift+E", tr("Save z, w and w+")
        )
        self.export_recipe = self._make(tr("Save recipe …"), None, "Ctrl+S", tr("Save the recipe as JSON"))
        self.new_project = self._make(tr("New project …"), None, None, tr("An empty project in a file of its own"))
        self.save_project = self._make(
            tr("Save project as …"), None, None, tr("Copy all faces into another file and go on there")
        )
        self.export_faces = self._make(
            tr("Export faces …"),
            None,
            "Ctrl+Alt+E",
            tr("Write marked faces into files, or all of them"),
        )
        self.export_model = self._make(tr("Export model …"), None, None, tr("Write this model for other tools"))
        self.contact_sheet = self._make(tr("Contact sheet …"), "contact-sheet", "Ctrl+T", tr("A grid of many seeds"))
        self.quit = self._make(tr("Quit"), None, "Ctrl+Q", tr("Close Outis"))

    def _make_edit_actions(self, undo_stack: QUndoStack) -> None:
        self.new_face = self._make(tr("New face"), "new-face", "Space", tr("Another random face"))
        self.choose_face = self._make(
            tr("Choose a face …"), None, "Ctrl+G", tr("Many random faces, to choose one from")
        )
        self.people = self._make(
            tr("People by wish …"), None, "Ctrl+P", tr("Find many people by what is wished of them")
        )
        self.character = self._make(
            tr("Character sheet …"), None, "Ctrl+Shift+P", tr("This face in many states, on the light table")
        )
        self.undo = self._from_stack(undo_stack.createUndoAction(self._window, tr("Undo")), "undo", "Ctrl+Z")
        self.redo = self._from_stack(
            undo_stack.createRedoAction(self._window, tr("Redo")), "redo", "Ctrl+Shift+Z; Ctrl+Y"
        )
        undo_stack.undoTextChanged.connect(_StepTip(self.undo).tell)
        undo_stack.redoTextChanged.connect(_StepTip(self.redo).tell)
        self.reset = self._make(tr("Reset everything"), None, "R", tr("Remove all edits from this face"))
        self.keep_face = self._make(tr("Keep"), "keep", "K", tr("Put this face on the light table"))
        self.copy_image = self._make(tr("Copy image"), "copy", "Ctrl+C", tr("Copy the image to the clipboard"))
        self.copy_latent = self._make(tr("Copy latent"), None, "Ctrl+Shift+C", tr("Copy w+ to the clipboard as text"))
        self.paste = self._make(
            tr("Paste"), None, "Ctrl+V", tr("Open the file, URL, recipe or latent on the clipboard")
        )
        self.copy_edits = self._make(
            tr("Copy edits …"), None, "Ctrl+Alt+C", tr("Copy the edits of this face, with a tick for every part")
        )
        self.paste_edits = self._make(
            tr("Paste edits"), None, "Ctrl+Alt+V", tr("Paste copied edits into all marked faces, or this one")
        )
        self.save_look = self._make(
            tr("Save look …"), None, "Ctrl+Alt+S", tr("Keep the edits of this face under a name, for other faces")
        )
        self.studio = self._make(
            tr("Direction studio …"), None, "Ctrl+Shift+D", tr("Bring, make and mind directions of your own")
        )
        self.cancel = self._make(tr("Cancel current task"), None, "Esc", tr("Cancel what the progress bar shows"))
        self.search = self._make(tr("Search directions"), None, "/", tr("Type the name of a direction"))
        self.cancel.setEnabled(False)

    def _make_view_actions(self) -> None:
        """Of the menus View and Help."""
        self.compare = self._make(
            "A/B", "compare", "A", tr("Pin this face and wipe between it (A) and the next edits (B)")
        )
        self.compare.setCheckable(True)
        self.grab = self._make(tr("Grab"), "grab", "G", tr("Take hold of points of the face and pull"))
        self.grab.setCheckable(True)
        self.light_table = self._make(
            tr("Light table"), "light-table", "L", tr("All kept faces, to compare, sort and edit together")
        )
        self.light_table.setCheckable(True)
        self.fit = self._make(tr("Fit the image to the window"), None, "F; Ctrl+0", tr("Show the whole image"))
        self.actual_size = self._make(tr("Actual size"), None, "Ctrl+1", tr("One screen pixel per image pixel, 100%"))
        self.full_screen = self._make(tr("Full screen"), None, "F11", tr("Toggle full screen"))
        self.full_screen.setCheckable(True)
        self.panels = self._make(tr("Show or hide the panels"), None, "Tab", tr("Hide all panels, or show them again"))
        self.reset_layout = self._make(tr("Reset the layout"), None, None, tr("Put all panels back"))
        self.shortcuts = self._make(tr("Keyboard and mouse"), None, "F1", tr("Keyboard shortcuts and mouse actions"))
        self.about = self._make(tr("About Outis"), None, None, tr("Version and model licence"))

    @property
    def need_a_face(self) -> tuple[QAction, ...]:
        """Actions that are disabled before the first frame."""
        return (
            self.new_face,
            self.choose_face,
            self.reset,
            self.keep_face,
            self.compare,
            self.grab,
            self.export_image,
            self.export_again,
            self.export_latents,
            self.export_recipe,
            self.export_model,
            self.contact_sheet,
            self.copy_image,
            self.copy_latent,
            self.copy_edits,
            self.paste_edits,
            self.save_look,
            self.studio,
            self.people,
            self.character,
        )

    def _make(self, text: str, icon_name: str | None, shortcut: str | None, hint: str) -> QAction:
        action = QAction(text, self._window)
        if shortcut:
            action.setShortcuts(QKeySequence.listFromString(shortcut))  # "F; Ctrl+0" are two shortcuts
        return self._add(action, icon_name, hint)

    def _from_stack(self, action: QAction, icon_name: str, shortcuts: str) -> QAction:
        action.setShortcuts(QKeySequence.listFromString(shortcuts))
        action.setWhatsThis(action.text().split()[0])  # without the step it would undo
        return self._add(action, icon_name, "")

    def _add(self, action: QAction, icon_name: str | None, hint: str) -> QAction:
        if icon_name:
            action.setIcon(icon(icon_name))
        if hint:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{hint} ({keys})" if keys else hint)
            action.setStatusTip("")
        self._window.addAction(action)  # its shortcut works while the menu is hidden
        return action


class _StepTip(QObject):
    """Shows in the tooltip what would be undone or redone, even if its name in a file is very long."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action)
        self._action = action

    @Slot(str)
    def tell(self, step: str) -> None:
        if isValid(self._action):  # the stack's last signal may come after the window is destroyed
            self._action.setToolTip(plain.tip(f"{self._action.whatsThis()} {step}"))


def enable(actions: tuple[QAction, ...], enabled: bool) -> None:
    for action in actions:
        action.setEnabled(enabled)


def name_buttons(toolbar: QWidget, actions: tuple[QAction, ...]) -> None:
    """Give the toolbar's icon-only buttons names for screen readers."""
    for action in actions:
        for widget in action.associatedObjects():
            if isinstance(widget, QWidget) and widget.parent() is toolbar:
                widget.setAccessibleName(action.text())
