"""The format and size of an exported image; its path is asked next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from explorer.dialogs.files import FileKind
from explorer.translation import tr

PICTURES = (
    FileKind(tr("PNG, lossless"), "png"),
    FileKind(tr("JPEG, small"), "jpg"),
    FileKind(tr("WebP, smaller"), "webp"),
)
_SIZES = (256, 512, 1024, 2048, 4096)


class ExportImageDialog(QDialog):
    """Asks for format and size; emits `chosen` when the user continues."""

    chosen = Signal(object, object)  # FileKind, int | None: pixels on a side, None = native

    def __init__(
        self,
        resolution: int,
        parent: QWidget | None = None,
        kind: FileKind | None = None,
        size: int | None = None,
    ) -> None:
        """`kind` and `size` are preselected: the last choice."""
        super().__init__(parent)
        self.setWindowTitle(tr("Export image"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.kind, self.size_box = QComboBox(), QComboBox()
        for picture in PICTURES:
            self.kind.addItem(picture.title, picture)
        self.size_box.addItem(tr("{resolution} px (native)", resolution=resolution), None)
        for pixels in _SIZES:
            if pixels != resolution:
                self.size_box.addItem(tr("{pixels} px", pixels=pixels), pixels)
        self.kind.setCurrentIndex(PICTURES.index(kind) if kind in PICTURES else 0)
        self.size_box.setCurrentIndex(0 if size is None else max(self.size_box.findData(size), 0))
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(tr("&Format"), self.kind)
        form.addRow(tr("&Size"), self.size_box)
        note = QLabel(tr("The recipe and an AI-generated label are embedded in the file."))
        note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        go_on = buttons.addButton(tr("Choose file …"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(note)
        column.addWidget(buttons)
        go_on.setDefault(True)  # only a button that is already in the dialog can be its default
        self.setMinimumWidth(340)
        self.accepted.connect(self._emit_choice)

    def _emit_choice(self) -> None:
        self.chosen.emit(self.kind.currentData(Qt.ItemDataRole.UserRole), self.size_box.currentData())
