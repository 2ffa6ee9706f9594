"""What to train on, where to, and how large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from explorer.settings import Settings
from explorer.training.run import TrainingOptions
from explorer.training.run_paths import absolute, fault
from explorer.translation import tr
from explorer.widgets.layout import dialog_column, go_on_button, row
from explorer.widgets.theme import pad_spin_boxes
from generator.printable import printable

ARCHIVES = "*.tar *.tar.gz *.tgz *.tar.bz2 *.tar.xz *.zip"
FRECHET_SAMPLES = 1_000  # a rough figure, measured in seconds


@dataclass(frozen=True)
class Preset:
    """What the dialog shows of a preset of `outis train`."""

    resolutions: tuple[int, ...]  # final resolutions of a training, the largest first
    measures: bool  # whether the Fréchet distance is measured by default
    estimate: str


PRESETS = {
    "small": Preset(
        (32, 16),
        True,
        tr(
            "A trial on the CPU: a small network, images of 32 px. It shows whether the images are "
            "suitable, nothing more."
        ),
    ),
    "faces": Preset(
        (256, 128, 64),
        False,
        tr(
            "The recipe of the shipped faces: 1.2 million images up to 256 px, which took 26 minutes "
            "on one H100. Without a GPU it would take weeks: use the CPU for small trials only."
        ),
    ),
}
_AS_PRESET = tr("Preset default")
_MOST = 1_000_000_000  # images


class NewTrainingDialog(QDialog):
    """Options of a new training; every number may be left to the preset."""

    chosen = Signal(object)  # TrainingOptions

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(tr("New training"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.source = _line(
            tr("Images"), tr("A folder of images, a tar or zip of them, or a data set of `outis dataset`")
        )
        self.run = _line(tr("Run folder"), tr("New folder for the state and the models of the training"))
        self.preset = QComboBox()
        self.preset.addItems(list(PRESETS))
        self.resolution = QComboBox()
        self.images, self.batch = _number(_MOST), _number(4096)
        self.device = QComboBox()
        for device, text in (("", tr("Automatic")), ("cpu", "cpu"), ("cuda", "cuda")):
            self.device.addItem(text, device)
        self.measures = QCheckBox(tr("Measure the &Fréchet distance of each snapshot"))
        self.by_folder = QCheckBox(tr("Each &folder of the images is a class"))
        self.by_folder.setToolTip(tr("Otherwise they are those of a dataset.json among the images, if there is one"))
        self.estimate, self.verdict = QLabel(), QLabel()
        self._lay_out()
        for line in (self.source, self.run):
            line.textChanged.connect(self._judge)
        self.preset.currentTextChanged.connect(self._take_preset)
        self.accepted.connect(self._emit_choice)
        self._take_preset()
        self._judge()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        folder, archive = (
            self._browse(tr("Folder …"), self._ask_folder),
            self._browse(tr("Archive …"), self._ask_archive),
        )
        place = self._browse(tr("Choose …"), self._ask_run)
        for caption, line, buttons in (
            (tr("&Images"), self.source, (folder, archive)),
            (tr("&Run folder"), self.run, (place,)),
        ):
            label = QLabel(caption)
            label.setBuddy(line)
            form.addRow(label, row(line, *buttons, stretch=0))
        form.addRow(tr("&Preset"), self.preset)
        form.addRow(tr("Re&solution"), self.resolution)
        form.addRow(tr("Len&gth in images"), self.images)
        form.addRow(tr("&Batch"), self.batch)
        form.addRow(tr("&Device"), self.device)
        column = dialog_column(self)
        column.addLayout(form)
        column.addWidget(self.by_folder)
        column.addWidget(self.measures)
        for label in (self.estimate, self.verdict):
            label.setWordWrap(True)
            column.addWidget(label)
        self.go_on = go_on_button(self, tr("Start"))
        self.setMinimumWidth(560)
        pad_spin_boxes(self)

    def _browse(self, text: str, ask: Callable[[], None]) -> QPushButton:
        made = QPushButton(text)
        made.setAutoDefault(False)
        made.clicked.connect(ask)
        return made

    @Slot()
    def _take_preset(self) -> None:
        preset = PRESETS[self.preset.currentText()]
        self.resolution.clear()
        for resolution in preset.resolutions:
            self.resolution.addItem(tr("{resolution} px", resolution=resolution), resolution)
        self.measures.setChecked(preset.measures)
        self.estimate.setText(preset.estimate)

    @Slot()
    def _judge(self) -> None:
        """Show what is still missing."""
        self.verdict.setText(printable(fault(absolute(self.source.text()), absolute(self.run.text()))))
        self.verdict.setVisible(bool(self.verdict.text()))
        self.go_on.setEnabled(not self.verdict.text())

    def accept(self) -> None:
        """Start, unless something prevents it since the last check."""
        self._judge()
        if self.go_on.isEnabled():
            super().accept()

    @Slot()
    def _ask_folder(self) -> None:
        self._ask(tr("Folder of images"), QFileDialog.FileMode.Directory, self.source)

    @Slot()
    def _ask_archive(self) -> None:
        self._ask(tr("Archive of images"), QFileDialog.FileMode.ExistingFile, self.source)

    @Slot()
    def _ask_run(self) -> None:
        self._ask(tr("Folder for the training"), QFileDialog.FileMode.Directory, self.run)

    def _ask(self, title: str, mode: QFileDialog.FileMode, line: QLineEdit) -> None:
        dialog = QFileDialog(self, title, self._settings.last_folder)
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.ExistingFile:
            dialog.setNameFilters([tr("Archives ({archives})", archives=ARCHIVES), tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(line.setText)
        dialog.open()

    @Slot()
    def _emit_choice(self) -> None:
        source = absolute(self.source.text())
        self._settings.last_folder = str(Path(source).parent)
        self.chosen.emit(
            TrainingOptions(
                source=source,
                run=absolute(self.run.text()),
                preset=self.preset.currentText(),
                resolution=self.resolution.currentData(),
                images=self.images.value(),
                batch=self.batch.value(),
                device=self.device.currentData(),
                frechet=FRECHET_SAMPLES if self.measures.isChecked() else 0,
                by_folder=self.by_folder.isChecked(),
            )
        )


def _line(accessible: str, tooltip: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(accessible)
    line.setToolTip(tooltip)
    return line


def _number(most: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, most)
    box.setGroupSeparatorShown(True)
    box.setSpecialValueText(_AS_PRESET)
    return box
