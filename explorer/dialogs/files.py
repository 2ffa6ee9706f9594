"""DialogFlow for a file to open or save, with the platform's own dialog and without a nested event loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTreeView, QWidget

from explorer.settings import Settings

MODELS = "*.safetensors *.pkl *.pickle *.pt *.pth *.ckpt *.zip *.gz"
RECIPES = "*.png *.jpg *.jpeg *.webp *.json *.npz *.npy *.pt *.txt"


@dataclass(frozen=True)
class FileKind:
    """One entry of the dialog's list of formats."""

    title: str  # "PNG, lossless"
    suffix: str  # "png"

    @property
    def filter(self) -> str:
        return f"{self.title} (*.{self.suffix})"


LATENTS = (
    FileKind("NumPy archive: z, w, w+ and the recipe", "npz"),
    FileKind("NumPy array: w+", "npy"),
    FileKind("PyTorch tensor: w+", "pt"),
)
RECIPE = (FileKind("Recipe", "json"),)


def ask_open(parent: QWidget, settings: Settings, then: Callable[[str], None]) -> None:
    """Ask for a file to open; `then` gets its path."""
    dialog = QFileDialog(parent, "Open a model, picture, recipe or latent", settings.last_folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(
        [
            f"Models, pictures, recipes, latents ({MODELS} {RECIPES})",
            f"Models ({MODELS})",
            f"Pictures, recipes, latents ({RECIPES})",
            "All files (*)",
        ]
    )
    _open(dialog, settings, then)


def ask_save(
    parent: QWidget,
    settings: Settings,
    title: str,
    name: str,
    kinds: tuple[FileKind, ...],
    then: Callable[[str], None],
) -> None:
    """Ask where to save; `then` gets the path, with the suffix of the chosen kind if the user typed none."""
    dialog = QFileDialog(parent, title, settings.last_folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([kind.filter for kind in kinds])
    suffixes = {kind.filter: kind.suffix for kind in kinds}
    dialog.setDefaultSuffix(kinds[0].suffix)
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(suffixes[chosen]))
    dialog.selectFile(f"{name}.{kinds[0].suffix}")  # without one, some desktops would ask of another file to replace
    _open(dialog, settings, then)


def _show_columns_whole(dialog: QFileDialog) -> None:
    """Where it is Qt's own dialog: the name takes what the other columns leave."""
    view = dialog.findChild(QTreeView)
    if view is not None:
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def _open(dialog: QFileDialog, settings: Settings, then: Callable[[str], None]) -> None:
    def chosen(path: str) -> None:
        settings.last_folder = str(Path(path).parent)
        then(path)

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    _show_columns_whole(dialog)
    dialog.open()
