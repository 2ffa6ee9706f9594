"""A model without W: its pictures are those of z itself, and its components those of what it draws first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from generator.cues.mend import NO_W, Mender
from generator.directions.make import sefa
from generator.errors import DirectionError
from generator.grab.features import check_picture
from generator.motion.frames import Frames
from generator.motion.motions import walk
from generator.networks.model_hash import model_hash
from generator.networks.r3gan import SynthesisNetwork
from generator.progress import finish
from generator.recipe import pca
from generator.recipe.latent import z_from_seed
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render import components
from generator.render.cpu.pixels import to_pixels
from generator.render.engine import Engine
from tests.support.r3gan_cases import CLASSES, PLAIN, drawn_r3gan

PSIS = (-0.5, 0.0, 0.7, 1.0)


def engine_of(config: object = PLAIN) -> Engine:
    generator = drawn_r3gan(config)  # type: ignore[arg-type]
    generator.name, generator.hash = "r3", model_hash(generator.config, generator)
    return Engine(generator, "cpu")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of()


@pytest.fixture(scope="module")
def found(engine: Engine) -> pca.Pca:
    return finish(components.fitting(engine))


@pytest.mark.parametrize("psi", PSIS)
def test_a_picture_is_that_of_z_whatever_the_truncation(engine: Engine, psi: float) -> None:
    recipe = Recipe(engine.generator.hash, SeedSource(85), Truncation(psi))
    with torch.inference_mode():
        expected = to_pixels(engine.generator.synthesis(torch.from_numpy(z_from_seed(85, PLAIN.z_dim))[:, None]))[0]
    assert np.array_equal(engine.render(recipe), expected)
    assert engine.notice == ""


def test_z_w_and_w_plus_are_one(engine: Engine) -> None:
    latents = engine.latents(Recipe(engine.generator.hash, SeedSource(3)))
    assert latents.z is not None
    assert latents.w is not None
    assert np.array_equal(latents.z, latents.w)
    assert np.array_equal(latents.z, latents.w_plus)


def test_a_class_is_drawn_and_none_is_the_zero_class() -> None:
    engine = engine_of(CLASSES)
    pictures = [engine.render(Recipe(source=SeedSource(1, label))) for label in (None, 0, 1)]
    assert not np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[1], pictures[2])


def test_a_sigma_of_a_component_moves_the_first_features_by_their_standard_deviation() -> None:
    matrix = np.random.RandomState(0).randn(6, 20).astype(np.float32)
    found = finish(pca.fitting(lambda z: z, 6, "", samples=3000, features=lambda w: w @ matrix))
    moved = found.sigma[:, None] * found.components @ matrix  # [k, F]
    variances = np.linalg.eigvalsh(matrix.T @ matrix)[::-1][:6]
    assert np.allclose((moved**2).sum(axis=1), variances, rtol=0.1)
    cosines = (moved @ moved.T) / np.sqrt(np.outer(*[(moved**2).sum(axis=1)] * 2))
    assert np.abs(cosines - np.eye(6)).max() < 1e-3
    assert np.allclose(found.explained, variances / variances.sum(), atol=0.02)


def test_each_component_moves_its_own_features_of_the_network_most(engine: Engine, found: pca.Pca) -> None:
    network = engine.generator.synthesis
    assert isinstance(network, SynthesisNetwork)
    z = torch.randn(400, PLAIN.z_dim, generator=torch.Generator().manual_seed(1))
    first = [torch.from_numpy(found.sigma[k] * found.components[k]) for k in range(4)]
    with torch.inference_mode():
        moves = torch.stack([(network.first_maps(z + v) - network.first_maps(z - v)).flatten(1).mean(0) for v in first])
    lengths = moves.norm(dim=1) / 2
    assert (lengths.diff() < 0).all()
    assert (lengths[0] ** 2 / lengths[3] ** 2).item() == pytest.approx(found.explained[0] / found.explained[3], rel=0.3)


def test_components_are_as_many_as_z_has_numbers_and_the_same_each_time(engine: Engine, found: pca.Pca) -> None:
    assert found.components.shape == (PLAIN.z_dim, PLAIN.w_dim)
    assert found.samples == pca.FEATURE_SAMPLES
    assert np.allclose(np.linalg.norm(found.components, axis=1), 1, atol=1e-5)
    again = finish(components.fitting(engine))
    assert np.array_equal(again.components, found.components)
    classes = finish(components.fitting(engine_of(CLASSES), samples=500))
    assert classes.components.shape == (CLASSES.z_dim, CLASSES.w_dim)
    assert not classes.components[:, CLASSES.z_dim :].any()  # a class is not moved


def test_components_are_found_again_in_the_cache(
    engine: Engine, found: pca.Pca, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pca, "user_cache_dir", lambda _: str(tmp_path))
    pca.store(found)
    samples, count = components.possible(engine, pca.SAMPLES, pca.COMPONENTS)
    cached = pca.cached(engine.generator.hash, samples, count, PLAIN.w_dim)
    assert cached is not None
    assert np.array_equal(cached.sigma, found.sigma)


def test_a_component_is_an_edit_that_changes_the_picture(engine: Engine, found: pca.Pca) -> None:
    recipe = Recipe(engine.generator.hash, SeedSource(85))
    moved = engine.render(recipe.with_amount(found.direction(0), 2.0)).astype(int)
    assert np.abs(moved - engine.render(recipe)).mean() > 1


def test_the_closed_form_of_the_first_layer_has_its_directions(engine: Engine) -> None:
    rows = sefa(engine.generator)
    assert rows.shape == (PLAIN.w_dim, PLAIN.w_dim)
    assert np.allclose(rows @ rows.T, np.eye(PLAIN.w_dim), atol=1e-5)


def test_a_moment_on_an_arc_is_not_truncated(engine: Engine) -> None:
    faces = [Recipe(engine.generator.hash, SeedSource(seed)) for seed in (1, 2)]
    timeline = replace(walk(faces, 1.0, False, ("a", "b")), path="arc")
    frames = Frames(timeline, lambda recipe: engine.w_plus(recipe)[0].numpy(), PLAIN.z_dim)
    lengths = [np.linalg.norm(engine.w_plus(frames.recipe(time))) for time in (0.0, 0.5, 1.0)]
    assert min(lengths[0], lengths[2]) - 1e-4 <= lengths[1] <= max(lengths[0], lengths[2]) + 1e-4


def test_grabbing_and_mending_say_why_they_are_not_possible(engine: Engine, found: pca.Pca) -> None:
    with pytest.raises(DirectionError, match="r3 has no W"):
        check_picture(engine)
    mended = finish(Mender(engine, found, lambda *_: ()).mending(Recipe(source=SeedSource(1))))
    assert (mended.recipe, mended.sentence) == (None, NO_W)


def test_the_stand_in_that_a_device_is_tested_with_has_layers_of_the_same_kinds() -> None:
    big = replace(
        PLAIN, img_resolution=64, widths=(768, 768, 768, 384, 96), cardinalities=(96, 96, 96, 48, 12), blocks=(2,) * 5
    )
    small = big.smaller(32, 32)
    assert (small.img_resolution, small.widths, small.blocks) == (32, (32, 32, 16, 4), (2, 2, 2, 2))
    assert all(small.expanded(stage) % count == 0 for stage, count in enumerate(small.cardinalities))
    assert PLAIN.smaller(32, 32) is PLAIN
