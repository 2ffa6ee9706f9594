"""The command line with an R3GAN: what it is, its pictures, its components, and what is said of truncation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.cli import main
from generator import checkpoint
from generator.formats.latent_file import save_latents
from generator.formats.open_face import read_file
from generator.progress import finish
from generator.recipe import pca
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render import components
from generator.render.engine import Engine
from tests.support.r3gan_cases import CLASSES, PLAIN, drawn_r3gan, dump_snapshot


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dump_snapshot(drawn_r3gan(PLAIN), tmp_path_factory.mktemp("r3gan") / "r3.pkl")


def test_info_names_the_family_and_that_there_is_no_mapping(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(model)]) == 0
    lines = {line[:11].strip(): line[12:] for line in capsys.readouterr().out.splitlines()}
    assert lines["family"] == "r3gan, residual"
    assert lines["latents"] == "z 12, w 12, 1 layer"
    assert lines["mapping"] == "none: w is z itself"
    assert lines["channels"] == "24, 24, 16, 8"
    assert lines["origin"] == "a file of R3GAN's code"
    assert lines["missing"] == "nothing"


def test_a_converted_model_has_the_same_hash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = dump_snapshot(drawn_r3gan(CLASSES), tmp_path / "a.pkl")
    assert main(["convert", str(source), str(tmp_path / "b.safetensors")]) == 0
    assert checkpoint.load(tmp_path / "b.safetensors").hash == checkpoint.load(source).hash


@pytest.mark.parametrize(("options", "said"), [([], ""), (["--truncation", "0.5"], "nothing to truncate")])
def test_a_picture_is_not_truncated_which_is_said_where_it_was_asked_for(
    options: list[str], said: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "a.png"
    assert (
        main(["render", "--model", str(model), "--seeds", "3", *options, "--out", str(picture), "--device", "cpu"]) == 0
    )
    told = capsys.readouterr().err
    assert said in told
    assert ("truncate" in told) == bool(said)
    recipe = read_file(picture).recipe
    assert recipe.truncation == Truncation(1.0)
    expected = Engine(checkpoint.load(model), "cpu").render(Recipe(source=SeedSource(3)))
    assert np.array_equal(np.asarray(Image.open(picture)), expected)


def test_components_are_those_of_the_first_features(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pca, "user_cache_dir", lambda _: str(tmp_path))
    assert main(["pca", str(model), "--samples", "300", "--device", "cpu"]) == 0
    assert "of the variance of its first features" in capsys.readouterr().out
    assert main(["pca", str(model), "--samples", "300", "--device", "cpu", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["components"], facts["samples"]) == (12, 300)
    assert facts["sigma"][0] == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".pt"])
def test_an_edited_face_comes_back_from_its_latents_without_a_question(
    suffix: str, model: Path, tmp_path: Path
) -> None:
    engine = Engine(checkpoint.load(model), "cpu")
    found = finish(components.fitting(engine, samples=200))
    recipe = Recipe(source=SeedSource(3), truncation=Truncation(1.0)).with_amount(found.direction(0), 2.0)
    save_latents(tmp_path / f"a{suffix}", engine.latents(recipe), recipe)
    options = ["--recipe", str(tmp_path / f"a{suffix}"), "--out", str(tmp_path / "a.png"), "--device", "cpu"]
    assert main(["render", "--model", str(model), *options]) == 0
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), engine.render(recipe))


def test_grabbing_says_that_there_is_no_w(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pull = ["--model", str(model), "--seed", "1", "--pull", "6,5=1,0", "--out", "a.png", "--device", "cpu"]
    assert main(["grab", *pull]) == 1
    assert "no W" in capsys.readouterr().err
