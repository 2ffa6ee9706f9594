"""Frames of a drag: one that shows what was there before is followed by the full frame, one that fails is told."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.grabbing import Grabber
from explorer.compute.preview_size import THUMBNAIL_RESOLUTION
from explorer.messages import Grab, Quality, RenderRequest
from generator.errors import DirectionError
from tests.support.compute_fixtures import FakeEngine, host_with, seeded
from tests.support.controller_rig import Rig

PULL = Grab(drag=1, pulls=((0, 0.5, 0.5),))


def test_the_last_preview_of_a_drag_is_followed_by_the_full_frame_where_nothing_moved(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    monkeypatch.setattr(Grabber, "seen", lambda _, result: result)
    rig.controller.grab(PULL, rig.session.recipe)
    qtbot.waitUntil(lambda: [frame.request.quality for frame in rig.frames] == [Quality.PREVIEW, Quality.FULL])


def test_frames_of_a_drag_are_large_enough_to_measure_points_however_small_previews_are() -> None:
    engine = FakeEngine()
    host = host_with(engine)
    host._preview.resolution = 8
    for number, grab in enumerate((PULL, None)):  # the first one is quick, which would make the second one larger
        host.render(RenderRequest(number, host.epoch, seeded(number), Quality.PREVIEW, grab=grab))
    assert engine.rendered == [(0, THUMBNAIL_RESOLUTION), (1, 8)]


def test_a_frame_of_a_drag_that_fails_is_told_and_holds_no_other_back(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Grabber, request: RenderRequest, __: object) -> RenderRequest:
        if request.grab is not None:
            raise DirectionError("The face was lost.")
        return request

    monkeypatch.setattr(Grabber, "aimed", fail)
    with qtbot.waitSignal(rig.controller.grab_failed):
        rig.controller.grab(PULL, rig.session.recipe)
    rig.seed(9)
    qtbot.waitUntil(lambda: rig.shown[-1:] == [9])
