"""A training from its beginning to its end: what it writes, how it grows, and what it does when it diverges."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generator import checkpoint
from generator.errors import ExportError, TrainingError
from generator.progress import Job, Progress, finish
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine
from generator.training import batches, trainer
from generator.training.data import ImageSet
from generator.training.evaluation import EvaluationSettings, evaluating
from generator.training.features import pooled
from generator.training.gan import GanState, seed_of
from generator.training.growing import faded_images
from generator.training.journal import Entry, Rollback, Samples, Snapshot, Step
from generator.training.run_folder import RunFolder
from generator.training.settings import Stage
from generator.training.snapshots import finished
from generator.training.stepper import Stepper
from tests.support.training_fixtures import CPU, QUICK, after, resume, shapes, train, train_for


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    return shapes(tmp_path_factory.mktemp("images"), 24, 16)


@pytest.fixture(scope="module")
def run(images: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that has ended; read-only."""
    folder = tmp_path_factory.mktemp("runs") / "discs"
    settings = replace(QUICK, frechet_samples=16, sample_images=32)
    assert train(settings, images, folder).reason == "done"
    return folder


def lines(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]


def test_the_journal_tells_the_whole_training(run: Path) -> None:
    told = lines(run)
    assert [line["kind"] for line in (told[0], told[-1])] == ["start", "end"]
    steps = [line for line in told if line["kind"] == "step"]
    assert [line["images"] for line in steps] == list(range(4, 65, 4))
    assert [line["resolution"] for line in steps] == [8] * 8 + [16] * 8
    assert [line["fade"] for line in steps] == [1.0] * 8 + [0.25, 0.5, 0.75] + [1.0] * 5
    assert all(line["loss_d"] > 0 for line in steps)
    assert [line["r1"] is None for line in steps] == [False] * 8 + [True] + [False] * 7  # a stage begins anew
    files = [line["path"] for line in told if line["kind"] in ("samples", "snapshot")]
    assert len(files) == 5 + 4
    assert all((run / name).is_file() for name in files)


def test_every_snapshot_opens_in_outis_and_draws(run: Path) -> None:
    for path in sorted((run / "snapshots").glob("*.safetensors")):
        generator = checkpoint.load(path)
        seen = int(path.stem)
        assert generator.config.img_resolution == (8 if seen <= 32 else 16)
        assert generator.name == f"discs-{path.stem}"
        picture = Engine(generator, "cpu").render(Recipe(generator.hash, SeedSource(85)))
        assert picture.shape == (generator.config.img_resolution,) * 2 + (3,)


def test_a_snapshot_tells_its_data_its_training_and_its_measure(run: Path, images: ImageSet) -> None:
    told = [line for line in lines(run) if line["kind"] == "snapshot"][-1]
    card = (run / told["path"]).with_suffix(".md").read_text()
    description = checkpoint.load(run / told["path"]).description
    for fact in (
        images.name,
        images.fingerprint,
        "24 images",
        "64 of 64 images",
        f"Fréchet distance {told['frechet']:.2f}, precision",
        "16 samples against 24 images",
        "synthetic",
    ):
        assert fact in card
        assert fact in description


def test_a_sample_sheet_shows_32_seeds_of_the_current_resolution(run: Path) -> None:
    with Image.open(run / "samples" / "00000064.png") as sheet:
        assert sheet.size == (8 * 16, 4 * 16)


def test_a_snapshot_within_a_fade_draws_what_the_discriminator_is_shown(images: ImageSet) -> None:
    gan = GanState.begun(QUICK, 8, CPU).grown(16, CPU)
    z = torch.randn(2, QUICK.z_dim)
    kept = finished(gan.generator, 0.25, "kept")
    with torch.no_grad():
        ws = kept.mapping(z)[:, None].repeat(1, kept.config.num_ws, 1)
        shown = faded_images(gan.generator, ws, torch.tensor(0.25))  # noise has no strength yet
        torch.testing.assert_close(kept.synthesis(ws), shown, atol=1e-5, rtol=1e-4)


def test_at_the_end_of_a_stage_the_snapshot_is_the_whole_average(images: ImageSet, tmp_path: Path) -> None:
    train_for(8, QUICK, images, tmp_path / "run")
    kept = checkpoint.load(tmp_path / "run" / "snapshots" / "00000032.safetensors")
    state = RunFolder(tmp_path / "run").load_state()[0]
    assert kept.config.img_resolution == 8
    assert all(torch.equal(tensor, state.tensors[f"ema.{name}"]) for name, tensor in kept.state_dict().items())


def test_growing_carries_every_tensor_over_with_the_state_of_its_optimiser(images: ImageSet) -> None:
    gan = GanState.begun(QUICK, 8, CPU)
    stepper = Stepper(gan, images.pixels(8), 4, CPU, ranks=_alone())
    stepper.step(0, 0, 0.0)
    before = {name: tensor.clone() for name, tensor in gan.tensors().items()}
    grown = gan.grown(16, CPU)
    after = grown.tensors()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    fresh = {name for name in after if name not in before}
    assert {name.split(".")[0] for name in fresh} == {"generator", "discriminator", "ema", "adam"}
    assert all(".b16." in name for name in fresh)


