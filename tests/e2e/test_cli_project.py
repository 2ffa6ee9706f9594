"""`outis project info` and `add`: what goes into a project comes out of it, and nothing changes it by the way."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import explorer
from explorer.cli import main
from generator.formats.image_encode import encoded, save_image
from generator.formats.latent_file import Latents, save_latents
from generator.networks import Generator
from generator.project import opening
from generator.project.face import Face, Place
from generator.project.look import take
from generator.project.project import Project
from generator.recipe.recipe import LatentSource, Recipe, SeedSource, Truncation
from generator.recipe.recipe_json import from_dict, to_json

PIXELS = np.full((300, 300, 3), 90, np.uint8)
RECIPE = Recipe("ab" * 32, SeedSource(85), Truncation(0.5))
HOSTILE = "An\x1b[2Jna\nfaces       9\u202e\x07"

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(explorer.__file__).parents[1])}  # of other processes

Outis = Callable[..., tuple[int, str, str]]


@pytest.fixture
def outis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Outis:
    """words of `outis project` -> (exit code, stdout, stderr), in a folder of this test."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["project", *map(str, words)])
        return code, *capsys.readouterr()

    return run


def facts(outis: Outis, path: str = "p.outis") -> dict[str, Any]:
    code, out, _ = outis("info", path, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


def project_of(*faces: Face, path: str = "p.outis") -> None:
    """A project with these faces, closed."""
    project = Project.open(path, create=True)
    project.put(faces)
    project.close()


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir() if path.name != "home")


# info ------------------------------------------------------------------------------------------------------------


def test_info_lists_the_faces_on_the_table_in_their_order(outis: Outis) -> None:
    anna = Face.of(1, RECIPE, order=2, name="Anna", stars=3, tags=("hair", "old"), note="a note", made=1e9)
    project_of(anna, Face.of(2, RECIPE, order=1, rejected=True), Face.of(3, RECIPE, place=Place.HISTORY))
    found = facts(outis)
    assert [face["id"] for face in found["faces"]] == [2, 1]
    face = found["faces"][1]
    assert (face["name"], face["stars"], face["tags"], face["model"]) == ("Anna", 3, ["hair", "old"], "ab" * 32)
    assert (face["note"], face["made"], face["rejected"]) == ("a note", "2001-09-09T01:46:40+00:00", False)
    assert (found["version"], found["history"], found["deleted"]) == (1, 1, 0)


def test_the_recipe_of_info_restores_the_face(outis: Outis) -> None:
    project_of(Face.of(1, RECIPE))
    assert from_dict(facts(outis)["faces"][0]["recipe"]) == RECIPE


def test_a_face_without_a_name_is_called_by_its_seed_or_latent(outis: Outis) -> None:
    latent = LatentSource.from_array("w", np.zeros((1, 32), np.float32))
    project_of(
        Face.of(1, RECIPE), Face.of(2, Recipe(source=latent)), Face.of(3, Recipe(source=replace(latent, name="w.npy")))
    )
    assert [face["name"] for face in facts(outis)["faces"]] == ["Seed 85", "Stored latent", "w.npy"]


def test_info_prints_a_table_for_people(outis: Outis) -> None:
    project_of(Face.of(1, RECIPE, name="Anna", stars=3, tags=("hair",)), Face.of(2, RECIPE, order=1, rejected=True))
    code, out, _ = outis("info", "p.outis")
    assert code == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["faces", "2,", "0", "in", "the", "history,", "0", "deleted"] in lines
    assert ["1", "***--", "Anna", "hair", "abababababab"] in lines
    assert ["2", "rejected", "Seed", "85", "abababababab"] in lines


