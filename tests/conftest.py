"""What all tests share: a small random generator, the shipped one, and user folders that are nobody's."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import rmtree

import pytest
import torch
from hypothesis import settings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

import weights
from generator import checkpoint
from generator.networks import Generator
from tests.support.bounds import settle_memory
from tests.support.effort import tries
from tests.support.models import TINY, random_generator, save_generator

settings.register_profile("untimed", deadline=None, max_examples=tries(40))  # a busy machine makes no claim false
settings.load_profile("untimed")
for wait in (QtBot.waitUntil, QtBot.waitSignal):  # as above: 5 s are too few beside other work
    wait.__kwdefaults__["timeout"] = 60_000


LONGEST = [  # some 7 s of a processor and more each
    *("training/test_training_resume.py", "native/test_native.py", "training/test_training_distributed.py"),
    *("e2e/test_cli_bench.py", "render/test_fast.py", "window/test_training_main_window.py"),
    *("compute/test_torch_start.py", "e2e/test_random_user.py", "window/test_main_window.py"),
    *("training/test_training_smoke.py", "training/test_training_run.py", "render/test_layered.py"),
    *("e2e/test_house.py", "directions/test_made.py", "window/test_people_flow.py", "window/test_dialog_flow.py"),
    *("control/test_switching_models.py", "explorer/test_translation.py", "compute/test_making_directions.py"),
    *("window/test_light_table_flow.py", "e2e/test_grab.py", "render/test_graphed.py", "e2e/test_app.py"),
    *("window/test_catalogue_window.py", "attributes/test_measures.py", "window/test_gallery.py"),
    *("e2e/test_training_cli.py", "native/test_without_programs.py", "native/test_native_memory.py"),
    *("native/test_native_processors.py", "project/test_hostile_projects.py", "checkpoint/test_convert.py"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that several processes end at about the same time."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get("/".join(item.path.parts[-2:]), len(LONGEST)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: it need not be looked through for garbage again and again. What
    tests leave is looked through less often than Python would: they are many, and each leaves little."""
    settle_memory()
    gc.set_threshold(10_000, 20, 20)


def pytest_sessionfinish() -> None:
    """What was copied goes before Qt does, which would ask Python to delete it when there is no Python any more."""
    if QGuiApplication.instance() is not None:
        QGuiApplication.clipboard().clear()


os.environ.setdefault("OUTIS_NATIVE", "1")  # not every process of the tests must try the native programs first


@pytest.fixture(scope="session")
def tiny() -> Generator:
    """A random StyleGAN2 of 32 px; read-only."""
    return random_generator(TINY)


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny: Generator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny` as a file."""
    return save_generator(tiny, tmp_path_factory.mktemp("models") / "tiny.safetensors")


@pytest.fixture(scope="session")
def faces() -> Generator:
    """The shipped model; read-only."""
    return checkpoint.load(weights.FACES)


@pytest.fixture
def no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


@pytest.fixture
def two_threads() -> Iterator[None]:
    """What runs on several threads does so, whatever the environment says."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


_homes = count()


@pytest.fixture(autouse=True)
def isolated_user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Caches, settings and data of the user go to a folder of this test, made by whoever writes into it: thousands of
    tests write nothing."""
    home = tmp_path_factory.getbasetemp() / f"home-{next(_homes)}"
    for variable in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(home / variable.lower()))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    monkeypatch.setenv("APPDATA", str(home))
    yield home
    rmtree(home, ignore_errors=True)
