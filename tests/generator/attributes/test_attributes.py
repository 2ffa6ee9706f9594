"""Measuring, fitting and checking directions, on synthetic faces whose attributes are planted."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from generator.attributes import optional_packages as extra
from generator.attributes.cielab import lab
from generator.attributes.evaluation import AMOUNTS, Effect, checking
from generator.attributes.experiment import Experiment
from generator.attributes.fitting import fitting
from generator.attributes.samples import layer_groups
from generator.attributes.solve import Cost, cheapest_move, sensitivities
from generator.attributes.tables import markdown
from generator.config import GeneratorConfig
from generator.errors import DirectionError
from generator.progress import finish
from generator.recipe.directions import DirectionLibrary
from generator.recipe.latent import z_from_seed
from generator.recipe.pca import fitting as fitting_pca
from generator.recipe.recipe import LatentSource, Recipe, SeedSource

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
        if isinstance(recipe.source, SeedSource):
            w = recipe.truncation.psi * self.mapping(z_from_seed(recipe.source.seed, W_DIM))
            ws = np.repeat(w, CONFIG.num_ws, axis=0)
        else:
            assert isinstance(recipe.source, LatentSource)
            ws = recipe.source.array.copy()
        for edit in recipe.directions:
            ws += edit.amount * edit.direction.array
        return ws

    def embed(self, pixels: np.ndarray) -> np.ndarray:
        """The person: a few numbers of the coarsest layers, which age moves as well."""
        return pixels[:2, :5].mean(axis=0)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        noise = np.random.RandomState(zlib.crc32(pixels.tobytes())).randn(len(NAMES))
        on_layers = [pixels[list(LAYERS_OF[name])].sum(axis=0) / 10 for name in NAMES]
        return np.array([w @ _LOADINGS[:, i] for i, w in enumerate(on_layers)]) + 0.3 * noise


@pytest.fixture(scope="module")
def planted() -> Experiment:
    faces = PlantedFaces()
    pca = finish(fitting_pca(faces.mapping, W_DIM, "planted", 4000))
    return Experiment(faces.render, faces.mapping, faces, pca, CONFIG, faces.embed)


@pytest.fixture(scope="module")
def library(planted: Experiment) -> DirectionLibrary:
    return finish(fitting(planted, "planted", faces=400, check_seeds=range(16)))


def test_fitting_recovers_planted_attributes_and_names_nothing_else(library: DirectionLibrary) -> None:
    assert [entry.direction.name for entry in library.entries] == ["age", "yaw", "hair"]
    assert library.model == "planted"


def test_a_fitted_direction_moves_the_layers_where_its_attribute_lives(library: DirectionLibrary) -> None:
    lengths = {entry.direction.name: np.linalg.norm(entry.direction.array, axis=1) for entry in library.entries}
    assert lengths["hair"][4:8].mean() > 3 * lengths["hair"][[0, 1]].mean()
    assert lengths["yaw"][:4].mean() > 2 * lengths["yaw"][4:].mean()


def test_a_fitted_slider_goes_as_far_as_its_goal_asks(planted: Experiment, library: DirectionLibrary) -> None:
    for effect in finish(checking(planted, library, range(100, 120))):
        assert effect.goal.least <= effect.own < 1.3 * effect.goal.reach


def test_the_check_confirms_what_the_fit_kept_on_other_faces(planted: Experiment, library: DirectionLibrary) -> None:
    effects = finish(checking(planted, library, range(100, 120)))
    assert all(effect.is_confirmed for effect in effects)
    assert effects[0].curves.shape == (len(AMOUNTS), len(NAMES))
    table = markdown(effects).splitlines()
    assert len(table) == 2 * (2 + len(library.entries)) + 1
    assert table[0].startswith("| direction | itself | age | yaw |")


def test_a_cancelled_fit_leaves_off_within_one_face(planted: Experiment) -> None:
    job = fitting(planted, "planted", faces=50)
    steps = [next(job) for _ in range(5)]
    assert [step.done for step in steps] == [0, 1, 2, 3, 4]
    job.close()
    with pytest.raises(StopIteration):
        next(job)


def effect(own: float, other: float, curve: tuple[float, ...] = (0.0, 0.5, 1.0), name: str = "age") -> Effect:
    curves = np.stack([own * np.array(curve), other * np.array(curve)], axis=1)
    away = np.array([0.6, 0.0, 0.4])
    return Effect(name, (name, "skin"), (-3.0, 0.0, 3.0), curves, away, np.array([0.8, 0.0, 0.8]))


def test_a_name_is_earned_by_a_strong_selective_monotonic_move() -> None:
    assert effect(4, 1.3).is_confirmed
    assert not effect(3.4, 0).is_confirmed
    assert not effect(6, -2.1, name="yaw").is_confirmed
    assert not effect(4, 0, (0, 1.2, 1)).is_confirmed
    assert not effect(4.9, 0, name="yaw").is_confirmed


def test_what_belongs_to_an_attribute_may_move_with_it() -> None:
    curves = np.array([[-2, -2.0], [0, 0], [2, 2]])
    smiling = Effect("smile", ("smile", "teeth"), (-3.0, 0.0, 3.0), curves, np.zeros(3), np.zeros(3))
    assert smiling.worst_other == 0
    assert smiling.is_confirmed


def test_the_person_is_judged_at_an_effect_and_limits_are_where_another_begins() -> None:
    seen = effect(4, 0)
    assert seen.identity_at(2) == pytest.approx(0.4)
    assert np.isnan(seen.identity_at(5))
    assert seen.identity == pytest.approx(0.8 * 2 / 3)
    assert seen.limits == (-2.5, 3.0)


PLAIN = Cost(np.eye(30))


def test_a_selective_move_raises_one_attribute_and_bounds_the_others() -> None:
    slopes = np.random.RandomState(0).randn(30, 6)
    for tolerance in (0.0, 0.2):
        gains = cheapest_move(slopes, slopes[:, 2], np.where(np.arange(6) == 2, np.inf, tolerance), PLAIN) @ slopes
        assert gains[2] == pytest.approx(1, abs=1e-2)
        assert np.abs(np.delete(gains, 2)).max() <= tolerance + 0.03


def test_tolerating_side_effects_makes_the_move_shorter() -> None:
    slopes = np.random.RandomState(1).randn(30, 6) + 2
    moves = [
        cheapest_move(slopes, slopes[:, 0], np.array([np.inf, *5 * [bound]]), PLAIN) for bound in (0.0, 0.2, np.inf)
    ]
    assert np.linalg.norm(moves[0]) > np.linalg.norm(moves[1]) > np.linalg.norm(moves[2])


def test_a_move_stays_near_the_one_that_was_tried() -> None:
    slopes, tried = np.random.RandomState(4).randn(30, 3), np.random.RandomState(5).randn(30)
    bounds = np.array([np.inf, 0.1, 0.1])
    far, near = (cheapest_move(slopes, slopes[:, 0], bounds, PLAIN, start) for start in (None, tried))
    assert near @ slopes[:, 0] == pytest.approx(1, abs=1e-2)
    assert np.linalg.norm(near - tried) < np.linalg.norm(far - tried)


def test_a_move_avoids_what_changes_the_person() -> None:
    slopes = np.ones((30, 1))
    restless = np.where(np.arange(30) < 15, 4.0, 1.0)
    move = cheapest_move(slopes, slopes[:, 0], np.array([np.inf]), Cost.of(np.zeros((30, 8)), restless, 0.99))
    assert np.abs(move[:15]).max() < 0.3 * np.abs(move[15:]).min()


def test_layers_are_grouped_in_pairs_and_the_finest_together() -> None:
    assert [list(group) for group in layer_groups(5)] == [[0, 1], [2, 3], [4]]
    assert layer_groups(14)[-1] == range(10, 14)
    assert layer_groups(18)[-1] == range(10, 18)


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
