"""What leaves the window as files or by the clipboard: the dialogs that ask how, and the tasks that follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from explorer.compute.jobs import EnlargePart, KnowEnlarging, PreviewPicture
from explorer.control.controller import Controller
from explorer.dialogs.contact_sheet import ContactSheetDialog, SheetOptions
from explorer.dialogs.export_faces import ask_how_to_export
from explorer.dialogs.export_image import ExportImageDialog
from explorer.dialogs.export_model import ExportModelDialog, ModelKind
from explorer.dialogs.files import LATENTS, RECIPE, FileKind, ask_save, free_name
from explorer.dialogs.picture_words import PICTURES
from explorer.document.face_names import file_stem
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.translation import tr
from explorer.window.actions import Actions
from generator.formats.picture_options import PictureOptions

if TYPE_CHECKING:
    from generator.project.export_options import ExportOptions
    from generator.project.face import Face


class ExportFlow(QObject):
    """The exports of one window."""

    def __init__(self, window: QWidget, session: Session, controller: Controller, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._session, self._controller, self._settings = window, session, controller, settings
        self._own_name = ""  # that the user gave the last picture; "" = the name of its face
        self._promised: set[str] = set()  # paths that one key must leave alone: they may not be written yet

    def connect_to(self, actions: Actions) -> None:
        """Ask for what the menus need."""
        actions.export_image.triggered.connect(self.for_image)
        actions.export_again.triggered.connect(self.again)
        actions.export_latents.triggered.connect(self.for_latents)
        actions.export_recipe.triggered.connect(self.for_recipe)
        actions.export_model.triggered.connect(self.for_model)
        actions.contact_sheet.triggered.connect(self.for_contact_sheet)
        actions.copy_image.triggered.connect(self.copy_image)

    @Slot()
    def for_image(self) -> None:
        """Ask how the face is exported, then for its path."""
        if self._session.facts is None:
            return
        dialog = ExportImageDialog(max(self._session.facts.config.image_size), self._settings, self._window)
        dialog.chosen.connect(self._for_image_file)
        dialog.preview_wanted.connect(self._preview)
        dialog.part_wanted.connect(self._enlarge_part)
        dialog.part_given_up.connect(self._enlarge_nothing)
        dialog.finished.connect(self._preview_nothing)
        self._controller.picture_previewed.connect(dialog.show_preview)
        self._controller.part_enlarged.connect(dialog.show_part)
        self._controller.enlarging_known.connect(dialog.show_no_network)
        dialog.more.toggled.connect(self._know_enlarging)
        dialog.begin()
        dialog.open()

    @Slot()
    def _know_enlarging(self) -> None:
        self._controller.submit(KnowEnlarging(), replaces=(KnowEnlarging,))

    @Slot(object)
    def _preview(self, options: PictureOptions) -> None:
        self._controller.submit(PreviewPicture(self._session.recipe, options), replaces=(PreviewPicture,))

    @Slot(int, object)
    def _enlarge_part(self, factor: int, place: tuple[float, float]) -> None:
        self._controller.submit(EnlargePart(self._session.recipe, factor, place), replaces=(EnlargePart,))

    @Slot()
    def _enlarge_nothing(self) -> None:
        self._controller.cancel(EnlargePart)

    @Slot()
    def _preview_nothing(self) -> None:
        self._controller.cancel(PreviewPicture, EnlargePart)

    @Slot(object)
    def _for_image_file(self, options: PictureOptions) -> None:
        suggested = self._file_name()

        def export(path: str) -> None:
            self._own_name = _own_name(Path(path).stem, suggested)
            self._promised |= {path, str(Path(path).with_name(f"{self._own_name}.{options.format}"))}
            self._controller.export_image(path, options)

        kind = next(kind for kind in PICTURES if kind.suffix == options.format)
        self._save(tr("Export image"), suggested, (kind,), export)

    @Slot()
    def again(self) -> None:
        """Export the face as the last one, beside it, under the next free name; ask where there was none."""
        options, folder = self._settings.last_picture, self._settings.export_folder
        if options is None:
            return self.for_image()
        name = free_name(folder, self._own_name or self._file_name(), options.format, self._promised)
        path = str(Path(folder, name))
        self._promised.add(path)
        self._controller.export_image(path, options)

    @Slot()
    def copy_image(self) -> None:
        """Copy the face to the clipboard, as it is or as the last one was exported."""
        options = self._settings.last_picture
        if options is not None and self._settings.copies_as_exported:
            self._controller.copy_image(options)
        else:
            self._controller.copy_image()

    @Slot()
    def for_latents(self) -> None:
        """Ask for the path and format of the latents."""
        self._save(tr("Export latents"), self._file_name(), LATENTS, self._controller.export_latents)

    @Slot()
    def for_recipe(self) -> None:
        """Ask for the path of the recipe."""
        self._save(tr("Save recipe"), self._file_name(), RECIPE, self._controller.export_recipe)

    @Slot()
    def for_model(self) -> None:
        """Ask as which kind of file the model is written, then for its path."""
        if self._session.facts is None:
            return
        dialog = ExportModelDialog(self._window)
        dialog.chosen.connect(self._for_model_file)
        dialog.open()

    @Slot(object)
    def _for_model_file(self, kind: ModelKind) -> None:
        facts = self._session.facts
        if facts is not None:
            name = f"{Path(facts.path).stem}-{kind.key}"
            self._save(
                tr("Export model"), name, (kind.file,), lambda path: self._controller.export_model(path, kind.key)
            )

    @Slot(object, str)
    def for_faces(self, faces: tuple[Face, ...], look: str) -> None:
        """Ask how and into which folder to export `faces`; `look` is the name of the one applied last."""

        def export(options: ExportOptions) -> None:
            self._controller.export_faces(faces, options)

        if faces:
            dialog = ask_how_to_export(self._window, self._settings, faces, export, look)
            self._controller.enlarging_known.connect(dialog.form.show_no_network)
            dialog.more.clicked.connect(self._know_enlarging)

    @Slot()
    def for_contact_sheet(self) -> None:
        """Ask which faces, then for the path."""
        dialog = ContactSheetDialog(self._window, self._session.any_of > 0)
        dialog.chosen.connect(self._for_sheet_file)
        dialog.open()

    @Slot(object)
    def _for_sheet_file(self, wish: SheetOptions) -> None:
        def save(path: str) -> None:
            folder = str(Path(path).with_suffix("")) if wish.with_faces else None
            self._controller.contact_sheet(path, wish.seeds, wish.columns, folder)

        self._save(tr("Contact sheet"), "contact-sheet", PICTURES, save)

    def _save(self, title: str, name: str, kinds: tuple[FileKind, ...], then: Callable[[str], None]) -> None:
        ask_save(self._window, self._settings, title, name, kinds, then)

    def _file_name(self) -> str:
        return file_stem(self._session.recipe, self._session.opened_file)


def _own_name(stem: str, suggested: str) -> str:
    """The name that the user typed, without a number at its end; "" where it is the one that was suggested."""
    name = re.sub(r"-[0-9]{1,3}$", "", stem)
    return "" if stem == suggested or name == suggested else name
