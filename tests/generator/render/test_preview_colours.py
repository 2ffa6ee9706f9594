"""Previews in the colours of the face: what an early exit lacks is lent by the last full picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.compute.preview_size import with_colours
from explorer.messages import Quality, RenderRequest, Role
from generator.config import GeneratorConfig
from generator.networks import Generator
from generator.progress import finish
from generator.recipe.direction_files import library_of
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine
from generator.render.preview_colours import ColourShifts
from tests.support.compute_fixtures import FakeEngine, host_with, seeded
from tests.support.models import random_generator


def block_means(pixels: np.ndarray, size: int) -> np.ndarray:
    block = pixels.shape[0] // size
    return pixels.astype(float).reshape(size, block, size, block, 3).mean(axis=(1, 3))


def decibels(a: np.ndarray, b: np.ndarray) -> float:
    return float(20 * np.log10(255) - 10 * np.log10(np.square(a.astype(float) - b).mean()))


def test_a_colour_that_only_finer_layers_add_is_whole_in_the_preview() -> None:
    coarse, full = torch.full((1, 3, 64, 64), -0.25), torch.full((1, 3, 128, 128), 0.5)
    shift = ColourShifts.of([coarse, full])[64]
    assert shift.shape == (64, 64, 3)
    assert np.abs(shift - 0.75 * 127.5).max() <= 1


def test_grey_pictures_and_all_sizes_down_to_32_have_their_shifts() -> None:
    exits = [torch.rand(1, 1, size, size) for size in (4, 8, 16, 32, 64, 128)]
    shifts = ColourShifts.of(exits)
    assert {size: shift.shape for size, shift in shifts.items()} == {size: (size, size, 3) for size in (32, 64)}


def test_added_colours_stay_in_range_and_leave_the_preview_alone() -> None:
    preview = np.full((32, 32, 3), 200, np.uint8)
    assert (with_colours(preview, {32: np.full((32, 32, 3), 100, np.int16)}) == 255).all()
    assert (with_colours(preview, {32: np.full((32, 32, 3), -300, np.int16)}) == 0).all()
    assert (preview == 200).all()
    assert with_colours(preview, {64: np.zeros((64, 64, 3), np.int16)}) is preview


def test_faces_that_move_by_one_sigma_keep_their_colours(faces: Generator) -> None:
    engine = Engine(faces, "cpu")
    for name, seed in (("age", 0), ("hair", 3), ("light", 7)):
        direction = library_of(faces.hash).find(name).direction
        before = Recipe(source=SeedSource(seed))
        after = before.with_amount(direction, 1.0)
        expected = block_means(engine.render(after, live=True), 64)
        preview = engine.render(after, 64)
        engine.render(before, live=True)
        better = with_colours(preview, engine.colour_shifts())
        assert decibels(better, expected) > decibels(preview, expected) + 2


def test_a_picture_drawn_aside_tells_its_colours_as_well_and_a_preview_changes_none() -> None:
    engine = Engine(random_generator(GeneratorConfig(64, 16, w_dim=16, mapping_layers=1, channel_base=512)), "cpu")
    assert engine.colour_shifts() == {}
    engine.render(Recipe(), live=True)
    first = engine.colour_shifts()[32]
    engine.render(Recipe(source=SeedSource(5)), 32)
    assert np.array_equal(engine.colour_shifts()[32], first)
    engine.render(Recipe(source=SeedSource(5)), live=True, aside=True)
    assert not np.array_equal(engine.colour_shifts()[32], first)


@pytest.mark.parametrize("role", [Role.LIVE, Role.BEFORE])
def test_live_previews_alone_take_over_the_colours_of_the_live_face(role: Role) -> None:
    engine = FakeEngine()
    host = host_with(engine)
    engine.shifts = {4: np.full((4, 6, 3), 50, np.int16)}
    host.render(RenderRequest(1, 1, seeded(1)))
    preview = host.render(RenderRequest(2, 1, seeded(2), Quality.PREVIEW, role))
    assert (preview.pixels == (52 if role is Role.LIVE else 2)).all()
    assert (host.render(RenderRequest(3, 1, seeded(3))).pixels == 3).all()


def test_another_model_lends_no_colours_to_the_next() -> None:
    engine = FakeEngine()
    host = host_with(engine)
    engine.shifts = {4: np.full((4, 6, 3), 50, np.int16)}
    host.render(RenderRequest(1, 1, seeded(1)))
    finish(host.switch_to(FakeEngine("b" * 64), "other.safetensors"))  # type: ignore[arg-type]
    assert (host.render(RenderRequest(2, 2, seeded(2), Quality.PREVIEW)).pixels == 2).all()
