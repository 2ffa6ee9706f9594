"""Recipes for tests: hypothesis strategies of any recipe, and the largest one that the window can make."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from generator.recipe.layers import MAX_LAYER, Layers
from generator.recipe.recipe import (
    MAX_SEED,
    NOISE_MODES,
    SPACES,
    Direction,
    DirectionEdit,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Target,
    Transform,
    Truncation,
    pack,
)

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)  # Cs: lone surrogates, which are no text
seeds = st.integers(0, MAX_SEED)
vectors = st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=8).map(
    lambda values: pack(np.array(values, np.float32))
)
layers = st.sets(st.integers(0, MAX_LAYER), min_size=1, max_size=8).map(Layers.of) | st.builds(
    lambda ends: Layers.span(*sorted(ends)), st.tuples(st.integers(0, MAX_LAYER), st.integers(0, MAX_LAYER))
)


@st.composite
def latent_sources(draw: st.DrawFn) -> LatentSource:
    space = draw(st.sampled_from(SPACES))
    rows = draw(st.integers(1, 4)) if space == "w+" else 1
    return LatentSource(space, rows, draw(vectors) * rows, draw(names))


@st.composite
def directions(draw: st.DrawFn) -> Direction:
    vector, rows = draw(vectors), draw(st.just(1) | st.integers(1, 4))
    target = draw(st.none() | st.builds(Target, st.just(vector), st.floats(-1000, 1000)))
    return Direction(draw(names), vector * rows, draw(layers), rows, target)


sources = st.builds(SeedSource, seeds, st.none() | st.integers(0, 1000)) | latent_sources()
edits = st.builds(DirectionEdit, directions(), st.floats(-1000, 1000))
recipes = st.builds(
    Recipe,
    model=st.text("0123456789abcdef", max_size=64),
    source=sources,
    truncation=st.builds(Truncation, st.floats(-10, 10), st.none() | st.integers(0, 99)),
    directions=st.lists(edits, max_size=3).map(tuple),
    mix=st.none() | st.builds(Mix, sources, st.lists(st.floats(0, 1), max_size=18).map(tuple)),
    noise=st.builds(Noise, st.sampled_from(NOISE_MODES), seeds),
    transform=st.builds(Transform, st.floats(-10, 10), st.floats(-10, 10), st.floats(-360, 360)),
)


def large_recipe() -> Recipe:
    """64 directions and two stored w+ of a 1024 px model: 270,000 characters of JSON, beyond one JPEG segment."""
    random = np.random.RandomState(0)
    source, other = (
        LatentSource.from_array("w+", random.randn(18, 512).astype(np.float32), name) for name in ("first", "<&ö>")
    )
    edits = [
        DirectionEdit(Direction(f"pc{i}", pack(random.randn(512).astype(np.float32)), Layers.span(0, 17)), i / 3)
        for i in range(64)
    ]
    return Recipe("0123456789abcdef" * 4, source, Truncation(0.5, 8), tuple(edits), Mix(other, (0.0, 0.25, 1.0)))
