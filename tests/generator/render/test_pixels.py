"""Images become the same bytes whoever computes them, and what is not finite is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from generator.errors import RecipeError
from generator.native.target import Target, Targets
from generator.render.cpu.pixels import to_bytes, to_pixels
from tests.support.native_fixtures import TARGETS, run_as


@pytest.fixture(params=[*TARGETS, "torch"])
def processor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Target | None:
    chosen = TARGETS.get(request.param)
    run_as(Targets(() if chosen is None else (chosen,)), monkeypatch)
    return chosen


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize(
    "shape", [(1, 3, 4, 4), (3, 3, 20, 12), (2, 1, 16, 16), (1, 3, 6, 7), (1, 3, 128, 96), (1, 3, 2, 2)]
)
def test_bytes_are_those_of_torchs_operators(shape: tuple[int, ...]) -> None:
    images = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    expected = to_bytes(images).numpy()
    drawn = to_pixels(images)
    assert len(drawn) == shape[0]
    for picture, wanted in zip(drawn, expected, strict=True):
        assert np.array_equal(picture, wanted)


@pytest.mark.usefixtures("processor")
def test_every_step_between_two_bytes_is_rounded_as_ever() -> None:
    steps = torch.linspace(-1.01, 1.01, 3 * 64 * 64).view(1, 3, 64, 64)
    assert np.array_equal(to_pixels(steps)[0], to_bytes(steps)[0].numpy())


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("place", [(0, 0, 0, 0), (1, 2, 63, 95), (1, 1, 31, 40)])
def test_a_value_that_is_not_finite_is_refused_wherever_it_is(value: float, place: tuple[int, ...]) -> None:
    images = torch.zeros(2, 3, 64, 96)
    images[place] = value
    with pytest.raises(RecipeError, match="invalid values"):
        to_pixels(images)


def test_pictures_share_no_memory_with_anything(processor: Target | None) -> None:
    images = torch.zeros(2, 3, 8, 8)
    first, second = to_pixels(images)
    first[:] = 9
    assert second.max() == 128
    assert to_pixels(images[:1])[0].flags.writeable
