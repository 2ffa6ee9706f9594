"""Pictures without a face are grabbed by their features: followed, moved, held."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from generator.config import StyleGAN1Config
from generator.errors import DirectionError
from generator.faces.finder import FaceFinder
from generator.faces.points import POINTS
from generator.grab import patch_trial
from generator.grab.features import FeatureTracker, Maps, look
from generator.grab.moves import NAME, grabbed
from generator.grab.patches import PatchGrabbing, moves_of, taking_hold
from generator.networks import Generator
from generator.progress import finish
from generator.recipe import pca
from generator.recipe.direction_files import library_of
from generator.recipe.pca import Pca
from generator.recipe.recipe import Floats, Recipe, SeedSource, Truncation
from generator.render.engine import Engine
from tests.support.models import TINY, random_generator

SMALL = StyleGAN1Config(16, z_dim=8, w_dim=8, mapping_layers=1, channel_base=64, channel_max=8)
FOLLOWED = ("mouth-left", "mouth-right", "nose-tip")
CHIN, FOREHEAD = POINTS["chin"], POINTS["forehead"]


@pytest.fixture(scope="module")
def engine(faces: Generator) -> Engine:
    return Engine(faces, "cpu")


@pytest.fixture(scope="module")
def components(engine: Engine) -> Pca:
    return finish(pca.fitting(engine.mapping, engine.config.z_dim, "", samples=4096, components=8))


def face(seed: int) -> Recipe:
    return Recipe(source=SeedSource(seed), truncation=Truncation(0.7))


def shifted(maps: Maps, x: float, y: float) -> Maps:
    """The maps of the same picture moved by pixels."""
    matrix = torch.tensor([[[1, 0, -2 * x / maps.size], [0, 1, -2 * y / maps.size]]], dtype=torch.float32)

    def moved(values: torch.Tensor) -> torch.Tensor:
        grid = F.affine_grid(matrix, list(values.shape), align_corners=False)
        return F.grid_sample(values, grid, padding_mode="border", align_corners=False)

    return Maps(tuple(map(moved, maps.scales)), maps.size)


def mesh_of(engine: Engine, recipe: Recipe) -> Floats:
    seen = FaceFinder().find(engine.render(recipe))
    assert seen is not None
    return seen.mesh[:, :2].astype(np.float32)


@pytest.mark.parametrize("way", [(0, 0), (8, 0), (-5, 3), (1.5, -11)])
def test_what_is_moved_is_found_where_it_went(engine: Engine, way: tuple[float, float]) -> None:
    maps, points = look(engine, face(900001)), np.array([[128, 130], [100, 180]], np.float32)
    found = FeatureTracker(maps, points).measure(shifted(maps, *way))
    assert np.abs(found - points - way).max() < 0.5


def test_without_a_move_the_points_stay_to_the_bit(engine: Engine) -> None:
    maps, points = look(engine, face(900001)), np.array([[128, 130], [3, 250]], np.float32)
    assert np.array_equal(FeatureTracker(maps, points).measure(maps), points)


def test_a_feature_follows_a_smile_as_the_mesh_does(engine: Engine) -> None:
    smile = library_of(engine.generator.hash).find("smile").direction
    followed, errors = [POINTS[name] for name in FOLLOWED], []
    for seed in (900001, 900002, 900003):
        before, after = face(seed), face(seed).with_amount(smile, 1.0)
        points = mesh_of(engine, before)[followed]
        found = FeatureTracker(look(engine, before), points).measure(look(engine, after))
        errors.append(np.linalg.norm(found - mesh_of(engine, after)[followed], axis=1))
    assert np.median(errors) < 1.5


@pytest.mark.parametrize("seed", [900001, 900002])
def test_a_pull_reaches_four_fifths_of_its_way_while_a_pin_stays(engine: Engine, components: Pca, seed: int) -> None:
    recipe = face(seed)
    points = mesh_of(engine, recipe)[[CHIN, FOREHEAD]]
    grabbing = PatchGrabbing(finish(taking_hold(engine, recipe, components, points)), recipe)
    grabbing.aim({0: (points[0, 0], points[0, 1] - 7)}, frozenset({1}))
    frames = 0
    while not grabbing.is_near and frames < 12:
        grabbing.see(look(engine, grabbing.next()))
        frames += 1
    best = grabbing.best
    grabbing.see(look(engine, best))
    moved = grabbing.points - points
    assert moved[0, 1] < -0.8 * 7
    assert np.linalg.norm(moved[1]) < 1.5
    assert [edit.direction.name for edit in best.directions] == [NAME]


def test_a_second_grab_continues_the_first_in_one_row(engine: Engine, components: Pca) -> None:
    moves = moves_of(components, engine.config.num_ws)
    twice = grabbed(grabbed(face(1), moves[0]), moves[1])
    assert len(twice.directions) == 1
    expected = engine.w_plus(face(1))[0].numpy() + moves[0] + moves[1]
    assert np.abs(engine.w_plus(twice)[0].numpy() - expected).max() < 1e-5


def test_moves_leave_the_layers_of_colours_alone(components: Pca) -> None:
    moves = moves_of(components, 14)
    assert not moves[:, 8:].any()
    assert moves[:, :8].any(axis=(0, 2)).all()
    assert moves_of(components, 4).shape[1] == 4


def test_a_move_of_nothing_leaves_the_recipe_as_it_was() -> None:
    assert grabbed(face(1), np.zeros((14, 512), np.float32)) == face(1)


def test_the_trial_needs_faces(components: Pca) -> None:
    with pytest.raises(DirectionError, match="No face was found"):
        finish(patch_trial.trying(Engine(random_generator(TINY), "cpu"), components, 1))


def test_another_family_is_refused_in_one_sentence() -> None:
    other = Engine(random_generator(SMALL), "cpu")
    with pytest.raises(DirectionError, match=r"of the family stylegan1, .* needs a StyleGAN2 model"):
        look(other, face(1))
