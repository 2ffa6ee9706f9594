"""Directions by arithmetic: the difference of faces, piles, sliders together, eigenvectors of the styles' weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from generator.directions import make
from generator.directions.hold import coordinates_of, held_still, move_of, selective, solve_again, solved
from generator.directions.survey import Survey
from generator.errors import DirectionError
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.pca import Pca
from generator.recipe.recipe import Direction, DirectionEdit, Floats, Recipe, Target, pack
from tests.support.workshop import small

RANDOM = np.random.RandomState(0)
LIBRARY = DirectionLibrary("")


def components(k: int = 6, w_dim: int = 8) -> Pca:
    rows = np.linalg.qr(np.random.RandomState(1).randn(w_dim, w_dim))[0][:k].astype(np.float32)
    sigma = np.arange(k, 0, -1, dtype=np.float32)
    return Pca(np.zeros(w_dim, np.float32), rows, sigma, sigma, np.zeros((0, k), np.float32), 2, "m")


def axis(place: int, size: int = 8) -> Floats:
    return np.asarray(np.eye(size)[place], np.float32)


def test_the_difference_of_two_faces_leads_from_one_to_the_other() -> None:
    a, b = RANDOM.randn(4, 8).astype(np.float32), RANDOM.randn(4, 8).astype(np.float32)
    assert a + make.difference(a, b) == pytest.approx(b, abs=1e-5)
    with pytest.raises(DirectionError, match="same"):
        make.difference(a, a)


def test_piles_find_what_they_were_sorted_by() -> None:
    x = RANDOM.randn(40, 16)
    order = x[:, 3].argsort()
    move = make.piles(x[order[-10:]], x[order[:10]])
    assert np.linalg.norm(move) == pytest.approx(1)
    assert move[3] > 0.8


def test_piles_ignore_what_varies_inside_them() -> None:
    """The means differ by chance along a component that varies greatly; the regression sees that it tells nothing."""
    more, less = 0.3 * RANDOM.randn(8, 4), 0.3 * RANDOM.randn(8, 4)
    more[:, 0] += 1
    loud = np.array([6.0, -5, 6, -5, 6, -5, 6, -5])
    more[:, 1], less[:, 1] = loud, -loud
    mean = more.mean(axis=0) - less.mean(axis=0)
    move = make.piles(more, less)
    assert abs(move[1]) < 0.5 * abs(mean[1]) / np.linalg.norm(mean)


def test_one_face_in_each_pile_is_their_difference() -> None:
    move = make.piles(np.array([[1.0, 2]]), np.array([[1.0, 0]]))
    assert move == pytest.approx([0, 1])
    with pytest.raises(DirectionError, match="at least one"):
        make.piles(np.zeros((0, 2)), np.ones((1, 2)))
    with pytest.raises(DirectionError, match="same average"):
        make.piles(np.ones((2, 2)), np.ones((2, 2)))


def test_a_combination_adds_up_the_sliders_layer_by_layer() -> None:
    edits = (
        DirectionEdit(Direction("a", pack(axis(0)), Layers.span(0, 1)), 2.0),
        DirectionEdit(Direction("b", pack(axis(1)), Layers.parse("1,3")), -1.0),
    )
    total = make.combination(Recipe(directions=edits), 4)
    assert total[:, 0].tolist() == [2, 2, 0, 0]
    assert total[:, 1].tolist() == [0, -1, 0, -1]


def test_nothing_and_fixed_values_are_no_combination() -> None:
    with pytest.raises(DirectionError, match="No slider"):
        make.combination(Recipe(), 4)
    fixed = Direction("a", pack(axis(0)), target=Target(pack(axis(1)), 2.0))
    with pytest.raises(DirectionError, match="fixed value"):
        make.combination(Recipe(directions=(DirectionEdit(fixed, 1.0),)), 4)


@pytest.mark.parametrize("family", ["stylegan1", "stylegan2", "stylegan3"])
def test_each_style_is_found_at_the_layer_whose_w_it_is_given(family: str) -> None:
    generator = small(family)
    config = generator.config
    given: dict[int, torch.Tensor] = {}
    affines = dict(make._affines(generator))
    for layer, affine in affines.items():
        affine.register_forward_pre_hook(lambda _, inputs, layer=layer: given.update({layer: inputs[0]}))
    ws = torch.randn(1, config.num_ws, config.w_dim)
    with torch.inference_mode():
        generator.synthesis(ws)
    assert set(given) == set(affines)
    assert all(torch.equal(w, ws[:, layer]) for layer, w in given.items())


@pytest.mark.parametrize("family", ["stylegan1", "stylegan2", "stylegan3"])
def test_the_first_eigenvector_changes_the_styles_most(family: str) -> None:
    generator = small(family)
    layers = Layers.span(0, 3)
    found = make.sefa(generator, layers)
    weights = torch.cat([weight for layer, weight in make.affine_weights(generator) if layer in layers]).numpy()
    changes = np.linalg.norm(weights @ found.T, axis=0)
    assert (np.diff(changes) < 1e-3).all()
    others = RANDOM.randn(200, 32)
    assert (
        changes[0] >= np.linalg.norm(weights @ (others / np.linalg.norm(others, axis=1, keepdims=True)).T, axis=0).max()
    )
    assert found @ found.T == pytest.approx(np.eye(32), abs=1e-4)


def test_sefa_of_layers_that_do_not_exist_says_which_do() -> None:
    with pytest.raises(DirectionError, match="0-7"):
        make.sefa(small("stylegan2"), Layers.span(20, 30))


def test_a_solved_move_changes_what_is_held_by_little() -> None:
    move, held = RANDOM.randn(6), RANDOM.randn(2, 6)
    found = solved(move, held, 0.1)
    assert found @ (move / np.linalg.norm(move)) == pytest.approx(1, abs=0.02)
    assert np.abs(held @ found).max() < 0.11


def test_side_effects_are_the_smallest_that_leave_most_of_a_move_and_what_is_held_stays() -> None:
    move, others, held = RANDOM.randn(6), RANDOM.randn(8, 6), RANDOM.randn(1, 6)
    found = selective(move, others, held)
    assert np.linalg.norm(found) < 3
    assert abs(held[0] @ found) < 0.05
    free = selective(move, others[:0], held)
    assert np.abs(others @ found).max() <= np.abs(others @ free).max()


def test_nothing_is_left_where_the_wanted_is_held() -> None:
    with pytest.raises(DirectionError, match="hold less"):
        solved(np.array([1.0, 0]), 50 * np.array([[1.0, 0]]))


def test_holding_keeps_what_lies_beyond_the_components() -> None:
    pca = components()
    beyond = np.linalg.qr(np.random.RandomState(1).randn(8, 8))[0][7].astype(np.float32)
    vector = pca.components[0] + pca.components[1] + beyond
    row = move_of(pca.components[1], pca)[None]
    kept = held_still(vector, row / np.linalg.norm(row), pca, 0.0)
    assert kept @ beyond == pytest.approx(1, abs=1e-4)
    assert kept @ pca.components[1] == pytest.approx(0, abs=0.01)


def test_a_direction_is_solved_again_with_a_locked_one_held() -> None:
    pca = components()
    locked = NamedDirection(Direction("pose", pack(pca.components[1])), "Pose", "", "", "")
    tilted = Direction("smile", pack(pca.components[0] + pca.components[1]))
    survey = Survey((), np.zeros((0, 6)), np.zeros((0, 0)))
    again = solve_again(tilted, ["pose"], survey, DirectionLibrary("", (locked,)), pca)
    assert np.linalg.norm(again.array) == pytest.approx(np.linalg.norm(tilted.array), rel=1e-3)
    before, after = (abs(coordinates_of(each, pca)[1]) for each in (tilted, again))
    assert after < 0.6 * before
    with pytest.raises(DirectionError, match="'pos' to hold; did you mean pose"):
        solve_again(tilted, ["pos"], survey, DirectionLibrary("", (locked,)), pca)
