"""Every public function of `generator` shows how it is called, in an example that works."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator import checkpoint
from generator.directions import make
from generator.directions.fitted import fitted
from generator.directions.foreign import read_directions
from generator.formats.finished import save_finished
from generator.formats.image_encode import save_image
from generator.formats.latent_file import save_latents, to_text
from generator.formats.open_face import read_file
from generator.hub import download
from generator.hub.http_transfer import Transfer
from generator.networks import create
from generator.pictures.finish import finishing
from generator.recipe import direction_export, directions_json, pca, recipe_json
from generator.recipe.direction_files import save_library
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Recipe, SeedSource, Truncation, pack
from generator.render.contact_sheet import contact_sheet
from generator.render.engine import Engine
from generator.render.export_faces import exporting
from tests.support.file_server import Behaviour, serving
from tests.support.models import TINY, random_generator, save_generator

PUBLIC: tuple[Callable[..., Any], ...] = (
    checkpoint.load,
    checkpoint.loading,
    contact_sheet,
    create,
    direction_export.export,
    directions_json.read,
    directions_json.to_json,
    download.downloading,
    Engine.__init__,
    Engine.latents,
    Engine.render,
    exporting,
    finishing,
    fitted,
    Layers.of,
    Layers.parse,
    make.sefa,
    pca.fitting,
    read_directions,
    read_file,
    recipe_json.from_json,
    recipe_json.to_json,
    save_finished,
    save_image,
    save_latents,
    to_text,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples read."""
    folder = tmp_path_factory.mktemp("examples")
    recipe = Recipe(source=SeedSource(85), truncation=Truncation(0.7))
    save_generator(random_generator(TINY), folder / "model.safetensors")
    (folder / "recipe.json").write_text(recipe_json.to_json(recipe))
    save_image(folder / "face.png", np.zeros((32, 32, 3), np.uint8), recipe)
    age = NamedDirection(Direction("age", pack(np.ones(32, np.float32))), "Age", "younger", "older", "")
    save_library(DirectionLibrary("0" * 64, (age,)), folder / "model.directions.json")
    return folder


@pytest.fixture
def server() -> Iterator[str]:
    with serving(Behaviour(body=b"a model")) as address:
        yield address


@pytest.mark.parametrize("function", PUBLIC, ids=lambda function: f"{function.__module__}.{function.__qualname__}")
def test_the_example_of_a_public_function_does_what_it_shows(
    function: Callable[..., Any], files: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    monkeypatch.setattr(
        download, "Transfer", lambda address, *rest: Transfer(address.replace("https://example.org", server), *rest)
    )
    text = inspect.getdoc(function) or ""
    assert "Example:\n" in text
    example = doctest.DocTestParser().get_doctest(text, {}, function.__qualname__, None, None)
    shown: list[str] = []
    doctest.DocTestRunner().run(example, out=shown.append)
    assert shown == []
    assert example.examples