def _alone() -> Any:
    from generator.training.distributed import Ranks

    return Ranks()


def test_a_step_moves_generator_discriminator_and_average_and_no_other_draws_are_the_same(images: ImageSet) -> None:
    def stepped(attempt: int) -> dict[str, torch.Tensor]:
        gan = GanState.begun(QUICK, 8, CPU)
        Stepper(gan, images.pixels(8), 4, CPU, _alone()).step(0, attempt, 0.5)
        return gan.tensors()

    begun, first, again, other = GanState.begun(QUICK, 8, CPU).tensors(), stepped(0), stepped(0), stepped(1)
    name = "synthesis.b8.conv1.weight"
    for key in (f"generator.{name}", f"ema.{name}", "discriminator.b8.conv0.weight"):
        assert torch.equal(first[key], again[key])
        assert not torch.equal(first[key], begun[key])
        assert not torch.equal(first[key], other[key])


def test_data_are_shuffled_anew_each_epoch_and_every_image_comes_once() -> None:
    order = [batches.indices(3, 10, images, 4) for images in range(0, 40, 4)]
    epochs = np.concatenate(order).reshape(4, 10)
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs.tolist())
    assert len({tuple(epoch) for epoch in epochs.tolist()}) == 4
    assert not np.array_equal(batches.indices(4, 10, 0, 10), epochs[0])


def test_bytes_become_floats_about_zero() -> None:
    floats = batches.as_floats(torch.tensor([0, 255], dtype=torch.uint8))
    assert floats.tolist() == [-1.0, 1.0]


def test_seeds_of_other_parts_are_others() -> None:
    parts = [("step", 0, 4), ("step", 4, 0), ("step", 0, 5), ("grown", 0, 4)]
    assert len({seed_of(*each) for each in parts}) == len(parts)


def poison(monkeypatch: pytest.MonkeyPatch, when: Any) -> None:
    """Let a weight of the discriminator become infinite in steps for which `when(images, attempt)`."""
    honest = Stepper.step

    def step(self: Stepper, images: int, attempt: int, augment: float) -> dict[str, float]:
        if when(images, attempt):
            with torch.no_grad():
                self._gan.tensors()["discriminator.b8.conv0.weight"].fill_(float("inf"))
        return honest(self, images, attempt, augment)

    monkeypatch.setattr(Stepper, "step", step)


def test_a_training_that_diverges_goes_back_and_on_with_other_draws(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, lambda seen, attempt: seen == 24 and attempt == 0)
    heard: list[Entry] = []
    end = train(replace(QUICK, stages=QUICK.stages[:1]), images, tmp_path / "run", heard.append)
    (rollback,) = (entry for entry in heard if isinstance(entry, Rollback))
    assert (rollback.images, end.reason) == (28, "done")
    assert "16 images" in rollback.reason
    assert [entry.images for entry in heard if isinstance(entry, Step)] == [4, 8, 12, 16, 20, 24, 20, 24, 28, 32]
    state = RunFolder(tmp_path / "run").load_state()[0]
    assert state.facts["attempt"] == 1
    assert all(tensor.isfinite().all() for tensor in state.tensors.values())


