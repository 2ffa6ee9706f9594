"""One source, a seed or a stored latent: shared by the source panel and the second source of the mix."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QStackedWidget, QToolButton, QWidget

from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from explorer.panels.common.labels import source_name
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.layout import SPACING, button, name
from explorer.widgets.seed_box import SeedBox
from explorer.widgets.stepping import Gestures
from generator.recipe.recipe import MAX_SEED, SeedSource, Source


class SourceField(QWidget):
    """A seed box with step buttons, or the name of a stored latent with a button back to seeds."""

    chosen = Signal(object)  # Source, by the user only

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gesture = 0  # of the last `chosen`
        self._steps = Gestures()
        self._label: int | None = None  # class of the source shown; a new seed keeps it
        self.seed = SeedBox(tr("Seed of {what}", what=what))
        self.seed.setToolTip(
            tr("Seed of {what}: 0 to {max_seed}, as in every StyleGAN tool", what=what, max_seed=MAX_SEED)
        )
        self.down = button("−", tr("Previous seed"), lambda: self._step(-1))
        self.up = button("+", tr("Next seed"), lambda: self._step(1))
        self.latent = QLabel()
        self.latent.setTextFormat(Qt.TextFormat.PlainText)
        self.latent.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.seeds = button(tr("Use a seed"), tr("Use a seed instead of the stored latent"), self._use_seed)
        self._pages = QStackedWidget()
        self._pages.addWidget(_page(self.down, self.seed, self.up, stretch=1))
        self._pages.addWidget(_page(self.latent, self.seeds, stretch=0))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.seed.valueChanged.connect(self._type)
        for step in (self.down, self.up):
            step.setAutoRepeat(True)

    def show_source(self, source: Source) -> None:
        """Show `source`; emits nothing."""
        if isinstance(source, SeedSource):
            self._label = source.label
            self.seed.setValue(source.seed)
        else:
            self.latent.setText(tr("Stored latent: {source}", source=source_name(source, "")))
            self.latent.setToolTip(plain.tip(self.latent.text()))
        self._pages.setCurrentIndex(0 if isinstance(source, SeedSource) else 1)

    @Slot(object)
    def _type(self, seed: int) -> None:
        self._choose(seed, self.seed.gesture)

    def _step(self, by: int) -> None:
        self._steps.step()
        self._choose(min(max(self.seed.value() + by, 0), MAX_SEED), self._steps.current)

    def _use_seed(self) -> None:
        self._choose(self.seed.value(), new_gesture())

    def _choose(self, seed: int, gesture: int) -> None:
        self.gesture = gesture
        self.chosen.emit(SeedSource(seed, self._label))


class StoredMenu(QToolButton):
    """A menu of the session's stored sources."""

    chosen = Signal(object)  # Source

    def __init__(self, session: Session, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setText(tr("Stored"))
        name(self, tr("Stored latents"), tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().triggered.connect(lambda action: self.chosen.emit(action.data()))
        session.stored_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """List the stored sources, the latest first."""
        stored = self._session.stored_sources
        self.menu().clear()
        for source in reversed(stored):
            self.menu().addAction(plain.entry(source_name(source, self._session.recipe.model))).setData(source)
        self.setEnabled(bool(stored))


def _page(*widgets: QWidget, stretch: int) -> QWidget:
    page = QWidget()
    layout = QHBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING)
    for index, widget in enumerate(widgets):
        layout.addWidget(widget, int(index == stretch))
    return page
