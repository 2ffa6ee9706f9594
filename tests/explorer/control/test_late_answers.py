"""Answers that come when they are no longer wanted: none of them is shown, or told, as if it were."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.compute.compute_thread import JobFailed
from explorer.control.job_manager import JobManager
from explorer.messages import Failure, Quality, RenderRequest, RenderResult, Role
from tests.support.compute_fixtures import Steps, seeded
from tests.support.controller_rig import Rig


def test_before_of_a_face_that_was_left_meanwhile_is_not_shown(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.gate.shut()
    rig.controller.show_before(True)
    rig.engine.gate.wait_reached()  # the face of before is being drawn
    rig.seed(9)
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: bool(rig.before) and rig.shown[-1:] == [9])
    assert {before and before.request.recipe for before in rig.before} == {rig.session.neutral}


def test_a_thumbnail_under_way_does_not_replace_the_face_shown_for_it(qtbot: QtBot, rig: Rig) -> None:
    frames, role = rig.controller._frames, Role.FIRST_THUMBNAIL
    late = RenderRequest(next(frames._ids), 1, seeded(7), Quality.PREVIEW, role)  # asked for, and not answered yet
    frames._asked[role] = (1, seeded(7), Quality.PREVIEW)
    full = frames.last_full
    assert full is not None
    frames._ask_thumbnail(role, full.request.recipe)
    shown = len(rig.thumbnails)
    frames._accept(RenderResult(late, np.zeros((4, 4, 3), np.uint8), 1.0))
    assert len(rig.thumbnails) == shown > 0


def test_the_failure_of_a_job_that_was_cancelled_is_not_told(qtbot: QtBot, rig: Rig) -> None:
    board: JobManager = rig.controller._jobs
    steps = Steps(1)
    steps.gate.shut()
    board.submit(steps)
    steps.gate.wait_reached()
    job_id = next(reversed(board._tasks))
    board.cancel(Steps)
    board._hear(JobFailed(job_id, Failure("It is broken.")))
    assert rig.failures == []
    steps.gate.open()
