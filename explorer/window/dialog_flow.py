"""What the window asks the user, and what the controller does with the answer. Nothing here blocks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QRect, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from explorer.compute.jobs import BringClassNames, DrawLatents, ReadDirections
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.dialogs.about import show_about
from explorer.dialogs.address import AddressDialog
from explorer.dialogs.catalogue import CatalogueDialog
from explorer.dialogs.files import ask_class_names, ask_open
from explorer.dialogs.gallery import Gallery
from explorer.dialogs.latents import LatentsDialog, no_direction_in_z
from explorer.dialogs.open_choice import ask_how_to_open
from explorer.dialogs.shortcuts import show_shortcuts
from explorer.document.session import Session
from explorer.messages import IN_Z, Failure, LatentsFound
from explorer.panels.source_panel import SourcePanel
from explorer.settings import Settings
from explorer.translation import tr
from explorer.view.clipboard import copied_recipe
from explorer.view.image_view import ImageView
from explorer.widgets.mime_paths import carried
from explorer.window.actions import Actions
from explorer.window.export_flow import ExportFlow
from generator.hub.address import is_address
from generator.hub.catalogue import entry_at
from generator.hub.model_store import is_there

if TYPE_CHECKING:
    from generator.formats.open_face import Opened


class DialogFlow(QObject):
    """The dialogs of one window."""

    faces_kept = Signal(object)  # tuple[DrawnFace, ...]: of the gallery, for the light table

    def __init__(
        self, window: QWidget, session: Session, controller: Controller, notifier: Notifier, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._controller = window, session, controller
        self._notifier, self._settings = notifier, settings
        self.exports = ExportFlow(window, session, controller, settings)

    def connect_to(self, actions: Actions, source: SourcePanel) -> None:
        """Ask for what the menus and the panel of the source need."""
        source.names_asked.connect(self.for_class_names)
        actions.open.triggered.connect(self.for_file)
        actions.open_address.triggered.connect(self.for_address)
        actions.catalogue.triggered.connect(self.for_catalogue)
        actions.choose_face.triggered.connect(self.for_face)
        actions.paste.triggered.connect(self.paste)
        actions.about.triggered.connect(self.show_about)
        actions.shortcuts.triggered.connect(self.show_shortcuts)
        self.exports.connect_to(actions)

    @Slot()
    def for_file(self) -> None:
        """Ask which file to open."""
        ask_open(self._window, self._settings, self.open_path)

    def open_path(self, path: str, *_: object) -> None:
        """Open the file at `path` or a URL; the window remembers it once it is open."""
        if is_address(path):
            return self.open_address(path)
        self._controller.open_file(path)

    @Slot()
    def for_class_names(self) -> None:
        """Ask for the names of the open model's classes."""
        ask_class_names(self._window, self._settings, lambda path: self._controller.submit(BringClassNames(path)))

    @Slot(object)
    def open_first(self, paths: list[str]) -> None:
        """Open the first of `paths`, and tell the user if there are more."""
        self.open_path(paths[0])
        if len(paths) > 1:
            self._notifier.say(
                tr("Opening {name}, the first of {count} files.", name=Path(paths[0]).name, count=len(paths))
            )

    @Slot()
    def paste(self) -> None:
        """Open what is on the clipboard: a face copied from Outis, a file, a URL, or a recipe or latent as text."""
        data = QGuiApplication.clipboard().mimeData() or QMimeData()  # None if it is empty
        recipe = copied_recipe(data)
        paths = [] if recipe else carried(data)
        if paths:
            self.open_first(paths)
        else:
            self._controller.open_text(recipe or data.text())

    @Slot(str)
    def open_address(self, address: str) -> None:
        """Open the model at `address`; a model of the catalogue only after its terms were shown and accepted."""
        known = entry_at(address.strip())
        if known is not None and not is_there(known.address):
            return self._ask_catalogue(known.name)
        self._controller.load_model(address.strip())

    @Slot()
    def for_address(self) -> None:
        """Ask which URL to open."""
        dialog = AddressDialog(self._window)
        dialog.chosen.connect(self.open_address)
        dialog.open()

    @Slot()
    def for_catalogue(self) -> None:
        """Ask which of the public models to open."""
        self._ask_catalogue()

    def _ask_catalogue(self, name: str = "") -> None:
        dialog = CatalogueDialog(self._window, name)
        dialog.chosen.connect(self._controller.load_model)
        dialog.open()

    @Slot(object)
    def how_to_apply(self, opened: Opened) -> None:
        """Ask whether to apply all of an opened file or its source alone, where edits would be lost."""
        ask_how_to_open(self._window, opened.path, partial(self._controller.apply_opened, opened))

    @Slot(object)
    def which_latent(self, found: LatentsFound) -> None:
        """Ask what a file of bare numbers holds, or which of its faces is meant; cancelling leaves all as it was."""
        controller = self._controller

        def take(option: int, number: int) -> None:
            kind = found.options[option].kind
            if kind == "direction":
                controller.submit(ReadDirections(found.path, in_w=True), replaces=(ReadDirections,))
            elif kind == IN_Z:
                self._notifier.fail(Failure(no_direction_in_z(found.path)))
            else:
                controller.open_latent(found.path, found.options[option].faces[number])

        dialog = LatentsDialog(found, self._window)
        controller.latent_drawn.connect(dialog.show_face)
        dialog.chosen.connect(take)
        dialog.finished.connect(lambda: controller.cancel(DrawLatents))
        dialog.open()
        controller.submit(DrawLatents(found), replaces=(DrawLatents,))

    @Slot()
    def for_face(self) -> None:
        """Ask which of many faces to continue with."""
        opened = self._window.findChild(Gallery)
        if opened is not None and opened.isVisible():
            opened.raise_()
            return opened.activateWindow()
        if not self._controller.may_draw_faces():
            return
        gallery, controller = Gallery(self._window), self._controller
        gallery.wanted.connect(controller.draw_faces)
        gallery.finished.connect(controller.draw_no_faces)
        gallery.chosen.connect(self._choose_face)
        gallery.kept.connect(self.faces_kept)
        controller.face_drawn.connect(gallery.show_face)
        self._session.model_changed.connect(gallery.begin_again)
        self._session.recipe_changed.connect(gallery.follow)
        with_ctrl = [action for action in self._window.actions() if action.shortcut().toString().startswith("Ctrl")]
        gallery.addActions(with_ctrl)  # they work there as well; other keys belong to the tiles
        gallery.follow(self._session.recipe)
        gallery.roll()
        gallery.stand_beside(self._picture())
        gallery.show()

    def _picture(self) -> QRect:
        """The visible part of the face, in screen coordinates."""
        view = self._window.findChild(ImageView)
        assert view is not None
        visible = view.viewport.image.toAlignedRect() & view.rect()
        return QRect(view.mapToGlobal(visible.topLeft()), visible.size())

    @Slot(object)
    def _choose_face(self, seed: int) -> None:
        self._session.edit(tr("Choose a face"), self._session.face_of(seed))

    @Slot()
    def show_shortcuts(self) -> None:
        """Show what the keys of the window do."""
        show_shortcuts(self._window, self._window.actions())

    @Slot()
    def show_about(self) -> None:
        """Show the version, and the licence of the model."""
        show_about(self._window, self._session.facts)
