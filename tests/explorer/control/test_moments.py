"""Moments of the timeline: late ones are dropped, and the last one is always rendered whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.messages import Moment, Quality, RenderResult
from generator.motion.easing import HOLD
from generator.motion.timeline import Keyframe, Timeline
from generator.recipe.recipe import LatentSource, Recipe, SeedSource
from tests.support.compute_fixtures import CONFIG
from tests.support.controller_rig import Rig

SEEDS = range(100, 110)  # a face each second, which stays until the next


@pytest.fixture
def timeline(rig: Rig) -> Timeline:
    model = rig.session.recipe.model
    faces = (Recipe(model, SeedSource(seed)) for seed in SEEDS)
    keyframes = tuple(Keyframe(float(second), face, easing=HOLD) for second, face in enumerate(faces))
    return Timeline(keyframes, duration=9.0)


@pytest.fixture
def moments(rig: Rig) -> list[RenderResult]:
    seen: list[RenderResult] = []
    rig.controller.moment_ready.connect(seen.append)
    return seen


def times(moments: list[RenderResult]) -> list[float]:
    return [result.request.moment.time for result in moments if result.request.moment is not None]


def test_late_moments_are_dropped_and_the_newest_is_next(
    qtbot: QtBot, rig: Rig, timeline: Timeline, moments: list[RenderResult]
) -> None:
    rig.engine.gate.shut()
    rig.controller.show_moment(Moment(timeline, 0.0))
    rig.engine.gate.wait_reached()
    for second in range(1, 9):
        rig.controller.show_moment(Moment(timeline, float(second)))
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: times(moments) == [0.0, 8.0])
    assert rig.engine.seeds == [100, 108]


def test_the_last_moment_is_rendered_whole_once_the_hand_rests(
    qtbot: QtBot, rig: Rig, timeline: Timeline, moments: list[RenderResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    for second in (1.0, 2.0, 3.0):
        rig.controller.show_moment(Moment(timeline, second))
    qtbot.waitUntil(lambda: bool(moments) and moments[-1].request.quality is Quality.FULL)
    assert moments[0].request.quality is Quality.PREVIEW
    assert times(moments)[-1] == 3.0
    assert moments[-1].request.recipe == timeline.keyframes[3].recipe
    assert rig.engine.rendered[-1] == (103, None)


def test_a_moment_is_an_answer_of_its_own_and_the_face_stays_what_it_is(
    qtbot: QtBot, rig: Rig, timeline: Timeline, moments: list[RenderResult]
) -> None:
    rig.controller.show_moment(Moment(timeline, 5.0))
    qtbot.waitUntil(lambda: times(moments) == [5.0])
    assert rig.frames == []
    assert rig.controller.last_frame is not None
    assert rig.controller.last_frame.request.recipe == rig.session.recipe


def test_once_the_timeline_is_left_no_whole_frame_follows(
    qtbot: QtBot, rig: Rig, timeline: Timeline, moments: list[RenderResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    rig.controller.show_moment(Moment(timeline, 1.0))
    rig.controller.show_moment(None)
    rig.seed(7)
    qtbot.waitUntil(lambda: rig.shown[-1:] == [7] and rig.frames[-1].request.quality is Quality.FULL)
    assert {result.request.quality for result in moments} <= {Quality.PREVIEW}


def test_a_path_that_a_face_cannot_take_is_said_once(
    qtbot: QtBot, rig: Rig, timeline: Timeline, moments: list[RenderResult]
) -> None:
    stored = LatentSource.from_array("w", np.zeros((1, CONFIG.w_dim), np.float32), "stored")
    faces = (replace(timeline.keyframes[0], recipe=Recipe(rig.session.recipe.model, stored)), *timeline.keyframes[1:])
    arc = replace(timeline, keyframes=faces, path="arc")
    for time in (1.0, 2.0, 3.0):
        rig.controller.show_moment(Moment(arc, time))
    rig.controller.show_moment(Moment(timeline, 4.0))
    qtbot.waitUntil(lambda: times(moments) == [4.0])
    assert len(rig.failures) <= 1
