"""Opening whatever is dropped: a model by its content, in any format and under any name, or else a face."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from explorer.cli.info_faces import file_facts
from explorer.compute.jobs import ExportImage, LoadModel, ModelFound, ReadFile
from explorer.compute.model_host import ModelHost
from explorer.dialogs.files import ask_open
from explorer.settings import Settings
from generator.errors import CheckpointError, OutisError
from generator.formats.open_face import Opened
from generator.networks import Generator
from generator.progress import finish
from generator.recipe.recipe import LatentSource, Recipe
from generator.recipe.recipe_json import to_json
from tests.generator.checkpoint.test_strangers import FILES, NAMED
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.checkpoint_layouts_others import rosinality_state
from tests.support.compute_fixtures import seeded
from tests.support.controller_rig import Rig
from tests.support.refusals import refused

FOREIGN = [
    "web page",
    "error of a server",
    "LFS pointer",
    "Keras",
    "ONNX",
    "SavedModel",
    "TensorFlow Lite",
    "7z",
    "GGUF",
]
FOREIGN += ["protocol 0", "protocol 1"]


@pytest.fixture
def host(tiny_checkpoint: Path) -> ModelHost:
    made = ModelHost()
    finish(LoadModel(str(tiny_checkpoint), "cpu").run(made))
    return made


def nvidia(generator: Generator, path: Path) -> None:
    dump_nvidia({"G_ema": nvidia_generator(generator)}, path)


def rosinality(generator: Generator, path: Path) -> None:
    torch.save({"g_ema": rosinality_state(generator), "latent_avg": generator.w_avg.clone()}, path)


def packed(generator: Generator, path: Path) -> None:
    nvidia(generator, path)
    path.write_bytes(gzip.compress(path.read_bytes()))


@pytest.mark.parametrize(
    ("write", "name"),
    [(nvidia, "snapshot.pkl"), (rosinality, "550000.pt"), (packed, "snapshot.pkl.gz"), (nvidia, "face.png")],
)
def test_a_model_is_known_by_its_content(
    host: ModelHost, tiny: Generator, tmp_path: Path, write: Callable[[Generator, Path], None], name: str
) -> None:
    write(tiny, tmp_path / name)
    path = str(tmp_path / name)
    assert finish(ReadFile(path).run(host)) == ModelFound(path)
    facts = finish(LoadModel(path, "cpu").run(host))
    assert (facts.hash, facts.epoch) == (tiny.hash, 2)


def test_a_torch_file_with_a_latent_is_a_face(host: ModelHost, tmp_path: Path) -> None:
    values = np.random.RandomState(0).randn(host.facts.config.num_ws, host.facts.config.w_dim).astype(np.float32)
    torch.save({"latent": torch.from_numpy(values)}, tmp_path / "face.pt")
    read = finish(ReadFile(str(tmp_path / "face.pt")).run(host))
    assert isinstance(read, Opened)
    assert isinstance(read.recipe.source, LatentSource)
    assert np.array_equal(read.recipe.source.array, values)


def test_a_picture_called_a_model_is_a_picture(host: ModelHost, tmp_path: Path) -> None:
    recipe = Recipe(host.facts.hash)
    finish(ExportImage(str(tmp_path / "face.png"), recipe).run(host))
    (tmp_path / "face.png").rename(tmp_path / "face.pkl")
    read = finish(ReadFile(str(tmp_path / "face.pkl")).run(host))
    assert isinstance(read, Opened)
    assert read.recipe == recipe


@pytest.mark.parametrize("name", ["absent.pkl", "a\0b.pkl", "", "folder.pt"])
def test_what_cannot_be_read_is_told_in_a_sentence(host: ModelHost, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.pt").mkdir()
    with pytest.raises(OutisError, match=r"\.$"):
        finish(ReadFile(str(tmp_path) + "/" + name).run(host))
    assert host.epoch == 1


def test_a_pickle_that_is_no_model_is_told_what_it_is(host: ModelHost, tmp_path: Path) -> None:
    (tmp_path / "list.pkl").write_bytes(b"\x80\x04]\x94.")
    path = str(tmp_path / "list.pkl")
    assert finish(ReadFile(path).run(host)) == ModelFound(path)
    with pytest.raises(CheckpointError, match="without a generator"):
        finish(LoadModel(path).run(host))


@pytest.fixture
def rig(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, host: ModelHost) -> Iterator[Rig]:
    made = Rig(monkeypatch)
    made.controller.load_model("fake")
    qtbot.waitUntil(lambda: made.shown == [0, 0] and made.states[-1] is None)
    yield made
    assert made.controller.close()


def test_only_a_face_that_was_opened_is_announced_for_the_recent_files(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    read: list[str] = []
    rig.controller.file_read.connect(read.append)
    (tmp_path / "good.json").write_text(to_json(seeded(5)))
    (tmp_path / "foreign.json").write_text(to_json(Recipe(model="b" * 64)))
    for name in ("foreign", "absent", "good"):
        rig.controller.open_file(str(tmp_path / f"{name}.json"))
        qtbot.waitUntil(lambda: rig.states[-1] is None)
    assert read == [str(tmp_path / "good.json")]
    assert len(rig.failures) == 2


def test_the_dialog_offers_the_suffixes_of_every_format(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    ask_open(parent, Settings(), lambda _path: None)
    dialog = parent.findChild(QFileDialog)
    assert dialog is not None
    everything, projects, models, faces, directions, timelines, _ = dialog.nameFilters()
    assert "*.outis" in projects
    assert "*.outis" in everything
    for suffix in ("safetensors", "pkl", "pt", "pth", "zip", "gz"):
        assert f"*.{suffix}" in everything
        assert f"*.{suffix}" in models
    for suffix in ("png", "jpg", "webp", "json", "npz", "npy", "pt"):
        assert f"*.{suffix}" in everything
        assert f"*.{suffix}" in faces
    for suffix in ("json", "npy", "npz", "pt", "pkl", "safetensors"):
        assert f"*.{suffix}" in directions
    for suffix in ("timeline.json", "mp4", "webm", "gif", "webp", "png"):
        assert f"*.{suffix}" in everything
        assert f"*.{suffix}" in timelines
    dialog.close()


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_that_nothing_opens_is_called_what_the_reader_of_models_calls_it(
    name: str, host: ModelHost, tmp_path: Path
) -> None:
    path = tmp_path / "w.npy"
    path.write_bytes(FILES[name][0])
    wanted = refused(path).removeprefix("w.npy ")
    with pytest.raises(OutisError) as dropped:
        finish(ReadFile(str(path)).run(host))
    with pytest.raises(OutisError) as asked:
        file_facts(str(path))
    assert (str(dropped.value), str(asked.value)) == (f"w.npy: It {wanted}",) * 2


@pytest.mark.parametrize("name", [name for name, (value, _) in NAMED.items() if isinstance(value, dict)][:10])
def test_a_network_that_nothing_opens_is_left_to_the_reader_of_models(
    name: str, host: ModelHost, tmp_path: Path
) -> None:
    path = str(tmp_path / "a.pt")
    torch.save(NAMED[name][0], path)
    assert finish(ReadFile(path).run(host)) == ModelFound(path)
    assert file_facts(path) is None


def test_a_folder_of_tensorflow_is_left_to_the_reader_of_models(host: ModelHost, tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01\x12")
    assert finish(ReadFile(str(tmp_path)).run(host)) == ModelFound(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "write", "sentence"),
    [
        ("glasses.csv", lambda path: path.write_text("channel,strength\n12,3\n"), "it holds styles (S, StyleSpace)"),
        (
            "mapper.pt",
            lambda path: torch.save({"state_dict": {"mapper.course.weight": torch.zeros(2, 2)}}, path),
            "it holds a mapper network of StyleCLIP",
        ),
    ],
)
def test_what_people_take_for_a_direction_is_named_where_it_is_dropped(
    name: str, write: Callable[[Path], object], sentence: str, tmp_path: Path, host: ModelHost
) -> None:
    write(tmp_path / name)
    with pytest.raises(OutisError, match=f"^{re.escape(f'{name}: {sentence}')}"):
        finish(ReadFile(str(tmp_path / name)).run(host))