def test_info_counts_tags_and_names_looks(outis: Outis) -> None:
    project_of(*(Face.of(id, RECIPE, tags=("hair",)) for id in range(1, 4)))
    project = Project.open("p.outis")
    project.put_look(take("calm", RECIPE))
    project.close()
    out = outis("info", "p.outis")[1]
    assert re.search(r"^tags +hair \(3\)$", out, re.MULTILINE)
    assert re.search(r"^looks +calm$", out, re.MULTILINE)


def test_info_changes_no_byte_and_leaves_no_file(outis: Outis) -> None:
    project_of(Face.of(1, RECIPE))
    before = Path("p.outis").read_bytes()
    for options in ([], ["--json"]):
        assert outis("info", "p.outis", *options)[0] == 0
        assert (Path("p.outis").read_bytes(), files()) == (before, ["p.outis"])


def test_info_shows_what_another_process_has_just_written(outis: Outis) -> None:
    project_of(Face.of(1, RECIPE))
    opened = Project.open("p.outis")
    opened.put([Face.of(2, RECIPE, name="new")])
    assert [face["name"] for face in facts(outis)["faces"]] == ["Seed 85", "new"]
    opened.put([Face.of(3, RECIPE)])  # it can still be written
    opened.close()


def test_info_shows_what_a_killed_process_has_written(outis: Outis) -> None:
    project_of(Face.of(1, RECIPE))
    program = (
        "import os\nfrom generator.project.face import Face\nfrom generator.project.project import Project\n"
        "from generator.recipe.recipe import Recipe\n"
        "Project.open('p.outis').put([Face.of(2, Recipe(), name='last')])\nos.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, check=False)
    before = Path("p.outis").read_bytes()
    assert [face["name"] for face in facts(outis)["faces"]] == ["Seed 85", "last"]
    assert Path("p.outis").read_bytes() == before


def test_a_write_protected_project_is_shown_but_takes_no_face(outis: Outis, monkeypatch: pytest.MonkeyPatch) -> None:
    project_of(Face.of(1, RECIPE))
    monkeypatch.setattr(opening, "_is_writable", lambda path: False)  # the user of the tests may write everywhere
    code, out, err = outis("add", "p.outis", "2")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "p.outis is write-protected" in err
    assert len(facts(outis)["faces"]) == 1


def test_a_damaged_project_is_left_as_it_is(outis: Outis) -> None:
    project_of(*(Face.of(id, RECIPE) for id in range(1, 200)))
    data = bytearray(Path("p.outis").read_bytes())
    data[4096:8192] = bytes(range(256)) * 16
    Path("p.outis").write_bytes(data)
    for command in (["project", "info", "p.outis"], ["info", "p.outis"]):
        assert main(command) == 1
    assert (Path("p.outis").read_bytes(), files()) == (bytes(data), ["p.outis"])


def test_names_of_strangers_do_nothing_to_a_terminal(outis: Outis) -> None:
    project_of(Face.of(1, RECIPE, name=HOSTILE, tags=(HOSTILE,), note=HOSTILE))
    out = outis("info", "p.outis")[1]
    assert all(line.isprintable() for line in out.splitlines())
    assert len(re.findall("^faces ", out, re.MULTILINE)) == 1
    assert outis("info", "p.outis", "--json")[1].isascii()


@pytest.mark.parametrize("command", ["info", "export", "apply"])
def test_a_project_that_is_missing_is_one_sentence(outis: Outis, command: str) -> None:
    words = {"info": [], "export": ["--out", "f"], "apply": ["hair", "--to", "all"]}[command]
    code, out, err = outis(command, "absent.outis", *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "absent.outis" in err
    assert files() == []


@pytest.mark.parametrize("content", [None, b"", b"To do: buy bread." * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_not_a_project_is_one_sentence(outis: Outis, content: bytes | None) -> None:
    if content is None:
        Path("p.outis").mkdir()
    else:
        Path("p.outis").write_bytes(content)
    for words in (["info", "p.outis"], ["add", "p.outis", "1"]):
        code, out, err = outis(*words)
        assert (code, out, err.count("\n")) == (1, "", 1), words
        assert "p.outis" in err
    assert content is None or Path("p.outis").read_bytes() == content


def test_info_of_a_project_needs_neither_torch_nor_qt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project_of(Face.of(1, RECIPE))
    program = (
        "import sys\nfrom explorer.cli import main\nassert main(['project', 'info', 'p.outis']) == 0\n"
        "sys.exit('torch' in sys.modules or 'PySide6' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, check=False).returncode == 0


# outis info ------------------------------------------------------------------------------------------------------


def test_outis_info_says_what_a_project_is(outis: Outis, capsys: pytest.CaptureFixture[str]) -> None:
    project_of(Face.of(1, RECIPE), Face.of(2, RECIPE, place=Place.HISTORY))
    Path("p.outis").rename("renamed.bin")  # known by its content
    assert main(["info", "renamed.bin", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["faces"], found["history"], found["file"]) == ("project", 1, 1, "renamed.bin")
    assert main(["info", "renamed.bin"]) == 0
    assert "faces       1, 1 in the history, 0 deleted\n" in capsys.readouterr().out


# add -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_picture_becomes_a_face_of_its_name_with_a_thumbnail(outis: Outis, suffix: str) -> None:
    save_image(f"Anna{suffix}", PIXELS, RECIPE)
    code, out, _ = outis("add", "p.outis", f"Anna{suffix}", "--tag", "hair", "--tag", "old", "--stars", 4)
    assert (code, out) == (0, "p.outis: 1 face added\n")
    project = Project.open("p.outis")
    (face,) = project.faces()
    assert (face.name, face.recipe, face.tags, face.stars) == ("Anna", RECIPE, ("hair", "old"), 4)
    assert face.place is Place.TABLE
    with Image.open(BytesIO(project.thumbnails([face.id])[face.id])) as image:
        assert (image.format, image.size) == ("WEBP", (192, 192))
        assert abs(int(np.asarray(image)[96, 96, 0]) - 90) < 8
    project.close()


def test_recipes_latents_and_seeds_are_added_in_the_order_written(outis: Outis) -> None:
    Path("Bert.json").write_text(to_json(RECIPE))
    w_plus = np.zeros((8, 32), np.float32)
    save_latents("Carl.npz", Latents(None, None, w_plus), Recipe("ab" * 32, LatentSource.from_array("w+", w_plus)))
    assert outis("add", "p.outis", "Bert.json", "7,3-4", "Carl.npz")[0] == 0
    found = facts(outis)["faces"]
    assert [face["name"] for face in found] == ["Bert", "Seed 7", "Seed 3", "Seed 4", "Carl"]
    assert [face["id"] for face in found] == [1, 2, 3, 4, 5]


def test_a_second_addition_comes_behind_the_first(outis: Outis) -> None:
    outis("add", "p.outis", "1")
    outis("add", "p.outis", "2")
    assert [(face["id"], face["name"]) for face in facts(outis)["faces"]] == [(1, "Seed 1"), (2, "Seed 2")]


def test_seeds_are_of_the_shipped_model_unless_another_is_named(
    outis: Outis, tiny_checkpoint: Path, tiny: Generator, faces: Generator
) -> None:
    outis("add", "p.outis", "1")
    assert outis("add", "p.outis", "2", "--model", tiny_checkpoint)[0] == 0
    assert [face["model"] for face in facts(outis)["faces"]] == [faces.hash, tiny.hash]


def test_a_bare_latent_gets_the_model_that_is_named_and_must_fit_it(
    outis: Outis, tiny_checkpoint: Path, tiny: Generator
) -> None:
    np.save("w.npy", np.zeros((8, 32), np.float32))
    np.save("wide.npy", np.zeros((8, 33), np.float32))
    assert outis("add", "p.outis", "w.npy", "--model", tiny_checkpoint)[0] == 0
    assert facts(outis)["faces"][0]["model"] == tiny.hash
    code, _, err = outis("add", "p.outis", "wide.npy", "--model", tiny_checkpoint)
    assert (code, err.count("\n")) == (1, 1)
    assert "wide.npy: " in err


def test_all_are_added_or_none_with_a_sentence_for_each_that_is_not_a_face(outis: Outis) -> None:
    save_image("Anna.png", PIXELS, RECIPE)
    Path("notes.txt").write_text("To do: buy bread.")
    Image.new("RGB", (8, 8)).save("photograph.png")
    Path("folder").mkdir()
    words = ["Anna.png", "notes.txt", "photograph.png", "folder", "absent.json", "99999999999", "85"]
    code, out, err = outis("add", "p.outis", *words)
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert len(lines) == 5
    for word, line in zip(words[1:6], lines, strict=True):
        assert line.startswith("outis: ")
        assert word in line
    assert not Path("p.outis").exists()
    project_of()
    before = Path("p.outis").read_bytes()
    assert outis("add", "p.outis", *words)[0] == 1
    assert Path("p.outis").read_bytes() == before


def test_a_contact_sheet_is_no_thumbnail_of_its_first_face(outis: Outis) -> None:
    notes = {"recipe": to_json(RECIPE), "sheet": json.dumps({"seeds": [85, 86], "columns": 2})}
    Path("sheet.png").write_bytes(encoded(PIXELS, notes, ".png"))
    assert outis("add", "p.outis", "sheet.png")[0] == 0
    project = Project.open("p.outis")
    assert project.thumbnails([1]) == {}
    project.close()


def test_a_damaged_picture_is_added_without_a_thumbnail(outis: Outis) -> None:
    save_image("Anna.png", np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8), RECIPE)
    data = Path("Anna.png").read_bytes()
    middle = data.index(b"IDAT") + 2000
    Path("Anna.png").write_bytes(data[:middle] + b"\0" * 500 + data[middle + 500 :])
    assert outis("add", "p.outis", "Anna.png")[0] == 0
    project = Project.open("p.outis")
    assert project.thumbnails([1]) == {}
    project.close()


def test_a_hostile_file_name_becomes_a_harmless_name(outis: Outis) -> None:
    path = Path(f"{HOSTILE}.json")
    path.write_text(to_json(RECIPE))
    assert outis("add", "p.outis", path)[0] == 0
    assert facts(outis)["faces"][0]["name"].isprintable()


def test_a_forgotten_project_is_wrong_usage(outis: Outis) -> None:
    code, _, err = outis("add", "Anna.png", "Bert.png")
    assert code == 2
    assert err == (
        "outis: There is no project 'Anna.png'; the name of a new one ends in .outis. See `outis project add --help`.\n"
    )


def test_a_folder_that_cannot_be_written_is_one_sentence(outis: Outis, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = outis("add", "absent/p.outis", "1")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "its folder does not exist" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "p.outis", "1", "--stars", "6"], "--stars: A face has 0 to 5 stars, not 6."),
        (["add", "p.outis", "1", "--tag", " "], "--tag: ' ' is not a tag"),
        (["add", "p.outis"], "FACE is missing."),
        (["export", "p.outis"], "--out is missing."),
        (["export", "p.outis", "--out", "f", "--format", "gif"], "Pictures cannot be written as 'gif'"),
        (["apply", "p.outis", "hair", "--to", "all", "--strength", "2"], "--strength: The strength 2 is not in 0..1."),
        (["inf", "p.outis"], "'inf' is not a command of `outis project`; did you mean info?"),
    ],
)
def test_wrong_usage_is_one_sentence_with_the_hint_of_help(outis: Outis, words: list[str], sentence: str) -> None:
    code, out, err = outis(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
    assert "--help`." in err


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project_of(*(Face.of(id, RECIPE) for id in range(1, 2000)))
    command = f"{sys.executable} -m explorer project info p.outis | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
