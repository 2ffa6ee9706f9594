"""The recipes of moments, on the compute thread: what is computed of a face is kept while its timeline is edited."""

from __future__ import annotations

import torch

from explorer.compute.moments import Moments
from explorer.messages import Moment, RenderRequest, Role
from generator.motion.timeline import Timeline
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.compute_fixtures import FakeEngine, seeded


class Counting(FakeEngine):
    """Counts how often W+ is computed."""

    def __init__(self) -> None:
        super().__init__()
        self.computed: list[Recipe] = []

    def w_plus(self, recipe: Recipe) -> torch.Tensor:
        self.computed.append(recipe)
        return super().w_plus(recipe)


def at(timeline: Timeline, time: float, epoch: int = 1) -> RenderRequest:
    return RenderRequest(1, epoch, Recipe(), role=Role.MOTION, moment=Moment(timeline, time))


def test_faces_are_computed_once_however_often_the_timeline_is_edited() -> None:
    moments, engine = Moments(), Counting()
    timeline = Timeline().with_face(seeded(1)).with_face(seeded(3))
    for shift in range(5):
        moved = timeline.moved(1, 2.0 + shift)
        moments.aimed(at(moved, 1.0), engine)  # type: ignore[arg-type]
    assert sorted(map(repr, engine.computed)) == sorted(map(repr, {*engine.computed}))
    moments.aimed(at(timeline, 1.0, epoch=2), engine)  # type: ignore[arg-type]
    assert len(engine.computed) == 2 * len(set(engine.computed))


def test_a_moment_half_way_is_half_of_both_faces() -> None:
    timeline = Timeline().with_face(seeded(1)).with_face(seeded(3))
    aimed = Moments().aimed(at(timeline, 1.0), FakeEngine())  # type: ignore[arg-type]
    assert not isinstance(aimed.recipe.source, SeedSource)
    assert set(aimed.recipe.source.array.ravel()) == {2.0}


def test_what_is_no_moment_stays_as_it_is() -> None:
    request = RenderRequest(1, 1, seeded(5))
    assert Moments().aimed(request, FakeEngine()) is request  # type: ignore[arg-type]
