"""Every wish of the direction studio on a small model: what is made, what it does, and that it ends in time."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.compute.jobs import (
    ExportDirection,
    FindMeasures,
    LoadModel,
    MakeDirection,
    MeasureLayers,
    ReadDirections,
    ReadFile,
    ReadOtherModel,
    SaveDirections,
    SolveAgain,
    direction_making,
)
from explorer.compute.jobs.opening import NoModelYet
from explorer.compute.jobs.task import Partial
from explorer.compute.model_host import ModelHost
from explorer.messages import DirectionMade, DirectionsFound
from explorer.studio.wishes import (
    ComponentWish,
    DifferenceWish,
    FoundWish,
    LayersWish,
    MeasureWish,
    PicturesWish,
    PilesWish,
    SefaWish,
    SlidersWish,
    Wish,
)
from generator.attributes import optional_packages
from generator.attributes.identity import Identity
from generator.errors import CheckpointError, DirectionError, RecipeError
from generator.formats.open_face import Opened
from generator.networks import Generator
from generator.progress import finish
from generator.recipe.direction_files import mine, save_library
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Recipe, SeedSource, pack
from generator.render.engine import Engine
from tests.support.direction_files import configs, e4e_pca, styles
from tests.support.models import TINY, random_generator, save_generator
from tests.support.studio_fixtures import Brightness, measure_quickly


@pytest.fixture
def host(tiny: Generator, monkeypatch: pytest.MonkeyPatch) -> ModelHost:
    """The small model, whose pictures can be measured; 24 of them are."""
    measure_quickly(monkeypatch)
    made = ModelHost()
    finish(made.switch_to(Engine(tiny, "cpu"), "tiny.safetensors"))
    return made


def made(wish: Wish, host: ModelHost) -> DirectionMade:
    *_, last = results(wish, host)
    return last


def results(wish: Wish, host: ModelHost) -> list[DirectionMade]:
    """What the task delivers, in order."""
    job, seen = MakeDirection(wish).run(host), list[DirectionMade]()
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return [*seen, end.value]
        if isinstance(step, Partial):
            seen.append(step.value)


def faces(*seeds: int) -> tuple[Recipe, ...]:
    return tuple(Recipe(source=SeedSource(seed)) for seed in seeds)


def boundary(path: Path, numbers: int = TINY.w_dim) -> str:
    np.save(path, np.eye(1, numbers, dtype=np.float32))
    return str(path)


def one_slider(amount: float) -> Recipe:
    vector = np.eye(1, TINY.w_dim, dtype=np.float32)
    return Recipe(source=SeedSource(1)).with_amount(Direction("tilt", pack(vector), Layers.span(0, 3)), amount)


@pytest.mark.parametrize(
    "wish",
    [
        PilesWish(faces(1, 2, 3, 4), faces(5, 6, 7, 8)),
        DifferenceWish(*faces(1, 2)),
        ComponentWish(2),
        SlidersWish(one_slider(1.5)),
        MeasureWish("skin"),
        SefaWish(0, Layers.span(0, 3)),
    ],
    ids=lambda wish: type(wish).__name__,
)
def test_every_way_ends_in_a_direction_of_this_model_and_what_it_does(wish: Wish, host: ModelHost) -> None:
    result = made(wish, host)
    assert result.model == host.facts.hash
    assert not result.entry.direction.misfit(TINY.num_ws, TINY.w_dim)
    assert result.strip.shape == (3 * 32, 4 * 32, 3)
    assert result.acts > 0
    assert {title for title, _ in result.effects} == {"Skin tone", "Colour warmth"}


def test_what_raises_a_measure_raises_it_most(host: ModelHost) -> None:
    effects = dict(made(MeasureWish("skin"), host).effects)
    assert effects["Skin tone"] > abs(effects["Colour warmth"])


def test_a_file_is_seen_at_once_and_measured_afterwards(host: ModelHost, tmp_path: Path) -> None:
    first, last = results(FoundWish(boundary(tmp_path / "age_boundary.npy"), 0), host)
    assert (first.measured, last.measured) == (False, True)
    assert first.effects == ()
    assert last.entry.effects
    assert last.entry.origin == "file age_boundary.npy"
    assert first.entry.direction == last.entry.direction


def test_a_brought_direction_takes_name_layers_and_sign(host: ModelHost, tmp_path: Path) -> None:
    path, layers = boundary(tmp_path / "age_boundary.npy"), Layers.parse("0-1,4")
    there = made(FoundWish(path, 0), host).entry.direction
    turned = made(FoundWish(path, 0, "years", layers, -1), host).entry
    assert (turned.direction.name, turned.title, turned.direction.layers) == ("years", "Years", layers)
    assert np.array_equal(turned.direction.array, -there.array)


def test_a_file_of_another_model_names_both_shapes(host: ModelHost, tmp_path: Path) -> None:
    path = boundary(tmp_path / "age_boundary.npy", 512)
    with pytest.raises(DirectionError, match=r"\[1, 512\].*\[1, 32\]"):
        made(FoundWish(path, 0), host)


def test_the_same_direction_is_shown_on_other_layers(host: ModelHost) -> None:
    before = made(ComponentWish(0), host).entry
    after = made(LayersWish(before, Layers.span(0, 1)), host).entry
    assert after.direction.layers == Layers.span(0, 1)
    assert after.direction.vector == before.direction.vector
    assert "; acts on layers 0-1. From -3 to +3 it moves" in after.description


def test_another_models_direction_is_made_here_by_its_pictures(host: ModelHost, tmp_path: Path) -> None:
    other = random_generator(TINY, seed=1)
    path = str(save_generator(other, tmp_path / "other.safetensors"))
    theirs = made(MeasureWish("warmth"), host).entry
    finish(SaveDirections(other.hash, (), (theirs,)).run(host))
    read = finish(ReadOtherModel(path).run(host))
    assert read.directions == ((theirs.direction.name, theirs.title),)
    result = made(PicturesWish(path, theirs.direction.name), host)
    assert not result.entry.direction.misfit(TINY.num_ws, TINY.w_dim)
    assert result.entry.origin == "pictures of tiny"


def test_kept_directions_join_those_of_the_users_file(host: ModelHost) -> None:
    first, second = (made(ComponentWish(number), host).entry for number in (0, 1))
    finish(SaveDirections(host.facts.hash, (), (first,)).run(host))
    finish(SaveDirections(host.facts.hash, (), (second,)).run(host))
    assert mine(host.facts.hash).entries == (first, second)


def test_measures_are_offered_where_they_have_values(host: ModelHost) -> None:
    known = finish(FindMeasures().run(host))
    assert {measure.name for measure in known.measures} == {"skin", "warmth"}
    assert known.lack == ""


def test_a_model_without_faces_has_no_measures_and_a_reason(host: ModelHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(_: object, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.full(2, np.nan)

    monkeypatch.setattr(Brightness, "__call__", blind)
    known = finish(FindMeasures().run(host))
    assert known.measures == ()
    assert known.lack.startswith("No faces are seen")
    assert made(ComponentWish(0), host).effects == ()


def test_a_short_vector_that_is_opened_is_a_direction_and_a_long_one_a_face(host: ModelHost, tmp_path: Path) -> None:
    np.save(tmp_path / "some_w.npy", np.eye(1, TINY.w_dim, dtype=np.float32))
    np.save(tmp_path / "face.npy", host.engine.latents(Recipe(source=SeedSource(1))).w_plus)
    assert isinstance(finish(ReadFile(str(tmp_path / "some_w.npy")).run(host)), DirectionsFound)
    assert isinstance(finish(ReadFile(str(tmp_path / "face.npy")).run(host)), Opened)


def test_directions_that_are_opened_before_a_model_wait_for_it(tmp_path: Path) -> None:
    path = boundary(tmp_path / "age_boundary.npy")
    assert finish(ReadFile(path).run(ModelHost())) == NoModelYet(path)


def test_the_studio_is_told_when_a_file_looks_like_a_face(host: ModelHost, tmp_path: Path) -> None:
    np.save(tmp_path / "some.npy", host.engine.latents(Recipe(source=SeedSource(1))).w_plus[:1])
    found = finish(ReadDirections(str(tmp_path / "some.npy")).run(host))
    assert "as long" in found.sentence


def test_a_library_of_another_model_says_so(host: ModelHost, tmp_path: Path) -> None:
    entry = made(ComponentWish(0), host).entry
    said = []
    for model in (host.facts.hash, "ab" * 32):
        save_library(DirectionLibrary(model, (entry,)), tmp_path / "some.directions.json")
        said.append(finish(ReadDirections(str(tmp_path / "some.directions.json")).run(host)).sentence)
    assert "not the open model" not in said[0]
    assert f"made for the model abababab. That is not the open model, {host.facts.hash[:8]}:" in said[1]


def test_a_direction_of_a_library_keeps_its_words_and_turned_round_they_change_places(
    host: ModelHost, tmp_path: Path
) -> None:
    entry = NamedDirection(one_slider(1.0).directions[0].direction, "Tilt", "left", "right", "by hand")
    path = tmp_path / "mine.directions.json"
    save_library(DirectionLibrary(host.facts.hash, (entry,)), path)
    kept, turned = (made(FoundWish(str(path), 0, sign=sign), host).entry for sign in (1, -1))
    assert (kept.title, kept.low, kept.high) == ("Tilt", "left", "right")
    assert (turned.title, turned.low, turned.high) == ("Tilt", "right", "left")
    assert kept.direction == entry.direction


def test_a_direction_changes_nothing_on_layers_that_it_has_no_rows_for(host: ModelHost) -> None:
    rows = np.zeros((TINY.num_ws, TINY.w_dim), np.float32)
    rows[1] = 1
    one = Direction("one", pack(rows), Layers.ALL, TINY.num_ws)
    measured = finish(MeasureLayers(host.facts.hash, one).run(host))
    assert len(measured.changes) == TINY.num_ws
    assert [layer for layer, change in enumerate(measured.changes) if change > 0] == [1]
    assert finish(MeasureLayers("ab" * 32, one).run(host)).changes == ()


def test_a_direction_is_exported_as_its_suffix_says(host: ModelHost, tmp_path: Path) -> None:
    entry = made(ComponentWish(0), host).entry
    for suffix in ("json", "npy", "safetensors"):
        path = str(tmp_path / f"some.{suffix}")
        finish(ExportDirection(path, host.facts.hash, entry, TINY.num_ws).run(host))
        assert len(finish(ReadDirections(path).run(host)).directions) == 1


def test_what_is_locked_is_held_while_another_is_made(host: ModelHost) -> None:
    locked, other = (made(ComponentWish(number), host).entry for number in (0, 1))
    both = Recipe().with_amount(replace(locked.direction, name="part"), 1.0).with_amount(other.direction, 2.0)
    free = made(SlidersWish(both), host).entry
    held = finish(MakeDirection(SlidersWish(both), (replace(locked, locked=True),)).run(host)).entry
    assert along(held.direction, locked.direction) < along(free.direction, locked.direction)


def test_a_locked_slider_that_is_tied_with_another_stays_a_part_of_it(host: ModelHost) -> None:
    locked, other = (made(ComponentWish(number), host).entry for number in (0, 1))
    both = Recipe().with_amount(locked.direction, 1.0).with_amount(other.direction, 2.0)
    tied = finish(MakeDirection(SlidersWish(both), (replace(locked, locked=True),)).run(host)).entry
    assert tied.direction == made(SlidersWish(both), host).entry.direction


def test_what_is_solved_again_leaves_what_is_locked_and_says_what_it_does_now(host: ModelHost) -> None:
    first, second = (made(ComponentWish(number), host).entry for number in (0, 1))
    locked, tilted = replace(first, locked=True), tilt(first, second)
    told = finish(SolveAgain(host.facts.hash, (tilted,), (locked,)).run(host))
    ((before, after),) = told.solved
    assert (told.model, told.held, told.kept) == (host.facts.hash, (locked,), ())
    assert before == tilted
    assert along(after.direction, first.direction) < 0.1 < along(tilted.direction, first.direction)
    assert np.linalg.norm(after.direction.array) == pytest.approx(np.linalg.norm(tilted.direction.array), rel=1e-4)
    assert {name for name, _ in after.effects} == {"skin", "warmth"}
    assert after.description.startswith("by hand From -3 to +3 it moves")
    assert finish(SolveAgain(host.facts.hash, (after,), (locked,)).run(host)).solved == ()  # it leaves it already


def test_of_what_is_the_same_as_the_locked_one_nothing_would_be_left(host: ModelHost) -> None:
    locked = replace(made(ComponentWish(0), host).entry, locked=True)
    twin = replace(locked, direction=replace(locked.direction, name="twin"), title="Twin", locked=False)
    told = finish(SolveAgain(host.facts.hash, (twin,), (locked,)).run(host))
    assert (told.solved, told.kept) == ((), ("Twin",))


def test_nothing_is_solved_for_a_model_that_is_no_longer_open(host: ModelHost) -> None:
    entry = made(ComponentWish(0), host).entry
    assert finish(SolveAgain("ab" * 32, (entry,), (entry,)).run(host)).solved == ()


def test_damaged_packages_that_tell_people_apart_are_told_and_missing_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def damaged() -> Identity:
        raise DirectionError("The weights are damaged.")

    monkeypatch.setattr("generator.attributes.identity.Identity", damaged)
    direction_making.identity.cache_clear()
    monkeypatch.setattr(optional_packages, "tell_people_apart", lambda: False)
    assert direction_making.identity() is None
    direction_making.identity.cache_clear()
    monkeypatch.setattr(optional_packages, "tell_people_apart", lambda: True)
    with pytest.raises(DirectionError, match="damaged"):
        direction_making.identity()


def tilt(a: NamedDirection, b: NamedDirection) -> NamedDirection:
    """Half of the one and half of the other, on all layers."""
    vector = pack((a.direction.array + b.direction.array).astype(np.float32))
    return NamedDirection(Direction("tilt", vector), "Tilt", "", "", "by hand")


def along(a: Direction, b: Direction) -> float:
    """How far two directions point the same way, 0..1."""
    return float(abs(a.array @ b.array) / np.linalg.norm(a.array) / np.linalg.norm(b.array))


def test_a_table_of_edits_asks_for_its_components_and_is_fitted_with_them(host: ModelHost, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    table, components = configs(tmp_path), e4e_pca(elsewhere)
    for task in (ReadDirections(str(table)), ReadFile(str(table))):
        lacking = finish(task.run(host))
        assert isinstance(lacking, DirectionsFound)
        assert (lacking.directions, lacking.components) == ((), "")
        assert "is needed as well" in lacking.sentence
    found = finish(ReadDirections(str(table), str(components)).run(host))
    assert [direction.name for direction in found.directions] == ["smile", "eyes"]
    assert found.components == str(components)
    fitted = made(FoundWish(str(table), 0, beside=str(components)), host).entry.direction
    assert (fitted.name, fitted.target is not None) == ("smile", True)


def test_styles_in_a_pickle_are_opened_as_no_model_and_named(host: ModelHost, tmp_path: Path) -> None:
    path = tmp_path / "S.pkl"
    path.write_bytes(pickle.dumps((["b4"] * 26, [style.numpy() for style in styles()])))
    with pytest.raises(RecipeError, match=r"S\.pkl: it holds styles \(S, StyleSpace\)"):
        finish(ReadFile(str(path)).run(host))
    with pytest.raises(CheckpointError, match=r"S\.pkl: it holds styles \(S, StyleSpace\)"):
        finish(LoadModel(str(path), "cpu").run(host))


@pytest.mark.parametrize("wish", [SefaWish(0), MeasureWish("skin")], ids=lambda wish: type(wish).__name__)
def test_a_direction_begun_for_a_model_is_not_told_as_the_one_of_a_model_opened_meanwhile(
    wish: Wish, host: ModelHost
) -> None:
    begun = host.facts.hash
    job = MakeDirection(wish).run(host)
    for _ in range(3):
        next(job)
    finish(host.switch_to(Engine(random_generator(TINY, seed=9), "cpu"), "other.safetensors"))
    assert host.facts.hash != begun
    assert finish(job).model == begun
