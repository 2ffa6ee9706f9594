"""The compute thread's side of a drag on a face."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest

from explorer.compute.grabbing import Grabber
from explorer.messages import Grab, RenderRequest, RenderResult
from generator.faces import detector
from generator.faces.points import HELD, HELD_COUNT, POINTS
from generator.grab import jacobian
from generator.networks import Generator
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine

FACE = Recipe(source=SeedSource(900001), truncation=Truncation(0.7))
CHIN = HELD["chin"]


def test_a_face_that_is_shown_is_not_looked_for_again_when_a_drag_begins(
    faces: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Mock(side_effect=detector.largest)
    monkeypatch.setattr(detector, "largest", looked)
    engine, grabber = Engine(faces, "cpu"), Grabber()
    known = jacobian.known(faces.hash, engine.config.num_ws, engine.config.w_dim)
    assert known is not None
    grabber.adopt(known)

    def frame(grab: Grab) -> RenderResult:
        request = grabber.aimed(RenderRequest(1, 1, FACE, grab=grab), engine)
        return grabber.seen(RenderResult(request, engine.render(request.recipe, live=True), 1.0))

    shown = frame(Grab())
    assert shown.points is not None
    assert shown.points.shape == (HELD_COUNT, 2)
    x, y = shown.points[CHIN].tolist()
    pulled = frame(Grab(1, FACE, ((CHIN, x, y - 0.02),)))
    assert pulled.points is not None
    assert np.abs(pulled.points - shown.points)[list(POINTS.values())].max() < 0.05
    assert pulled.points[CHIN, 1] < y
    assert looked.call_count == 1
