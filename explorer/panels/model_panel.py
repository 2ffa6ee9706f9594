"""Which model renders the faces, on which device, and under which licence."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QPushButton, QWidget

from explorer.document.session import Session
from explorer.messages import ModelFacts
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.layout import SPACING, column, name, row, sentence
from explorer.widgets.markdown_text import MarkdownText

NO_MODEL = tr("no model yet")


class ModelPanel(QWidget):
    """Facts of the loaded model. It opens nothing itself: its signals ask the window to."""

    open_model_asked = Signal()
    catalogue_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._form = QFormLayout()
        self._form.setSpacing(SPACING)
        self._form.setVerticalSpacing(SPACING // 2)
        self.facts = {caption: self._add_fact(caption) for caption in _facts(None)}
        self.notice = _text()
        self.notice.setObjectName("notice")
        self.description = MarkdownText(tr("Model card"))
        self.description.setFrameShape(QFrame.Shape.NoFrame)
        self.description.viewport().setAutoFillBackground(False)
        self.description.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.open = QPushButton(tr("&Open model …"))
        name(self.open, tr("Open model"), tr("Choose another model file: .safetensors, .pkl, .pt, ..."))
        self.open.clicked.connect(self.open_model_asked)
        self.catalogue = QPushButton(tr("&Catalogue …"))
        name(self.catalogue, tr("Model catalogue"), tr("Choose one of the well-known public models"))
        self.catalogue.clicked.connect(self.catalogue_asked)
        layout = column(self)
        layout.addLayout(self._form)
        layout.addWidget(self.notice)
        layout.addWidget(self.description, 1)
        layout.addLayout(row(self.open, self.catalogue))
        session.model_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the facts of the session's model."""
        facts = self._session.facts
        for caption, text in _facts(facts).items():
            self.facts[caption].setText(text)
        self.notice.setText(facts.notice if facts else "")
        self.notice.setVisible(bool(facts and facts.notice))
        self.description.show_text(facts.description if facts else "", headings=False)
        self.setToolTip(plain.tip(facts.path, keep_end=True) if facts else "")

    def _add_fact(self, caption: str) -> QLabel:
        value = _text()
        value.setAccessibleName(caption)
        self._form.addRow(caption, value)
        return value


def _facts(facts: ModelFacts | None) -> dict[str, str]:
    if facts is None:
        return {tr("Name"): NO_MODEL, tr("Family"): "", tr("Size"): "", tr("Device"): "", tr("Origin"): ""}
    config = facts.config
    classes = tr(", {count} classes", count=config.c_dim) if config.c_dim else ""
    return {
        tr("Name"): facts.name,
        tr("Family"): tr(
            "{family}, {parameters:.1f} M parameters", family=config.family, parameters=facts.parameters / 1000000.0
        ),
        tr("Size"): tr(
            "{size} px, {num_ws} layers{classes}",
            size=config.size_name,
            num_ws=config.num_ws,
            classes=classes,
        ),
        tr("Device"): f"{facts.device}, {facts.precision}",
        tr("Origin"): facts.origin,
    }


def _text() -> QLabel:
    label = sentence()
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
