"""`outis evaluate`: the same numbers every time, with all that they depend on, and nothing kept that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.cli import main
from generator.checkpoint.save import save
from generator.config import GeneratorConfig
from generator.networks import Generator, create
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine
from generator.training.data import DataOptions, ImageSet, preparing
from generator.training.evaluation import PATH, EvaluationSettings, Sampler, evaluating
from generator.training.features import PATCHES, feature_space
from generator.training.features import reference as references
from generator.training.features.reference import FrechetReference

SMALL = ["--space", "patches", "--samples", "12"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(references, "user_cache_dir", lambda _: str(folder))
    return folder


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    folder = tmp_path_factory.mktemp("images")
    random = np.random.default_rng(0)
    for index in range(20):
        coarse = Image.fromarray(random.integers(0, 256, (5, 5, 3), np.uint8))
        coarse.resize((16, 16), Image.Resampling.BILINEAR).save(folder / f"{index}.png")
    out = tmp_path_factory.mktemp("data") / "set"
    finish(preparing(folder, out, DataOptions(size=16, alike=None)))
    return ImageSet.open(out)


@pytest.fixture(scope="module")
def generator() -> Generator:
    torch.manual_seed(0)
    config = GeneratorConfig(16, z_dim=16, w_dim=16, mapping_layers=2, channel_base=256, channel_max=16)
    return create(config).randomise()


@pytest.fixture(scope="module")
def model(generator: Generator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "small.safetensors"
    save(generator, path)
    return path


def evaluated(model: Path, images: ImageSet, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["evaluate", str(model), str(images.folder), "--device", "cpu", "--json", *SMALL, *options]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


def test_the_same_command_gives_the_same_numbers_with_and_without_the_cache(
    model: Path, images: ImageSet, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--metrics", "frechet,coverage,neighbours")
    first = evaluated(model, images, capsys, *options)
    assert len(list((cache / "features").iterdir())) == 1
    assert evaluated(model, images, capsys, *options) == first
    assert first["frechet"] > 0
    assert 0 <= first["precision"] <= 1
    settings = {"space": "patches", "samples": 12, "images": 20, "resolution": 16, "psi": 1, "seed": 0}
    assert settings.items() <= first.items()
    assert first["data"] == images.fingerprint


def test_the_path_length_is_the_same_every_time_and_tells_its_segments(generator: Generator, images: ImageSet) -> None:
    settings = EvaluationSettings(12, space=PATCHES, segments=20, metrics=(PATH,))
    first, again = (finish(evaluating(generator, images, settings)).facts() for _ in range(2))
    assert first == again
    assert first["segments"] == 20
    assert first["path_length"] > 0


def test_other_samples_give_other_numbers(model: Path, images: ImageSet, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = {
        evaluated(model, images, capsys, "--metrics", "frechet", *options)["frechet"]
        for options in ((), ("--seed", "1"), ("--psi", "0.5"))
    }
    assert len(numbers) == 3


def test_a_damaged_cache_is_reckoned_again(images: ImageSet, cache: Path) -> None:
    space = feature_space(PATCHES)
    first = FrechetReference.of(space, images, 16)
    (kept,) = (cache / "features").iterdir()
    for damage in (b"", b"nonsense", kept.read_bytes()[:-50]):
        kept.write_bytes(damage)
        assert np.array_equal(FrechetReference.of(space, images, 16).features, first.features)


def test_the_data_are_at_no_distance_from_themselves(images: ImageSet) -> None:
    reference = FrechetReference.of(feature_space(PATCHES), images, 16)
    assert reference.count == images.count
    assert reference.distance(reference.features) == pytest.approx(0, abs=1e-6)


def test_a_limit_takes_images_from_the_whole_of_the_data(images: ImageSet) -> None:
    assert FrechetReference.of(feature_space(PATCHES), images, 16, limit=3).indices.tolist() == [0, 10, 19]


def test_where_the_cache_cannot_be_written_all_is_reckoned_again(images: ImageSet, cache: Path) -> None:
    cache.write_text("no folder")
    first, again = (FrechetReference.of(feature_space(PATCHES), images, 16) for _ in range(2))
    assert np.array_equal(first.features, again.features)


def test_a_cancelled_evaluation_leaves_nothing_in_the_cache(
    generator: Generator, images: ImageSet, cache: Path
) -> None:
    job = evaluating(generator, images, EvaluationSettings(samples=4, space=PATCHES))
    next(job)
    next(job)
    job.close()
    assert not cache.exists()


def test_a_sample_is_the_face_that_its_seed_has_in_the_window(generator: Generator) -> None:
    sample = Sampler(generator, psi=0.6)([7])[0].permute(1, 2, 0).numpy()
    shown = Engine(generator, "cpu").render(Recipe(source=SeedSource(7), truncation=Truncation(psi=0.6)))
    assert np.abs(sample.astype(int) - shown).max() <= 1


def test_the_picture_shows_each_sample_beside_its_neighbour(
    model: Path, images: ImageSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "pairs.png"
    evaluated(model, images, capsys, "--neighbours", str(sheet))
    with Image.open(sheet) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (3 * 16, 4 * 32, 3)  # 12 pairs
    data = images.pixels(16)
    assert any(np.array_equal(pixels[:16, 16:32], image) for image in data)


def test_without_json_a_line_says_what_the_numbers_depend_on(
    model: Path, images: ImageSet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(model), str(images.folder), "--device", "cpu", *SMALL]) == 0
    told = capsys.readouterr().out
    assert "12 samples from seed 0, psi 1" in told
    assert "20 images" in told
    assert "at 16 px in patches" in told


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--space", "inception"], 1, "not a feature space"),
        (["--samples", "3"], 1, "4 samples"),
        (["--seed", "4294967290"], 1, "too few of the seeds"),
        (["--seed", "-1"], 1, "too few of the seeds"),
        (["--metrics", "beauty"], 1, "beauty is not a metric"),
        (["--metrics", "frechet", "--neighbours", "x.png"], 2, "--neighbours"),
        (["--neighbours", "nowhere/x.png"], 1, "its folder does not exist"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_sentence(
    options: list[str], code: int, sentence: str, model: Path, images: ImageSet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(model), str(images.folder), "--device", "cpu", *options]) == code
    assert sentence in capsys.readouterr().err


def test_data_without_the_models_resolution_are_refused(
    images: ImageSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large = create(GeneratorConfig(32, z_dim=16, w_dim=16, mapping_layers=2, channel_base=256, channel_max=16))
    save(large.randomise(), tmp_path / "large.safetensors")
    assert main(["evaluate", str(tmp_path / "large.safetensors"), str(images.folder), *SMALL]) == 1
    assert "not 32; prepare it" in capsys.readouterr().err
