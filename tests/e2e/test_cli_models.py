"""`outis render`, `info` and `convert` on models of every family and format."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.cli import main
from explorer.document.argument_types import NotationError, parse_degrees, parse_shift
from generator import checkpoint
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.recipe.recipe import Recipe, SeedSource, Transform
from generator.render.engine import Engine
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.checkpoint_layouts_others import dump_tensorflow, rosinality_state, tensorflow_snapshot
from tests.support.models import random_generator, save_generator
from tests.support.network_cases import CONFIGS


@pytest.fixture(scope="module")
def alias_free(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small StyleGAN3 as a file."""
    return save_generator(random_generator(CONFIGS["stylegan3-r"]), tmp_path_factory.mktemp("a") / "r.safetensors")


# render ---------------------------------------------------------------------------------------------------------


def test_translate_and_rotate_move_the_picture(alias_free: Path, tmp_path: Path) -> None:
    file = tmp_path / "face.png"
    options = ["--seeds", "3", "--translate", "0.1,-0.25", "--rotate", "-30", "--out", str(file)]
    assert main(["render", "--model", str(alias_free), *options]) == 0
    transform = Transform(0.1, -0.25, -30.0)
    expected = Engine(checkpoint.load(alias_free), "cpu").render(Recipe(source=SeedSource(3), transform=transform))
    with Image.open(file) as image:
        assert np.array_equal(np.asarray(image), expected)
    assert read_file(file).recipe.transform == transform


def test_what_is_not_given_stays_as_the_recipe_has_it(alias_free: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first.png", tmp_path / "again.png"
    model = ["render", "--model", str(alias_free)]
    assert main([*model, "--seeds", "3", "--translate=-0.1,0", "--out", str(first)]) == 0
    assert main([*model, "--recipe", str(first), "--rotate", "10", "--out", str(again)]) == 0
    assert read_file(again).recipe.transform == Transform(-0.1, 0.0, 10.0)


def test_a_family_that_cannot_move_its_picture_ends_in_a_sentence(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--seeds", "3", "--rotate", "30", "--out", str(tmp_path / "face.png")]
    assert main(["render", "--model", str(tiny_checkpoint), *options]) == 1
    assert "only StyleGAN3 models can" in capsys.readouterr().err
    assert list(tmp_path.glob("*.png")) == []


@pytest.mark.parametrize("text", ["0.1", "0.1,", "1,2,3", "11,0", "nan,0", "a,b"])
def test_shifts_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(NotationError, match=r"\.$"):
        parse_shift(text)


@pytest.mark.parametrize("text", ["361", "-361", "inf", "east"])
def test_angles_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(NotationError, match=r"\.$"):
        parse_degrees(text)


# info and convert -----------------------------------------------------------------------------------------------


def files(generator: Generator, folder: Path) -> dict[str, Path]:
    """The model in every format, by a word of what `info` says of where it came from."""
    ros = folder / "ros.pt"
    torch.save({"g_ema": rosinality_state(generator), "latent_avg": generator.w_avg.clone()}, ros)
    plain = folder / "plain.pt"
    torch.save({name: t for name, t in generator.state_dict().items() if "noise_const" not in name}, plain)
    return {
        "NVIDIA's PyTorch code, class Generator": dump_nvidia(
            {"G_ema": nvidia_generator(generator)}, folder / "snapshot.pkl"
        ),
        "TensorFlow pickle": dump_tensorflow(tensorflow_snapshot(generator, generator), folder / "tf.pkl"),
        "rosinality": ros,
        "state dict": plain,
        "a .safetensors file": save_generator(generator, folder / "ours.safetensors"),
    }


def info(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["info", str(path), "--json"]) == 0
    facts: dict[str, object] = json.loads(capsys.readouterr().out)
    return facts


def test_info_tells_what_every_format_holds_and_lacks(
    tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for origin, path in files(tiny, tmp_path).items():
        facts = info(path, capsys)
        assert (facts["family"], facts["resolution"], facts["layers"]) == ("stylegan2", 32, 8)
        assert facts["parameters"] == sum(parameter.numel() for parameter in tiny.parameters())
        assert origin in str(facts["origin"])
        missing = facts["missing"]
        assert isinstance(missing, list)
        assert (len(missing) == 7) == (origin == "state dict"), missing
        assert (facts["hash"] == tiny.hash) == (not missing)


def test_info_in_words_names_origin_and_what_is_missing(
    tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info", str(files(tiny, tmp_path)["state dict"])]) == 0
    out = capsys.readouterr().out
    assert "origin      a PyTorch file with a state dict" in out
    assert "missing     synthesis.b16.conv0.noise_const, " in out


@pytest.mark.parametrize("name", ["stylegan1", "stylegan3-t", "stylegan_xl"])
def test_info_knows_every_family(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generator = random_generator(CONFIGS[name])
    facts = info(save_generator(generator, tmp_path / "model.safetensors"), capsys)
    assert facts["family"] == generator.config.family
    assert facts["layers"] == generator.config.num_ws


def test_convert_is_a_command_and_what_it_writes_draws_the_same(
    tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = files(tiny, tmp_path)["rosinality"]
    assert main(["convert", str(source), str(tmp_path / "new.safetensors")]) == 0
    capsys.readouterr()
    facts = info(tmp_path / "new.safetensors", capsys)
    assert facts["hash"] == tiny.hash
    assert "Converted from ros.pt, a file of rosinality's" in str(facts["description"])
    assert main(["convert", str(source), str(tmp_path / "new.pkl")]) == 2
    assert "should end in one of .safetensors, .pt, .onnx" in capsys.readouterr().err
