"""How one face is exported: format and size, and under "More" what else is made of it; its path is asked next."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.dialogs.export_presets import PresetBar
from explorer.dialogs.export_preview import PreviewView
from explorer.dialogs.picture_form import PictureForm
from explorer.dialogs.picture_words import FACE_CROPS, PICTURES, in_words, native_size
from explorer.messages import PartEnlarged, PicturePreviewed
from explorer.settings import Settings
from explorer.translation import tr
from explorer.widgets.layout import SPACING, align, dialog_column, fit, go_on_button, sentence
from explorer.widgets.more_button import MoreButton
from generator.errors import ExportError
from generator.formats.picture_options import PictureOptions

_SIZES = (256, 512, 1024, 2048, 4096)
_LEAST = 340  # logical pixels of its width
_PART = 64  # pixels on a side of the part that is enlarged to be looked at


class ExportImageDialog(QDialog):
    """Asks how the face is exported; begins with the last choice. Presets are kept in the settings."""

    chosen = Signal(object)  # PictureOptions
    preview_wanted = Signal(object)  # PictureOptions: show how the face looks, by `show_preview`
    part_wanted = Signal(int, object)  # how many times, about which place (x, y in 0..1): by `show_part`
    part_given_up = Signal()

    def __init__(self, resolution: int, settings: Settings, parent: QWidget | None = None) -> None:
        """resolution: pixels on a side of what the model renders."""
        super().__init__(parent)
        self._resolution, self._settings = resolution, settings
        self._previewed: PictureOptions | None = None  # what the preview was asked for last
        self._trouble = ""  # why the preview cannot be made
        self._enlarging = False  # whether a part is awaited
        self.setWindowTitle(tr("Export image"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_fields()
        self._lay_out()
        self._set_tab_order()
        options = settings.last_picture or PictureOptions()
        self.show_options(options)
        self._connect()
        self._unfold(on=False)

    def begin(self) -> None:
        """Show all options where they were shown last, or are in use; asks for a preview then."""
        self.more.setChecked(self._settings.more_export_options or not self.options().plain)

    def options(self) -> PictureOptions:
        """What is chosen. Raises `ExportError` where it is impossible."""
        return PictureOptions(self.kind.currentData().suffix, self.size_box.currentData(), **self.form.values())

    @Slot(object)
    def show_options(self, options: PictureOptions) -> None:
        """Choose `options`, for example those of a preset."""
        self.kind.setCurrentIndex([kind.suffix for kind in PICTURES].index(options.format))
        if self.size_box.findData(options.size) < 0:
            self.size_box.addItem(tr("{pixels} px", pixels=options.size), options.size)
        self.size_box.setCurrentIndex(self.size_box.findData(options.size))
        self.form.show_options(options)
        self._judge()

    @Slot(object)
    def show_preview(self, preview: PicturePreviewed) -> None:
        """Show how the face looks, or why it cannot be made; only what was asked for last."""
        if preview.options == self._previewed:
            self.preview.show_picture(preview.pixels)
            self._trouble = preview.sentence
            self._judge()

    @Slot(str)
    def show_no_network(self, sentence: str) -> None:
        """Why pictures are enlarged by resampling alone; "" where that is not so."""
        self.form.show_no_network(sentence)
        self._offer_part()

    @Slot(object)
    def show_part(self, part: PartEnlarged) -> None:
        """Wipe between a part of the face before and after it was enlarged."""
        if self._enlarging:
            self._enlarging = False
            self.preview.show_part(part)
            self._offer_part()

    def _make_fields(self) -> None:
        self.kind, self.size_box = QComboBox(), QComboBox()
        self.kind.setAccessibleName(tr("Format"))
        self.size_box.setAccessibleName(tr("Size"))
        for picture in PICTURES:
            self.kind.addItem(picture.title, picture)
        self.size_box.addItem("", None)
        for pixels in _SIZES:
            if pixels != self._resolution:
                self.size_box.addItem(tr("{pixels} px", pixels=pixels), pixels)
        self.more, self.rest = MoreButton(tr("More options")), QWidget()
        self.presets, self.form = PresetBar(self._settings.picture_presets), PictureForm(self._settings)
        self.copy_too = QCheckBox(tr("Cop&y image (Ctrl+C) makes it like this as well"))
        self.copy_too.setChecked(self._settings.copies_as_exported)
        self.preview, self.part = PreviewView(), QPushButton()
        self.part.setAutoDefault(False)  # Return goes on with the dialog
        self.verdict = sentence()
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.verdict.setMinimumHeight(2 * self.verdict.fontMetrics().height())  # nothing moves with what it says

    def _lay_out(self) -> None:
        form, presets = QFormLayout(), QFormLayout()
        form.setSpacing(SPACING)
        form.addRow(tr("&Format"), self.kind)
        form.addRow(tr("&Size"), self.size_box)
        note = QLabel(tr("The recipe and an AI-generated label are embedded in the file."))
        note.setWordWrap(True)
        asked = QVBoxLayout()
        asked.setSpacing(2 * SPACING)
        asked.addLayout(form)
        asked.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        asked.addWidget(self._rest_of_options(presets))
        asked.addWidget(self.verdict)
        asked.addStretch(1)
        asked.addWidget(note)
        align(form, presets, self.form.rows)
        both = QHBoxLayout()
        both.setSpacing(3 * SPACING)
        both.addLayout(asked, 1)
        both.addWidget(self._shown())
        column = dialog_column(self)
        column.addLayout(both)
        self.go_on = go_on_button(self, tr("Choose file …"))

    def _rest_of_options(self, presets: QFormLayout) -> QWidget:
        column = QVBoxLayout(self.rest)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACING)
        presets.setSpacing(SPACING)
        presets.addRow(tr("&Preset"), self.presets)
        column.addLayout(presets)
        column.addWidget(self.form)
        column.addWidget(self.copy_too)
        return self.rest

    def _shown(self) -> QWidget:
        self.side = QWidget()
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self.preview)
        column.addWidget(self.part)
        column.addStretch(1)
        return self.side

    def _set_tab_order(self) -> None:
        order: list[QWidget] = [self.kind, self.size_box, self.more, *self.presets.stops, *self.form.stops]
        order += [self.copy_too, self.preview, self.part, self.go_on]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self.kind.setFocus()

    def _connect(self) -> None:
        for box in (self.kind, self.size_box):
            box.currentIndexChanged.connect(self._judge)
        self.form.changed.connect(self._change)
        self.presets.chosen.connect(self.show_options)
        self.more.toggled.connect(self._unfold)
        self.more.clicked.connect(self._keep_folding)
        self.part.clicked.connect(self._show_part_or_whole)
        self.preview.placed.connect(self._give_part_up)
        self.accepted.connect(self._emit_choice)

    @Slot(bool)
    def _unfold(self, on: bool) -> None:
        """Show all options and the preview, or format and size alone."""
        for widget in (self.rest, self.side):
            widget.setVisible(on)
        self._judge()
        fit(self, _LEAST)

    @Slot(bool)
    def _keep_folding(self, on: bool) -> None:
        self._settings.more_export_options = on

    @Slot()
    def _judge(self) -> None:
        """Show what is made, or why it cannot be, and ask for its preview."""
        options: PictureOptions | None = None
        try:
            options = self.options()
        except ExportError as error:
            text = str(error)
        else:
            self.size_box.setItemText(0, native_size(options, self._resolution))
            self._ask_for_preview(options)
            text = self._trouble or in_words(options)
        self.go_on.setEnabled(options is not None)
        self.presets.show_current(options)
        self.verdict.setText(text)
        self.verdict.setVisible(bool(text) or self.more.isChecked())
        self._offer_part()

    @Slot()
    def _change(self) -> None:
        """Something else is chosen: a part that was enlarged as before is of no use."""
        self._give_part_up()
        self.preview.show_whole()
        self._judge()

    def _ask_for_preview(self, options: PictureOptions) -> None:
        """Only where it looks otherwise than the one asked for before."""
        before = self._previewed
        if self.more.isChecked() and (before is None or _seen(before) != _seen(options)):
            self._previewed, self._trouble = options, ""
            self.preview_wanted.emit(options)

    # a part of the face, enlarged -----------------------------------------------------------------------------

    def _offer_part(self) -> None:
        """Offer to look at a part where something is enlarged and the network for it is there."""
        factor, crop = self.form.enlarge.currentData(), self.form.crop.currentData()
        possible = factor > 1 and not self.form.no_network.text()
        self.part.setEnabled(not self._enlarging)
        self.part.setVisible(possible)
        text = tr("Show the &whole face") if self.preview.is_wiping else tr("Preview a p&art")
        self.part.setText(tr("Enlarging …") if self._enlarging else text)
        framed = possible and crop not in FACE_CROPS and self.preview.picture is not None
        self.preview.offer_place(_PART / self._resolution if framed else 0.0)

    @Slot()
    def _show_part_or_whole(self) -> None:
        if self.preview.is_wiping:
            self.preview.show_whole()
        else:
            self._enlarging = True
            self.preview.setFocus()  # the button is of no use meanwhile; the arrow keys will move the divider
            self.part_wanted.emit(self.form.enlarge.currentData(), self.preview.place)
        self._offer_part()

    @Slot()
    def _give_part_up(self) -> None:
        if self._enlarging:
            self._enlarging = False
            self.part_given_up.emit()
        self._offer_part()

    @Slot()
    def _emit_choice(self) -> None:
        options = self.options()
        self._settings.last_picture = options
        self._settings.copies_as_exported = self.copy_too.isChecked()
        self.chosen.emit(options)


def _seen(options: PictureOptions) -> tuple[str, str]:
    """What of `options` a preview shows."""
    return options.cutout, options.crop
