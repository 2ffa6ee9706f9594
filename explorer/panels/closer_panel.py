"""Six places where a generated face may give itself away: how unusual each is, and what to look for there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.messages import LookedCloser, ShownCue
from explorer.panels.common.folded_row import FoldedRow
from explorer.panels.common.spectrum_row import SpectrumRow
from explorer.translation import tr
from explorer.view.qimage import to_image
from explorer.widgets.layout import button, column, row
from generator.printable import printable

FLAG = QColor(214, 124, 28)  # what is worth a look
_BAR = QSize(52, 14)  # px
_TICK = 2  # px
_CROP = 128  # px
_HINT = tr("Cues, not verdicts: photographs can be unusual too, and generated faces can be flawless.")


class CloserPanel(QWidget):
    """A row for each of the six; the one that is open shows the place, and the picture shows where. A seventh has the
    spectrum."""

    place_asked = Signal(object)  # ShownCue whose place should be seen on the picture, or None
    picture_asked = Signal()  # the user wants to look at a picture from a file
    face_asked = Signal()  # and then at the face shown again
    mending_asked = Signal()  # the user wants the most unusual cue lessened
    comparison_asked = Signal()  # the user wants to know how unusual this is among faces of the model
    shown = Signal()  # it may have come into sight, perhaps with old cues

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[CueRow] = []
        self.hint = QLabel(_HINT)
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self.mend = button(
            tr("Mend"),
            tr("Lessen the most unusual of these by a small edit"),
            self.mending_asked.emit,
        )
        self.compare = button(
            tr("Compare with 500 faces"),
            tr("Look at 500 faces once, to place this one among them"),
            self.comparison_asked.emit,
        )
        self.open = button(tr("Picture …"), tr("Look closer at a picture from a file"), self.picture_asked.emit)
        self.subject = QLabel(wordWrap=True)
        self.back = button(tr("Back"), tr("Look at the face shown again"), self.face_asked.emit)
        self.only_clean = QCheckBox(tr("Only clean new faces"))
        self.only_clean.setToolTip(tr("New face leaves out faces of which one of these is unusual"))
        self.spectrum = SpectrumRow()
        self.spectrum.toggled.connect(self._toggled)
        self._list = QWidget()
        self._places = QVBoxLayout(self._list)
        self._places.setContentsMargins(0, 0, 0, 0)
        self._places.setSpacing(2)
        self._places.addWidget(self.spectrum)
        self._places.addStretch(1)
        layout = column(self)
        layout.addLayout(row(self.subject, self.back, stretch=0))
        layout.addWidget(_Scrolled(self._list), 1)
        layout.addLayout(row(self.mend, self.open, self.compare))
        layout.addWidget(self.only_clean)
        layout.addWidget(self.hint)
        self.compare.hide()
        self.mend.setEnabled(False)
        self._name_subject("")

    @property
    def open_cue(self) -> ShownCue | None:
        """The one whose row is open."""
        return next((row.cue for row in self.rows if row.is_open), None)

    @Slot(object)
    def show_looked(self, looked: LookedCloser) -> None:
        """Show the cues of a picture, in place of those before; the row that was open stays open."""
        if len(self.rows) != len(looked.cues):
            self._make_rows(len(looked.cues))
        for shown_row, cue in zip(self.rows, looked.cues, strict=True):
            shown_row.show_cue(cue)
        self.spectrum.show_spectrum(looked.spectrum)
        judged = any(cue.percentile is not None for cue in looked.cues)
        self.mend.setEnabled(judged and not looked.picture)
        self.compare.setVisible(not looked.compared and judged)
        self._name_subject(looked.picture)
        self.place_asked.emit(None if looked.picture else self.open_cue)

    def clear(self) -> None:
        """Show nothing: the cues are of a face that is no longer shown."""
        self._make_rows(0)
        self.spectrum.show_spectrum(None)
        self.mend.setEnabled(False)
        self.compare.hide()
        self._name_subject("")
        self.place_asked.emit(None)

    def _name_subject(self, picture: str) -> None:
        """Say which picture the rows are about; "" = the face shown."""
        self.subject.setText(printable(picture))
        self.subject.setVisible(bool(picture))
        self.back.setVisible(bool(picture))

    def _make_rows(self, count: int) -> None:
        for gone in self.rows:
            self._places.removeWidget(gone)
            gone.deleteLater()
        self.rows = [CueRow() for _ in range(count)]
        for place, made in enumerate(self.rows):
            self._places.insertWidget(place, made)
            made.toggled.connect(self._toggled)

    @Slot(object, bool)
    def _toggled(self, toggled: FoldedRow, is_open: bool) -> None:
        """One row is open at a time."""
        for other in (*self.rows, self.spectrum):
            if is_open and other is not toggled:
                other.set_open(False)
        self.place_asked.emit(None if self.subject.text() else self.open_cue)


class CueRow(FoldedRow):
    """Title and percentile of one cue; opened, its place and what to look for."""

    def __init__(self) -> None:
        self.bar = PercentileBar()
        super().__init__(self.bar)
        self.cue: ShownCue | None = None
        self.place, self.text = QLabel(), QLabel(wordWrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.inside.addWidget(self.place, 0, Qt.AlignmentFlag.AlignTop)
        self.inside.addWidget(self.text, 1)

    def show_cue(self, cue: ShownCue) -> None:
        self.cue = cue
        self.header.setText(tr("{row} (weak)", row=tr(cue.title)) if cue.weak else tr(cue.title))
        self.bar.show_cue(cue)
        self.said.setText("–" if cue.percentile is None else f"{cue.percentile:.0f} %")
        self.place.setVisible(cue.crop is not None)
        if cue.crop is not None:
            self.place.setPixmap(QPixmap.fromImage(to_image(cue.crop)).scaledToWidth(_CROP))
        told = (_found(cue), tr(cue.look_for), tr(cue.why), tr(cue.weak) if cue.weak else "")
        self.text.setText("".join(f"<p>{sentence}</p>" for sentence in told if sentence))
        self.setToolTip(f"{_found(cue)} {tr(cue.weak)}" if cue.weak else _found(cue))
        self.header.setAccessibleName(f"{tr(cue.title)}: {_found(cue)}")


class PercentileBar(QWidget):
    """A groove from 0 to 100: filled up to the place among photographs, with a tick at that among the model's faces."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_BAR)
        self._cue: ShownCue | None = None

    def show_cue(self, cue: ShownCue) -> None:
        self._cue = cue
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._cue is None:
            return
        painter, groove = QPainter(self), QRectF(self.rect()).adjusted(0, 3, 0, -3)
        painter.fillRect(groove, self.palette().color(QPalette.ColorRole.Mid))
        if self._cue.percentile is not None:
            colour = FLAG if self._cue.flagged else self.palette().color(QPalette.ColorRole.Highlight)
            filled = groove.width() * self._cue.percentile / 100
            painter.fillRect(QRectF(groove.left(), groove.top(), filled, groove.height()), colour)
        if self._cue.among is not None:
            x = groove.left() + (groove.width() - _TICK) * self._cue.among / 100
            painter.fillRect(QRectF(x, 0, _TICK, self.height()), self.palette().color(QPalette.ColorRole.WindowText))
        painter.end()


def _found(cue: ShownCue) -> str:
    """What was found, in a sentence."""
    if cue.percentile is None:
        return tr("Cannot be judged: {reason}", reason=tr(cue.reason))
    if cue.among is None:
        return tr("More unusual than {real:.0f} % of photographs.", real=cue.percentile)
    return tr(
        "More unusual than {real:.0f} % of photographs and {own:.0f} % of this model's faces.",
        real=cue.percentile,
        own=cue.among,
    )


class _Scrolled(QScrollArea):
    """Scrolls up and down only: it is as wide as what it holds, so that no percentage is cut."""

    def __init__(self, held: QWidget) -> None:
        super().__init__(widgetResizable=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._held = held
        self.setWidget(held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What it holds may need another width by now."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        needed = self._held.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(needed, super().minimumSizeHint().height())
