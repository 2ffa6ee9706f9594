"""The source of the face: its seed, the faces before it, and the stored latents."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from explorer.document.session import Session
from explorer.messages import RenderResult
from explorer.panels.common.change_tracker import ChangeTracker
from explorer.panels.common.class_picker import ClassPicker
from explorer.panels.common.labels import face_name
from explorer.panels.common.source_field import SourceField, StoredMenu
from explorer.translation import tr
from explorer.widgets.layout import button, column, name, row, sentence
from generator.recipe.recipe import LatentSource, Recipe, SeedSource, Source, Truncation


class SourcePanel(QWidget):
    """Seed or stored latent of the face, dice, lock, history and class."""

    names_asked = Signal()  # for the classes

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._parts = session, ChangeTracker()
        self._seen: RenderResult | None = None  # the last full frame
        self.field = SourceField(tr("the face"))
        self.dice = button(tr("New"), tr("New face: a random seed (space bar)"), session.new_face)
        self.lock = button(tr("Lock"), tr("Lock this source: “New face” keeps it"), self._lock, checkable=True)
        self.back = button("←", tr("Previous face"), session.go_back)
        self.forward = button("→", tr("Next face"), session.go_forward)
        self.store = button(tr("Store"), tr("Save this face for later or for style mixing"), self._store)
        self.stored = StoredMenu(session, tr("Go to a stored source"))
        self.label = ClassPicker()
        self.label_caption = QLabel(tr("&Class"))
        self.label_caption.setBuddy(self.label)
        self.any_class = QCheckBox(tr("&Any class"))
        name(
            self.any_class,
            tr("Any class"),
            tr("New faces, gallery and contact sheets show random classes"),
        )
        self.names = button(tr("Names …"), tr("Bring a file with the names of the classes"), self.names_asked.emit)
        self.hint = sentence(look="hint")
        layout = column(self)
        layout.addWidget(self.field)
        layout.addLayout(row(self.dice, self.lock, self.back, self.forward))
        layout.addLayout(row(self.label_caption, self.label, stretch=1))
        layout.addLayout(row(self.any_class, self.names, stretch=0))
        layout.addWidget(self.hint)
        layout.addLayout(row(self.store, self.stored))
        layout.addStretch(1)
        self._connect()

    def _connect(self) -> None:
        session = self._session
        self.field.chosen.connect(self._edit_seed)
        self.stored.chosen.connect(self._go_to_stored)
        self.label.picked.connect(self._edit_label)
        self.any_class.toggled.connect(session.set_any_class)
        session.classes_changed.connect(self._refresh_classes)
        session.recipe_changed.connect(self.refresh)
        session.model_changed.connect(self._adopt_model)
        session.history_changed.connect(self._refresh_history)
        session.locked_changed.connect(self.lock.setChecked)
        self._adopt_model()
        self._refresh_history()
        self.lock.setChecked(session.locked)

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the source of `recipe`."""
        self.store.setEnabled(self._face() is not None)
        if not self._parts.change_to(recipe.source, self._session.facts):
            return
        self.field.show_source(recipe.source)
        self._refresh_history()
        self.label.show_class(recipe.source.label if isinstance(recipe.source, SeedSource) else None)
        self.label.setEnabled(isinstance(recipe.source, SeedSource))
        self._refresh_hint()

    def set_frame(self, result: RenderResult) -> None:
        """Receive a shown frame: "Store" saves the W+ of a full one for an edited face."""
        if result.w_plus is not None:
            self._seen = result
            self.store.setEnabled(self._face() is not None)

    @Slot()
    def _adopt_model(self) -> None:
        for widget in (self.label, self.label_caption, self.any_class, self.names):
            widget.setVisible(self._classes > 0)
        self._refresh_classes()
        self.refresh(self._session.recipe)

    @property
    def _classes(self) -> int:
        facts = self._session.facts
        return facts.config.c_dim if facts else 0

    @Slot()
    def _refresh_classes(self) -> None:
        self.label.set_classes(self._classes, self._session.class_names)
        with QSignalBlocker(self.any_class):
            self.any_class.setChecked(self._session.any_class)
        self._refresh_hint()

    def _refresh_hint(self) -> None:
        """What is drawn where no class is chosen, and why names are not used."""
        source, classes = self._session.recipe.source, self._classes
        zero = classes > 0 and isinstance(source, SeedSource) and source.label is None
        zero_class = tr("No class is chosen: the zero class is drawn, which is none of the {count}.", count=classes)
        self.hint.setText(" ".join(filter(None, [zero_class if zero else "", self._session.class_names.fault])))
        self.hint.setVisible(bool(self.hint.text()))

    @Slot()
    def _refresh_history(self) -> None:
        self.back.setEnabled(bool(self._session.earlier_sources))
        self.forward.setEnabled(bool(self._session.later_sources))

    @Slot(object)
    def _edit_seed(self, source: Source) -> None:
        self._session.edit(tr("Seed"), replace(self._session.recipe, source=source), self.field.gesture)

    @Slot(object)
    def _go_to_stored(self, source: Source) -> None:
        recipe = replace(self._session.recipe, source=source)
        if isinstance(source, LatentSource) and source.space == "w+":  # a finished face, which must not be edited again
            recipe = replace(recipe, truncation=Truncation(1.0), directions=(), mix=None)
        self._session.edit(tr("Stored latent"), recipe)

    @Slot(object)
    def _edit_label(self, label: int | None) -> None:
        source = self._session.recipe.source
        if isinstance(source, SeedSource):
            recipe = replace(self._session.recipe, source=replace(source, label=label))
            self._session.edit(tr("Class"), recipe, self.label.gesture)

    def _lock(self) -> None:
        self._session.set_locked(self.lock.isChecked())

    def _store(self) -> None:
        face = self._face()
        if face is not None:
            self._session.store_source(face)

    def _face(self) -> Source | None:
        """The current face as a source: its own, or its W+ if it was edited and a frame has shown it."""
        recipe = self._session.recipe
        if not recipe.directions and recipe.mix is None:
            return recipe.source
        if self._seen is None or self._seen.w_plus is None or self._seen.request.recipe != recipe:
            return None
        return LatentSource.from_array("w+", self._seen.w_plus, face_name(recipe))
