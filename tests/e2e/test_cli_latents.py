"""`outis render`, `info` and `directions import` on files of bare numbers: --as, --index, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.cli import main
from generator.directions.fitted import drawn
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.recipe.recipe import Floats, LatentSource
from generator.render.engine import Engine
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.latent_files import npy, pkl, unit


@pytest.fixture(scope="module")
def engine(tiny: Generator) -> Engine:
    return Engine(tiny, "cpu")


@pytest.fixture(scope="module")
def w(engine: Engine) -> Floats:
    return drawn(engine.mapping, engine.config, 20)


def source(path: Path) -> LatentSource:
    found = read_file(path).recipe.source
    assert isinstance(found, LatentSource)
    return found


def test_one_of_several_latents_is_drawn_by_its_number(render_tiny, engine: Engine, w: Floats, tmp_path: Path) -> None:
    count = engine.config.num_ws + 3
    path = npy(tmp_path / "w.npy", w[:count])
    code, _, said = render_tiny("--recipe", path, "--as", "w", "--index", 2, "--out", tmp_path / "a.png")
    assert (code, said) == (0, "")
    assert np.array_equal(source(tmp_path / "a.png").array, w[2:3])
    code, _, said = render_tiny("--recipe", path, "--as", "w", "--out", tmp_path / "a.png")
    assert "--index N takes another" in said
    assert np.array_equal(source(tmp_path / "a.png").array, w[:1])


def test_a_projected_photograph_brings_its_noise(render_tiny, engine: Engine, tmp_path: Path) -> None:
    noises = [[torch.randn(1, 1, *size) for size in engine.config.noise_sizes] for _ in range(2)]
    latent = torch.randn(engine.config.num_ws, engine.config.w_dim)
    torch.save({f"{i}.jpg": {"latent": latent, "noise": noises[i]} for i in (0, 1)}, tmp_path / "p.pt")
    code, _, said = render_tiny("--recipe", tmp_path / "p.pt", "--index", 1, "--out", tmp_path / "a.png")
    assert (code, "brings the noise" in said) == (0, True)
    stored = read_file(tmp_path / "a.png").recipe.noise.stored
    assert stored is not None
    assert np.array_equal(stored.images[-1], noises[1][-1][0, 0].half().numpy())
    again = tmp_path / "b.png"
    assert render_tiny("--recipe", tmp_path / "a.png", "--out", again)[0] == 0
    assert again.read_bytes() == (tmp_path / "a.png").read_bytes()
    assert main(["info", str(again)]) == 0


def test_a_direction_is_refused_with_the_options_that_draw_it(render_tiny, engine: Engine, tmp_path: Path) -> None:
    path = npy(tmp_path / "age.npy", np.repeat(unit(1, engine.config.w_dim), engine.config.num_ws, 0))
    code, _, said = render_tiny("--recipe", path, "--out", tmp_path / "a.png")
    assert code == 1
    assert "Say which: --as direction or --as w+." in said
    assert not (tmp_path / "a.png").exists()
    assert render_tiny("--recipe", path, "--as", "w+", "--out", tmp_path / "a.png")[0] == 0
    assert source(tmp_path / "a.png").space == "w+"


def test_info_says_what_a_file_may_be_and_how_many(
    w: Floats, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faces = {f"{number}.jpg": np.repeat(w[number : number + 1], 8, 0) for number in range(3)}
    assert main(["info", str(pkl(tmp_path / "faces.pkl", faces)), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["count"], facts["names"]) == ("latent", 3, ["0.jpg", "1.jpg", "2.jpg"])
    assert main(["info", str(npy(tmp_path / "age.npy", unit(1, 32)))]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("kind        direction\n")
    assert "one row for all layers" in shown
    assert main(["info", str(tmp_path / "age.npy"), "--as", "z", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["recipe"]["source"]["space"] == "z"


def test_what_a_recipe_holds_need_not_be_said(render_tiny, tmp_path: Path) -> None:
    render_tiny("--seeds", 5, "--out", tmp_path / "a.png")
    code, _, said = render_tiny("--recipe", tmp_path / "a.png", "--index", 1, "--out", tmp_path / "b.png")
    assert (code, said) == (1, "outis: a.png: It holds a recipe; --as and --index are for bare latents.\n")


def test_a_direction_in_z_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = npy(tmp_path / "age.npy", unit(1, 32))
    assert main(["directions", "import", str(path), "--as", "z"]) == 1
    assert "Outis moves faces in W" in capsys.readouterr().err


def test_a_model_given_as_a_face_or_as_directions_is_called_a_model(
    render_tiny, tiny: Generator, tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [dump_nvidia(nvidia_generator(tiny), tmp_path / "a.pkl"), tiny_checkpoint, tmp_path / "averages.pt"]
    torch.save({"netG_ema": dict(tiny.state_dict())}, paths[2])
    for path in paths:
        assert "It holds a model, not a face" in render_tiny("--recipe", path, "--out", tmp_path / "a.png")[2]
        assert main(["directions", "import", str(path)]) == 1
        assert f"{path.name}: it holds a model, not directions; open it with --model." in capsys.readouterr().err
