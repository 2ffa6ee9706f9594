"""Edits that each face takes in its own way: looks, and the edits copied from another face."""

from __future__ import annotations

from explorer.document.companions import Others
from explorer.document.session import Session
from explorer.messages import ModelFacts
from explorer.translation import tr
from generator.errors import RecipeError
from generator.printable import printable
from generator.project.look import Look, Part, applied
from generator.recipe.recipe import Recipe


class LookEditing:
    """Applies looks to the face shown and to those that are marked with it.

    As long as nothing else is edited, another strength of the same look starts from the same faces: 40 % after 90 % is
    40 %, not 40 % more.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._look: Look | None = None
        self._start: Others = ()  # the faces before the look was applied
        self._made: Others = ()  # and after it

    def apply(self, look: Look, strength: float = 1.0, gesture: int | None = None) -> None:
        """Apply `look` at a strength of 0..1, as an undo step. Raises `RecipeError` if it does not fit the model."""
        faces = _faces(self._session)
        start = self._start if look == self._look and faces == self._made else faces
        made = tuple((id, fitted(look, recipe, self._session.facts, strength)) for id, recipe in start)
        self._session.edit(tr("Look {name}", name=printable(look.name)), made[0][1], gesture, made[1:])
        self._look, self._start, self._made = look, start, made


def paste(session: Session, copied: Look) -> None:
    """Give the face shown, and those that are marked with it, the edits of `copied` and none besides of the same parts,
    as an undo step. Raises `RecipeError` if they do not fit the model."""
    made = [(id, fitted(copied, recipe, session.facts, replace=True)) for id, recipe in _faces(session)]
    session.edit(tr("Paste edits"), made[0][1], None, tuple(made[1:]))


def fitted(
    look: Look, recipe: Recipe, facts: ModelFacts | None, strength: float = 1.0, replace: bool = False
) -> Recipe:
    """`recipe` with `look`, for the model of `facts`. Raises `RecipeError` if the look does not fit it."""
    if facts is None:
        raise RecipeError(tr("No model is open yet; open one first."))
    return applied(look, recipe, strength, facts.config.num_ws, replace, facts.config.w_dim)


def remark(look: Look, facts: ModelFacts | None) -> tuple[str, bool]:
    """What the user should know before applying `look`, "" = nothing, and whether it can be applied."""
    try:
        fitted(look, Recipe(), facts)
    except RecipeError as error:
        return str(error), False
    assert facts is not None
    mix, layers = look.recipe.mix, facts.config.num_ws
    if Part.MIX in look.parts and mix is not None and any(mix.weights[layers:]):
        sentence = tr(
            "It mixes {count} layers and this model has {layers}: the rest is left out.",
            count=len(mix.weights),
            layers=layers,
        )
        return sentence, True
    if look.recipe.directions and look.recipe.model not in ("", facts.hash):
        return tr("It was made with another model: its directions may do something else here."), True
    return "", True


def _faces(session: Session) -> Others:
    """The face shown first; its id matters only where others are marked."""
    return ((session.lead or 0, session.recipe), *session.companions)
