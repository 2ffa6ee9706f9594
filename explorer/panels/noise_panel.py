"""The noise that gives hair and skin their stochastic detail."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from explorer.document.random_seed import random_seed
from explorer.document.session import Session
from explorer.panels.common.change_tracker import ChangeTracker
from explorer.panels.common.reason import Reason
from explorer.translation import tr
from explorer.widgets.layout import button, column, labelled, name
from explorer.widgets.seed_box import SeedBox
from generator.recipe.recipe import NOISE_MODES, Noise, NoiseChoice, Recipe

TITLES: dict[NoiseChoice, str] = {
    "const": tr("As stored in the model"),
    "random": tr("Random, from a seed"),
    "none": tr("None"),
    "stored": tr("Stored with the face"),
}
NO_NOISE = tr("This model adds no noise: the whole picture follows from its latent.")

STORED = len(NOISE_MODES)  # index of the choice that faces with noise of their own have
CAPTION_WIDTH = 44  # px: both captions line up


class NoisePanel(QWidget):
    """Mode and seed of the recipe's noise."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._parts = session, ChangeTracker()
        self.mode = QComboBox()
        for mode in NOISE_MODES:
            self.mode.addItem(TITLES[mode], mode)
        assert self.mode.count() == STORED
        name(self.mode, tr("Noise mode"), tr("Noise controls stochastic detail: single hairs, skin, background grain"))
        self.seed = SeedBox(tr("Noise seed"))
        self.reroll = button(tr("Re-roll"), tr("Draw other random noise"), self._reroll)
        self.reason = Reason()
        layout = column(self)
        layout.addWidget(self.reason)
        layout.addLayout(labelled(tr("&Mode"), self.mode, width=CAPTION_WIDTH))
        layout.addLayout(labelled(tr("S&eed"), self.seed, self.reroll, width=CAPTION_WIDTH))
        layout.addStretch(1)
        self.mode.activated.connect(self._edit_mode)
        self.seed.valueChanged.connect(self._edit_seed)
        session.recipe_changed.connect(self.refresh)
        session.model_changed.connect(self._adopt_model)
        self._adopt_model()

    @Slot()
    def _adopt_model(self) -> None:
        facts = self._session.facts
        self.mode.setEnabled(facts is None or facts.config.has_noise)
        self.reason.say("" if self.mode.isEnabled() else NO_NOISE)
        self.refresh(self._session.recipe)

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the noise of `recipe`."""
        if not self._parts.change_to(recipe.noise, self._session.facts):
            return
        self._offer_stored(recipe.noise.stored is not None)
        self.mode.setCurrentIndex(self.mode.findData(recipe.noise.mode))
        self.seed.setValue(recipe.noise.seed)
        drawn = recipe.noise.mode == "random" and not self.reason.text()
        self.seed.setEnabled(drawn)
        self.reroll.setEnabled(drawn)

    def _offer_stored(self, offered: bool) -> None:
        """Have the choice "stored" while the face has noise of its own."""
        if offered and self.mode.count() == STORED:
            self.mode.addItem(TITLES["stored"], "stored")
        elif not offered and self.mode.count() > STORED:
            self.mode.removeItem(STORED)

    @Slot(int)
    def _edit_mode(self, index: int) -> None:
        self._edit(tr("Noise"), replace(self._session.recipe.noise, mode=self.mode.itemData(index)))

    @Slot(object)
    def _edit_seed(self, seed: int) -> None:
        self._edit(tr("Noise seed"), replace(self._session.recipe.noise, seed=seed), self.seed.gesture)

    def _reroll(self) -> None:
        self._edit(tr("Noise seed"), replace(self._session.recipe.noise, seed=random_seed()))

    def _edit(self, label: str, noise: Noise, gesture: int | None = None) -> None:
        self._session.edit(label, replace(self._session.recipe, noise=noise), gesture)
