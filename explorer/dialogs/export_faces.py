"""How many faces are exported: format, sizes, names, what lies beside them; the folder is asked next."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from explorer.dialogs.export_presets import PresetBar
from explorer.dialogs.files import ask_folder
from explorer.dialogs.picture_form import PictureForm
from explorer.dialogs.picture_words import PICTURES, in_words
from explorer.document.class_titles import class_title
from explorer.settings import Settings
from explorer.translation import tr
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.layout import dialog_column, fit, go_on_button, sentence
from explorer.widgets.more_button import MoreButton
from generator.errors import OutisError
from generator.formats.picture_options import PictureOptions
from generator.project.export_options import LARGEST, PLAIN, ExportOptions
from generator.project.face import Face
from generator.project.names import MAX_PATTERN, Size, file_names

SIZES = (256, 512, 1024)  # pixels with a tick of their own
FOLDERS = (
    (tr("None"), ""),
    (tr("One for each tag"), "{tag}/"),
    (tr("One for each number of stars"), "{stars}/"),
    (tr("One for each day"), "{date}/"),
    (tr("One for each size"), "{size}/"),
    (tr("One for each look"), "{look}/"),
)
_TICKS = (
    ("latents", tr("&Latents beside each face (.npz)")),
    ("csv", tr("A list as &CSV")),
    ("jsonl", tr("A list as &JSON lines, with recipes")),
    ("sheet", tr("Contact s&heet of these faces")),
    ("overwrite", tr("&Replace files of the same names")),
)
_FIELDS = "{name} {seed} {index:03} {stars} {tag} {class} {date} {look} {size}"
_WIDTH, _GAP, _FORM = 520, 24, 340  # logical pixels: of the dialog, and of what else becomes of each image
_MOST_DIGITS = 200  # characters of the other sizes


class ExportFacesDialog(QDialog):
    """Asks how `faces` are exported; begins with the last choice. Presets are kept in the settings."""

    chosen = Signal(object)  # ExportOptions, whose folder is still ""

    def __init__(
        self, faces: Sequence[Face], settings: Settings, parent: QWidget | None = None, look: str = ""
    ) -> None:
        """`look`: the name of the look that was applied last, for names that state it."""
        super().__init__(parent)
        self._faces, self._settings, self._look = faces, settings, look
        self.setWindowTitle(tr("Export faces"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_fields()
        self.example, self.verdict = ElidedLabel(), sentence()
        self.more, self.form = MoreButton(tr("Enlarge, cut out, crop")), PictureForm(settings)
        self.presets = PresetBar(settings.export_presets)
        self._lay_out()
        self._set_tab_order()
        self.form.setFixedWidth(_FORM)
        self.show_options(settings.last_export)
        self._connect()
        self._unfold(on=settings.last_export.picture != PLAIN)

    def options(self) -> ExportOptions:
        """What is chosen. Raises `ExportError` where it is impossible."""
        ticked = {name: tick.isChecked() for name, tick in self.ticks.items()}
        return ExportOptions(
            pattern=self.folders.currentData() + self.pattern.text(),
            format=self.kind.currentData().suffix,
            sizes=self._sizes(),
            latents=ticked["latents"],
            csv=ticked["csv"],
            jsonl=ticked["jsonl"],
            sheet=ticked["sheet"],
            overwrite=ticked["overwrite"],
            look=self._look,
            picture=PictureOptions(**self.form.values()),
        )

    @Slot(object)
    def show_options(self, options: ExportOptions) -> None:
        """Choose `options`, for example those of a preset."""
        folders = next((prefix for _, prefix in FOLDERS[1:] if options.pattern.startswith(prefix)), "")
        self.folders.setCurrentIndex(self.folders.findData(folders))
        self.pattern.setText(options.pattern.removeprefix(folders))
        self.kind.setCurrentIndex([kind.suffix for kind in PICTURES].index(options.format))
        for size, tick in self.sizes.items():
            tick.setChecked(size in options.sizes)
        self.others.setText(", ".join(str(size) for size in options.sizes if size not in self.sizes))
        for name, tick in self.ticks.items():
            tick.setChecked(getattr(options, name))
        self.form.show_options(options.picture)
        self._judge()

    def _make_fields(self) -> None:
        self.kind, self.folders, self.pattern, self.others = QComboBox(), QComboBox(), QLineEdit(), QLineEdit()
        for kind in PICTURES:
            self.kind.addItem(kind.title, kind)
        for title, prefix in FOLDERS:
            self.folders.addItem(title, prefix)
        self.sizes: dict[Size, QCheckBox] = {None: QCheckBox(tr("&Model size"))}
        self.sizes |= {size: QCheckBox(str(size)) for size in SIZES}
        self.ticks = {name: QCheckBox(text) for name, text in _TICKS}
        self.pattern.setMaxLength(MAX_PATTERN)
        self.others.setMaxLength(_MOST_DIGITS)
        self.others.setPlaceholderText("2048, 4096")
        self.others.setToolTip(tr("Pixels on a side, as in 2048, 4096"))
        self.kind.setAccessibleName(tr("Format"))
        self.folders.setAccessibleName(tr("Sub-folders"))
        self.pattern.setAccessibleName(tr("Name pattern"))
        self.others.setAccessibleName(tr("Other sizes"))
        for size in SIZES:
            self.sizes[size].setAccessibleName(tr("{pixels} px", pixels=size))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(tr("&Preset"), self.presets)
        form.addRow(tr("&Format"), self.kind)
        form.addRow(tr("Sizes in px"), _row(*self.sizes.values()))
        form.addRow(tr("&Other sizes"), self.others)
        form.addRow(tr("&Name"), self.pattern)
        fields = QLabel(tr("Fields: {fields}", fields=_FIELDS))
        fields.setWordWrap(True)
        form.addRow(fields)
        form.addRow(tr("&Sub-folders"), self.folders)
        form.addRow(tr("Example"), self.example)
        column = dialog_column(self)
        both = QHBoxLayout()
        both.setSpacing(_GAP)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(form)
        ticks = QVBoxLayout()
        ticks.setSpacing(8)
        for tick in self.ticks.values():
            ticks.addWidget(tick)
        left.addLayout(ticks)
        left.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        both.addLayout(left, 1)
        both.addWidget(self.form, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(both)
        column.addWidget(self.verdict)
        self.go_on = go_on_button(self, tr("Choose folder …"))

    def _set_tab_order(self) -> None:
        order: list[QWidget] = [*self.presets.stops, self.kind, *self.sizes.values(), self.others, self.pattern]
        order += [self.folders, *self.ticks.values(), self.more, *self.form.stops, self.go_on]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self.pattern.setFocus()

    def _connect(self) -> None:
        for box in (self.kind, self.folders):
            box.currentIndexChanged.connect(self._judge)
        for field in (self.pattern, self.others):
            field.textChanged.connect(self._judge)
        for tick in (*self.sizes.values(), *self.ticks.values()):
            tick.toggled.connect(self._judge)
        self.form.changed.connect(self._judge)
        self.more.toggled.connect(self._unfold)
        self.presets.chosen.connect(self.show_options)
        self.accepted.connect(self._emit_choice)

    @Slot(bool)
    def _unfold(self, on: bool) -> None:
        """Show what else can become of each image."""
        self.more.setChecked(on)
        self.form.setVisible(on)
        self.setMinimumWidth(_WIDTH + on * (_GAP + _FORM))
        fit(self, self.minimumWidth())

    @Slot()
    def _judge(self) -> None:
        """Show what will be written, or why it cannot be."""
        try:
            options = self.options()
            name = file_names(options.pattern, self._faces[:1], self._look, options.sizes, class_title)[0]
            example, count = f"{name}.{options.format}", len(self._faces)
            text = tr("Faces: {count}, images: {images}", count=count, images=count * len(options.sizes))
            text = ". ".join(filter(None, (text, in_words(options.picture))))
        except OutisError as error:
            options, example, text = None, "", str(error)
        self.example.setText(example)
        self.verdict.setText(text)
        self.go_on.setEnabled(options is not None)
        self.presets.show_current(None if options is None else replace(options, look=""))

    def _sizes(self) -> tuple[Size, ...]:
        ticked = [size for size, tick in self.sizes.items() if tick.isChecked()]
        others = [_pixels(word) for word in re.split(r"[\s,;]+", self.others.text()) if word]
        return tuple(dict.fromkeys([*ticked, *others]))

    @Slot()
    def _emit_choice(self) -> None:
        options = self.options()
        self._settings.last_export = options
        self.chosen.emit(options)


def ask_how_to_export(
    parent: QWidget,
    settings: Settings,
    faces: Sequence[Face],
    then: Callable[[ExportOptions], None],
    look: str,
) -> ExportFacesDialog:
    """Ask how and into which folder to export `faces`, of which there is at least one; `then` gets the options."""
    dialog = ExportFacesDialog(faces, settings, parent, look)

    def into_folder(options: ExportOptions) -> None:
        title = tr("Export faces")
        ask_folder(parent, settings, title, lambda folder: then(options.into(folder)))

    dialog.chosen.connect(into_folder)
    dialog.open()
    return dialog


def _pixels(word: str) -> int:
    """A size that was typed. Raises `SizeError`."""
    if not re.fullmatch(r"[0-9]{1,6}", word):
        raise SizeError(tr("{word} is not a number of pixels; write 1 to {most}.", word=word[:20], most=LARGEST))
    return int(word)


class SizeError(OutisError):
    """A size that is not a number."""


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
