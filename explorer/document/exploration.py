"""Going from face to face: the earlier and later ones, the next random one, and the lock that prevents it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from explorer.document.face_history import FaceHistory
from explorer.document.model_switch import carry_over, survivor
from explorer.document.random_seed import random_seed
from explorer.messages import ModelFacts
from generator.config import GeneratorConfig
from generator.recipe.recipe import Recipe, SeedSource


def with_seed(recipe: Recipe, seed: int, any_of: int = 0) -> Recipe:
    """`recipe` with another seed; edits and class stay. any_of: it takes a random one of so many classes instead, and
    the same seed always the same one, so that a face is what was seen of it in the gallery."""
    if any_of:
        return replace(recipe, source=SeedSource(seed, Random(seed).randrange(any_of)))
    label = recipe.source.label if isinstance(recipe.source, SeedSource) else None
    return replace(recipe, source=SeedSource(seed, label))


class Exploration:
    """The faces seen with a model, and what comes next."""

    def __init__(self) -> None:
        self.history = FaceHistory()
        self.locked = False
        self.any_class = False  # the next faces are of random classes
        self._next_seed = random_seed()
        self._gesture: int | None = None  # of the last edit: one gesture is one entry of the history

    def next_face(self, recipe: Recipe, any_of: int = 0) -> Recipe:
        """The next random face, chosen in advance; see `with_seed`."""
        return with_seed(recipe, self._next_seed, any_of)

    def roll(self) -> None:
        """Choose another next face."""
        self._next_seed = random_seed()

    def expect(self, seed: int) -> None:
        """Let the next face be that of `seed`."""
        self._next_seed = seed

    def follow(self, before: Recipe, after: Recipe, gesture: int | None) -> None:
        """Record an edit; `gesture` as in `Session.edit`."""
        if after.source != before.source:
            goes_on = gesture is not None and gesture == self._gesture
            (self.history.pass_through if goes_on else self.history.visit)(before, after)
        self._gesture = gesture

    def end_gesture(self) -> None:
        """Let the next edit begin a new entry."""
        self._gesture = None

    def history_for(self, facts: ModelFacts, current: Recipe, last: GeneratorConfig | None = None) -> FaceHistory:
        """Adapt the history of the model of `last` to another one: faces that mean nothing to it are dropped, except
        the current one, which always becomes some face."""

        def carried(face: Recipe) -> Recipe | None:
            lost = survivor(face.source, facts.config, current.model == "") is None
            return None if lost and face.source != current.source else carry_over(face, facts, last)

        return self.history.carried_over(carried)
