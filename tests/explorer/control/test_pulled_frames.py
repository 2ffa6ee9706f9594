"""Frames of a drag: one that shows what was there before is followed by the full frame, one that fails is told."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.grabbing import Grabber
from explorer.messages import Grab, Quality, RenderRequest
from generator.errors import DirectionError
from tests.support.controller_rig import Rig

PULL = Grab(drag=1, pulls=((0, 0.5, 0.5),))


def test_the_last_preview_of_a_drag_is_followed_by_the_full_frame_where_nothing_moved(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    monkeypatch.setattr(Grabber, "seen", lambda _, result: result)
    rig.controller.grab(PULL)
    qtbot.waitUntil(lambda: [frame.request.quality for frame in rig.frames] == [Quality.PREVIEW, Quality.FULL])


def test_a_frame_of_a_drag_that_fails_is_told_and_holds_no_other_back(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Grabber, request: RenderRequest, __: object) -> RenderRequest:
        if request.grab is not None:
            raise DirectionError("The face was lost.")
        return request

    monkeypatch.setattr(Grabber, "aimed", fail)
    with qtbot.waitSignal(rig.controller.grab_failed):
        rig.controller.grab(PULL)
    rig.seed(9)
    qtbot.waitUntil(lambda: rig.shown[-1:] == [9])
