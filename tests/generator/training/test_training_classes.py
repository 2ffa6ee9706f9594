"""A training on images with classes: what the networks are told of them, and what comes out of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generator import checkpoint
from generator.errors import TrainingError
from generator.formats.image_metadata import png_notes
from generator.progress import finish
from generator.training.classes import DataClasses, classes_of_seeds
from generator.training.data import DataOptions, ImageSet, preparing
from generator.training.discriminator import Discriminator
from generator.training.evaluation import EvaluationSettings, Sampler, evaluating
from generator.training.run_folder import RunFolder
from generator.training.settings import Stage
from tests.support.training_fixtures import QUICK, resume, train, train_for

NAMES = ("dark", "light", "middle")
SHORT = replace(QUICK, stages=(Stage(8, 16, 4), Stage(16, 16, 4)), path_length_interval=4)
LEVELS = {"dark": 20, "middle": 130, "light": 240}  # of the pixels of each class, of which there are 4, 8 and 12


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    """Grey pictures whose class is how light they are."""
    folder = tmp_path_factory.mktemp("images")
    for share, (name, level) in enumerate(LEVELS.items(), start=1):
        (folder / "grey" / name).mkdir(parents=True)
        for number in range(4 * share):
            Image.new("RGB", (16, 16), (level + number % 4,) * 3).save(folder / "grey" / name / f"{number}.png")
    finish(preparing(folder / "grey", folder / "data", DataOptions(size=16, alike=None, classes="folders")))
    return ImageSet.open(folder / "data")


@pytest.fixture(scope="module")
def run(images: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that has ended; read-only."""
    folder = tmp_path_factory.mktemp("runs") / "greys"
    assert train(SHORT, images, folder).reason == "done"
    return folder


def test_a_snapshot_is_a_model_of_the_classes_with_their_names(run: Path) -> None:
    opened = checkpoint.load(run / "snapshots" / "00000032.safetensors")
    assert (opened.config.c_dim, opened.class_names) == (3, NAMES)
    assert "24 images of 3 classes" in opened.description
    assert json.loads((run / "settings.json").read_text())["settings"]["classes"] == 3


def test_each_row_of_a_sample_sheet_is_a_class(run: Path) -> None:
    with Image.open(run / "samples" / "00000032.png") as sheet:
        assert sheet.size == (8 * 16, 3 * 16)
        layout = json.loads(png_notes((run / "samples" / "00000032.png").read_bytes())["sheet"])
        drawn = np.asarray(sheet)[16:32, :16]
    assert (layout["seeds"], layout["classes"]) == ([*range(8)] * 3, [0] * 8 + [1] * 8 + [2] * 8)
    sampler = Sampler(checkpoint.load(run / "snapshots" / "00000032.safetensors"))
    expected = sampler.pixels(sampler.w_of([0], [1]))[0].permute(1, 2, 0).numpy()
    assert np.abs(drawn.astype(int) - expected).max() <= 1


def test_resumed_with_classes_is_uninterrupted_bit_for_bit(run: Path, images: ImageSet, tmp_path: Path) -> None:
    train_for(5, SHORT, images, tmp_path / "greys")
    resume(tmp_path / "greys")
    found, wanted = (RunFolder(folder).load_state()[0].tensors for folder in (tmp_path / "greys", run))
    assert any("discriminator.mapping.embed" in name for name in wanted)
    assert all(torch.equal(found[name], tensor) for name, tensor in wanted.items())


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[torch.Tensor, torch.Tensor]]]:
    """What the discriminator is shown: images and classes."""
    shown: list[tuple[torch.Tensor, torch.Tensor]] = []
    forward = Discriminator.forward

    def recording(self: Discriminator, images: torch.Tensor, fade: Any = 1.0, classes: Any = None) -> torch.Tensor:
        shown.append((images.detach(), classes))
        return forward(self, images, fade, classes)

    monkeypatch.setattr(Discriminator, "forward", recording)
    return shown


def test_every_real_image_is_judged_with_its_own_class(judged: list[Any], images: ImageSet, tmp_path: Path) -> None:
    plain = replace(QUICK, augmentations=(), r1_interval=1, path_length_weight=0.0)
    train_for(3, plain, images, tmp_path / "run")
    levels = torch.tensor([LEVELS[name] for name in NAMES]) / 127.5 - 1
    real = [shown for number, shown in enumerate(judged) if number % 4 in (0, 2)]  # and in R1; fakes lie between
    for pixels, classes in real:
        assert torch.allclose(pixels.mean(dim=(1, 2, 3)), classes @ levels, atol=0.05)
    assert all(classes.sum(dim=1).eq(1).all() for _, classes in judged)


def test_without_classes_the_same_data_train_the_model_they_always_did(
    judged: list[Any], images: ImageSet, tmp_path: Path
) -> None:
    train_for(2, replace(QUICK, classes=0), images, tmp_path / "run")
    assert {classes for _, classes in judged} == {None}
    assert checkpoint.load(next((tmp_path / "run" / "snapshots").glob("*.safetensors"))).config.c_dim == 0


def test_samples_are_of_classes_as_frequent_as_in_the_data(images: ImageSet) -> None:
    classes = DataClasses(images.labels(), 3, torch.device("cpu"))
    drawn = classes.drawn(6000, torch.Generator().manual_seed(0))
    assert drawn is not None
    assert torch.allclose(drawn.mean(dim=0), torch.tensor([4, 12, 8]) / 24, atol=0.02)
    of_seeds = classes_of_seeds(range(2000), images.labels())
    assert of_seeds == classes_of_seeds(range(2000), images.labels())
    assert np.allclose([Counter(of_seeds)[label] / 2000 for label in range(3)], [4 / 24, 12 / 24, 8 / 24], atol=0.04)


def test_a_model_of_other_classes_than_the_data_is_one_sentence(run: Path, images: ImageSet, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="for 5 classes, and the data have 3"):
        train(replace(QUICK, classes=5), images, tmp_path / "run")
    plain = tmp_path / "plain"
    train_for(1, replace(QUICK, classes=0), images, plain)
    snapshot = next((plain / "snapshots").glob("*.safetensors"))
    opened = checkpoint.load(run / "snapshots" / "00000032.safetensors")
    opened.config = replace(opened.config, c_dim=4)
    with pytest.raises(TrainingError, match=r"has 4 classes and .* has 3"):
        finish(evaluating(opened, images, EvaluationSettings(16, space="patches")))
    assert checkpoint.load(snapshot).config.c_dim == 0
