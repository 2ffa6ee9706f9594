"""Asking for a file to open or save, with the platform's own dialog and without a nested event loop."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTreeView, QWidget

from explorer.settings import Settings
from explorer.translation import tr

MODELS = "*.safetensors *.pkl *.pickle *.pt *.pth *.ckpt *.zip *.gz"
MAX_SAME = 1000  # files whose names differ only in their number
DIRECTIONS = "*.json *.npy *.npz *.pt *.pth *.pkl *.safetensors *.mat *.csv *.txt"
PICTURES = "*.png *.jpg *.jpeg *.webp *.avif *.tif *.tiff *.bmp *.gif"
PROJECTS = "*.outis"
SOUNDS = "*.mp3 *.wav *.flac *.ogg *.opus *.m4a *.aac *.mp4 *.webm *.mkv"
TIMELINES = "*.timeline.json *.mp4 *.webm *.gif *.webp *.png"
RECIPES = "*.png *.jpg *.jpeg *.webp *.avif *.tif *.tiff *.json *.npz *.npy *.pt *.pth *.pkl *.pickle *.txt *.csv"


@dataclass(frozen=True)
class FileKind:
    """One entry of the dialog's list of formats."""

    title: str  # "PNG, lossless"
    suffix: str  # "png"

    @property
    def filter(self) -> str:
        return f"{self.title} (*.{self.suffix})"


LATENTS = (
    FileKind(tr("NumPy archive: z, w, w+ and the recipe"), "npz"),
    FileKind(tr("NumPy array: w+"), "npy"),
    FileKind(tr("PyTorch tensor: w+"), "pt"),
)
PROJECT = (FileKind(tr("Outis project"), "outis"),)
LOOK = (FileKind(tr("Look"), "look.json"),)
DIRECTION = (
    FileKind(tr("Direction library of Outis"), "json"),
    FileKind(tr("NumPy array: a row for each layer"), "npy"),
    FileKind(tr("Tensor: a row for each layer"), "safetensors"),
)
RECIPE = (FileKind(tr("Recipe"), "json"),)


def ask_open(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for a file to open; `then` gets its path."""
    kinds = [
        tr(
            "Projects, models, pictures, recipes, latents, directions, videos ({projects} {models} {recipes} {videos})",
            projects=PROJECTS,
            videos=TIMELINES,
            models=MODELS,
            recipes=RECIPES,
        ),
        tr("Projects ({projects})", projects=PROJECTS),
        tr("Models ({models})", models=MODELS),
        tr("Pictures, recipes, latents ({recipes})", recipes=RECIPES),
        tr("Directions ({directions})", directions=DIRECTIONS),
        tr("Timelines, videos ({timelines})", timelines=TIMELINES),
        tr("All files (*)"),
    ]
    _ask_existing(parent, settings, tr("Open a project, model, picture, recipe, latent or direction"), kinds, then)


def ask_directions(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for a file with directions; `then` gets its path."""
    kinds = [tr("Directions ({directions})", directions=DIRECTIONS), tr("All files (*)")]
    _ask_existing(parent, settings, tr("Open a file with directions"), kinds, then)


def ask_components(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for the file of principal components that a table of edits is for; `then` gets its path."""
    kinds = [tr("Components (*.pt)"), tr("All files (*)")]
    _ask_existing(parent, settings, tr("Open the components of the table"), kinds, then)


def ask_model(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for the file of a model; `then` gets its path."""
    kinds = [tr("Models ({models})", models=MODELS), tr("All files (*)")]
    _ask_existing(parent, settings, tr("Open a model"), kinds, then)


def ask_class_names(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for a file with the names of classes; `then` gets its path."""
    kinds = [tr("Names of classes ({names})", names="*.txt *.json"), tr("All files (*)")]
    _ask_existing(parent, settings, tr("Open a file with the names of the classes"), kinds, then)


def ask_picture(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for any picture; `then` gets its path."""
    kinds = [tr("Pictures ({pictures})", pictures=PICTURES), tr("All files (*)")]
    _ask_existing(parent, settings, tr("Look closer at a picture"), kinds, then)


def ask_sound(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for a file with sound; `then` gets its path."""
    kinds = [tr("Sounds ({sounds})", sounds=SOUNDS), tr("All files (*)")]
    _ask_existing(parent, settings, tr("Choose a sound"), kinds, then)


def ask_background(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for the picture that comes behind a person; `then` gets its path."""
    kinds = [tr("Pictures ({pictures})", pictures=PICTURES), tr("All files (*)")]
    _ask_existing(parent, settings, tr("Choose a background"), kinds, then)


def _ask_existing(
    parent: QWidget, settings: Settings, title: str, kinds: list[str], then: Callable[[str], None]
) -> None:
    dialog = QFileDialog(parent, title, settings.last_folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(kinds)

    def chosen(path: str) -> None:
        settings.last_folder = str(Path(path).parent)
        then(path)

    _open(dialog, chosen)


def ask_save(
    parent: QWidget,
    settings: Settings,
    title: str,
    name: str,
    kinds: tuple[FileKind, ...],
    then: Callable[[str], None],
) -> None:
    """Ask where to save; `then` gets the path, with the suffix of the chosen kind if the user typed none.

    `name` is suggested, with a number if such a file exists already.
    """
    dialog = QFileDialog(parent, title, settings.export_folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([kind.filter for kind in kinds])
    suffixes = {kind.filter: kind.suffix for kind in kinds}
    dialog.setDefaultSuffix(kinds[0].suffix)
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(suffixes[chosen]))
    free = free_name(settings.export_folder, name, kinds[0].suffix)
    dialog.selectFile(free)  # without a suffix, some desktops would ask about replacing another file

    def chosen(path: str) -> None:
        settings.export_folder = str(Path(path).parent)
        then(path)

    _open(dialog, chosen)


def ask_folder(parent: QWidget, settings: Settings, title: str, then: Callable[[str], None]) -> None:
    """Ask into which folder to export; `then` gets its path."""
    dialog = QFileDialog(parent, title, settings.export_folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)

    def chosen(folder: str) -> None:
        settings.export_folder = folder
        then(folder)

    _open(dialog, chosen)


def free_name(folder: str, stem: str, suffix: str, promised: Collection[str] = ()) -> str:
    """`stem` with `suffix` ("" = none), or the first of `stem-2`, `stem-3`, ... that is not in `folder` yet.

    promised: paths that are being written.
    """
    end = f".{suffix}" if suffix else ""
    first = f"{stem}{end}"
    names = (first, *(f"{stem}-{number}{end}" for number in range(2, MAX_SAME)))
    paths = ((name, os.path.join(folder, name)) for name in names)  # noqa: PTH118  (Path raises if a name is too long)
    return next((name for name, path in paths if path not in promised and not os.path.exists(path)), first)  # noqa: PTH110


def _show_columns_whole(dialog: QFileDialog) -> None:
    """In Qt's own dialog, give the name column the width that the others leave."""
    view = dialog.findChild(QTreeView)
    if view is not None:
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def _open(dialog: QFileDialog, chosen: Callable[[str], None]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    _show_columns_whole(dialog)
    dialog.open()
