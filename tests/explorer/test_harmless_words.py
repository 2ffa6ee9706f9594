"""Words of files reach titles, notices, tooltips and progress without what a terminal or a window would obey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import LoadModel
from explorer.compute.training_reader import ReadRun, ReadSamples
from explorer.control.notify import JobState, Notifier
from explorer.dialogs.open_choice import ask_how_to_open
from explorer.document.session import Session
from explorer.messages import Failure
from explorer.panels.common.labels import source_name
from explorer.panels.direction_list import DirectionRow
from explorer.settings import Settings
from explorer.training.run import TrainingRun
from explorer.training.window import TrainingWindow
from explorer.widgets import escape_markup
from explorer.window.main_window import MainWindow
from generator import checkpoint
from generator.networks import Generator
from generator.progress import Progress, finish
from generator.recipe.recipe import Direction, LatentSource
from generator.training.data import DataOptions, preparing
from tests.generator.test_errors import HARMFUL, HOSTILE
from tests.generator.training.test_dataset_files import png
from tests.support.models import save_generator
from tests.support.panel_fixtures import facts
from tests.support.window_fixtures import FakeController

FILE = "a\x1b[2Jb\nc\u202ed"  # as a disk may hold it
VALUES = LatentSource.from_array("w", np.ones((1, 8), np.float32), "x")


def harmless(text: str) -> bool:
    return not HARMFUL & set(text)


WORDS: dict[str, Callable[[str], str]] = {
    "progress": lambda name: Progress(0, 0, f"Reading {name}").text,
    "title of a job": lambda name: JobState(1, LoadModel(name), Progress(0, 0, "")).title,
    "failure": lambda name: Failure(f"{name} is damaged.").sentence,
    "tooltip": lambda name: escape_markup.tip(name).replace("\n", ""),
    "menu": escape_markup.entry,
    "direction": lambda name: DirectionRow(Direction("a", VALUES.data), name, "", name).caption,
    "stored latent": lambda name: source_name(replace(VALUES, name=name), ""),
}


@pytest.mark.parametrize("what", WORDS)
def test_words_of_files_are_made_harmless(what: str) -> None:
    assert harmless(WORDS[what](HOSTILE))


def test_a_notice_is_harmless(qtbot: QtBot) -> None:
    notifier = Notifier()
    with qtbot.waitSignal(notifier.said) as said:
        notifier.say(f"{HOSTILE} was written.")
    assert harmless(said.args[0])


def test_the_title_of_the_window_is_harmless(qtbot: QtBot, tmp_path: Path) -> None:
    session = Session()
    window = MainWindow(session, FakeController(), Notifier(), Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    session.set_model(replace(facts(), name=FILE))
    session.edit("latent", replace(session.recipe, source=replace(VALUES, name=FILE)))
    assert "[2J" in window.windowTitle()
    assert harmless(window.windowTitle())


def test_the_title_of_a_training_and_the_question_how_to_open_are_harmless(qtbot: QtBot, tmp_path: Path) -> None:
    window = TrainingWindow(TrainingRun(str(tmp_path / FILE)))
    qtbot.addWidget(window)
    assert harmless(window.windowTitle())
    box = ask_how_to_open(window, str(tmp_path / FILE), lambda _: None)
    assert harmless(box.text())


def test_what_is_told_of_a_folder_is_harmless(tmp_path: Path) -> None:
    assert harmless(finish(ReadRun(str(tmp_path / FILE)).run(None)).error)  # type: ignore[arg-type]
    assert harmless(finish(ReadSamples(str(tmp_path / FILE)).run(None)).error)  # type: ignore[arg-type]


def test_a_model_called_by_a_harmful_file_has_a_harmless_name(tmp_path: Path, tiny: Generator) -> None:
    path = save_generator(tiny, tmp_path / "a.safetensors").rename(tmp_path / f"{FILE}.safetensors")
    told: list[str] = []
    assert harmless(finish(checkpoint.loading(path), lambda progress: told.append(progress.text)).name)
    assert told
    assert all(map(harmless, told))


def test_progress_of_a_data_set_is_harmless(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    (tmp_path / FILE / "a.png").write_bytes(png(1))
    told = [progress.text for progress in preparing(tmp_path / FILE, tmp_path / "out", DataOptions(size=32))]
    assert told
    assert all(map(harmless, told))
