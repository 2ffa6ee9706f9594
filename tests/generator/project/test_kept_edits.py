"""Looks and the user's own directions in a project: kept, replaced, removed, and left out where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from generator.errors import ProjectError
from generator.project.look import Look, Part, take
from generator.project.project import Project
from generator.project.rows import MAX_RECIPE
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, Truncation, pack
from tests.support.projects import EDITS, changed, files, opened, saved
from tests.support.recipe_strategies import recipes

MODEL, OTHER = "a" * 64, "b" * 64
SMILING = take("smiling", Recipe(directions=(DirectionEdit(EDITS[0], 1.5),)), {Part.DIRECTIONS})
CALM = take("Calm", Recipe(truncation=Truncation(0.5)))
GLASSES = NamedDirection(EDITS[1], "Glasses", "none", "thick", "Found by hand.", (("age", 0.5),))
HAT = replace(GLASSES, direction=EDITS[2], title="Hat")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """With two looks, and directions of two models."""
    project = Project.open(saved(tmp_path / "a.outis"))
    for look in (SMILING, CALM):
        project.put_look(look)
    for model, entry in ((MODEL, HAT), (MODEL, GLASSES), (OTHER, GLASSES)):
        project.put_direction(model, entry)
    yield project
    project.close()


class TestLooks:
    def test_they_come_back_by_their_names(self, project: Project) -> None:
        project.close()
        with opened(project.path) as again:
            assert (again.looks(), again.skipped) == ([CALM, SMILING], 0)

    def test_one_of_the_same_name_replaces_another(self, project: Project) -> None:
        project.put_look(replace(CALM, recipe=Recipe(truncation=Truncation(0.1))))
        assert [look.recipe.truncation.psi for look in project.looks() if look.name == "Calm"] == [0.1]

    def test_only_the_named_one_is_removed(self, project: Project) -> None:
        project.remove_look("calm")
        project.remove_look("smiling")
        assert project.looks() == [CALM]

    def test_one_that_lies_is_left_out_and_counted(self, project: Project) -> None:
        project.close()
        changed(project.path, "UPDATE looks SET look = '{}' WHERE name = 'Calm'")
        with opened(project.path) as lying:
            assert (lying.looks(), lying.skipped) == ([SMILING], 1)

    def test_one_that_could_not_be_read_again_is_refused(self, project: Project) -> None:
        edits = tuple(DirectionEdit(Direction("x" * 200, EDITS[0].vector), amount) for amount in range(1, 900))
        with pytest.raises(ProjectError, match=rf"The look 'large' has \d+ characters; at most {MAX_RECIPE} are kept"):
            project.put_look(take("large", Recipe(directions=edits)))
        with pytest.raises(ProjectError, match="a text in it is not Unicode"):
            project.put_look(replace(CALM, name="\ud800"))
        assert project.looks() == [CALM, SMILING]


class TestDirections:
    def test_they_come_back_as_they_were_added_for_each_model(self, project: Project) -> None:
        project.close()
        with opened(project.path) as again:
            assert sorted(again.directed_models()) == sorted([MODEL, OTHER])
            assert [again.directions(model) for model in (MODEL, OTHER, "")] == [(HAT, GLASSES), (GLASSES,), ()]

    def test_one_of_the_same_name_takes_the_place_of_another(self, project: Project) -> None:
        narrow = replace(HAT, direction=replace(HAT.direction, layers=Layers.span(4, 7)), title="Cap")
        project.put_direction(MODEL, narrow)
        assert project.directions(MODEL) == (narrow, GLASSES)

    def test_only_that_of_one_model_is_removed(self, project: Project) -> None:
        project.remove_direction(MODEL, GLASSES.direction.name)
        project.remove_direction(MODEL, "unknown")
        assert (project.directions(MODEL), project.directions(OTHER)) == ((HAT,), (GLASSES,))

    @pytest.mark.parametrize("entry", ["{}", "[", '{"format": "outis-directions", "version": 9}'])
    def test_one_that_lies_is_left_out(self, project: Project, entry: str) -> None:
        project.close()
        changed(project.path, f"UPDATE directions SET entry = '{entry}' WHERE id = 1")
        with opened(project.path) as lying:
            assert lying.directions(MODEL) == (GLASSES,)

    def test_one_that_could_not_be_read_again_is_refused(self, project: Project) -> None:
        long = replace(HAT, direction=Direction("long", pack(np.zeros(400_000, np.float32))))
        with pytest.raises(ProjectError, match=r"The direction 'long' has \d+ characters"):
            project.put_direction(MODEL, long)


def test_a_copy_and_what_is_recovered_have_them_too(project: Project, tmp_path: Path) -> None:
    project.save_as(tmp_path / "b.outis")
    project.close()
    changed(project.path, "CREATE TABLE more (a)")
    for path, name in ((tmp_path / "b.outis", "b.outis"), (project.path, "a-recovered.outis")):
        with opened(path) as other:
            assert other.path.name == name
            assert other.looks() == [CALM, SMILING]
            assert other.directions(MODEL) == (HAT, GLASSES)


def test_a_project_that_is_only_read_takes_none(project: Project) -> None:
    reader = Project.read(project.path)
    for change in (lambda: reader.put_look(CALM), lambda: reader.remove_look("Calm")):
        with pytest.raises(ProjectError, match="is open for reading only"):
            change()
    with pytest.raises(ProjectError, match="is open for reading only"):
        reader.put_direction(MODEL, HAT)
    reader.close()
    project.close()
    assert list(files(project.path.parent)) == ["a.outis"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with opened(tmp_path_factory.mktemp("projects") / "a.outis", create=True) as project:
        yield project


@settings(max_examples=15)
@given(recipe=recipes)
def test_any_look_comes_back(kept: Project, recipe: Recipe) -> None:
    look = Look("any", recipe)
    kept.put_look(look)
    assert [look.parts for look in kept.looks()] == [look.parts]
    assert kept.looks() == [take("any", recipe)]
