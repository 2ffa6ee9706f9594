"""`outis project export` and `apply`: faces of a project as files, and with a look."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from explorer.cli import project_export
from generator.formats.image_encode import scaled
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.project.face import Face
from generator.project.look import ALL_PARTS, Part, save_look, take
from generator.project.project import Project
from generator.recipe.recipe import Direction, LatentSource, Recipe, SeedSource, Truncation, pack
from generator.render.engine import Engine
from tests.support.models import TINY, random_generator, save_generator
from tests.support.project_files import OTHER, files, kept, pixels, written

Outis = Callable[..., tuple[int, str, str]]
AGE = Direction("age", pack(np.full(32, 0.1, np.float32)))


# export ----------------------------------------------------------------------------------------------------------


def test_every_face_that_is_not_rejected_becomes_a_file_with_its_recipe(
    outis: Outis, project: Path, tiny: Generator
) -> None:
    code, out, err = outis("project", "export", project, "--out", "out")
    assert (code, out, err) == (0, "out\n", "1 face is left out, as rejected.\n")
    assert files() == ["Anna.png", "Bert.png", "seed-3.png"]
    recipe = read_file("out/Anna.png").recipe
    assert recipe == Recipe(tiny.hash, SeedSource(1))
    assert np.array_equal(pixels("out/Anna.png"), Engine(tiny, "cpu").render(recipe))


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--stars", 3], ["Anna.png", "Bert.png"]),
        (["--stars", 4], ["Bert.png"]),
        (["--tag", "hair"], ["Anna.png", "Bert.png"]),
        (["--tag", "hair", "--tag", "old"], ["Bert.png"]),
        (["--tag", "hair", "--stars", 4], ["Bert.png"]),
    ],
)
def test_stars_and_tags_choose(outis: Outis, project: Path, options: list[object], names: list[str]) -> None:
    assert outis("project", "export", project, "--out", "out", *options)[0] == 0
    assert files() == names


def test_sizes_manifest_sheet_and_latents_lie_beside_the_faces(outis: Outis, project: Path, tiny: Generator) -> None:
    options = ["--size", 16, "--size", 48, "--sheet", "--csv", "--latents", "--stars", 3]
    assert outis("project", "export", project, "--out", "a/b/out", *options)[0] == 0
    assert files("a/b/out") == [
        "Anna-16.npz",
        "Anna-16.png",
        "Anna-48.png",
        "Bert-16.npz",
        "Bert-16.png",
        "Bert-48.png",
        "manifest.csv",
        "manifest.jsonl",
        "sheet.png",
    ]
    expected = scaled(Engine(tiny, "cpu").render(Recipe(tiny.hash, SeedSource(1))), 48)
    assert np.array_equal(pixels("a/b/out/Anna-48.png"), expected)
    rows = [json.loads(line) for line in Path("a/b/out/manifest.jsonl").read_text("utf-8").splitlines()]
    assert [(row["file"], row["name"], row["size"]) for row in rows][:2] == [
        ("Anna-16.png", "Anna", 16),
        ("Anna-48.png", "Anna", 48),
    ]


def test_a_pattern_names_files_and_folders(outis: Outis, project: Path) -> None:
    options = ["--name", "{tag}/{index:03}-{name}-{stars}", "--format", "webp"]
    assert outis("project", "export", project, "--out", "out", *options)[0] == 0
    assert files() == ["hair/001-Anna-3.webp", "hair/002-Bert-5.webp", "untagged/003-seed-3-0.webp"]


def test_files_are_replaced_only_when_asked(outis: Outis, project: Path) -> None:
    Path("out").mkdir()
    Path("out/Anna.png").write_text("precious")
    code, out, err = outis("project", "export", project, "--out", "out")
    assert (code, out, err.splitlines()[-1].startswith("outis: Anna.png is in out already")) == (1, "", True)
    assert (files(), Path("out/Anna.png").read_text()) == (["Anna.png"], "precious")
    assert outis("project", "export", project, "--out", "out", "--overwrite")[0] == 0
    assert pixels("out/Anna.png").shape == (32, 32, 3)


def test_export_reads_a_project_that_another_process_has_open_and_leaves_it_as_it_is(
    outis: Outis, project: Path
) -> None:
    opened = Project.open(project)
    assert outis("project", "export", project, "--out", "out", "--tag", "old")[0] == 0
    opened.close()
    before = project.read_bytes()
    assert outis("project", "export", project, "--out", "again")[0] == 0
    assert project.read_bytes() == before


def test_faces_of_unknown_models_are_left_out_and_the_exit_code_says_so(
    outis: Outis, project: Path, tiny: Generator
) -> None:
    written("p.outis", *(Face.of(id, Recipe(OTHER), name=f"other {id}") for id in (6, 7)))
    code, out, err = outis("project", "export", project, "--out", "out")
    assert (code, out) == (1, "out\n")
    assert err.splitlines()[-1] == (
        "outis: 2 faces are left out, as made with model cdcdcdcdcdcd, which is not known here; add it with --model."
    )
    assert files() == ["Anna.png", "Bert.png", "seed-3.png"]


def test_a_project_of_several_models_is_exported_with_all_of_them(
    outis: Outis, project: Path, tiny: Generator, tmp_path: Path
) -> None:
    second = random_generator(TINY, seed=7)
    path = save_generator(second, tmp_path / "second.safetensors")
    written("p.outis", Face.of(6, Recipe(second.hash, SeedSource(1)), name="Second", order=9))
    assert outis("project", "export", project, "--out", "out", "--model", path, "--sheet")[0] == 0
    assert np.array_equal(pixels("out/Second.png"), Engine(second, "cpu").render(Recipe(second.hash, SeedSource(1))))
    assert np.array_equal(pixels("out/Anna.png"), Engine(tiny, "cpu").render(Recipe(tiny.hash, SeedSource(1))))


def test_faces_of_the_shipped_model_need_no_option(outis: Outis, project: Path, faces: Generator) -> None:
    written("p.outis", Face.of(6, Recipe(faces.hash, SeedSource(85)), name="Shipped", tags=("shipped",)))
    assert outis("project", "export", project, "--out", "out", "--tag", "shipped")[0] == 0
    assert pixels("out/Shipped.png").shape == (256, 256, 3)


def test_a_face_that_does_not_fit_its_model_is_left_out_with_a_sentence(
    outis: Outis, project: Path, tiny: Generator
) -> None:
    wide = LatentSource.from_array("w", np.zeros((1, 33), np.float32))
    written("p.outis", Face.of(6, Recipe(tiny.hash, wide), name="Wi\x1bde"), Face.of(7, Recipe("", SeedSource(7))))
    code, _, err = outis("project", "export", project, "--out", "out")
    assert code == 1
    assert err.splitlines()[-1].startswith("outis: Wi\N{REPLACEMENT CHARACTER}de: The latent in w is [1, 33]")
    assert files() == ["Anna.png", "Bert.png", "seed-3.png", "seed-7.png"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--tag", "hiar"], "No face has the tag 'hiar'; did you mean hair?"),
        (["--tag", "old", "--stars", "5", "--tag", "xyzzy"], "No face has the tag 'xyzzy'."),
        (["--out", "p.outis"], "p.outis could not be written: "),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(outis: Outis, project: Path, options: list[str], words: str) -> None:
    code, out, err = outis("project", "export", project, "--out", "out", *options)
    assert (code, out) == (1, "")
    assert words in err.splitlines()[-1]
    assert not Path("out").exists()


def test_a_project_without_such_stars_is_one_sentence(outis: Outis) -> None:
    path = written("few.outis", Face.of(1, Recipe(), stars=2))
    code, _, err = outis("project", "export", path, "--out", "out", "--stars", 3)
    assert (code, err) == (1, "outis: There is no face with 3 stars or more to export in few.outis.\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--name", "{nmae}"], "did you mean name?"),
        (["--name", "../{name}"], "does not stay inside the folder"),
        (["--size", "64", "--size", "64"], "different sizes"),
        (["--size", "9000"], "choose 1 to 8192"),
        (["--out", ""], "--out is empty"),
    ],
)
def test_impossible_options_are_wrong_usage_before_anything_is_opened(
    outis: Outis, options: list[str], words: str
) -> None:
    code, out, err = outis("project", "export", "absent.outis", "--out", "out", *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert "See `outis project export --help`." in err


def test_an_interrupted_export_leaves_no_file(outis: Outis, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(project_export.Engines, "latents", interrupted)
    assert outis("project", "export", project, "--out", "out", "--latents")[0] == 130
    assert not Path("out").exists()


def test_hostile_names_stay_inside_the_folder(outis: Outis, tiny: Generator) -> None:
    names = ("../../up", "/etc/passwd", "a\x1b[2J\nb", "\u202egnp.exe", "CON", "sheet", "x" * 200)
    path = written("h.outis", *(Face.of(id, Recipe(tiny.hash), name=name) for id, name in enumerate(names, 1)))
    code, out, _ = outis("project", "export", path, "--out", "out", "--csv", "--sheet")
    assert (code, out) == (0, "out\n")
    assert len(files()) == len(names) + 3
    assert all(name.isprintable() for name in files())
    assert sorted(entry.name for entry in Path().iterdir() if entry.name != "home") == ["h.outis", "out"]


# apply -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def calm(project: Path, tiny: Generator) -> Path:
    """The project with a look: psi 0 and the age of 2."""
    opened = Project.open(project)
    opened.put_look(take("calm", Recipe(tiny.hash, truncation=Truncation(0.0)).with_amount(AGE, 2), ALL_PARTS))
    opened.set_thumbnails({1: b"before", 3: b"before"})
    opened.close()
    return project


def test_a_look_goes_to_the_faces_with_a_tag(outis: Outis, calm: Path) -> None:
    before = kept(calm)
    code, out, err = outis("project", "apply", calm, "calm", "--to", "hair", "--strength", 0.5)
    assert (code, out, err) == (0, "calm: applied to 2 faces\n", "")
    after = kept(calm)
    assert [after[id].recipe.amount(AGE) for id in (1, 2)] == [1, 1]
    assert [after[id].recipe.truncation.psi for id in (1, 2)] == [0.35, 0.35]
    assert all(after[id] == before[id] for id in (3, 4, 5))
    assert (after[1].name, after[1].stars, after[1].tags, after[1].order) == ("Anna", 3, ("hair",), 1)


def test_a_look_goes_to_all_faces_on_the_table(outis: Outis, calm: Path) -> None:
    assert outis("project", "apply", calm, "calm", "--to", "all")[:2] == (0, "calm: applied to 4 faces\n")
    after = kept(calm)
    assert [after[id].recipe.amount(AGE) for id in range(1, 6)] == [2, 2, 2, 2, 0]


def test_a_thumbnail_without_the_look_does_not_stay(outis: Outis, calm: Path) -> None:
    outis("project", "apply", calm, "calm", "--to", "hair")
    project = Project.read(calm)
    assert project.thumbnails([1, 3]) == {3: b"before"}
    project.close()


def test_a_look_can_come_from_a_file(outis: Outis, project: Path, tiny: Generator) -> None:
    save_look("soft.look.json", take("soft", Recipe(truncation=Truncation(0.2)), {Part.TRUNCATION}))
    assert outis("project", "apply", project, "soft.look.json", "--to", "old")[:2] == (0, "soft: applied to 1 face\n")
    assert kept(project)[2].recipe.truncation.psi == 0.2


def test_directions_of_another_model_are_not_applied(outis: Outis, calm: Path) -> None:
    written("p.outis", Face.of(6, Recipe(OTHER), tags=("hair",)))
    code, out, err = outis("project", "apply", calm, "calm", "--to", "hair")
    assert (code, out, err.count("\n")) == (1, "calm: applied to 2 faces\n", 1)
    assert err.startswith("outis: Face 6 is left as it was: The look was made with model ")
    assert kept(calm)[6].recipe == Recipe(OTHER)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["clam", "--to", "all"], "The project has no look 'clam'; did you mean calm?"),
        (["xyzzy", "--to", "all"], "name one of its looks, or a file that ends in .look.json."),
        (["absent.look.json", "--to", "all"], "absent.look.json could not be read"),
        (["calm", "--to", "hiar"], "No face has the tag 'hiar'; did you mean hair?"),
    ],
)
def test_what_cannot_be_applied_is_one_sentence(outis: Outis, calm: Path, words: list[str], sentence: str) -> None:
    before = kept(calm)
    code, out, err = outis("project", "apply", calm, *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sentence in err
    assert kept(calm) == before


def test_a_project_that_is_open_elsewhere_is_not_changed(outis: Outis, calm: Path) -> None:
    opened = Project.open(calm)
    for words in (["apply", calm, "calm", "--to", "all"], ["add", calm, "1"]):
        code, out, err = outis("project", *words)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "open in another Outis" in err
    opened.close()
    assert sorted(kept(calm)) == [1, 2, 3, 4, 5]
    assert kept(calm)[1].recipe.amount(AGE) == 0


# recipes that lie ------------------------------------------------------------------------------------------------


@pytest.fixture
def lying(calm: Path) -> Path:
    """The project with a second face whose recipe another program has damaged."""
    with closing(sqlite3.connect(calm)) as other, other:
        other.execute("""UPDATE faces SET recipe = '{"model":"\x1b[2J","source":7}' WHERE id = 2""")
    return calm


def test_a_face_whose_recipe_lies_is_listed_without_it(outis: Outis, lying: Path) -> None:
    code, out, _ = outis("project", "info", lying, "--json")
    assert (code, [face["recipe"] is None for face in json.loads(out)["faces"]]) == (0, [False, True, False, False])
    code, out, _ = outis("project", "info", lying)
    assert code == 0
    assert all(line.isprintable() for line in out.splitlines())


def test_a_face_whose_recipe_lies_stops_no_other(outis: Outis, lying: Path) -> None:
    code, _, err = outis("project", "export", lying, "--out", "out")
    assert (code, files()) == (1, ["Anna.png", "seed-3.png"])
    assert all(line.isprintable() for line in err.splitlines())
    code, out, err = outis("project", "apply", lying, "calm", "--to", "hair")
    assert (code, out, err.count("\n")) == (1, "calm: applied to 1 face\n", 1)
    assert err.startswith("outis: Face 2 is left as it was: ")
    code, _, err = outis("render", "--project", lying, "--face", "Bert", "--out", "a.png")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("outis: Face 2: ")
