"""A training that was stopped, cancelled or killed goes on as if nothing had happened: to the last bit on the CPU."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import closing, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from generator.errors import TrainingError
from generator.progress import finish
from generator.training import projected
from generator.training.data import ImageSet
from generator.training.features.weights import weights_file
from generator.training.journal import Entry, Rollback, Snapshot, Start, Step
from generator.training.run_folder import Origin, RunFolder, read_state
from generator.training.settings import Stage
from generator.training.trainer import resuming, training
from tests.support.effort import tries
from tests.support.forked import forked_outis
from tests.support.training_fixtures import CPU, QUICK, cancel_after, resume, shapes, train, train_for

KILLS = tries(2)
STARTING = 1.0  # seconds that a forked process takes at most from its start to its first step


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    return shapes(tmp_path_factory.mktemp("images"), 24, 16)


@pytest.fixture(scope="module")
def uninterrupted(images: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that nothing has happened to; read-only."""
    run = tmp_path_factory.mktemp("uninterrupted") / "run"
    train(QUICK, images, run)
    return run


@pytest.fixture(scope="module")
def stopped_in_a_fade(images: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that was asked to stop after 11 steps; read-only."""
    run = tmp_path_factory.mktemp("stopped") / "run"
    train_for(11, QUICK, images, run)
    return run


def assert_same(run: Path, expected: Path) -> None:
    """Every tensor of the state, every number but the time, and all that is in snapshots and sheets.

    Where `run` was stopped there are more of these.
    """
    found, wanted = (RunFolder(folder).load_state()[0] for folder in (run, expected))
    assert found.tensors.keys() == wanted.tensors.keys()
    assert all(torch.equal(found.tensors[name], tensor) for name, tensor in wanted.tensors.items())
    assert {**found.facts, "seconds": 0} == {**wanted.facts, "seconds": 0}
    for pattern in ("snapshots/*", "samples/*"):
        written = {path.name: contents(path) for path in expected.glob(pattern)}
        assert written.items() <= {path.name: contents(path) for path in run.glob(pattern)}.items()
        assert written


def contents(path: Path) -> tuple[object, bytes]:
    """The bytes of a file; safetensors writes its facts in another order each time, so those are read."""
    written = path.read_bytes()
    if path.suffix != ".safetensors":
        return None, written
    end = 8 + int.from_bytes(written[:8], "little")
    return json.loads(written[8:end]), written[end:]


@pytest.mark.parametrize("steps", [3, 8], ids=["in a stage", "between stages"])
def test_resumed_is_uninterrupted_bit_for_bit(
    images: ImageSet, uninterrupted: Path, tmp_path: Path, steps: int
) -> None:
    train_for(steps, QUICK, images, tmp_path / "run")
    resume(tmp_path / "run")
    assert_same(tmp_path / "run", uninterrupted)


def test_resumed_in_a_fade_is_uninterrupted_bit_for_bit(
    uninterrupted: Path, stopped_in_a_fade: Path, tmp_path: Path
) -> None:
    shutil.copytree(stopped_in_a_fade, tmp_path / "run")
    resume(tmp_path / "run")
    assert_same(tmp_path / "run", uninterrupted)


def test_a_state_of_an_earlier_version_with_its_older_names_is_resumed_to_the_same_bits(
    uninterrupted: Path, stopped_in_a_fade: Path, tmp_path: Path
) -> None:
    run = RunFolder(shutil.copytree(stopped_in_a_fade, tmp_path / "run"))
    state, _ = run.load_state()
    older = {name.replace("discriminator.", "critic."): tensor for name, tensor in state.tensors.items()}
    assert older.keys() != state.tensors.keys()
    run.save_state(replace(state, tensors=older), keep=1)
    resume(run.path)
    assert_same(run.path, uninterrupted)


def test_a_cancelled_training_goes_on_from_its_last_saved_state(
    images: ImageSet, uninterrupted: Path, tmp_path: Path
) -> None:
    cancel_after(11, QUICK, images, tmp_path / "run")
    assert RunFolder(tmp_path / "run").load_state()[0].facts["images"] == 32
    resume(tmp_path / "run")
    assert_same(tmp_path / "run", uninterrupted)


def test_with_projected_discriminators_resumed_is_uninterrupted_as_well(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        weights_file()
    except TrainingError:
        pytest.skip("needs the extra `train`")
    monkeypatch.setattr(projected, "CHANNELS", {4: 4, 8: 8, 16: 8, 32: 16})  # 1/500 of the weights to save
    settings = replace(QUICK, projected_weight=0.5, stages=(Stage(16, 4, 2),), snapshot_images=2)
    for name in ("whole", "parts"):  # a snapshot is named after its run
        (tmp_path / name).mkdir()
    train(settings, images, tmp_path / "whole" / "run")
    train_for(1, settings, images, tmp_path / "parts" / "run")
    resume(tmp_path / "parts" / "run")
    assert_same(tmp_path / "parts" / "run", tmp_path / "whole" / "run")


def test_a_damaged_state_falls_back_to_the_one_before_and_says_so(
    uninterrupted: Path, stopped_in_a_fade: Path, tmp_path: Path
) -> None:
    folder = RunFolder(shutil.copytree(stopped_in_a_fade, tmp_path / "run"))
    last = folder.states[44]
    last.write_bytes(last.read_bytes()[:-100])
    heard: list[Entry] = []
    kept: list[list[int]] = []

    def hear(entry: Entry) -> None:
        heard.append(entry)
        if isinstance(entry, Snapshot):
            kept.append(list(folder.states))

    resume(tmp_path / "run", hear)
    (told,) = (entry for entry in heard if isinstance(entry, Rollback))
    assert kept == [[48, 32], [64, 48]]  # the damaged one takes no good one's place
    assert told == Rollback(32, "states/00000044.safetensors is damaged or cannot be read. An earlier state is used.")
    assert_same(tmp_path / "run", uninterrupted)


def test_every_kept_state_can_be_resumed_from(images: ImageSet, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    train(replace(QUICK, stages=QUICK.stages[:1], keep_states=0), images, run.path)
    assert list(run.states) == [32, 16, 0]
    with pytest.raises(TrainingError, match="no state after 20 images; it has: 0, 16, 32"):
        resume(run.path, at=20)
    last = read_state(run.states[32])
    heard: list[Entry] = []
    assert resume(run.path, heard.append, at=16).reason == "done"
    assert [entry.images for entry in heard if isinstance(entry, Start | Step)] == [16, 20, 24, 28, 32]
    again = read_state(run.states[32])
    assert all(torch.equal(again.tensors[name], tensor) for name, tensor in last.tensors.items())


def test_resumed_from_an_earlier_state_it_forgets_the_later_ones(images: ImageSet, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    train(replace(QUICK, stages=QUICK.stages[:1], keep_states=0), images, run.path)
    with closing(resuming(run.path, CPU, at=16)) as job:
        next(job)
    assert list(run.states) == [16, 0]


def test_a_training_that_ended_before_its_first_state_begins_when_it_is_resumed(
    images: ImageSet, uninterrupted: Path, tmp_path: Path
) -> None:
    run = RunFolder(tmp_path / "run")
    run.create(Origin(images.folder, images.fingerprint, QUICK))  # and then it was killed
    resume(run.path)
    assert_same(run.path, uninterrupted)


def test_a_training_whose_networks_cannot_be_made_leaves_no_folder(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise TrainingError("EfficientNet-Lite0 needs the extra")

    monkeypatch.setattr(projected, "efficientnet_lite0", missing)
    with pytest.raises(TrainingError, match="needs the extra"):
        train(replace(QUICK, projected_weight=0.5), images, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_in_which_a_training_was_killed_before_it_had_settings_is_as_good_as_empty(
    images: ImageSet, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".outis-0123456789ab.tmp").touch()
    train_for(0, QUICK, images, tmp_path / "run")
    assert not list((tmp_path / "run").glob(".outis-*"))


def test_a_run_goes_on_with_its_own_data_only(images: ImageSet, tmp_path: Path) -> None:
    train_for(1, QUICK, images, tmp_path / "run")
    settings = tmp_path / "run" / "settings.json"
    settings.write_text(settings.read_text().replace(images.fingerprint, "0" * 64))
    with pytest.raises(TrainingError, match="is not the data set that run was started with"):
        resume(tmp_path / "run")


def test_data_that_are_replaced_within_a_training_end_it_before_its_next_stage(
    images: ImageSet, tmp_path: Path
) -> None:
    copied = ImageSet.open(shutil.copytree(images.folder, tmp_path / "data"))
    with closing(training(QUICK, copied, tmp_path / "run", CPU)) as job:
        next(job)
        manifest = tmp_path / "data" / "manifest.json"
        manifest.write_text(manifest.read_text().replace(images.fingerprint, "0" * 64))
        with pytest.raises(TrainingError, match="is not the data set that run was started with"):
            finish(job)
    assert RunFolder(tmp_path / "run").load_state()[0].facts["images"] == 32  # the end of the first stage


def test_a_state_of_other_settings_is_refused(images: ImageSet, tmp_path: Path) -> None:
    train_for(1, QUICK, images, tmp_path / "run")
    settings = tmp_path / "run" / "settings.json"
    settings.write_text(settings.read_text().replace('"w_dim": 8', '"w_dim": 16'))
    with pytest.raises(TrainingError, match="not of a training with these settings"):
        resume(tmp_path / "run")


def test_killed_at_random_moments_it_loses_at_most_one_snapshot_interval(
    images: ImageSet, uninterrupted: Path, tmp_path: Path
) -> None:
    """A real process and a real SIGKILL: while it starts, between two steps, or while something is written."""
    settings, random = QUICK.with_total(32 * KILLS), np.random.default_rng(KILLS)
    whole = uninterrupted if settings == QUICK else tmp_path / "whole" / "run"
    if whole != uninterrupted:
        whole.parent.mkdir()
        train(settings, images, whole)
    (tmp_path / "settings.json").write_text(json.dumps(settings.to_json()))
    run = RunFolder(tmp_path / "run")
    begin = [str(images.folder), str(run.path), "--settings", str(tmp_path / "settings.json")]
    for kill in range(KILLS):
        before = _saved(run)
        lines, seconds = int(random.integers(1, 20)), random.uniform(0, 0.02)
        if kill % 3 == 0:
            lines, seconds = 0, random.uniform(0, STARTING)
        told = _killed_after(["--resume", str(run.path)] if run.settings.exists() else begin, lines, seconds)
        assert before <= _saved(run)
        assert told - _saved(run) <= QUICK.snapshot_images
    resume(run.path)
    assert_same(run.path, whole)


def _saved(run: RunFolder) -> int:
    """Images of the last good state; 0 where none is saved yet."""
    if not run.states:
        return 0
    state, warning = run.load_state()
    assert not warning
    return int(state.facts["images"])


def _killed_after(arguments: list[str], lines: int, seconds: float) -> int:
    """Train in a process that is killed some time after some lines of its journal; the last count that it told."""
    with forked_outis("train", *arguments, "--json", "--device", "cpu") as child:
        told = [json.loads(line)["images"] for line in islice(child.stdout, lines)]
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        child.kill()
        told += [json.loads(line)["images"] for line in child.stdout if line.endswith("\n")]
        return max(told, default=0)


def test_what_keeps_a_training_from_going_on_leaves_its_journal_alone(images: ImageSet, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    train_for(1, QUICK, images, run.path)
    written = run.journal.read_bytes()
    with pytest.raises(TrainingError, match="no state after 20 images"):
        resume(run.path, at=20)
    for state in run.states.values():
        state.write_bytes(b"")
    with pytest.raises(TrainingError, match="damaged"):
        resume(run.path)
    assert run.journal.read_bytes() == written
