"""Latent maths against the definitions in the papers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generator.recipe import latent
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, Truncation, pack

NUM_WS, W_DIM = 6, 4


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.integers(0, 2**32 - 1))
def test_a_seed_is_the_face_that_every_public_tool_draws(seed: int) -> None:
    z = latent.z_from_seed(seed, 16)
    assert z.dtype == np.float32
    assert np.array_equal(z, np.random.RandomState(seed).randn(1, 16).astype(np.float32))


def test_one_w_drives_every_layer() -> None:
    w = random(2, W_DIM)
    ws = latent.broadcast(w, NUM_WS)
    assert ws.shape == (2, NUM_WS, W_DIM)
    assert all(torch.equal(ws[:, layer], w) for layer in range(NUM_WS))


@given(st.floats(-2, 2), st.none() | st.integers(0, NUM_WS + 2))
def test_truncation_pulls_the_layers_below_the_cutoff_towards_the_average(psi: float, cutoff: int | None) -> None:
    ws, w_avg = random(1, NUM_WS, W_DIM), random(W_DIM, seed=1)
    truncated = latent.truncate(ws, w_avg, Truncation(psi, cutoff))
    below = NUM_WS if cutoff is None else min(cutoff, NUM_WS)
    assert torch.allclose(truncated[:, :below], w_avg + psi * (ws[:, :below] - w_avg), atol=1e-5)
    assert torch.equal(truncated[:, below:], ws[:, below:])


def test_psi_one_changes_no_bit_and_psi_zero_gives_the_average() -> None:
    ws, w_avg = random(1, NUM_WS, W_DIM), random(W_DIM, seed=1)
    assert torch.equal(latent.truncate(ws, w_avg, Truncation(1.0)), ws)
    assert torch.equal(latent.truncate(ws, w_avg, Truncation(0.0)), w_avg.expand_as(ws))


@given(st.lists(st.floats(0, 1), max_size=NUM_WS + 2))
def test_mixing_weighs_each_layer_and_missing_weights_are_zero(weights: list[float]) -> None:
    ws, other = random(1, NUM_WS, W_DIM), random(1, NUM_WS, W_DIM, seed=1)
    mixed = latent.mix(ws, other, weights)
    for layer in range(NUM_WS):
        weight = weights[layer] if layer < len(weights) else 0.0
        expected = (1 - weight) * ws[:, layer] + weight * other[:, layer]
        assert torch.allclose(mixed[:, layer], expected, atol=1e-5)


def test_a_full_weight_is_the_other_face_exactly() -> None:
    ws, other = random(1, NUM_WS, W_DIM), random(1, NUM_WS, W_DIM, seed=1)
    assert torch.equal(latent.mix(ws, other, [1.0, 0.0]), torch.cat([other[:, :1], ws[:, 1:]], dim=1))


@pytest.mark.parametrize(("first", "last"), [(0, 0), (2, 3), (0, 99), (5, 5), (7, 99)])
def test_a_direction_moves_its_layers_and_no_other(first: int, last: int) -> None:
    ws, vector = random(1, NUM_WS, W_DIM), random(W_DIM, seed=1)
    edit = DirectionEdit(Direction("age", pack(vector.numpy()), Layers.span(first, last)), -1.5)
    moved, before = latent.move(ws, [edit]), ws.clone()
    for layer in range(NUM_WS):
        shift = -1.5 * vector if first <= layer <= last else torch.zeros(W_DIM)
        assert torch.allclose(moved[:, layer], ws[:, layer] + shift)
    assert torch.equal(ws, before)
