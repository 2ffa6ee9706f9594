"""As which kind of file the model is exported, with what each is for; its path is asked next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLabel, QWidget

from explorer.dialogs.files import FileKind
from explorer.translation import tr
from explorer.widgets.layout import dialog_column, go_on_button

_WIDTH = 440  # logical pixels


@dataclass(frozen=True)
class ModelKind:
    """One entry of the list."""

    key: str  # as `--as` of `outis convert` has it
    file: FileKind
    use: str  # a sentence on what opens it


SAFETENSORS = FileKind(tr("Safetensors"), "safetensors")
STATE_DICT = FileKind(tr("PyTorch state dict"), "pt")
GRAPH = FileKind(tr("ONNX graph"), "onnx")
MODEL_KINDS = (
    ModelKind("outis", SAFETENSORS, tr("For Outis and Hugging Face tools, with configuration and terms.")),
    ModelKind("nvidia", STATE_DICT, tr("For tools that build on stylegan2-ada-pytorch, stylegan3 or stylegan-xl.")),
    ModelKind("rosinality", STATE_DICT, tr("For tools that build on rosinality's stylegan2-pytorch.")),
    ModelKind("z", GRAPH, tr("For onnxruntime, OpenVINO and others: z and truncation in, image and w+ out.")),
    ModelKind("ws", GRAPH, tr("For onnxruntime, OpenVINO and others: w+ in, image out; for edited faces.")),
)
_TITLES = {
    "outis": tr("Safetensors (.safetensors)"),
    "nvidia": tr("PyTorch, NVIDIA's names (.pt)"),
    "rosinality": tr("PyTorch, rosinality's names (.pt)"),
    "z": tr("ONNX, from z (.onnx)"),
    "ws": tr("ONNX, from w+ (.onnx)"),
}


class ExportModelDialog(QDialog):
    """Asks for one of `MODEL_KINDS`."""

    chosen = Signal(object)  # ModelKind

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export model"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.kind, self.use = QComboBox(), QLabel()
        self.kind.setAccessibleName(tr("Kind of file"))
        for kind in MODEL_KINDS:
            self.kind.addItem(_TITLES[kind.key], kind)
        self.use.setWordWrap(True)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._explain)
        self.accepted.connect(self._emit_choice)
        self._explain()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(tr("&Kind of file"), self.kind)
        column = dialog_column(self)
        column.addLayout(form)
        column.addWidget(self.use)
        self.go_on = go_on_button(self, tr("Choose file …"))
        self.setMinimumWidth(_WIDTH)

    @Slot()
    def _explain(self) -> None:
        self.use.setText(self.kind.currentData().use)

    @Slot()
    def _emit_choice(self) -> None:
        self.chosen.emit(self.kind.currentData())
