"""Style mixing: a second source, and how much of it goes into each layer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from explorer.document.gestures import new_gesture
from explorer.document.random_seed import random_seed
from explorer.document.session import Session
from explorer.messages import Pixels, Role
from explorer.panels.common.change_tracker import ChangeTracker
from explorer.panels.common.equaliser import Equaliser
from explorer.panels.common.labels import source_name
from explorer.panels.common.mix_weights import swapped, weights_of, with_second, with_weight
from explorer.panels.common.reason import Reason
from explorer.panels.common.source_field import SourceField, StoredMenu
from explorer.panels.common.thumbnail import Thumbnail
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.layout import SPACING, button, row
from generator.recipe.recipe import Recipe, SeedSource, Source

NO_W = tr("This model has no W: one z draws the whole picture, so there are no layers that could be mixed.")
FIELD_WIDTH = 204  # px: no more than the largest seed needs, the equaliser takes the rest


class MixingPanel(QWidget):
    """Both sources with their thumbnails on the left, the equaliser of weights beside them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._parts = session, ChangeTracker()
        self.thumbnails = {
            Role.FIRST_THUMBNAIL: Thumbnail(tr("First source")),
            Role.SECOND_THUMBNAIL: Thumbnail(tr("Second source")),
        }
        self.swap = button("⇄", tr("Swap the sources; the image stays the same"), self._swap)
        self.field = SourceField(tr("the second source"))
        self.field.setFixedWidth(FIELD_WIDTH)
        self.dice = button(tr("New"), tr("Mix in another random seed"), self._roll)
        self.stored = StoredMenu(session, tr("Mix in a stored source"))
        self.off = button(tr("Off"), tr("Turn off style mixing"), self._turn_off)
        self.equaliser = Equaliser()
        self.reason = Reason()
        self._scrolled = _Scrolled(self.equaliser)
        self._lay_out()
        self._connect()

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the mix of `recipe`."""
        second = self._session.second_source
        if not self._parts.change_to(recipe.source, second, recipe.mix, self._session.facts):
            return
        self.field.show_source(second)
        self.thumbnails[Role.FIRST_THUMBNAIL].setToolTip(
            plain.tip(tr("First source: {source}", source=source_name(recipe.source, recipe.model)))
        )
        self.thumbnails[Role.SECOND_THUMBNAIL].setToolTip(
            plain.tip(tr("Second source: {second}", second=source_name(second, recipe.model)))
        )
        self.equaliser.show_weights(weights_of(recipe, self.equaliser.num_ws))
        self.off.setEnabled(recipe.mix is not None)

    @Slot(object, object)
    def set_thumbnail(self, which: Role, pixels: Pixels) -> None:
        """Show `pixels` uint8 [H, W, 3] as the first or second thumbnail."""
        self.thumbnails[which].set_pixels(pixels)

    def _lay_out(self) -> None:
        faces = QGridLayout()
        faces.setSpacing(SPACING // 2)
        captions = {Role.FIRST_THUMBNAIL: tr("First"), Role.SECOND_THUMBNAIL: tr("Second")}
        for place, (role, caption) in zip((0, 2), captions.items(), strict=True):
            faces.addWidget(self.thumbnails[role], 0, place, Qt.AlignmentFlag.AlignHCenter)
            faces.addWidget(QLabel(caption), 1, place, Qt.AlignmentFlag.AlignHCenter)
            faces.setColumnStretch(place, 1)
        faces.addWidget(self.swap, 0, 1)
        faces.setRowStretch(2, 1)
        second = QVBoxLayout()
        second.setSpacing(SPACING)
        second.addWidget(self.field)
        second.addLayout(row(self.dice, self.stored, self.off))
        second.addStretch(1)
        layout = QHBoxLayout(self)  # side by side: every pixel of height belongs to the face above
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(2 * SPACING)
        layout.addLayout(faces)
        layout.addLayout(second)
        layout.addWidget(self._scrolled, 1)
        layout.addWidget(self.reason, 1)

    def _connect(self) -> None:
        session = self._session
        self.field.chosen.connect(self._choose_seed)
        self.stored.chosen.connect(self._choose)
        self.equaliser.weighed.connect(self._weigh)
        session.recipe_changed.connect(self.refresh)
        session.model_changed.connect(self._adopt_model)
        self._adopt_model()

    @Slot()
    def _adopt_model(self) -> None:
        facts = self._session.facts
        self.setEnabled(facts is not None)
        has_w = facts is None or facts.config.has_w
        for control in (self.swap, self.field, self.dice, self.stored, self._scrolled):
            control.setEnabled(has_w)
        self._scrolled.setVisible(has_w)
        self.reason.say("" if has_w else NO_W)
        for thumbnail in self.thumbnails.values():
            thumbnail.set_pixels(None)  # thumbnails of another model; slow models send none
        if facts is not None:
            self.equaliser.set_layers(facts.config.num_ws)
            self._scrolled.updateGeometry()  # make room for the new sliders
        self.refresh(self._session.recipe)

    @Slot(object, float, int)
    def _weigh(self, layers: range, weight: float, gesture: int) -> None:
        session = self._session
        recipe = with_weight(session.recipe, session.second_source, self.equaliser.num_ws, layers, weight)
        session.edit(tr("Mixing weight"), recipe, gesture)

    @Slot(object)
    def _choose_seed(self, source: Source) -> None:
        self._choose(source, self.field.gesture)

    @Slot(object)
    def _choose(self, source: Source, gesture: int | None = None) -> None:
        edited = with_second(self._session.recipe, source, self.equaliser.num_ws)
        self._session.edit(tr("Second source"), edited, gesture)

    def _roll(self) -> None:
        second = self._session.second_source
        label = second.label if isinstance(second, SeedSource) else None
        self._choose(SeedSource(random_seed(), label), new_gesture())

    def _swap(self) -> None:
        session = self._session
        session.edit(tr("Swap sources"), swapped(session.recipe, session.second_source, self.equaliser.num_ws))

    def _turn_off(self) -> None:
        self._session.edit(tr("Mixing off"), replace(self._session.recipe, mix=None))


class _Scrolled(QScrollArea):
    """The equaliser, scrolled only horizontally in a narrow window, and always high enough."""

    def __init__(self, equaliser: Equaliser) -> None:
        super().__init__()
        self._equaliser = equaliser
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(equaliser)

    def minimumSizeHint(self) -> QSize:
        height = self._equaliser.minimumSizeHint().height() + self.horizontalScrollBar().sizeHint().height()
        return QSize(super().minimumSizeHint().width(), height)
