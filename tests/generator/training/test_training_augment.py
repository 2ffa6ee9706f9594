"""Augmentations alter as many images as they should, by as much as they should, and let gradients through."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from generator.training.augment import KINDS, AdaptiveStrength, Augmentation
from generator.training.settings import AUGMENTATIONS

SIDE = 16
probabilities = st.floats(0, 1)


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def some_images(count: int = 6, side: int = SIDE) -> Tensor:
    return torch.randn(count, 3, side, side, generator=chance(1))


def altered(kind: str, images: Tensor, p: float = 1.0, seed: int = 0) -> Tensor:
    return Augmentation([kind], torch.tensor(p))(images, chance(seed))


def test_the_settings_name_these_kinds() -> None:
    assert tuple(KINDS) == AUGMENTATIONS


def test_without_probability_images_stay_exactly_as_they_are() -> None:
    images = some_images()
    assert torch.equal(Augmentation(AUGMENTATIONS, torch.zeros(()))(images, chance()), images)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alters_each_image_with_its_probability(kind: str) -> None:
    count, p = 4000, 0.3
    images = torch.randn(count, 3, 8, 8, generator=chance(1))
    changed = (altered(kind, images, p) != images).flatten(1).any(dim=1).double().mean()
    spared = 1 / 9 if kind == "translation" else 0.0  # a shift by 0 of -1, 0, 1 along both axes
    expected = p * (1 - spared)
    assert abs(float(changed) - expected) < 5 * math.sqrt(expected * (1 - expected) / count)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_pass_as_finite_differences_say(kind: str) -> None:
    images = torch.randn(2, 3, 8, 8, dtype=torch.float64, generator=chance(1)).requires_grad_()
    assert torch.autograd.gradcheck(lambda images: altered(kind, images), (images,))


@given(p=probabilities, seed=st.integers(0, 2**32 - 1))
def test_the_same_chance_alters_alike_and_as_much_of_it_is_used_whatever_p_is(p: float, seed: int) -> None:
    images, one, other, never = some_images(), chance(seed), chance(seed), chance(seed)
    augmentation = Augmentation(AUGMENTATIONS, torch.tensor(p))
    assert torch.equal(augmentation(images, one), augmentation(images, other))
    Augmentation(AUGMENTATIONS, torch.zeros(()))(images, never)
    assert torch.equal(one.get_state(), never.get_state())


def test_p_is_read_at_every_call() -> None:
    p, images = torch.zeros(()), some_images()
    augmentation = Augmentation(["brightness"], p)
    p.fill_(1)
    assert not torch.equal(augmentation(images, chance()), images)


def test_the_order_of_the_names_is_not_that_of_the_kinds() -> None:
    p, images = torch.ones(()), some_images()
    forth, back = (Augmentation(names, p)(images, chance()) for names in (AUGMENTATIONS, AUGMENTATIONS[::-1]))
    assert torch.equal(forth, back)


def test_brightness_adds_the_same_everywhere() -> None:
    images = some_images(500, 4)
    change = (altered("brightness", images) - images).flatten(1)
    assert (change.amax(dim=1) - change.amin(dim=1) < 1e-5).all()
    assert -0.5 - 1e-5 <= float(change.min()) < -0.48
    assert 0.48 < float(change.max()) <= 0.5 + 1e-5


def test_saturation_scales_the_distance_from_grey() -> None:
    images = some_images(500, 4)
    after = altered("saturation", images)
    torch.testing.assert_close(after.mean(dim=1), images.mean(dim=1), rtol=1e-4, atol=1e-5)
    factor = after.std(dim=1).flatten(1).mean(dim=1) / images.std(dim=1).flatten(1).mean(dim=1)
    assert 0 <= float(factor.min()) < 0.05
    assert 1.95 < float(factor.max()) <= 2 + 1e-4


def test_contrast_scales_the_distance_from_the_mean() -> None:
    images = some_images(500, 4)
    after = altered("contrast", images)
    torch.testing.assert_close(after.mean(dim=(1, 2, 3)), images.mean(dim=(1, 2, 3)), rtol=1e-4, atol=1e-5)
    factor = after.flatten(1).std(dim=1) / images.flatten(1).std(dim=1)
    assert 0.5 - 1e-4 <= float(factor.min()) < 0.52
    assert 1.48 < float(factor.max()) <= 1.5 + 1e-4


@given(seed=st.integers(0, 2**32 - 1))
def test_translation_moves_by_whole_pixels_up_to_an_eighth(seed: int) -> None:
    image = some_images(1) + 5  # nothing in it is 0
    after = altered("translation", image, seed=seed)
    shifts = [(y, x) for y in (-2, -1, 0, 1, 2) for x in (-2, -1, 0, 1, 2)]
    assert sum(torch.equal(after, moved(image, y, x)) for y, x in shifts) == 1


def moved(image: Tensor, y: int, x: int) -> Tensor:
    padded = torch.nn.functional.pad(image, (2, 2, 2, 2))
    return padded[:, :, 2 - y : 2 - y + SIDE, 2 - x : 2 - x + SIDE]


def test_every_shift_is_as_likely() -> None:
    images = torch.zeros(5000, 1, SIDE, SIDE)
    images[:, :, 8, 8] = 1
    found = altered("translation", images).flatten(1).argmax(dim=1)
    counts = torch.stack(
        [((found // SIDE == y) & (found % SIDE == x)).sum() for y in range(6, 11) for x in range(6, 11)]
    )
    assert int(counts.sum()) == 5000
    assert (counts - 200).abs().max() < 5 * math.sqrt(200)


def test_cutout_takes_a_square_of_half_the_side_away() -> None:
    images = torch.ones(200, 3, SIDE, SIDE)
    cut = altered("cutout", images) == 0
    for image in cut:
        rows, columns = image.any(dim=(0, 2)).sum(), image.any(dim=(0, 1)).sum()
        assert SIDE // 4 <= int(rows) <= SIDE // 2
        assert SIDE // 4 <= int(columns) <= SIDE // 2
        assert int(image.sum()) == 3 * int(rows) * int(columns)
    assert cut.any(dim=0).all()  # anywhere


@given(p=probabilities, sign=st.floats(-1, 1), batch=st.integers(1, 1000))
def test_the_strength_follows_the_sign_and_stays_within_its_bounds(p: float, sign: float, batch: int) -> None:
    strength = AdaptiveStrength(target=0.6, images=1000, limit=0.8)
    after = strength.next(p, sign, batch)
    assert 0 <= after <= 0.8
    assert after >= min(p, 0.8) if sign > 0.6 else after <= p


def test_the_strength_needs_as_many_images_from_0_to_1_as_told() -> None:
    strength, p = AdaptiveStrength(images=6400, limit=1.0), 0.0
    for _ in range(50):
        p = strength.next(p, 1.0, 64)
    assert p == pytest.approx(0.5)
    for _ in range(50):
        p = strength.next(p, -1.0, 64)
    assert p == pytest.approx(0.0)
