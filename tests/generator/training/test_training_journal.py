"""The journal and the folder of a training: whole lines, whole states, whatever happens while they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ExportError, TrainingError
from generator.training.journal import End, Entry, Journal, Rollback, Samples, Snapshot, Start, Step
from generator.training.run_folder import Origin, RunFolder, State
from generator.training.settings import PRESETS

STEP = Step(64, 32, 0.5, 0.7, 1.3, None, 0.1, 0.5, 12.5, 3.0)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "run")
    folder.create(Origin(tmp_path / "data", "f" * 64, PRESETS["small"]))
    folder.make_ready()
    return folder


def state(value: int) -> State:
    tensors = {"weight": torch.full((3, 4), float(value)), "step": torch.tensor(value), "empty": torch.zeros(0)}
    return State(tensors, {"images": value})


def test_the_lines_are_those_that_readers_rely_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    entries = [Start(0, "run", 100, {}), STEP, Samples(64, "samples/00000064.png")]
    entries += [Snapshot(64, "snapshots/00000064.safetensors", None), Rollback(65, "why"), End(70, "stopped", "So.")]
    for entry in entries:
        journal.write(entry)
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [set(line) for line in lines] == [
        {"kind", "run", "images", "total_images", "settings", "classes"},
        {
            *("kind", "images", "resolution", "fade", "loss_g", "loss_d", "r1", "real_sign", "augment"),
            *("images_per_second", "seconds"),
        },
        {"kind", "images", "path"},
        {"kind", "images", "path", "frechet", "precision", "recall"},
        {"kind", "images", "reason"},
        {"kind", "images", "reason", "sentence"},
    ]
    assert [line["kind"] for line in lines] == ["start", "step", "samples", "snapshot", "rollback", "end"]


def test_a_line_that_a_killed_process_left_unfinished_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path).write(STEP)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"kind": "st')
    Journal(path).write(STEP)
    assert path.read_bytes() == whole * 2


def test_who_listens_hears_each_entry_after_it_is_written(tmp_path: Path) -> None:
    heard: list[Entry] = []
    Journal(tmp_path / "journal.jsonl", heard.append).write(STEP)
    assert heard == [STEP]


def test_a_run_folder_tells_what_it_was_started_with(run: RunFolder, tmp_path: Path) -> None:
    assert run.origin == Origin((tmp_path / "data").resolve(), "f" * 64, PRESETS["small"])


def test_no_folder_that_holds_anything_becomes_a_run(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--resume"):
        run.create(run.origin)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(TrainingError, match="not empty"):
        RunFolder(tmp_path / "photos").create(run.origin)
    with pytest.raises(ExportError, match="does not exist"):
        RunFolder(tmp_path / "no" / "run").create(run.origin)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "outis training", "version": 2}', "\x00"])
def test_damaged_settings_of_a_run_are_refused(run: RunFolder, text: str) -> None:
    (run.path / "settings.json").write_text(text)
    with pytest.raises(TrainingError):
        _ = run.origin


def test_a_state_comes_back_as_it_was_saved(run: RunFolder) -> None:
    run.save_state(state(1))
    run.save_state(state(2))
    for found, expected in ((run.load_state()[0], state(2)), (run.load_state(at=1)[0], state(1))):
        assert found.facts == expected.facts
        assert found.tensors.keys() == expected.tensors.keys()
        assert all(torch.equal(found.tensors[name], tensor) for name, tensor in expected.tensors.items())


@given(place=st.floats(0, 1, exclude_max=True), cut=st.booleans())
def test_a_damaged_state_is_noticed_wherever_it_is_damaged(
    tmp_path_factory: pytest.TempPathFactory, place: float, cut: bool
) -> None:
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    folder.make_ready()
    folder.save_state(state(1))
    folder.save_state(state(2))
    written = bytearray(folder.state(2).read_bytes())
    position = int(place * len(written))
    if cut:
        del written[position:]
    else:
        written[position] ^= 1
    folder.state(2).write_bytes(written)
    found, sentence = folder.load_state()
    if found.facts != state(2).facts or sentence:
        assert found.facts == state(1).facts
        assert "earlier state" in sentence
    assert torch.equal(found.tensors["weight"], state(found.facts["images"]).tensors["weight"])


def test_what_a_killed_process_was_writing_is_removed(run: RunFolder) -> None:
    run.save_state(state(1))
    for folder in (run.path, run.path / "samples", run.path / "snapshots", run.path / "states"):
        (folder / ".outis-0123456789ab.tmp").write_bytes(b"half")
    run.make_ready()
    assert not list(run.path.rglob(".outis-*"))
    assert run.load_state()[0].facts == {"images": 1}


def test_without_any_good_state_the_run_is_refused(run: RunFolder) -> None:
    with pytest.raises(TrainingError, match="has no saved state"):
        run.load_state()
    run.state(3).write_bytes(b"x")
    with pytest.raises(TrainingError, match="damaged"):
        run.load_state()


def test_a_disk_that_is_full_leaves_the_last_state_as_it_is(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    run.save_state(state(1))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExportError, match="the disk is full"):
        run.save_state(state(2))
    assert run.load_state()[0].facts == {"images": 1}
    assert [path.name for path in run.path.rglob("*") if path.is_file()] == ["settings.json", "00000001.safetensors"]


def test_only_as_many_states_are_kept_as_was_asked_for(run: RunFolder) -> None:
    for images in range(3):
        run.save_state(state(images), keep=0)
    assert list(run.states) == [2, 1, 0]
    run.save_state(state(3), keep=2)
    assert list(run.states) == [3, 2]