def test_one_process_of_several_that_diverges_takes_all_of_them_back(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Stepper.step

    def step(self: Stepper, images: int, attempt: int, augment: float) -> dict[str, float]:
        return honest(self, images, attempt, augment) | ({"finite": 0.5} if attempt == 0 else {})  # the mean of two

    monkeypatch.setattr(Stepper, "step", step)
    heard: list[Entry] = []
    train(replace(QUICK, stages=(Stage(8, 4, 4),)), images, tmp_path / "run", heard.append)
    assert [entry.images for entry in heard if isinstance(entry, Rollback)] == [4]


def test_the_pace_is_the_clock_s_with_all_that_is_done_between_two_steps(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, honest = [0.0], Stepper.step

    def lasting(seconds: float) -> None:
        clock[0] += seconds

    def step(self: Stepper, images: int, attempt: int, augment: float) -> dict[str, float]:
        lasting(2)
        return honest(self, images, attempt, augment)

    monkeypatch.setattr(Stepper, "step", step)
    monkeypatch.setattr(trainer, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    monkeypatch.setattr(trainer, "sample_sheet", lambda *_: lasting(8))
    heard: list[Entry] = []
    settings = replace(QUICK, stages=(Stage(8, 12, 4),), sample_images=8)
    train(settings, images, tmp_path / "run", heard.append)
    steps = [entry for entry in heard if isinstance(entry, Step)]
    assert [entry.images_per_second for entry in steps] == pytest.approx([2, 2, 0.4])
    assert steps[-1].seconds == 6  # of steps alone


def test_a_training_that_always_diverges_stops_with_one_sentence_and_keeps_its_state(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, lambda seen, _attempt: seen == 24)
    with pytest.raises(TrainingError, match="diverged 4 times in a row, last after 28 images"):
        train(QUICK, images, tmp_path / "run")
    assert [line["kind"] for line in lines(tmp_path / "run")].count("rollback") == 3
    assert lines(tmp_path / "run")[-1]["reason"] == "failed"
    assert RunFolder(tmp_path / "run").load_state()[0].facts["images"] == 16


def test_a_full_disk_ends_the_training_in_one_sentence_and_it_goes_on_later(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    train_for(2, QUICK, images, run)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(ExportError, match="the disk is full"):
            resume(run)
    assert RunFolder(run).load_state()[0].facts["images"] == 8
    assert resume(run).reason == "done"


def test_asked_to_stop_while_it_measures_it_has_saved_before_and_gives_the_measure_up(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawing and comparing samples takes minutes on a CPU: they are no reason to wait, nor to lose a state."""
    run, asked = RunFolder(tmp_path / "run"), []

    def endless(*_: object) -> Job[None]:
        try:
            while True:
                yield Progress(0, 0, "Drawing samples")
                asked.append(list(run.states))
        finally:
            asked.append("closed")

    monkeypatch.setattr(trainer, "evaluating", endless)
    settings = replace(QUICK, stages=QUICK.stages[:1], frechet_samples=16)
    heard: list[Entry] = []
    end = finish(trainer.training(settings, images, run.path, CPU, lambda: len(asked) > 2, heard.append))
    assert (end.reason, end.images) == ("stopped", 16)
    assert asked == [[16, 0], [16, 0], [16, 0], "closed"]
    (snapshot,) = (entry for entry in heard if isinstance(entry, Snapshot))
    assert snapshot.frechet is None
    assert "not measured" in (run.path / snapshot.path).with_suffix(".md").read_text()


def test_three_images_are_learnt_from_but_not_measured_against(tmp_path: Path) -> None:
    few = shapes(tmp_path, 3, 8)
    settings = replace(QUICK, stages=(Stage(8, 4, 4),), final_samples=16)
    assert train(settings, few, tmp_path / "run").reason == "done"
    model = checkpoint.load(tmp_path / "run" / "snapshots" / "00000004.safetensors")
    with pytest.raises(TrainingError, match="holds 3 images; at least 4 are needed"):
        finish(evaluating(model, few, EvaluationSettings(16, space="patches")))


def test_a_measure_that_needs_what_is_missing_is_refused_at_once(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise TrainingError("EfficientNet-Lite0 needs the extra")

    monkeypatch.setattr(pooled, "efficientnet_lite0", missing)
    settings = replace(QUICK, final_samples=16, frechet_space="efficientnet-lite0")
    with pytest.raises(TrainingError, match="needs the extra"):
        train(settings, images, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_would_fail_later_is_said_at_once(images: ImageSet, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="--size 32"):
        train(replace(QUICK, stages=(*QUICK.stages, Stage(32, 8, 4))), images, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def kinds(heard: list[Entry], kind: type[Entry]) -> list[int]:
    return [entry.images for entry in heard if isinstance(entry, kind)]


def test_it_is_seen_from_its_first_weights_on_and_with_every_snapshot(run: Path) -> None:
    sheets = [line["images"] for line in lines(run) if line["kind"] == "samples"]
    assert sheets == [0, 16, 32, 48, 64]


def test_stopped_it_leaves_a_model_and_a_sheet_of_what_it_has_learnt(images: ImageSet, tmp_path: Path) -> None:
    heard: list[Entry] = []
    settings = replace(QUICK, frechet_samples=16)
    finish(trainer.training(settings, images, tmp_path / "run", CPU, after(3), heard.append))
    assert (kinds(heard, Samples), kinds(heard, Snapshot)) == ([0, 12], [12])
    assert checkpoint.load(RunFolder(tmp_path / "run").snapshot(12)).config.img_resolution == 8
    heard.clear()
    finish(trainer.resuming(tmp_path / "run", CPU, after(0), heard.append))  # nothing new to be shown
    assert (kinds(heard, Samples), kinds(heard, Snapshot)) == ([], [])


def test_figures_are_told_by_the_clock_where_images_take_long(
    images: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr(trainer, "time", SimpleNamespace(perf_counter=lambda: float(next(clock))))
    heard: list[Entry] = []
    train(replace(QUICK, stages=(Stage(8, 32, 4),), step_images=10**6), images, tmp_path / "run", heard.append)
    assert kinds(heard, Step)[0] < 32


def test_the_figures_of_a_short_rest_are_left_out(images: ImageSet, tmp_path: Path) -> None:
    heard: list[Entry] = []
    train(replace(QUICK, stages=(Stage(8, 28, 4),), step_images=12), images, tmp_path / "run", heard.append)
    assert kinds(heard, Step) == [12, 24]


def test_the_figures_of_a_very_short_training_are_told_at_its_end(images: ImageSet, tmp_path: Path) -> None:
    heard: list[Entry] = []
    train(replace(QUICK, stages=(Stage(8, 4, 4),), step_images=10**6), images, tmp_path / "run", heard.append)
    assert kinds(heard, Step) == [4]


def test_the_last_snapshot_is_told_with_precision_and_recall(run: Path) -> None:
    told = [line["precision"] for line in lines(run) if line["kind"] == "snapshot"]
    assert told[:-1] == [None] * 3
    assert told[-1] is not None
