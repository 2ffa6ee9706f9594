"""Models whose small pictures cost as much as large ones: nothing is asked for that only makes the face wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.compute import model_host
from explorer.control import frame_scheduler as frames
from explorer.messages import Quality, Role
from explorer.panels.mixing_panel import MixingPanel
from explorer.view.image_view import ImageView
from explorer.view.overlays import RENDERING
from generator.config import StyleGAN3Config
from generator.recipe.recipe import SeedSource
from tests.support.compute_fixtures import seeded
from tests.support.controller_rig import Rig
from tests.support.panel_fixtures import facts_of, session

ALIAS_FREE = StyleGAN3Config(256, z_dim=8, w_dim=8)


@pytest.fixture
def rig(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    made = Rig(monkeypatch)
    for engine in made.engines.values():
        engine.config = ALIAS_FREE
    yield made
    made.engine.gate.open()
    assert made.controller.close()


def first_face(rig: Rig, qtbot: QtBot) -> None:
    rig.controller.load_model("fake")
    qtbot.waitUntil(lambda: rig.shown == [0, 0] and rig.states[-1] is None)


def test_a_slow_model_that_draws_whole_pictures_is_never_asked_for_previews(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    first_face(rig, qtbot)
    for seed in range(1, 9):
        rig.seed(seed)
    rig.controller.show_before(True)
    qtbot.waitUntil(lambda: rig.shown[-1] == 8 and bool(rig.before))
    assert {frame.request.quality for frame in rig.frames} == {Quality.FULL}
    assert rig.before[0] is not None
    assert rig.before[0].request.quality is Quality.FULL


def test_a_slow_model_whose_previews_are_learnt_is_asked_for_them_and_learns_them_at_rest(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    monkeypatch.setattr(model_host, "TARGET_MS", -1.0)
    rig.engine.learns = True
    rig.controller.load_model("fake")
    qtbot.waitUntil(lambda: len(rig.shown) > 1 and rig.states[-1] is None)
    rig.seed(1, gesture=1)
    qtbot.waitUntil(lambda: Quality.PREVIEW in {frame.request.quality for frame in rig.frames})
    qtbot.waitUntil(lambda: rig.frames[-1].request.quality is Quality.FULL and rig.engine.learnt > 0)
    assert rig.engine.quick > 0


def test_the_first_face_of_a_model_that_has_previews_at_once_begins_with_one(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    rig.engine.learns = rig.engine.previews_at_once = True
    prepared: list[int | None] = []
    rig.engine.prepare = prepared.append
    rig.controller.load_model("fake")
    qtbot.waitUntil(lambda: bool(rig.frames) and rig.frames[-1].request.quality is Quality.FULL)
    assert rig.frames[0].request.quality is Quality.PREVIEW
    assert prepared[0] == rig.engine.rendered[0][1] == 64  # nothing more is prepared before it


def test_a_face_that_is_long_in_coming_is_told_of_until_it_is_there(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_face(rig, qtbot)
    told: list[bool] = []
    rig.controller.late.connect(told.append)
    rig.engine.gate.shut()
    rig.seed(7)
    rig.engine.gate.wait_reached()
    qtbot.waitUntil(lambda: told == [True])
    rig.seed(8)
    rig.engine.gate.let_one_through()
    qtbot.waitUntil(lambda: rig.shown[-1:] == [7] and told == [True, False, True])
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: rig.shown[-1:] == [8])
    assert told == [True, False, True, False]


def test_thumbnails_that_would_keep_the_face_waiting_are_left_out(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "SLOW_THUMBNAIL_MS", -1.0)
    first_face(rig, qtbot)
    rig.seed(7)
    qtbot.waitUntil(lambda: 7 in rig.shown)
    qtbot.wait(3 * frames.SETTLE_MS)
    assert all(size is None for _, size in rig.engine.rendered)
    assert {seen.request.role for seen in rig.thumbnails} <= {Role.FIRST_THUMBNAIL}  # the face itself


def test_an_unedited_face_is_its_own_thumbnail(qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "SLOW_THUMBNAIL_MS", -1.0)
    first_face(rig, qtbot)
    plain = replace(seeded(7), model=rig.session.recipe.model)
    rig.session.edit("Seed", plain)
    qtbot.waitUntil(lambda: rig.session.recipe == plain and bool(rig.thumbnails))
    shown = rig.thumbnails[-1].request
    assert (shown.role, shown.recipe.source) == (Role.FIRST_THUMBNAIL, SeedSource(7))
    assert [size for _, size in rig.engine.rendered] == [None] * len(rig.engine.rendered)


def test_thumbnails_of_a_quick_model_come_once_it_is_known_to_be_quick(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.gate.shut()
    rig.controller.load_model("fake")
    qtbot.waitUntil(lambda: rig.engine.gate.reached.acquire(blocking=False))
    qtbot.wait(3 * frames.SETTLE_MS)  # the hand rests long before the first face is there
    rig.engine.gate.open()
    qtbot.waitUntil(
        lambda: {seen.request.role for seen in rig.thumbnails} == {Role.FIRST_THUMBNAIL, Role.SECOND_THUMBNAIL}
    )
    assert rig.engine.rendered[0] == (0, None)


def test_another_model_leaves_no_thumbnail_of_the_one_before(qtbot: QtBot) -> None:
    doc = session()
    panel = MixingPanel(doc)
    qtbot.addWidget(panel)
    panel.set_thumbnail(Role.SECOND_THUMBNAIL, np.zeros((4, 4, 3), np.uint8))
    doc.set_model(replace(facts_of(ALIAS_FREE), hash="a" * 64))
    assert panel.thumbnails[Role.SECOND_THUMBNAIL].image is None


def test_the_image_says_that_the_next_is_being_rendered_from_when_it_is_late_until_it_is_there(
    qtbot: QtBot, rig: Rig
) -> None:
    first_face(rig, qtbot)
    view = ImageView()
    qtbot.addWidget(view)
    rig.controller.frame_ready.connect(lambda result: view.show_frame(result.pixels))
    rig.controller.late.connect(view.show_rendering)
    view.show_frame(rig.frames[-1].pixels)
    rig.engine.gate.shut()
    rig.seed(7)
    rig.engine.gate.wait_reached()
    assert RENDERING not in view.accessibleDescription()
    rig.controller._frames._waiting.timeout.emit()  # so long has it been under way by now
    assert RENDERING in view.accessibleDescription()
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: rig.shown[-1:] == [7])
    assert RENDERING not in view.accessibleDescription()
