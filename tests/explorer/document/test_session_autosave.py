"""What is there again at the next start, and that nothing damaged is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from explorer import app
from explorer.document.session import Session
from explorer.document.session_autosave import SessionFiles, keep, kept
from explorer.messages import SavedSession
from generator.config import GeneratorConfig
from generator.errors import LatentError, RecipeError
from generator.formats.open_face import check_shapes
from generator.recipe.recipe import LatentSource, Recipe, SeedSource, Truncation
from tests.support.panel_fixtures import facts_of
from tests.support.recipe_strategies import recipes

MODEL, OTHER, CONFIG = "a" * 64, "b" * 64, GeneratorConfig(256, z_dim=8, w_dim=8)
EDITED = Recipe(MODEL, SeedSource(7), Truncation(0.3))
STORED = (SeedSource(1), LatentSource.from_array("w+", np.ones((14, 8), np.float32), "mine"))


def file_of(home: Path) -> Path:
    return home / "data" / "outis" / "sessions" / f"{MODEL}.json"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(recipe=recipes)
def test_any_face_comes_back_as_it_was(recipe: Recipe) -> None:
    session = SavedSession(replace(recipe, model=MODEL), STORED)
    keep(session)
    try:
        check_shapes(session.recipe, CONFIG)
        expected = session
    except (RecipeError, LatentError):  # it has the sizes of another model
        expected = None
    assert kept(MODEL, CONFIG) == expected
    assert kept("b" * 64, CONFIG) is None


def test_an_edited_face_is_kept_until_there_is_nothing_to_lose(isolated_user_folders: Path) -> None:
    keep(SavedSession(EDITED, STORED))
    assert kept(MODEL, CONFIG) == SavedSession(EDITED, STORED)
    keep(SavedSession(Recipe(MODEL, SeedSource(7))))
    assert kept(MODEL, CONFIG) is None
    assert not file_of(isolated_user_folders).exists()


@pytest.mark.parametrize("change", ["cut", "empty", "[]", "version", "shape", "model", "nested"])
def test_what_is_damaged_or_of_other_sizes_counts_as_none(isolated_user_folders: Path, change: str) -> None:
    keep(SavedSession(EDITED, STORED))
    path = file_of(isolated_user_folders)
    text = path.read_text()
    changed = {
        "cut": text[:-20],
        "empty": "",
        "[]": "[]",
        "version": text.replace('"version": 1', '"version": 9'),
        "shape": text,
        "model": text.replace(MODEL, "b" * 64),
        "nested": "[" * 100_000,
    }
    path.write_text(changed[change])
    config = GeneratorConfig(512, z_dim=8, w_dim=8) if change == "shape" else CONFIG
    assert kept(MODEL, config) is None
    if change != "model":
        assert path.with_suffix(".damaged").read_text() == changed[change]


def test_a_folder_that_cannot_be_written_loses_only_the_memory(isolated_user_folders: Path) -> None:
    isolated_user_folders.mkdir(parents=True, exist_ok=True)
    (isolated_user_folders / "data").write_text("a file where the folder should go")
    keep(SavedSession(EDITED))
    assert kept(MODEL, CONFIG) is None


def opened(session: Session, model: str) -> None:
    """As the compute thread tells of a model: with what was kept of it by then."""
    session.set_model(replace(facts_of(CONFIG), hash=model, kept=kept(model, CONFIG)))


def resuming(seed: int = 3) -> Session:
    made = Session(Recipe(source=SeedSource(seed)), resumes=True)
    made.leaving.connect(keep)
    return made


def close(session: Session) -> None:
    assert session.to_be_kept is not None
    keep(session.to_be_kept)


def test_a_session_goes_on_with_what_was_kept_of_its_first_model_if_it_is_to() -> None:
    keep(SavedSession(EDITED, STORED))
    fresh, session = Session(Recipe(source=SeedSource(3))), resuming()
    assert session.to_be_kept is None
    for made in (fresh, session):
        opened(made, MODEL)
    assert (fresh.recipe.source, fresh.stored_sources) == (SeedSource(3), ())
    assert (session.recipe, session.stored_sources) == (EDITED, STORED)
    assert session.has_unsaved_work
    assert session.to_be_kept == SavedSession(EDITED, STORED)


def test_what_was_made_with_a_model_is_kept_when_another_is_opened() -> None:
    session = resuming()
    opened(session, MODEL)
    session.edit("Psi", replace(session.recipe, truncation=Truncation(0.3)))
    session.store_source(STORED[1])
    left = session.recipe
    opened(session, OTHER)
    assert kept(MODEL, CONFIG) == SavedSession(left, (STORED[1],))
    assert session.stored_sources == ()


def test_a_model_opened_later_brings_its_stored_faces_but_leaves_the_face_that_is_shown() -> None:
    keep(SavedSession(EDITED, STORED))
    session = resuming()
    opened(session, OTHER)
    session.store_source(SeedSource(5))
    opened(session, MODEL)
    assert session.recipe.source == SeedSource(3)
    assert session.stored_sources == STORED


@pytest.mark.parametrize("psi", [0.7, 0.5])  # as it is at first, and as another model had it
def test_only_a_face_that_was_edited_with_the_model_takes_the_place_of_one_that_is_kept(psi: float) -> None:
    keep(SavedSession(EDITED, STORED))
    session = resuming()
    opened(session, OTHER)
    session.edit("Psi", replace(session.recipe, truncation=Truncation(psi)))
    opened(session, MODEL)
    session.new_face()
    close(session)
    assert kept(MODEL, CONFIG) == SavedSession(EDITED, STORED)
    opened(session, OTHER)
    opened(session, MODEL)
    close(session)
    assert kept(MODEL, CONFIG) == SavedSession(EDITED, STORED)
    session.edit("Psi", replace(session.recipe, truncation=Truncation(0.9)))
    close(session)
    assert kept(MODEL, CONFIG) == SavedSession(session.recipe, STORED)


def test_now_and_then_what_changed_is_kept(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    class Window(QObject):
        closing = Signal()

    written: list[SavedSession] = []
    monkeypatch.setattr(app, "KEEP_MS", 1)
    monkeypatch.setattr(app, "keep", lambda kept: written.append(kept) or True)
    session, window = Session(Recipe(source=SeedSource(3)), resumes=True), Window()
    keeper = app.Autosaver(session, window)  # type: ignore[arg-type]
    opened(session, MODEL)
    qtbot.waitUntil(lambda: len(written) == 1)
    session.edit("Psi", replace(session.recipe, truncation=Truncation(0.3)))
    qtbot.waitUntil(lambda: len(written) == 2)
    keeper.keep_now()
    window.closing.emit()
    assert [kept.recipe for kept in written] == [Recipe(MODEL, SeedSource(3)), session.recipe]  # and nothing twice


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_a_device_in_place_of_the_file_counts_as_none(isolated_user_folders: Path, kind: str) -> None:
    path = file_of(isolated_user_folders)
    path.parent.mkdir(parents=True)
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    assert kept(MODEL, CONFIG) is None
    keep(SavedSession(EDITED))
    assert kept(MODEL, CONFIG) == SavedSession(EDITED)


@pytest.fixture
def window() -> Iterator[Callable[[], SessionFiles]]:
    """Makes what each window has to keep sessions."""
    made: list[SessionFiles] = []
    yield lambda: made.append(SessionFiles()) or made[-1]
    closed(*made)


def test_an_untouched_second_window_of_the_same_model_leaves_the_session_of_the_first(
    window: Callable[[], SessionFiles],
) -> None:
    first, second, later = window(), window(), window()
    first.keep(SavedSession(EDITED, STORED))
    assert second.kept(MODEL, CONFIG) is None
    second.keep(SavedSession(Recipe(MODEL, SeedSource(7))))
    assert first.kept(MODEL, CONFIG) == SavedSession(EDITED, STORED)
    closed(first, second)
    assert later.kept(MODEL, CONFIG) == SavedSession(EDITED, STORED)


def test_two_windows_of_the_same_model_are_both_there_again(window: Callable[[], SessionFiles]) -> None:
    windows = window(), window()
    sessions = [SavedSession(replace(EDITED, source=SeedSource(seed))) for seed in range(2)]
    for opened_window, session in zip(windows, sessions, strict=True):
        opened_window.keep(session)
    closed(*windows)
    again = window(), window()
    assert [each.kept(MODEL, CONFIG) for each in again] == sessions


def test_a_session_of_a_second_window_is_found_when_the_first_left_none(window: Callable[[], SessionFiles]) -> None:
    first, second, later = window(), window(), window()
    first.keep(SavedSession(EDITED))
    second.keep(SavedSession(EDITED, STORED))
    first.keep(SavedSession(Recipe(MODEL, SeedSource(7))))
    closed(first, second)
    assert later.kept(MODEL, CONFIG) == SavedSession(EDITED, STORED)


def closed(*windows: SessionFiles) -> None:
    """As when their processes end, for which the system lets go of the locks."""
    for window in windows:
        window.close()
