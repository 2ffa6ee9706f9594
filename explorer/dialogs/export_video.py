"""How the timeline is written as a moving picture: format, size, frames a second, sound; the path is asked next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QPushButton,
    QSpinBox,
    QWidget,
)

from explorer.dialogs.files import FileKind, ask_sound
from explorer.settings import Settings
from explorer.translation import tr
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.layout import beside, dialog_column, go_on_button, sentence
from explorer.widgets.theme import pad_spin_boxes
from generator.errors import OutisError
from generator.motion.timeline import Timeline
from generator.printable import printable
from generator.video.options import MAX_FPS, MAX_LOOPS, WITH_SOUND, VideoOptions, check_video

KINDS = (
    FileKind(tr("MP4 (H.264), plays everywhere"), "mp4"),
    FileKind(tr("WebM (VP9), smaller"), "webm"),
    FileKind(tr("GIF, 256 colours"), "gif"),
    FileKind(tr("Animated WebP"), "webp"),
    FileKind(tr("Animated PNG, lossless"), "png"),
    FileKind(tr("Folder of PNGs, with recipes"), ""),
)
_SIZES = (256, 512, 720, 1024, 1080, 2048)
_LOOPING = ("gif", "webp", "png")  # kinds that state how often they are shown
_LOSSLESS = ("gif", "png", "")  # kinds without a quality
_WIDTH = 460  # logical pixels


@dataclass(frozen=True)
class VideoChoice:
    """What the user chose."""

    kind: FileKind
    options: VideoOptions
    fits_sound: bool
    on_beats: bool


class ExportVideoDialog(QDialog):
    """Asks how `timeline` is written; begins with the last choice."""

    chosen = Signal(object)  # VideoChoice

    def __init__(self, timeline: Timeline, resolution: int, settings: Settings, parent: QWidget | None = None) -> None:
        """resolution: pixels on a side of the frames as the model renders them."""
        super().__init__(parent)
        self._timeline, self._settings = timeline, settings
        self._sound = timeline.sound if Path(timeline.sound).is_absolute() else ""  # a video keeps the name alone
        self.setWindowTitle(tr("Export the timeline"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_fields(resolution)
        self._lay_out()
        suffix, options = settings.last_video
        self._show(suffix, options)
        self._connect()
        self._judge()

    def _make_fields(self, resolution: int) -> None:
        self.kind, self.size_box = QComboBox(), QComboBox()
        for kind in KINDS:
            self.kind.addItem(kind.title, kind)
        self.size_box.addItem(tr("{resolution} px (native)", resolution=resolution), None)
        for pixels in _SIZES:
            if pixels != resolution:
                self.size_box.addItem(tr("{pixels} px", pixels=pixels), pixels)
        self.fps, self.quality, self.loops = (_spin(*span) for span in ((1, int(MAX_FPS)), (1, 100), (0, MAX_LOOPS)))
        self.loops.setSpecialValueText(tr("for ever"))
        self.quality.setToolTip(tr("1 is small, 100 is good"))
        self.sound = ElidedLabel()
        self.choose_sound, self.no_sound = QPushButton(tr("Choose …")), QPushButton(tr("None"))
        self.fits_sound = QCheckBox(tr("Make the timeline as &long as the sound"))
        self.on_beats = QCheckBox(tr("Place the faces on its &beats"))
        self.verdict = sentence()
        for pressed in (self.choose_sound, self.no_sound):
            pressed.setAutoDefault(False)  # Return goes on with the dialog

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(tr("&Format"), self.kind)
        form.addRow(tr("&Size"), self.size_box)
        form.addRow(tr("Frames a se&cond"), self.fps)
        form.addRow(tr("&Quality"), self.quality)
        form.addRow(tr("Shown ho&w often"), self.loops)
        sound = beside(self.sound, self.choose_sound, self.no_sound)
        form.addRow(tr("Sound"), sound)
        column = dialog_column(self, 12)
        column.addLayout(form)
        for widget in (self.fits_sound, self.on_beats, self.verdict):
            column.addWidget(widget)
        self.go_on = go_on_button(self, tr("Choose file …"))
        self.setMinimumWidth(_WIDTH)
        pad_spin_boxes(self)

    def _show(self, suffix: str, options: VideoOptions) -> None:
        self.kind.setCurrentIndex(next((place for place, kind in enumerate(KINDS) if kind.suffix == suffix), 0))
        self.size_box.setCurrentIndex(max(self.size_box.findData(options.size), 0) if options.size else 0)
        self.fps.setValue(round(options.fps))
        self.quality.setValue(options.quality)
        self.loops.setValue(options.loops)

    def _connect(self) -> None:
        for box in (self.kind, self.size_box):
            box.currentIndexChanged.connect(self._judge)
        for number in (self.fps, self.quality, self.loops):
            number.valueChanged.connect(self._judge)
        self.choose_sound.clicked.connect(self._ask_sound)
        self.no_sound.clicked.connect(self._drop_sound)
        self.accepted.connect(self._emit_choice)

    def options(self) -> VideoOptions:
        """What is chosen. Raises `ExportError` where it is impossible."""
        made = VideoOptions(
            fps=self.fps.value(),
            size=self.size_box.currentData(),
            quality=self.quality.value(),
            loops=self.loops.value(),
            sound=self._sound if self._has_sound else "",
        )
        check_video(self._file, made)
        return made

    @property
    def _suffix(self) -> str:
        suffix: str = self.kind.currentData().suffix
        return suffix

    @property
    def _file(self) -> str:
        return f"timeline.{self._suffix}" if self._suffix else "timeline"

    @property
    def _has_sound(self) -> bool:
        """Whether the chosen format can have one."""
        return f".{self._suffix}" in WITH_SOUND

    @Slot()
    def _judge(self) -> None:
        """Show what will be written, or why it cannot be."""
        self.loops.setEnabled(self._suffix in _LOOPING)
        self.quality.setEnabled(self._suffix not in _LOSSLESS)
        self.choose_sound.setEnabled(self._has_sound)
        for control in (self.no_sound, self.fits_sound, self.on_beats):
            control.setEnabled(self._has_sound and bool(self._sound))
        self.sound.setText(printable(Path(self._sound).name) if self._sound and self._has_sound else tr("none"))
        self.go_on.setText(tr("Choose file …") if self._suffix else tr("Choose folder …"))
        try:
            options = self.options()
            count = self._timeline.frame_count(options.fps)
            seconds = self._timeline.duration
            text, fine = tr("Frames: {count}, seconds: {seconds:.2f}", count=count, seconds=seconds), True
        except OutisError as error:
            text, fine = str(error), False
        self.verdict.setText(text)
        self.go_on.setEnabled(fine)

    @Slot()
    def _ask_sound(self) -> None:
        ask_sound(self, self._settings, self._take_sound)

    def _take_sound(self, path: str) -> None:
        self._sound = path
        self._judge()

    @Slot()
    def _drop_sound(self) -> None:
        self._take_sound("")

    @Slot()
    def _emit_choice(self) -> None:
        options = self.options()
        self._settings.last_video = self._suffix, replace(options, sound="")
        has_sound = bool(options.sound)
        fits, beats = (tick.isChecked() and has_sound for tick in (self.fits_sound, self.on_beats))
        self.chosen.emit(VideoChoice(self.kind.currentData(), options, fits, beats))


def ask_how_to_export_video(
    parent: QWidget,
    settings: Settings,
    timeline: Timeline,
    resolution: int,
    then: Callable[[VideoChoice], None],
) -> None:
    """Ask how to write `timeline`; `then` gets the choice."""
    dialog = ExportVideoDialog(timeline, resolution, settings, parent)
    dialog.chosen.connect(then)
    dialog.open()


def _spin(least: int, most: int) -> QSpinBox:
    made = QSpinBox()
    made.setRange(least, most)
    return made
