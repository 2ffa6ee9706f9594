"""The menus of the window: which actions are where."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QMenuBar

from explorer.training.trainings import Trainings
from explorer.translation import tr
from explorer.window.actions import Actions
from explorer.window.docks import Docks


def fill_menus(menus: QMenuBar, actions: Actions, recent: QMenu, docks: Docks, trainings: Trainings) -> None:
    """Make all menus of the window. recent: a submenu of File."""
    _fill_file(menus.addMenu(tr("&File")), actions, recent)
    edit = menus.addMenu(tr("&Edit"))
    edit.addActions([actions.undo, actions.redo, actions.reset])
    edit.addSeparator()
    edit.addActions([actions.copy_image, actions.copy_latent, actions.paste])
    edit.addSeparator()
    edit.addActions([actions.copy_edits, actions.paste_edits, actions.save_look])
    edit.addSeparator()
    edit.addActions([actions.grab, actions.studio])
    edit.addSeparator()
    edit.addActions([actions.new_face, actions.choose_face, actions.people, actions.character])
    edit.addActions([actions.keep_face, actions.search, actions.cancel])
    view: QMenu = menus.addMenu(tr("&View"))
    docks.add_to(view)
    view.addSeparator()
    view.addAction(actions.light_table)
    view.addSeparator()
    view.addActions([actions.panels, actions.reset_layout, actions.full_screen])
    view.addSeparator()
    view.addActions([actions.compare, actions.fit, actions.actual_size])
    trainings.add_to(menus.addMenu(tr("&Training")))
    menus.addMenu(tr("&Help")).addActions([actions.shortcuts, actions.about])


def _fill_file(file: QMenu, actions: Actions, recent: QMenu) -> None:
    file.addActions([actions.open, actions.open_address, actions.catalogue])
    file.addMenu(recent)
    file.addSeparator()
    file.addActions([actions.new_project, actions.save_project])
    file.addSeparator()
    file.addActions([actions.export_image, actions.export_again])
    file.addActions([actions.export_latents, actions.export_recipe])
    file.addActions([actions.export_faces, actions.contact_sheet])
    file.addSeparator()
    file.addAction(actions.export_model)
    file.addSeparator()
    file.addAction(actions.quit)
