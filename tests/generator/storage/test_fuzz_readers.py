"""Every file of the user's that is read beside models and pictures, damaged: an answer, or one of our sentences."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from generator.attributes import distribution
from generator.directions import measured_faces
from generator.errors import TrainingError
from generator.faces.points import HELD_COUNT
from generator.formats.open_face import read_file, read_text
from generator.grab import jacobian
from generator.grab.jacobian import COLOURS
from generator.grab.moves import MoveSpace
from generator.hub import catalogue
from generator.hub.download import _Part
from generator.project.look import SUFFIX, look_to_json, read_look, take
from generator.recipe import class_names, pca
from generator.recipe.direction_files import load_library, save_library
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, LatentSource, Mix, Recipe, SeedSource, pack
from generator.recipe.recipe_json import to_json
from generator.training.data import ImageSet
from generator.training.data.image_set import read_manifest
from generator.training.features import reference
from generator.training.history import History
from generator.training.journal import Journal
from generator.training.journal import Start as Begun
from generator.training.run_folder import Origin, RunFolder, State, _digest, read_state
from generator.training.standing import Standing
from generator.wishes.states import parse_states
from tests.support.bounds import bounded
from tests.support.effort import tries
from tests.support.fuzzing import damage, json_values, refusal, with_value
from tests.support.mutations import PLAIN, Mutate, mutated_header, mutated_json, mutated_members
from tests.support.training_fixtures import QUICK, shapes
from weights import FACES

MUTATIONS = tries(40)  # of each kind of file
ROW = pack(np.ones(8, np.float32))
ADDRESS = "https://example.org/a.pkl"


def a_library(folder: Path) -> Path:
    entries = (NamedDirection(Direction("age", ROW), "Age", "younger", "older", "", (("age", 2.5),)),)
    save_library(DirectionLibrary("a" * 64, entries, "made"), folder / "a.directions.json")
    return folder / "a.directions.json"


def a_recipe(folder: Path) -> Path:
    edits = (DirectionEdit(Direction("age", ROW, Layers.span(0, 3)), 1.5),)
    recipe = Recipe("a" * 64, LatentSource("w", 1, ROW, "mine"), directions=edits, mix=Mix(SeedSource(1), (0.5, 1.0)))
    (folder / "a.json").write_text(to_json(recipe))
    return folder / "a.json"


def components(folder: Path) -> Path:
    mean = np.zeros(8, np.float32)
    pca.store(pca.Pca(mean, np.eye(8, dtype=np.float32), mean + 1, mean + 1, np.ones((9, 8), np.float32), 100, "m"))
    return pca._path("m", 100)


def use_components(path: Path) -> None:
    found = pca.cached("m", 100)
    for index in range(0 if found is None else len(found.components)):
        assert found is not None
        found.direction(index)


def a_data_set(folder: Path) -> Path:
    return shapes(folder, 4, 16).folder / "manifest.json"


def its_pixels(folder: Path) -> Path:
    return shapes(folder, 4, 16).folder / "16.npy"


def features(folder: Path) -> Path:
    reference._keep(folder / "a.npz", np.ones((4, 8), np.float32))
    return folder / "a.npz"


def a_run(folder: Path) -> RunFolder:
    run = RunFolder(folder / "run")
    run.create(Origin(folder / "data", "a" * 64, QUICK))
    run.make_ready()
    return run


def a_state(folder: Path) -> Path:
    run = a_run(folder)
    run.save_state(State({"a": torch.ones(3), "b": torch.tensor(1)}, {"images": 7, "resolution": 8}))
    return run.state(7)


def a_journal(folder: Path) -> Path:
    Journal(folder / "journal.jsonl").write(Begun(0, "run", 100, {"a": 1}))
    return folder / "journal.jsonl"


def use_journal(path: Path) -> None:
    Journal(path)
    History.of(path.read_text(errors="replace").splitlines()).status(True)


def a_catalogue(folder: Path) -> Path:
    (folder / "a.json").write_text(catalogue.SHIPPED.read_text())
    return folder / "a.json"


def a_part(folder: Path) -> Path:
    (folder / "a.pkl.part").write_bytes(b"123")
    (folder / "a.pkl.part.json").write_text(json.dumps({"address": ADDRESS, "validator": "x"}))
    return folder / "a.pkl.part.json"


def use_part(path: Path) -> None:
    part = _Part(path.with_name("a.pkl"), ADDRESS)
    part.known()
    part.close()


def a_look(folder: Path) -> Path:
    edits = (DirectionEdit(Direction("age", ROW), 1.5),)
    recipe = Recipe("a" * 64, SeedSource(1), directions=edits, mix=Mix(SeedSource(2), (0.5, 1.0)))
    (folder / f"a{SUFFIX}").write_text(look_to_json(take("summer", recipe)))
    return folder / f"a{SUFFIX}"


def some_class_names(folder: Path) -> Path:
    (folder / "a.classes.txt").write_text(json.dumps({"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}))
    return folder / "a.classes.txt"


def states(folder: Path) -> Path:
    (folder / "states.json").write_text(json.dumps({"smiling": {"smile": 2, "age": -0.5}, "plain": {}}))
    return folder / "states.json"


def moves(folder: Path) -> Path:
    space = MoveSpace(np.ones((2, 6, 4), np.float32))
    points, colours, cost = (np.ones((rows, space.size), np.float32) for rows in (2 * HELD_COUNT, COLOURS, space.size))
    jacobian.save(jacobian.Jacobian("a" * 64, space, points, colours, cost), folder / "a.npz")
    return folder / "a.npz"


def measures(folder: Path) -> Path:
    faces = np.arange(6, dtype=np.float64).reshape(3, 2)
    made = measured_faces.MeasuredFaces("a" * 64, ("yaw", "smile"), faces, faces[:, :0])
    measured_faces.save(made, folder / "a.npz")
    return folder / "a.npz"


def distribution_of_measures(folder: Path) -> Path:
    whole = json.loads(FACES.with_suffix(".measures.json").read_text())
    whole["quantiles"] = dict(list(whole["quantiles"].items())[:2])
    (folder / "a.json").write_text(json.dumps(whole))
    return folder / "a.json"


@dataclass(frozen=True)
class Kind:
    make: Callable[[Path], Path]  # a good file in an empty folder
    read: Callable[[Path], object]
    mutate: Mutate


KINDS = {
    "library": Kind(a_library, load_library, mutated_json),
    "recipe": Kind(a_recipe, read_file, mutated_json),
    "clipboard": Kind(a_recipe, lambda path: read_text(path.read_text(errors="replace"), "Clipboard"), mutated_json),
    "components": Kind(components, use_components, mutated_members),
    "manifest": Kind(a_data_set, lambda path: read_manifest(path.parent), mutated_json),
    "pixels": Kind(its_pixels, lambda path: ImageSet.open(path.parent), PLAIN[0]),
    "features": Kind(features, lambda path: reference._cached(path, (4, 8)), mutated_members),
    "settings of a run": Kind(lambda f: a_run(f).settings, lambda path: RunFolder(path.parent).origin, mutated_json),
    "state of a run": Kind(a_state, read_state, mutated_header),
    "journal": Kind(a_journal, use_journal, mutated_json),
    "catalogue": Kind(a_catalogue, catalogue.read, mutated_json),
    "part of a download": Kind(a_part, use_part, mutated_json),
    "look": Kind(a_look, read_look, mutated_json),
    "names of classes": Kind(some_class_names, lambda path: class_names.read(path, 2), mutated_json),
    "states": Kind(states, lambda path: parse_states(path.read_text(errors="replace")), mutated_json),
    "moves": Kind(moves, jacobian.load, mutated_members),
    "measures": Kind(measures, measured_faces.load, mutated_members),
    "distribution": Kind(distribution_of_measures, distribution.load, mutated_json),
}
PLAIN_VALUES = ("names of classes", "states", "distribution")  # whose tests have odd values of their own
TEXTS = [name for name, kind in KINDS.items() if kind.mutate is mutated_json and name not in PLAIN_VALUES]


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_read_or_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    damage(kind.read, kind.make(tmp_path), [*PLAIN, *[kind.mutate] * 3], MUTATIONS)


@pytest.mark.parametrize("name", TEXTS)
def test_any_value_in_any_place_is_read_or_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = kind.make(tmp_path)
    good = path.read_text()

    @settings(max_examples=tries(50), suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(value=json_values, place=st.integers(0, 10_000))
    def check(value: object, place: int) -> None:
        path.write_text(with_value(good, value, place))
        refusal(kind.read, path)

    check()


STATES: dict[str, State] = {
    "numbers that numpy lacks": State({"a": torch.ones(3, dtype=torch.bfloat16)}, {"images": 7}),
    "facts that are none": State({"a": torch.ones(3)}, [7]),  # type: ignore[arg-type]
    "text for a count": State({}, {"images": "7", "resolution": 8}),
    "a resolution without end": State({}, {"images": 7, "resolution": 2**40}),
    "a number without end": State({}, {"images": 7, "resolution": 8, "seconds": float("nan")}),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_that_its_writer_never_had_is_refused(name: str, tmp_path: Path) -> None:
    state, path = STATES[name], a_run(tmp_path).state(7)
    header = {"facts": json.dumps(state.facts), "digest": "0" * 128}
    with contextlib.suppress(TypeError):
        header["digest"] = _digest(state.tensors, state.facts)
    path.write_bytes(save(state.tensors, header))
    with bounded(), pytest.raises(TrainingError):
        Standing.read(read_state(path).facts, QUICK)


def test_a_state_whose_name_is_no_number_is_none(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    (run.path / "states" / "\N{SUPERSCRIPT TWO}.safetensors").touch()
    assert run.states == {}


def test_components_too_large_to_move_along_count_as_none(isolated_user_folders: Path) -> None:
    huge = np.full(8, 1e30, np.float32)
    pca.store(pca.Pca(huge, np.full((8, 8), 1e30, np.float32), huge, huge, np.ones((9, 8), np.float32), 100, "m"))
    assert pca.cached("m", 100) is None


def test_kept_features_beyond_the_memory_count_as_none(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("features.npy", bytes(300_000_000))
    with bounded(memory=200_000_000):
        assert reference._cached(path, (4, 8)) is None
