"""The command line, in process: `main([...])` on a tiny random model."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from explorer import cli
from explorer.cli import main, render
from explorer.cli.parser import Parser
from explorer.cli.terminal import report
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.progress import Progress, finish
from generator.recipe import pca
from generator.recipe.direction_files import SUFFIX, save_library, user_folder
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, LatentSource, Mix, Recipe, SeedSource, Truncation, pack
from generator.recipe.recipe_json import to_json
from generator.render.engine import Engine


@pytest.fixture
def fitted(tiny: Generator) -> pca.Pca:
    """Components of the tiny model, in the cache as after a first fit; few samples, for speed."""
    components = finish(pca.fitting(Engine(tiny, "cpu").mapping, tiny.config.z_dim, tiny.hash, 500))
    pca.store(components)
    return components


def recipe_in(path: Path) -> Recipe:
    return read_file(path).recipe


def test_one_seed_becomes_one_file_with_the_engines_pixels(render_tiny, out: Path, tiny: Generator) -> None:
    file = out / "face.png"
    assert render_tiny("--seeds", 85, "--out", file)[:2] == (0, f"{file}\n")
    expected = Engine(tiny, "cpu").render(Recipe(source=SeedSource(85)))
    with Image.open(file) as image:
        assert np.array_equal(np.asarray(image), expected)
    assert recipe_in(file) == Recipe(model=tiny.hash, source=SeedSource(85))


def test_several_seeds_fill_a_folder(render_tiny, out: Path) -> None:
    code, stdout, _ = render_tiny("--seeds", "1,5-6,4294967295", "--out", out)
    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "seed0001.png",
        "seed0005.png",
        "seed0006.png",
        "seed4294967295.png",
    ]
    assert len(stdout.splitlines()) == 4


def test_every_option_reaches_the_recipe(render_tiny, out: Path, tiny: Generator) -> None:
    file = out / "a.png"
    options = ["--truncation", "-0.5", "--cutoff", "4", "--noise", "none", "--mix", "2@3-5:0.5", "2@7"]
    assert render_tiny("--seeds", 1, *options, "--out", file)[0] == 0
    recipe = recipe_in(file)
    assert recipe.truncation == Truncation(-0.5, 4)
    assert recipe.noise.mode == "none"
    assert recipe.mix == Mix(SeedSource(2), (0, 0, 0, 0.5, 0.5, 0.5, 0, 1))


def test_a_recipe_brings_back_the_same_bytes_from_png_and_json(render_tiny, out: Path) -> None:
    first, again, third = out / "a.png", out / "b.png", out / "c.png"
    render_tiny("--seeds", 3, "--truncation", 1.2, "--noise", "random", "--out", first)
    assert render_tiny("--recipe", first, "--out", again)[0] == 0
    assert again.read_bytes() == first.read_bytes()
    (out / "r.json").write_text(to_json(recipe_in(first)))
    assert render_tiny("--recipe", out / "r.json", "--out", third)[0] == 0
    assert third.read_bytes() == first.read_bytes()


def test_options_beside_a_recipe_change_it(render_tiny, out: Path) -> None:
    render_tiny("--seeds", 3, "--truncation", 1.2, "--out", out / "a.png")
    render_tiny("--recipe", out / "a.png", "--seeds", 4, "--cutoff", 2, "--out", out / "b.png")
    recipe = recipe_in(out / "b.png")
    assert (recipe.source, recipe.truncation) == (SeedSource(4), Truncation(1.2, 2))


def test_latents_stand_beside_the_image_and_open_again(render_tiny, out: Path, tiny: Generator) -> None:
    code, stdout, _ = render_tiny("--seeds", 3, "--latents", "--out", out / "a.jpg")
    assert code == 0
    assert stdout.splitlines() == [str(out / "a.jpg"), str(out / "a.npz")]
    with np.load(out / "a.npz", allow_pickle=False) as arrays:
        assert arrays["w_plus"].shape == (tiny.config.num_ws, tiny.config.w_dim)
    assert render_tiny("--recipe", out / "a.npz", "--out", out / "b.png")[0] == 0


def test_a_stored_latent_needs_no_seed(render_tiny, out: Path, tiny: Generator) -> None:
    out.mkdir()
    np.save(out / "w.npy", np.zeros((tiny.config.num_ws, tiny.config.w_dim), np.float32))
    assert render_tiny("--recipe", out / "w.npy", "--out", out)[0] == 0
    assert isinstance(recipe_in(out / "face.png").source, LatentSource)


def test_a_grid_is_one_sheet_in_the_columns_asked_for(render_tiny, out: Path) -> None:
    assert render_tiny("--seeds", "0-5", "--grid", 3, "--out", out / "sheet.png")[0] == 0
    with Image.open(out / "sheet.png") as sheet:
        width, height = sheet.size
    assert width > height
    assert [path.name for path in out.iterdir()] == ["sheet.png"]


def test_a_grid_in_a_folder_keeps_the_faces_and_their_latents(render_tiny, out: Path) -> None:
    code, stdout, _ = render_tiny("--seeds", "0-1", "--grid", 2, "--latents", "--out", out)
    assert code == 0
    names = sorted(path.name for path in out.iterdir())
    assert sorted(stdout.split()) == [str(out / name) for name in names]
    assert names == ["seed0000.npz", "seed0000.png", "seed0001.npz", "seed0001.png", "sheet.png"]


def test_named_directions_come_from_the_libraries_of_the_model(render_tiny, out: Path, tiny: Generator) -> None:
    vector = pack(np.ones(tiny.config.w_dim, np.float32))
    kind = NamedDirection(Direction("kind", vector, Layers.span(2, 5)), "Kindness", "stern", "kind", "for this test")
    user_folder().mkdir(parents=True)
    save_library(DirectionLibrary(tiny.hash, (kind,)), user_folder() / f"mine{SUFFIX}")
    assert render_tiny("--seeds", 1, "--direction", "kind=-2", "--out", out / "a.png")[0] == 0
    assert recipe_in(out / "a.png").directions == (DirectionEdit(kind.direction, -2.0),)


def test_components_move_the_layers_named(render_tiny, out: Path, fitted: pca.Pca, monkeypatch) -> None:
    monkeypatch.setattr(pca, "SAMPLES", fitted.samples)
    assert render_tiny("--seeds", 1, "--pc", "0=2", "3=-1.5@2-4", "--out", out / "a.png")[0] == 0
    first, second = recipe_in(out / "a.png").directions
    assert (first.direction, first.amount) == (fitted.direction(0), 2.0)
    assert (second.direction.name, second.amount) == ("pc3", -1.5)
    assert (second.direction.first, second.direction.last) == (2, 4)


def test_missing_components_are_fitted_and_kept(render_tiny, out: Path, tiny: Generator, monkeypatch) -> None:
    monkeypatch.setattr(pca, "SAMPLES", 4096)
    assert render_tiny("--seeds", 1, "--pc", "0=2", "--out", out / "a.png")[0] == 0
    assert pca.cached(tiny.hash, 4096) is not None


def test_a_cache_that_cannot_be_written_costs_a_sentence_and_no_image(
    render_tiny, out: Path, isolated_user_folders: Path, monkeypatch
) -> None:
    monkeypatch.setattr(pca, "SAMPLES", 4096)
    isolated_user_folders.write_text("a file where the folder of the cache should go")
    code, _, stderr = render_tiny("--seeds", 1, "--pc", "0=2", "--out", out / "a.png")
    assert (code, stderr.count("\n")) == (0, 1)
    assert (out / "a.png").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--out", "x.png"], "--seeds"),
        (["--seeds", "1,2", "--out", "x.png"], "one file for 2 faces"),
        (["--seeds", "1", "--out", "x.gif"], ".gif"),
        (["--recipe", "r.json", "--grid", "2", "--out", "x.png"], "--grid"),
        (["--seeds", "1-4", "--grid", "2", "--latents", "--out", "x.png"], "folder"),
        (["--seeds", "1", "--mix", "2@0-3", "3@4-7", "--out", "x.png"], "several: 2, 3"),
        (["--seeds", "9-1", "--out", "x.png"], "backwards"),
        (["--seeds", "0-99999999", "--out", "x"], "'0-99999999' has more than 100000 seeds"),
        (["--seeds", "1", "--noise", "loud", "--out", "x.png"], "loud"),
        (["--seeds", "1"], "--out"),
        (["--seeds", "1", "--out", ""], "--out is empty"),
        (["--seeds", "1", "--truncation=--", "--out", "x.png"], "--truncation=-- has no value"),
        (["--seeds", "1", "--truncation=1_0", "--out", "x.png"], "'1_0' is not a number"),
    ],
)
def test_wrong_usage_is_exit_2_with_a_reason(render_tiny, options: list[str], words: str) -> None:
    code, stdout, stderr = render_tiny(*options)
    assert (code, stdout) == (2, "")
    assert words in stderr
    assert stderr.count("usage:") <= 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seeds", "1", "--direction", "wisdom=2"], "wisdom"),
        (["--seeds", "1", "--mix", "2@8-9"], "last layer, 7"),
        (["--seeds", "0-99999", "--grid", "320"], "100000 faces do not fit on one sheet"),
        (["--seeds", "1-5000", "--grid", "3"], "choose 71 columns"),
        (["--recipe", "absent.json"], "absent.json"),
        (["--seeds", "1", "--device", "cuda:77"], "cuda"),
        (["--seeds", "1", "--device", "abacus"], "abacus"),
        (["--seeds", "1", "--model", "absent.safetensors"], "absent.safetensors"),
    ],
)
def test_what_cannot_be_done_is_exit_1_with_one_sentence(render_tiny, out: Path, options, words: str) -> None:
    code, stdout, stderr = render_tiny(*options, "--out", out / "a.png")
    assert (code, stdout) == (1, "")
    assert words in stderr
    assert stderr.startswith("outis: ")
    assert stderr.endswith(".\n")
    assert stderr.count("\n") == 1
    assert not out.exists() or not any(out.iterdir())


def test_a_component_beyond_the_last_is_refused(render_tiny, out: Path, fitted: pca.Pca, monkeypatch) -> None:
    monkeypatch.setattr(pca, "SAMPLES", fitted.samples)
    code, _, stderr = render_tiny("--seeds", 1, "--pc", "4000=1", "--out", out / "a.png")
    assert (code, stderr.count("\n")) == (1, 1)
    assert "component 4000" in stderr


def test_a_component_on_layers_beyond_the_last_is_refused(render_tiny, out: Path, fitted: pca.Pca, monkeypatch) -> None:
    monkeypatch.setattr(pca, "SAMPLES", fitted.samples)
    code, _, stderr = render_tiny("--seeds", 1, "--pc", "0=1@8-9", "--out", out / "a.png")
    assert (code, stderr.count("\n")) == (1, 1)
    assert "last layer, 7" in stderr


def test_a_recipe_of_another_model_is_refused(render_tiny, out: Path) -> None:
    out.mkdir()
    (out / "r.json").write_text(to_json(Recipe(model="f" * 64)))
    code, _, stderr = render_tiny("--recipe", out / "r.json", "--out", out / "a.png")
    assert code == 1
    assert "was made with model ffffffffffff, but the open model is" in stderr


def test_a_folder_that_cannot_be_made_is_one_sentence(render_tiny, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, stderr = render_tiny("--seeds", 1, "--out", tmp_path / "file" / "a.png")
    assert (code, stderr) == (1, "outis: file could not be written: a file has that name; choose another name.\n")


def test_interrupting_is_quiet(render_tiny, out: Path, monkeypatch, capsys) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "render", interrupt)
    assert render_tiny("--seeds", 1, "--out", out / "a.png") == (130, "", "")


def test_terminating_leaves_nothing_half_written(render_tiny, tmp_path: Path, monkeypatch) -> None:
    """The signal comes in the middle of a face of a folder, of which one is written already."""
    draw, drawn = Engine.render, []

    def render_and_be_told_to_go(*arguments: object) -> object:
        drawn.append(arguments)
        if len(drawn) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return draw(*arguments)

    monkeypatch.setattr(Engine, "render", render_and_be_told_to_go)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as left:
        render_tiny("--seeds", "1-4", "--grid", 2, "--out", f"{tmp_path}/sheet/")
    assert left.value.code == 143
    assert [file.name for file in tmp_path.rglob("*") if file.suffix in (".tmp", ".png")] == []
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("error", "words"),
    [(MemoryError(), "memory"), (RuntimeError("CUDA error: unspecified launch failure"), "stopped answering")],
)
def test_a_device_that_gives_up_is_one_sentence(render_tiny, out: Path, monkeypatch, error, words: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Engine, "render", fail)
    code, _, stderr = render_tiny("--seeds", 1, "--out", out / "a.png")
    assert (code, stderr.count("\n")) == (1, 1)
    assert words in stderr


def test_info_tells_the_facts_of_a_model(tiny_checkpoint: Path, tiny: Generator, capsys) -> None:
    assert main(["info", str(tiny_checkpoint), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["hash"] == tiny.hash
    assert facts["config"]["img_resolution"] == 32
    assert facts["layers"] == tiny.config.num_ws
    assert main(["info", str(tiny_checkpoint)]) == 0
    assert tiny.hash in capsys.readouterr().out


def test_info_refuses_what_is_no_model(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"not a model at all")
    assert main(["info", str(tmp_path / "a.safetensors")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture
def opened(monkeypatch) -> list[tuple[str | None, str]]:
    """What the window was asked to open; no window opens."""
    calls: list[tuple[str | None, str]] = []

    def fake_main(model: str | None, device: str) -> int:
        calls.append((model, device))
        return 0

    monkeypatch.setitem(sys.modules, "explorer.app", SimpleNamespace(main=fake_main))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return calls


def test_a_project_is_opened_with_the_model_it_was_left_with(tmp_path: Path, monkeypatch) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setitem(sys.modules, "explorer.app", SimpleNamespace(main=lambda *given: calls.append(given) or 0))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    path = tmp_path / "anna.outis"
    path.touch()
    assert main([str(path)]) == 0
    assert calls == [(None, "auto", str(path))]


def test_what_is_done_is_good_though_nobody_reads_it(tiny_checkpoint: Path, out: Path) -> None:
    """With stdout closed by the shell, as `>&-` does."""
    command = 'exec "$0" -m explorer render --model "$1" --seeds 1 --device cpu --out "$2" >&-'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, tiny_checkpoint, out / "a.png"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert (out / "a.png").exists()


def test_a_compute_thread_that_does_not_end_is_left_without_winding_up() -> None:
    """An interpreter that winds up while a thread is inside torch is aborted, whatever its exit code was."""
    program = """
