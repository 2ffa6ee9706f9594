"""The faces that are marked besides the one shown: what is done to it is done to them."""

from __future__ import annotations

from generator.project.look import Movement
from generator.recipe.recipe import Recipe

Others = tuple[tuple[int, Recipe], ...]  # ids of faces, and their recipes


class Companions:
    """The marked faces of one session. The lead is the face shown, whose recipe the session knows."""

    def __init__(self) -> None:
        self.lead: int | None = None  # id of the face shown; None: no faces are marked together
        self.others: Others = ()
        self._gesture: int | None = None  # the one under way
        self._start: tuple[Recipe, Others] = (Recipe(), ())  # the lead and the others when it began
        self._moved: Others = ()  # where it has led the others so far

    def begin(self, lead: int, others: Others) -> None:
        """Let `others` follow the face `lead`."""
        self.lead, self.others, self._gesture = lead, others, None

    def end(self) -> None:
        """Let no face follow any more."""
        self.lead, self.others, self._gesture = None, (), None

    def moved(self, before: Recipe, after: Recipe, gesture: int | None) -> Others:
        """The others once the edit of the lead is done to them as well.

        A gesture moves them from where it began: a drag that goes there and back leaves them as they were.
        """
        if gesture is None or gesture != self._gesture:
            self._start = before, self.others
        self._gesture = gesture
        start, others = self._start
        movement = Movement(start, after)  # a copy of the lead stays a copy, to the last digit
        self._moved = tuple((id, after if recipe == start else movement.of(recipe)) for id, recipe in others)
        return self._moved

    def write(self, others: Others) -> None:
        """Set the recipes of those in `others` that are marked."""
        if others != self._moved:
            self._gesture = None  # undone, say: the gesture does not go on from here
        written = dict(others)
        self.others = tuple((id, written.get(id, recipe)) for id, recipe in self.others)
