"""A training that begins from a model: its weights are taken over, it is told where they came from, or refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from explorer.cli import main
from generator import checkpoint
from generator.checkpoint.save import save
from generator.errors import TrainingError
from generator.networks import Generator, create
from generator.networks.model_hash import model_hash
from generator.progress import finish
from generator.training.data import ImageSet
from generator.training.gan import GanState
from generator.training.run_folder import Origin, RunFolder
from generator.training.settings import Stage, TrainingSettings
from generator.training.trainer import resuming, training
from generator.training.warm_start import WarmStart, warm_start
from tests.support.training_fixtures import CPU, QUICK, after, shapes

SHORT = replace(QUICK, stages=(Stage(8, 4, 4), Stage(16, 4, 4)))


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    return shapes(tmp_path_factory.mktemp("images"), 8, 16)


def drawn(resolution: int, settings: TrainingSettings = SHORT, seed: int = 5) -> Generator:
    torch.manual_seed(seed)
    generator = create(settings.config(resolution)).randomise()
    generator.name = "forebear"
    generator.hash = model_hash(generator.config, generator)
    return generator


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Of 16 px."""
    save(drawn(16), tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def begun(images: ImageSet, run: Path, model: Path) -> dict[str, torch.Tensor]:
    """The first state of a training that begins from `model`."""
    finish(training(SHORT, images, run, CPU, after(0), model=model))
    return RunFolder(run).load_state(at=0)[0].tensors


def test_generator_and_average_begin_from_the_model_and_the_discriminator_afresh(
    images: ImageSet, model: Path, tmp_path: Path
) -> None:
    tensors = begun(images, tmp_path / "run", model)
    for name, tensor in checkpoint.load(model).state_dict().items():
        assert torch.equal(tensors[f"generator.{name}"], tensor)
        assert torch.equal(tensors[f"ema.{name}"], tensor)
    fresh = GanState.begun(SHORT.starting_at(16), 16, CPU).tensors()
    assert all(
        torch.equal(tensors[name], tensor) for name, tensor in fresh.items() if name.startswith("discriminator.")
    )


def test_stages_below_the_model_are_left_out_and_those_above_it_grow(images: ImageSet, tmp_path: Path) -> None:
    for resolution, stages in ((8, SHORT.stages), (16, SHORT.stages[1:])):
        model, run = tmp_path / f"{resolution}.safetensors", tmp_path / str(resolution)
        save(drawn(resolution), model)
        assert finish(training(SHORT, images, run, CPU, model=model)).reason == "done"
        assert RunFolder(run).origin.settings.stages == stages
        assert checkpoint.load(RunFolder(run).snapshot(4 * len(stages))).config.img_resolution == 16


def test_settings_and_card_tell_the_model(images: ImageSet, model: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(SHORT.to_json()))
    options = ["--settings", str(settings), "--from", str(model), "--device", "cpu"]
    assert main(["train", str(images.folder), str(tmp_path / "run"), *options]) == 0
    run, known = RunFolder(tmp_path / "run"), checkpoint.load(model).hash
    assert run.origin.model == WarmStart(model, "forebear", known)
    card = run.snapshot(4).with_suffix(".md").read_text()
    assert f"Started from forebear ({known}), whose terms apply to this model too." in card


def test_a_model_of_other_shapes_is_refused_in_one_sentence(images: ImageSet, tmp_path: Path) -> None:
    model = tmp_path / "wide.safetensors"
    save(drawn(16, replace(SHORT, w_dim=16, channel_max=4)), model)
    with pytest.raises(TrainingError, match=r"its w_dim is 16, not 8, its channel_max is 4, not 8\.$"):
        begun(images, tmp_path / "run", model)
    save(drawn(32), model)
    with pytest.raises(TrainingError, match="No stage of the settings has 32 px; theirs have 8, 16 px"):
        begun(images, tmp_path / "run", model)
    assert not (tmp_path / "run").exists()


def test_ended_before_its_first_state_it_begins_from_the_same_model_or_not_at_all(
    images: ImageSet, model: Path, tmp_path: Path
) -> None:
    expected = begun(images, tmp_path / "whole", model)
    run = RunFolder(tmp_path / "run")
    begun_from, settings = warm_start(model, SHORT)
    run.create(Origin(images.folder, images.fingerprint, settings, begun_from))  # and then it was killed
    save(drawn(16, seed=6), model)
    with pytest.raises(TrainingError, match="is not the model that the training started from"):
        finish(resuming(run.path, CPU, after(0)))
    save(drawn(16), model)
    finish(resuming(run.path, CPU, after(0)))
    tensors = run.load_state(at=0)[0].tensors
    assert all(torch.equal(tensors[name], tensor) for name, tensor in expected.items())


def test_as_many_images_as_asked_for_are_shown_without_the_stages_below_the_model(
    images: ImageSet, model: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(SHORT.to_json()))
    options = ["--settings", str(settings), "--from", str(model), "--images", "12", "--device", "cpu"]
    assert main(["train", str(images.folder), str(tmp_path / "run"), *options]) == 0
    assert RunFolder(tmp_path / "run").origin.settings.stages == (Stage(16, 12, 4),)