import atexit, sys, threading
from types import SimpleNamespace
from explorer.compute.compute_thread import THREAD

def main(model, device):
    threading.Thread(target=threading.Event().wait, name=THREAD, daemon=True).start()
    return 7

sys.modules["explorer.app"] = SimpleNamespace(main=main)
atexit.register(print, "wound up")
from explorer.cli import main
sys.exit(main([]))
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (7, b"", b"")


def test_without_a_command_the_window_opens(opened, tiny_checkpoint: Path) -> None:
    assert main([]) == 0
    assert main([str(tiny_checkpoint)]) == 0
    assert main(["--device", "cpu", str(tiny_checkpoint)]) == 0
    assert opened == [(None, "auto"), (str(tiny_checkpoint), "auto"), (str(tiny_checkpoint), "cpu")]


def test_a_command_is_never_taken_for_a_model_nor_a_model_for_a_command(opened, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    Path("render").write_text("a model named like a command")
    assert main(["render"]) == 2
    assert main(["./render"]) == 0
    assert main(["rendr"]) == 1
    assert "no command of that name" in capsys.readouterr().err
    assert main(["rendr", "--seeds", "1"]) == 2
    assert opened == [("./render", "auto")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can lack a display")
@pytest.mark.parametrize("display", ["", ":987", "no such host:0"])  # none, and two where nobody answers
def test_without_a_display_the_way_without_one_is_named(opened, monkeypatch, capsys, display: str) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert main([]) == 1
    stderr = capsys.readouterr().err
    assert "outis render" in stderr
    assert stderr.count("\n") == 1
    assert opened == []


def test_help_names_every_command(capsys) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in cli.COMMANDS:
        assert re.search(rf"^ +{name}\s", text, re.MULTILINE)


def test_progress_is_shown_on_a_terminal_only(capsys, monkeypatch) -> None:
    report(Progress(1, 2, "Working"))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    report(Progress(1, 2, "Working"))
    assert "50 % Working" in capsys.readouterr().err


def test_out_is_a_folder_if_it_says_so_or_is_one(tmp_path: Path) -> None:
    (tmp_path / "set.png").mkdir()
    parser = Parser()
    render.add_parser(parser.add_subparsers())
    for out in (f"{tmp_path}/set.png", f"{tmp_path}/v1.2/", f"{tmp_path}/new"):
        arguments = parser.parse_args(["render", "--seeds", "1", "--out", out])
        assert render.asked_output(arguments).file is None
