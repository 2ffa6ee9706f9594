"""The controller with a held engine: what is shown, in which quality, and what becomes of results and failures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import (
    ContactSheet,
    ExportImage,
    ModelFound,
    NoModelYet,
    ReadFile,
)
from explorer.compute.model_host import ModelHost
from explorer.document.face_names import OpenedFile
from explorer.document.gestures import new_gesture
from explorer.messages import Quality, Role
from generator.errors import RecipeError
from generator.formats.open_face import Opened
from generator.progress import Job, Progress
from generator.recipe.recipe import Mix, Noise, Recipe, SeedSource, Truncation
from generator.recipe.stored_noise import StoredNoise
from tests.support.compute_fixtures import Gate, Steps, seed_of, work_of_moves
from tests.support.controller_rig import COMPONENTS, Rig


def test_a_face_is_shown_before_its_components_are_fitted(qtbot: QtBot, idle: Rig) -> None:
    idle.fit.gate.shut()
    idle.controller.load_model("fake")
    qtbot.waitUntil(lambda: idle.shown == [0])
    assert idle.session.components is None
    idle.fit.gate.open()
    qtbot.waitUntil(lambda: idle.session.components is COMPONENTS)


def test_the_face_is_rendered_once_more_for_its_place_on_new_components(qtbot: QtBot, idle: Rig) -> None:
    idle.controller.load_model("fake")
    qtbot.waitUntil(lambda: idle.shown == [0, 0])
    assert idle.session.components is COMPONENTS
    assert idle.frames[-1].request.quality is Quality.FULL


def test_every_change_is_rendered_and_the_last_value_is_shown(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(1)
    qtbot.waitUntil(lambda: rig.shown == [1])
    rig.engine.gate.shut()
    gesture = new_gesture()
    for seed in range(2, 102):
        rig.seed(seed, gesture)
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: rig.shown[-1:] == [101])
    assert len(rig.shown) <= 4
    assert rig.session.undo_stack.count() == 2


def test_during_a_drag_the_frame_that_is_ready_is_shown_though_newer_ones_are_asked_for(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.gate.shut()
    rig.seed(1)
    rig.engine.gate.wait_reached()
    rig.seed(2)
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: rig.shown == [1, 2])


def test_undo_renders_the_state_before(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(1)
    rig.session.undo_stack.undo()
    qtbot.waitUntil(lambda: rig.shown[-1:] == [0])


def test_previews_come_while_dragging_and_the_full_frame_when_the_hand_rests(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    rig.engine.gate.shut()
    rig.seed(1)
    rig.engine.gate.wait_reached()
    rig.seed(2)
    rig.seed(3)
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: bool(rig.frames) and rig.frames[-1].request.quality is Quality.FULL)
    assert [frame.request.quality for frame in rig.frames[:-1]] == [Quality.PREVIEW] * (len(rig.frames) - 1)
    assert (rig.shown[0], rig.shown[-1]) == (1, 3)


def test_where_full_frames_are_fast_there_are_no_previews(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(1)
    qtbot.waitUntil(lambda: len(rig.thumbnails) == 1)
    assert [frame.request.quality for frame in rig.frames] == [Quality.FULL]


def test_the_gui_turns_while_a_frame_and_a_job_are_held(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.gate.shut()
    rig.seed(1)
    rig.controller.load_model("other")
    assert work_of_moves(qtbot, rig.seed) < 50
    rig.engine.gate.open()


def test_a_run_of_equal_failures_is_told_once_until_a_frame_comes_again(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.errors = [RecipeError("no")] * 3
    for seed in (1, 2, 3):
        rig.seed(seed)
        qtbot.waitUntil(lambda seed=seed: len(rig.engine.errors) == 3 - seed)
    rig.seed(4)
    qtbot.waitUntil(lambda: rig.shown == [4])
    rig.engine.errors = [RecipeError("no")]
    rig.seed(5)
    qtbot.waitUntil(lambda: len(rig.failures) == 2)


def test_before_shows_the_face_without_edits_while_it_is_held(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(3)
    rig.psi(1.3)
    rig.controller.show_before(True)
    qtbot.waitUntil(lambda: len(rig.before) == 1)
    assert rig.before[0] is not None
    assert rig.before[0].request.recipe == rig.session.neutral
    rig.controller.show_before(False)
    assert rig.before[-1] is None
    rendered = len(rig.engine.rendered)
    rig.controller.show_before(True)
    assert rig.before[-1] is rig.before[0]
    assert len(rig.engine.rendered) == rendered


def test_before_follows_the_face_while_it_is_held(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(3)
    rig.controller.show_before(True)
    qtbot.waitUntil(lambda: [before and seed_of(before.request.recipe) for before in rig.before] == [3])
    rig.seed(4)
    qtbot.waitUntil(lambda: [before and seed_of(before.request.recipe) for before in rig.before] == [3, 4])


def test_before_released_early_shows_nothing_late(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.gate.shut()
    rig.controller.show_before(True)
    rig.engine.gate.wait_reached()
    rig.controller.show_before(False)
    rig.engine.gate.open()
    rig.seed(1)
    qtbot.waitUntil(lambda: rig.shown == [1])
    assert rig.before == [None]


def test_a_slow_before_is_a_preview_first(qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.make_full_frames_slow(monkeypatch)
    rig.controller.show_before(True)
    qtbot.waitUntil(lambda: len(rig.before) == 2)
    assert [result and result.request.quality for result in rig.before] == [Quality.PREVIEW, Quality.FULL]


def test_a_pinned_face_keeps_its_recipe_and_pixels(qtbot: QtBot, rig: Rig) -> None:
    rig.controller.pin()
    rig.seed(7)
    qtbot.waitUntil(lambda: rig.shown == [7])
    assert rig.pinned[-1] is not None
    assert seed_of(rig.pinned[-1].request.recipe) == 0
    assert (rig.pinned[-1].pixels == 0).all()
    rig.controller.unpin()
    assert rig.pinned[-1] is None


def test_a_pinned_preview_becomes_the_full_frame(qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.make_full_frames_slow(monkeypatch)
    rig.controller.frame_ready.connect(rig.controller.pin, Qt.ConnectionType.SingleShotConnection)
    rig.seed(7)
    qtbot.waitUntil(lambda: len(rig.pinned) == 2)
    assert [pinned and pinned.request.quality for pinned in rig.pinned] == [Quality.PREVIEW, Quality.FULL]


def test_thumbnails_of_both_sources_follow_them_at_the_truncation_of_the_recipe(qtbot: QtBot, rig: Rig) -> None:
    rig.session.edit("Mix", replace(rig.session.recipe, mix=Mix(SeedSource(8), (1.0,)), truncation=Truncation(0.5)))
    qtbot.waitUntil(lambda: len(rig.thumbnails) == 2)
    recipes = {result.request.role: result.request.recipe for result in rig.thumbnails}
    model = rig.session.recipe.model
    assert recipes == {
        Role.FIRST_THUMBNAIL: Recipe(model, SeedSource(0), Truncation(0.5)),
        Role.SECOND_THUMBNAIL: Recipe(model, SeedSource(8), Truncation(0.5)),
    }
    rig.session.edit("Mix", replace(rig.session.recipe, mix=Mix(SeedSource(9), (1.0,))))
    qtbot.waitUntil(lambda: len(rig.thumbnails) == 3)
    assert rig.thumbnails[-1].request.role is Role.SECOND_THUMBNAIL


def test_the_next_face_is_drawn_while_the_hand_rests_unless_the_source_is_locked(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.ahead.clear()
    rig.psi(0.3)
    qtbot.waitUntil(lambda: rig.engine.ahead == [(seed_of(rig.session.next_face), None)])
    expected = rig.session.next_face
    rig.engine.rendered.clear()
    rig.frames.clear()
    rig.controller.new_face()
    qtbot.waitUntil(lambda: len(rig.frames) > 0)
    assert rig.frames[0].request.recipe == expected
    assert (seed_of(expected), None) not in rig.engine.rendered
    rig.session.set_locked(True)
    rig.engine.ahead.clear()
    rig.psi(0.4)
    qtbot.waitUntil(lambda: rig.frames[-1].request.recipe == rig.session.recipe)
    assert rig.engine.ahead == []


def test_a_next_face_that_gave_way_to_another_picture_is_drawn_after_it(qtbot: QtBot, rig: Rig) -> None:
    qtbot.waitUntil(lambda: len(rig.engine.ahead) == 1)
    rig.engine.ahead.clear()
    rig.engine.gate.shut()
    rig.psi(0.9)
    rig.engine.gate.let_one_through()
    qtbot.waitUntil(lambda: len(rig.frames) == 1)
    rig.engine.gate.wait_reached()
    rig.engine.gate.wait_reached()  # the next face is being drawn
    rig.controller.show_before(True)
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: bool(rig.before) and len(rig.engine.ahead) > 0)
    assert rig.engine.ahead[-1][0] == seed_of(rig.session.next_face)


def test_new_face_is_rendered_and_undoable(qtbot: QtBot, rig: Rig) -> None:
    rig.controller.new_face()
    qtbot.waitUntil(lambda: len(rig.frames) == 1)
    rig.session.undo_stack.undo()
    qtbot.waitUntil(lambda: rig.shown[-1] == 0)


def test_an_exported_recipe_is_saved_work_and_its_path_is_told(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(task: ExportImage, host: ModelHost) -> Job[None]:
        yield Progress(0, 1, "writing")

    monkeypatch.setattr(ExportImage, "run", export)
    rig.psi(0.3)
    assert rig.session.has_unsaved_work
    rig.controller.export_image("face.png")
    qtbot.waitUntil(lambda: rig.said == ["Saved face.png"])
    assert not rig.session.has_unsaved_work
    assert rig.states[-1] is None


def test_an_opened_file_is_applied_where_nothing_is_lost_and_offered_otherwise(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Opened("folder/face.png", Recipe("", SeedSource(77), Truncation(0.2)), has_recipe=True)

    def read(task: ReadFile, host: ModelHost) -> Job[Opened]:
        yield Progress(0, 0, "reading")
        return opened

    monkeypatch.setattr(ReadFile, "run", read)
    rig.controller.open_file("folder/face.png")
    qtbot.waitUntil(lambda: rig.shown == [77])
    assert rig.session.recipe == replace(opened.recipe, model="f" * 64)
    assert rig.session.undo_stack.undoText() == "Open face.png"
    assert rig.session.opened_file == OpenedFile("face.png", rig.session.recipe)
    assert not rig.session.has_unsaved_work
    rig.psi(0.9)
    rig.controller.open_file("folder/face.png")
    qtbot.waitUntil(lambda: rig.offered == [opened])
    assert rig.session.recipe.truncation.psi == 0.9


def test_a_file_opened_while_the_first_model_loads_is_shown_with_it(
    qtbot: QtBot, idle: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Opened("face.png", Recipe("", SeedSource(77)), has_recipe=True)

    def read(task: ReadFile, host: ModelHost) -> Job[Opened | NoModelYet]:
        yield Progress(0, 0, "reading")
        return opened if host.has_model else NoModelYet(task.path)

    monkeypatch.setattr(ReadFile, "run", read)
    idle.load_gate.shut()
    idle.controller.load_model("fake")
    idle.load_gate.wait_reached()
    idle.controller.open_file("face.png")
    idle.load_gate.open()
    qtbot.waitUntil(lambda: bool(idle.shown) and idle.shown[-1] == 77)
    assert idle.failures == []


def test_of_two_files_opened_one_after_the_other_the_second_counts(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()

    def read(task: ReadFile, host: ModelHost) -> Job[ModelFound | Opened]:
        yield Progress(0, 0, "reading")
        if task.path == "other":
            return ModelFound(task.path)
        gate.pass_through()
        return Opened(task.path, Recipe("", SeedSource(77)), has_recipe=True)

    monkeypatch.setattr(ReadFile, "run", read)
    gate.shut()
    rig.controller.open_file("face.png")
    ReadFile("other").deliver(ModelFound("other"), rig.controller)  # the answer to what was asked before
    gate.open()
    qtbot.waitUntil(lambda: rig.shown[-1:] == [77])
    assert rig.session.facts is not None
    assert rig.session.facts.path == "fake"


def test_a_model_found_by_its_content_is_opened(qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(task: ReadFile, host: ModelHost) -> Job[ModelFound]:
        yield Progress(0, 0, "reading")
        return ModelFound(task.path)

    monkeypatch.setattr(ReadFile, "run", read)
    rig.controller.open_file("other")
    qtbot.waitUntil(lambda: rig.session.facts is not None and rig.session.facts.path == "other")


def test_a_file_whose_question_is_answered_when_another_model_is_open_is_not_taken_for_that_one(
    qtbot: QtBot, rig: Rig
) -> None:
    opened = Opened("face.png", Recipe("f" * 64, SeedSource(77), Truncation(0.2)), has_recipe=True)
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: rig.session.recipe.model == "b" * 64)
    before = rig.session.recipe
    for whole in (True, False):
        rig.controller.apply_opened(opened, whole)
    assert rig.session.recipe == before
    assert [failure.sentence.split(";")[0] for failure in rig.failures] == [
        "face.png was made with model ffffffffffff, but the open model is bbbbbbbbbbbb"
    ] * 2


def test_the_source_alone_of_a_file_leaves_the_edits(qtbot: QtBot, rig: Rig) -> None:
    rig.psi(0.9)
    opened = Opened("face.png", Recipe("", SeedSource(77), Truncation(0.2)), has_recipe=True)
    rig.controller.apply_opened(opened, whole=False)
    assert (rig.session.recipe.source, rig.session.recipe.truncation.psi) == (SeedSource(77), 0.9)


def test_the_source_alone_of_a_projected_photograph_has_its_noise(qtbot: QtBot, rig: Rig) -> None:
    rig.psi(0.9)
    assert rig.session.facts is not None
    sizes = rig.session.facts.config.noise_sizes
    noise = Noise("stored", 0, StoredNoise.of([np.ones(size) for size in sizes]))
    rig.controller.apply_opened(Opened("p.pt", Recipe("", SeedSource(77), noise=noise), has_recipe=False), whole=False)
    assert (rig.session.recipe.noise, rig.session.recipe.truncation.psi) == (noise, 0.9)


def test_cancelling_shows_it_and_brings_back_the_job_before(qtbot: QtBot, rig: Rig) -> None:
    rig.fit = Steps(10**9)  # more than it ever gets to
    rig.fit.gate.shut()
    rig.controller.fit_components()
    rig.fit.gate.wait_reached()
    rig.controller.contact_sheet("sheet.png", (1, 2), 2)
    assert rig.states[-1] is not None
    assert rig.states[-1].title == ContactSheet("sheet.png", Recipe(), (1, 2), 2).title
    assert rig.controller.makes_sheet
    rig.controller.cancel_job()
    assert not rig.controller.makes_sheet
    assert rig.states[-1] is not None
    assert (rig.states[-1].progress.text, rig.states[-1].cancellable) == ("Cancelling", False)
    rig.controller.cancel_job()
    rig.fit.gate.open()
    qtbot.waitUntil(lambda: rig.states[-1] is None)
    assert rig.fit.closed.is_set()


def test_closing_while_rendering_and_fitting_leaves_no_thread_and_says_nothing_more(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(monkeypatch)
    rig.fit = Steps(10**9)  # more than it ever gets to
    rig.controller.load_model("fake")
    qtbot.waitUntil(lambda: len(rig.fit.done) > 3)
    rig.seed(1)
    assert rig.controller.close()
    assert rig.controller.close()
    frames_then, states_then = list(rig.frames), list(rig.states)
    rig.seed(2)
    qtbot.wait(20)
    assert (rig.frames, rig.states) == (frames_then, states_then)
    assert rig.fit.closed.is_set()
