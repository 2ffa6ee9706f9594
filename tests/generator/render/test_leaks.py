"""Thousands of pictures, given up and superseded ones among them, leave the memory as it was and no stale step."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import psutil
import pytest

from generator.errors import RenderCancelled
from generator.networks import Generator
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Mix, Noise, Recipe, SeedSource, Truncation, pack
from generator.render.engine import Engine
from generator.render.recipe_latents import CACHED_SOURCES
from tests.support.models import TINY, random_generator

RENDERS, WARM = 2500, 500
VECTORS = [pack(row) for row in np.eye(3, TINY.w_dim, dtype=np.float32)]
MOST_GROWTH = 12 * 2**20  # bytes; one step that is kept of each of 2,000 would be 16 MB and more


@pytest.fixture(scope="module")
def small() -> Generator:
    return random_generator(replace(TINY, img_resolution=16))


def edited(recipe: Recipe, dice: random.Random) -> Recipe:
    """One move of a hand."""
    vector, first = dice.choice(VECTORS), dice.choice((0, 3))
    moves = [
        lambda: replace(recipe, source=SeedSource(dice.randrange(2**32))),
        lambda: replace(recipe, truncation=Truncation(dice.uniform(-0.5, 1.5))),
        lambda: recipe.with_amount(Direction("d", vector, Layers.span(first, 5)), dice.uniform(-3, 3)),
        lambda: replace(recipe, mix=Mix(SeedSource(dice.randrange(2**32)), (dice.random(),) * dice.randrange(7))),
        lambda: replace(recipe, noise=Noise(dice.choice(["const", "random", "none"]), dice.randrange(9))),
        lambda: Recipe(source=recipe.source),
    ]
    return dice.choice(moves)()


def test_thousands_of_random_pictures_leave_memory_as_it_was_and_nothing_stale(small: Generator) -> None:
    dice, engine, recipe = random.Random(0), Engine(small, "cpu"), Recipe()
    process, before = psutil.Process(), 0
    for k in range(RENDERS):
        if k == WARM:
            before = process.memory_info().rss
        recipe = edited(recipe, dice)
        patience = dice.choice([None, None, *range(5)])  # layers until it is given up
        answers = iter([False] * (patience or 0) + [True] * 9)
        is_cancelled = None if patience is None else lambda answers=answers: next(answers)
        try:
            pixels = engine.render(recipe, dice.choice([None, None, 8]), is_cancelled, aside=dice.random() < 0.1)
        except RenderCancelled:
            continue
        if k % 250 == 0:
            size = None if pixels.shape[0] == 16 else 8
            assert np.array_equal(pixels, Engine(small, "cpu").render(recipe, size))
    assert process.memory_info().rss - before < MOST_GROWTH
    assert len(engine._latents._sources) <= CACHED_SOURCES
