"""Where there is no face, the Grab tool holds places all over the picture, of StyleGAN2 alone."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest

from explorer.compute import grabbing
from explorer.compute.grabbing import Grabber
from explorer.messages import Grab, RenderRequest, RenderResult
from generator.config import StyleGAN1Config
from generator.grab.features import look
from generator.grab.lattice import lattice
from generator.grab.moves import NAME
from generator.networks import Generator
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine
from tests.support.models import random_generator

RECIPE = Recipe(source=SeedSource(3))
PLACE = 300


@pytest.fixture(scope="module")
def engine(tiny: Generator) -> Engine:
    return Engine(tiny, "cpu")


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grabbing, "FEW_SAMPLES", 400)


def frame(grabber: Grabber, engine: Engine, grab: Grab) -> RenderResult:
    request = grabber.aimed(RenderRequest(1, 1, RECIPE, grab=grab), engine)
    pixels = engine.render(request.recipe, live=True)
    return grabber.seen(RenderResult(request, pixels, 1.0))


def test_without_a_face_the_points_are_places_all_over_the_picture(engine: Engine) -> None:
    shown = frame(Grabber(), engine, Grab())
    assert shown.points is not None
    assert np.allclose(shown.points, lattice())
    assert 0 < shown.points.min() < shown.points.max() < 1


def followed(grabber: Grabber, engine: Engine, grab: Grab) -> RenderResult:
    """The first frame of a drag in which hold of its place has been taken."""
    shown = frame(grabber, engine, grab)
    while shown.request.recipe == RECIPE:
        assert not shown.settled
        shown = frame(grabber, engine, grab)
    return shown


def test_frames_come_while_hold_is_taken(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    probes = Mock(side_effect=look)
    monkeypatch.setattr("generator.grab.patches.look", probes)
    grabber, start = Grabber(), lattice()[PLACE]
    shown = frame(grabber, engine, Grab(1, RECIPE, ((PLACE, start[0] + 0.1, start[1]),)))
    assert 0 < probes.call_count < 6
    assert (shown.request.recipe, shown.settled) == (RECIPE, False)
    assert shown.points is not None
    assert np.allclose(shown.points, lattice())


def test_a_pulled_place_moves_and_the_others_stay_where_they_were(engine: Engine) -> None:
    start = lattice()[PLACE]
    shown = followed(Grabber(), engine, Grab(1, RECIPE, ((PLACE, start[0] + 0.1, start[1]),)))
    assert shown.points is not None
    assert [edit.direction.name for edit in shown.request.recipe.directions] == [NAME]
    moved = np.flatnonzero(np.abs(shown.points - lattice()).max(axis=1) > 1e-6)
    assert set(moved) <= {PLACE}


def test_a_drag_goes_on_with_what_its_frames_have_shown_until_another_begins(engine: Engine) -> None:
    grabber, start = Grabber(), lattice()[PLACE]
    goal = (PLACE, float(start[0]) + 0.1, float(start[1]))
    first = followed(grabber, engine, Grab(1, RECIPE, (goal,))).request.recipe
    assert followed(grabber, engine, Grab(1, RECIPE, (goal,))).request.recipe != first
    assert followed(grabber, engine, Grab(2, RECIPE, (goal,))).request.recipe == first


def test_other_families_have_no_places() -> None:
    small = StyleGAN1Config(16, z_dim=8, w_dim=8, mapping_layers=1, channel_base=64, channel_max=8)
    shown = frame(Grabber(), Engine(random_generator(small), "cpu"), Grab())
    assert shown.points is not None
    assert len(shown.points) == 0
