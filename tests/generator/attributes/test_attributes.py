"""Measuring, fitting and checking directions, on synthetic faces whose attributes are planted."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from generator.attributes import optional_packages as extra
from generator.attributes.cielab import lab
from generator.attributes.evaluation import AMOUNTS, Effect, checking, markdown
from generator.attributes.experiment import Experiment
from generator.attributes.fitting import fitting
from generator.attributes.regression import selective_move, sensitivities
from generator.config import GeneratorConfig
from generator.errors import DirectionError
from generator.progress import finish
from generator.recipe.directions import DirectionLibrary
from generator.recipe.latent import z_from_seed
from generator.recipe.pca import fitting as fitting_pca
from generator.recipe.recipe import Recipe, SeedSource

W_DIM = 24
CONFIG = GeneratorConfig(img_resolution=128, z_dim=W_DIM, w_dim=W_DIM)
SCALES = np.linspace(2, 0.5, W_DIM).astype(np.float32)
NAMES = ("age", "yaw", "hair", "clutter")
_LOADINGS = np.random.RandomState(5).randn(W_DIM, 4)
_LOADINGS[:, 1] += 0.6 * _LOADINGS[:, 0]  # yaw comes with age among these faces, so age's direction must undo it
LAYERS_OF = {"age": range(0, 8), "yaw": range(0, 4), "hair": range(4, 10), "clutter": range(0)}  # clutter is unmovable


class PlantedFaces:
    """Renders W+ itself as the picture and measures planted linear attributes of it, each on some layers."""

    names = NAMES

    def mapping(self, z: np.ndarray) -> np.ndarray:
        return z * SCALES

    def render(self, recipe: Recipe) -> np.ndarray:
        assert isinstance(recipe.source, SeedSource)
        w = recipe.truncation.psi * self.mapping(z_from_seed(recipe.source.seed, W_DIM))
        ws = np.repeat(w, CONFIG.num_ws, axis=0)
        for edit in recipe.directions:
            ws[edit.direction.first : edit.direction.last + 1] += edit.amount * edit.direction.array
        return ws

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        noise = np.random.RandomState(zlib.crc32(pixels.tobytes())).randn(len(NAMES))
        on_layers = [pixels[list(LAYERS_OF[name])].sum(axis=0) / 10 for name in NAMES]
        return np.array([w @ _LOADINGS[:, i] for i, w in enumerate(on_layers)]) + 0.3 * noise


@pytest.fixture(scope="module")
def planted() -> Experiment:
    faces = PlantedFaces()
    pca = finish(fitting_pca(faces.mapping, W_DIM, "planted", 4000))
    return Experiment(faces.render, faces.mapping, faces, pca, CONFIG)


@pytest.fixture(scope="module")
def library(planted: Experiment) -> DirectionLibrary:
    return finish(fitting(planted, "planted", faces=400, check_seeds=range(16)))


def test_fitting_recovers_planted_attributes_and_names_nothing_else(library: DirectionLibrary) -> None:
    assert [entry.direction.name for entry in library.entries] == ["age", "yaw", "hair"]
    assert library.model == "planted"


def test_fitting_finds_the_layers_where_an_attribute_lives(library: DirectionLibrary) -> None:
    hair = library.find("hair").direction
    assert hair.first in (2, 4)
    assert library.find("yaw").direction.first == 0


def test_one_unit_of_a_fitted_direction_is_one_sigma_of_w_along_it(library: DirectionLibrary) -> None:
    w = PlantedFaces().mapping(np.random.RandomState(0).randn(20_000, W_DIM).astype(np.float32))
    for entry in library.entries:
        vector = entry.direction.array
        length = float(np.linalg.norm(vector))
        assert (w @ (vector / length)).std() == pytest.approx(length, rel=0.05)


def test_the_check_confirms_what_the_fit_kept_on_other_faces(planted: Experiment, library: DirectionLibrary) -> None:
    effects = finish(checking(planted, library, range(100, 120)))
    assert all(effect.is_confirmed for effect in effects)
    assert effects[0].curves.shape == (len(AMOUNTS), len(NAMES))
    table = markdown(effects).splitlines()
    assert len(table) == 2 + len(library.entries)
    assert table[0].startswith("| direction | age | yaw |")


def test_a_cancelled_fit_leaves_off_within_one_face(planted: Experiment) -> None:
    job = fitting(planted, "planted", faces=50)
    steps = [next(job) for _ in range(5)]
    assert [step.done for step in steps] == [0, 1, 2, 3, 4]
    job.close()
    with pytest.raises(StopIteration):
        next(job)


def effect(own: float, other: float, curve: tuple[float, ...] = (0.0, 0.5, 1.0), name: str = "age") -> Effect:
    curves = np.stack([own * np.array(curve), other * np.array(curve)], axis=1)
    return Effect(name, (name, "skin"), curves)


def test_a_name_is_earned_by_a_strong_selective_monotonic_move() -> None:
    assert effect(3, 0.9).is_confirmed
    assert not effect(2.4, 0).is_confirmed
    assert not effect(3, -1.1).is_confirmed
    assert not effect(3, 0, (0, 1.2, 1)).is_confirmed
    assert not effect(4, 0, name="yaw").is_confirmed


def test_a_selective_move_raises_one_attribute_and_bounds_the_others() -> None:
    slopes = np.random.RandomState(0).randn(30, 6)
    for tolerance in (0.0, 0.2):
        gains = selective_move(slopes, 2, tolerance) @ slopes
        assert gains[2] == pytest.approx(1, abs=1e-2)
        assert np.abs(np.delete(gains, 2)).max() <= tolerance + 1e-2


def test_tolerating_side_effects_makes_the_move_shorter() -> None:
    slopes = np.random.RandomState(1).randn(30, 6) + 2
    assert np.linalg.norm(selective_move(slopes, 0, 0.2)) < np.linalg.norm(selective_move(slopes, 0, 0.0))


def test_a_measured_side_effect_is_compensated() -> None:
    slopes, offsets = np.random.RandomState(2).randn(30, 3), np.array([0, 0.5, 0])
    assert selective_move(slopes, 0, 0.1, offsets) @ slopes[:, 1] == pytest.approx(-0.5, abs=0.11)


def test_one_wild_face_does_not_bend_the_slopes() -> None:
    random = np.random.RandomState(3)
    coordinates = random.randn(800, 5)
    attributes = coordinates @ np.array([[1.0], [0], [0], [0], [0]])
    attributes[0] = 1e6
    slopes = sensitivities(coordinates, np.clip(attributes, -1e3, 1e3))
    assert np.abs(slopes[1:]).max() < 0.05


def test_lab_knows_white_black_grey_and_the_primaries() -> None:
    colours = np.array([[255, 255, 255], [0, 0, 0], [119, 119, 119], [255, 0, 0], [0, 0, 255]], np.uint8)
    expected = [[100, 0, 0], [0, 0, 0], [50, 0, 0], [53.2, 80.1, 67.2], [32.3, 79.2, -107.9]]
    np.testing.assert_allclose(lab(colours), expected, atol=0.25)


def test_a_missing_extra_is_one_sentence_that_says_how_to_install_it() -> None:
    with pytest.raises(DirectionError, match=r'pip install "outis\[attributes\]"'):
        extra.optional("a_package_that_is_not_there")
