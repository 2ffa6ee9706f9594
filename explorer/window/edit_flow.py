"""Edits that go beyond the face shown: marked faces, copied edits, looks, and faces kept from the gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Slot

from explorer.compute.jobs import ExportLook
from explorer.dialogs.files import LOOK, ask_save
from explorer.dialogs.gallery import DrawnFace
from explorer.dialogs.parts import PartsDialog
from explorer.document.face_commands import ChangeFaces
from explorer.document.look_commands import ChangeLooks, free_name
from explorer.document.look_editing import fitted, paste
from explorer.error_messages import describe_error
from explorer.library.marked_faces import MarkedFaces
from explorer.panels.looks_panel import LooksPanel
from explorer.translation import tr
from explorer.view.image_view import ImageView
from explorer.view.overlays import EditingLabel
from explorer.window.actions import Actions
from explorer.window.flow import Flow, Services
from explorer.window.keeping import NOT_SAVED, keep_on_table
from generator.errors import RecipeError
from generator.formats.file_names import clean
from generator.printable import printable
from generator.project.face import Face
from generator.project.look import Look, Part, take


class EditFlow(Flow):
    """The dialogs and undo steps of one window."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._copied: Look | None = None
        self.marked = MarkedFaces(self._library, self._session, self)
        self.marked.said.connect(self._notifier.say)
        self._controller.look_read.connect(self.take_look)

    def connect_to(
        self,
        actions: Actions,
        panel: LooksPanel,
        view: ImageView,
        open_looks: Callable[[], None],
        import_look: Callable[[], None],
    ) -> None:
        """open_looks: brings the panel into sight. import_look: asks for a file to open."""
        self._panel, self._view, self._open_looks = panel, view, open_looks
        actions.copy_edits.triggered.connect(self.copy_edits)
        actions.paste_edits.triggered.connect(self.paste_edits)
        actions.save_look.triggered.connect(self.save_look)
        panel.save_asked.connect(self.save_look)
        panel.import_asked.connect(import_look)
        panel.export_asked.connect(self.export_look)
        panel.changed.connect(self.change_looks)
        self._library.looks_changed.connect(self._show_looks)
        self.marked.count_changed.connect(self._show_count)
        self._show_looks()

    @Slot()
    def copy_edits(self) -> None:
        """Ask which parts of the edits of this face to copy."""
        self._ask_parts(tr("Copy edits"), tr("Copy"), self._copy)

    @Slot()
    def paste_edits(self) -> None:
        """Give the face shown, or all marked ones, the copied edits."""
        if self._copied is None:
            return self._notifier.say(tr("No edits are copied yet; Ctrl+Alt+C copies those of the face shown."))
        try:
            paste(self._session, self._copied)
        except RecipeError as error:
            self._notifier.fail(describe_error(error))

    def paste_into(self, faces: tuple[Face, ...]) -> None:
        """Give `faces` of the table the copied edits, whatever is shown, as an undo step."""
        copied, facts = self._copied, self._session.facts
        if copied is None:
            return self.paste_edits()  # it says what is missing
        try:
            after = tuple(face.with_recipe(fitted(copied, face.recipe, facts, replace=True)) for face in faces)
        except RecipeError as error:
            return self._notifier.fail(describe_error(error))
        if after != faces:
            self._session.undo_stack.push(ChangeFaces(self._library, tr("Paste edits"), faces, after))

    @property
    def last_look(self) -> str:
        """The name of the look that was applied last; "" = none was."""
        return self._panel.last_applied

    def open_looks(self) -> None:
        """Bring the looks into sight."""
        self._open_looks()

    @Slot()
    def save_look(self) -> None:
        """Ask for the name and the parts of a look with the edits of this face."""
        names = [look.name for look in self._library.looks]
        dialog = self._ask_parts(tr("Save look"), tr("Save"), self._save_look)
        dialog.ask_name(free_name(tr("My look"), names), names)

    @Slot(object)
    def export_look(self, look: Look) -> None:
        """Ask where to write `look`."""

        def export(path: str) -> None:
            self._controller.submit(ExportLook(path, look))

        ask_save(self._window, self._settings, tr("Export look"), clean(look.name) or tr("look"), LOOK, export)

    @Slot(object)
    def take_look(self, look: Look) -> None:
        """Add a look that was in a file, and select it."""
        known = self._library.looks
        if look not in known:
            look = replace(look, name=free_name(look.name.strip() or tr("Look"), [other.name for other in known]))
            self.change_looks(tr("Import look"), (), (look,))
        self._select(look)
        listed = tr("The look {name} is in the list; “Apply” puts it on the face.", name=printable(look.name))
        self._notifier.say(listed if self._library.is_saved else f"{listed} {NOT_SAVED}")

    @Slot(str, object, object)
    def change_looks(self, label: str, before: tuple[Look, ...], after: tuple[Look, ...]) -> None:
        """Replace looks of the project, as an undo step."""
        self._session.undo_stack.push(ChangeLooks(self._library, label, before, after))
        if not self._library.is_saved:
            self._notifier.say(NOT_SAVED)

    @Slot(object)
    def keep_drawn(self, drawn: tuple[DrawnFace, ...]) -> None:
        """Put faces of the gallery on the table, all in one undo step."""
        library, order = self._library, self._library.next_order()
        faces = tuple(replace(library.new_face(face.recipe), order=order + place) for place, face in enumerate(drawn))
        keep_on_table(self._session, library, self._notifier, faces)
        for face, source in zip(faces, drawn, strict=True):
            library.set_thumbnail(face.id, source.pixels)

    def _ask_parts(self, title: str, go_on: str, then: Callable[[str, frozenset[Part]], None]) -> PartsDialog:
        dialog = PartsDialog(title, go_on, self._settings.look_parts, self._window)
        dialog.chosen.connect(self._remember_parts)
        dialog.chosen.connect(then)
        dialog.open()
        return dialog

    @Slot(str, object)
    def _remember_parts(self, _: str, parts: frozenset[Part]) -> None:
        self._settings.look_parts = parts

    @Slot(str, object)
    def _copy(self, _: str, parts: frozenset[Part]) -> None:
        self._copied = take("", self._session.recipe, parts)
        self._notifier.say(tr("Edits copied; Ctrl+Alt+V pastes them into another face, or into all marked ones."))

    @Slot(str, object)
    def _save_look(self, name: str, parts: frozenset[Part]) -> None:
        replaced = tuple(look for look in self._library.looks if look.name == name)
        look = take(name, self._session.recipe, parts)
        self.change_looks(tr("Save look"), replaced, (look,))
        self._select(look)

    def _select(self, look: Look) -> None:
        self._open_looks()
        self._panel.select(look.name)

    @Slot()
    def _show_looks(self) -> None:
        self._panel.set_looks(self._library.looks)

    @Slot(int)
    def _show_count(self, count: int) -> None:
        """Say over the picture how many faces are edited."""
        others = tuple(overlay for overlay in self._view.overlays if not isinstance(overlay, EditingLabel))
        self._view.set_overlays((*others, EditingLabel(count)) if count else others)
