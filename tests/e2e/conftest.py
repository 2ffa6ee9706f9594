"""`outis` on the tiny model, in process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.cli import main
from generator.networks import Generator
from generator.project.face import Face, Place
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.project_files import written

Outis = Callable[..., tuple[int, str, str]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def render_tiny(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """options -> (exit code, stdout, stderr)."""

    def run(*options: object) -> tuple[int, str, str]:
        code = main(["render", "--model", str(tiny_checkpoint), "--device", "cpu", *map(str, options)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def outis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tiny_checkpoint: Path
) -> Outis:
    """words of `outis` -> (exit code, stdout, stderr), in a folder of this test, with the tiny model."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        needs = ["--model", str(tiny_checkpoint), "--device", "cpu"] if {"export", "render"} & set(words) else []
        code = main([*map(str, words), *needs])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def project(outis: Outis, tiny: Generator) -> Path:
    """Anna with 3 stars, Bert with 5, a face without a name, a rejected one, and one in the history."""

    def recipe(seed: int) -> Recipe:
        return Recipe(tiny.hash, SeedSource(seed))

    faces = [
        Face.of(1, recipe(1), order=1, name="Anna", stars=3, tags=("hair",)),
        Face.of(2, recipe(2), order=2, name="Bert", stars=5, tags=("hair", "old")),
        Face.of(3, recipe(3), order=3),
        Face.of(4, recipe(4), order=4, name="Carl", stars=5, rejected=True),
        Face.of(5, recipe(5), name="Dora", place=Place.HISTORY),
    ]
    return written("p.outis", *faces)
