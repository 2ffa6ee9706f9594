"""The compute thread's side of a drag on a face."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import numpy as np
import pytest

from explorer.compute.grabbing import Grabber
from explorer.messages import Grab, RenderRequest, RenderResult
from generator.faces import detector
from generator.faces.points import HELD, HELD_COUNT, POINTS
from generator.grab import jacobian
from generator.grab.grabbing import Grabbing
from generator.grab.tracker import Pixels
from generator.networks import Generator
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine

FACE = Recipe(source=SeedSource(900001), truncation=Truncation(0.7))
CHIN = HELD["chin"]


Frame = Callable[[Grab], RenderResult]


@pytest.fixture
def frame(faces: Generator) -> Frame:
    """Renders a frame, with the points of its face."""
    engine, grabber = Engine(faces, "cpu"), Grabber()
    known = jacobian.known(faces.hash, engine.config.num_ws, engine.config.w_dim)
    assert known is not None
    grabber.adopt(known)

    def rendered(grab: Grab) -> RenderResult:
        request = grabber.aimed(RenderRequest(1, 1, FACE, grab=grab), engine)
        return grabber.seen(RenderResult(request, engine.render(request.recipe, live=True), 1.0))

    return rendered


def test_a_face_that_is_shown_is_not_looked_for_again_when_a_drag_begins(
    frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Mock(side_effect=detector.largest)
    monkeypatch.setattr(detector, "largest", looked)
    shown = frame(Grab())
    assert shown.points is not None
    assert shown.points.shape == (HELD_COUNT, 2)
    x, y = shown.points[CHIN].tolist()
    pulled = frame(Grab(1, FACE, ((CHIN, x, y - 0.02),)))
    assert pulled.points is not None
    assert np.abs(pulled.points - shown.points)[list(POINTS.values())].max() < 0.05
    assert pulled.points[CHIN, 1] < y
    assert looked.call_count == 1


def test_a_frame_is_shown_before_it_is_measured_with_its_points_where_they_are_expected(
    frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[tuple[np.ndarray, np.ndarray]] = []

    def see(grabbing: Grabbing, pixels: Pixels) -> bool:
        expected = grabbing.points.copy()
        found = original(grabbing, pixels)
        measured.append((expected, grabbing.points.copy()))
        return found

    original = Grabbing.see
    monkeypatch.setattr(Grabbing, "see", see)
    x, y = frame(Grab()).points[CHIN].tolist()
    pull = Grab(1, FACE, ((CHIN, x, y - 0.015),))
    frames = [frame(pull)]
    assert measured == []
    while not frames[-1].settled:
        frames.append(frame(pull))
        expected, found = measured[-1]
        assert np.allclose(expected, frames[-2].points * 256, atol=1e-3)
    assert frames[-1].request.recipe in [shown.request.recipe for shown in frames[:-1]]
    assert np.abs(expected - found).mean() < 0.3  # pixels
