"""The averaged weights: a half-life in images, short at the start, and buffers as they are."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generator.training.ema import Ema

images = st.integers(0, 10**7)
batches = st.integers(1, 4096)


class Network(nn.Module):
    """A parameter, and a buffer that counts."""

    count: torch.Tensor

    def __init__(self, value: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((3,), float(value)))
        self.register_buffer("count", torch.tensor(int(value)))


@given(seen=images, batch=batches)
def test_the_weight_is_a_share_that_falls_with_the_images_seen(seen: int, batch: int) -> None:
    weight = Ema().weight(seen, batch)
    assert 0 < weight <= 1
    assert Ema().weight(seen + 1, batch) <= weight


@given(half_life=st.integers(1, 1000), steps=st.integers(1, 50))
def test_after_a_half_life_half_of_the_old_is_left(half_life: int, steps: int) -> None:
    batch = 8
    rule = Ema(half_life=steps * batch, share=1.0)
    left = 1.0
    for step in range(steps):
        left *= 1 - rule.weight(half_life * 1000 + step * batch, batch)
    assert left == pytest.approx(0.5)


def test_the_half_life_is_a_share_of_the_images_seen_until_it_is_reached() -> None:
    rule = Ema(half_life=10_000, share=0.05)
    assert rule.weight(100_000, 5_000) == pytest.approx(0.5)
    assert rule.weight(200_000, 10_000) == pytest.approx(0.5)
    assert rule.weight(10**9, 10_000) == pytest.approx(0.5)
    assert rule.weight(0, 64) == pytest.approx(1)  # nothing is kept of the weights that were drawn


@given(weight=st.floats(0, 1, width=32), tensor=st.booleans())
def test_parameters_move_by_the_weight_and_buffers_are_copied(weight: float, tensor: bool) -> None:
    average, current = Network(2), Network(6)
    Ema.update(average, current, torch.tensor(weight) if tensor else weight)
    torch.testing.assert_close(average.weight.detach(), torch.full((3,), 2 + 4 * weight))
    assert int(average.count) == 6
    assert torch.equal(current.weight.detach(), torch.full((3,), 6.0))


def test_a_weight_of_one_takes_over_all() -> None:
    average, current = Network(0.1), Network(1 / 3)
    Ema.update(average, current, 1.0)
    assert torch.equal(average.weight, current.weight)


def test_networks_of_other_shapes_are_refused() -> None:
    with pytest.raises(RuntimeError):
        Ema.update(Network(1), nn.Linear(3, 3), 0.5)
    with pytest.raises(ValueError):
        Ema.update(Network(1), nn.Sequential(Network(1), Network(1)), 0.5)
