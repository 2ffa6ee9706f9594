"""A character on the compute thread: its states one by one, then as looks and as one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from explorer.compute.jobs import LoadModel, MakeCharacter
from explorer.compute.jobs.task import Partial
from explorer.compute.model_host import ModelHost
from explorer.messages import CharacterMade
from generator.errors import ExportError
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource
from generator.wishes.states import State

STATES = (State("neutral", ()), State("as ever", ()), State("again", ()))  # a tiny model has no directions


@pytest.fixture(scope="module")
def host(tiny_checkpoint: Path) -> ModelHost:
    made = ModelHost()
    finish(cast(Any, LoadModel(str(tiny_checkpoint), "cpu").run(made)))
    return made


def test_all_states_are_in_one_picture_with_their_names_and_are_looks(host: ModelHost, tmp_path: Path) -> None:
    recipe, path = Recipe(host.facts.hash, SeedSource(4)), tmp_path / "anna.png"
    drawn, job = [], MakeCharacter(3, recipe, STATES, True, str(path)).run(host)
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            made = end.value
            break
        drawn += [step.value.state] if isinstance(step, Partial) else []
    assert drawn == ["neutral", "as ever", "again"]
    assert isinstance(made, CharacterMade)
    assert [look.name for look in made.looks] == drawn
    sheet, face = np.array(Image.open(path)), host.engine.render(recipe)
    side = face.shape[0]
    assert sheet.shape[1] == 2 * side
    assert sheet.shape[0] > 2 * side  # the names
    assert np.abs(sheet[:side, :side].astype(int) - face).max() <= 1
    assert sheet[side : sheet.shape[0] // 2].max() > 0


def test_neither_picture_nor_looks_are_made_unasked_and_nothing_of_another_model(
    host: ModelHost, tmp_path: Path
) -> None:
    recipe = Recipe(host.facts.hash, SeedSource(4))
    assert finish(cast(Any, MakeCharacter(3, recipe, STATES).run(host))) == CharacterMade(3)
    path = tmp_path / "anna.png"
    with pytest.raises(ExportError, match="Another model is open"):
        finish(cast(Any, MakeCharacter(3, Recipe("b" * 64), STATES, True, str(path)).run(host)))
    assert not path.exists()
