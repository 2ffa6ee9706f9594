"""Principal components of W: exact, streaming, repeatable, cancellable, cached."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from generator.networks import Generator
from generator.progress import finish
from generator.recipe import pca
from generator.recipe.pca import CHUNK, Pca
from generator.render.engine import Engine
from tests.support.bounds import bounded

Z_DIM, W_DIM, SAMPLES = 12, 16, 5 * CHUNK + 77
MIXING = np.random.RandomState(3).randn(Z_DIM, W_DIM).astype(np.float32)


def mapping(z: np.ndarray) -> np.ndarray:
    """A bent plane far from the origin, so that the mean matters."""
    return np.asarray(np.tanh(z) @ MIXING + 50, np.float32)


def fit(samples: int = SAMPLES, seed: int = 0, components: int = 8) -> Pca:
    return finish(pca.fitting(mapping, Z_DIM, "model", samples, components, seed))


@pytest.fixture(scope="module")
def fitted() -> Pca:
    return fit()


def all_samples(seed: int = 0) -> np.ndarray:
    """Every w that the fit saw, at once."""
    random, left, drawn = torch.Generator().manual_seed(seed), SAMPLES, []
    while left:
        drawn.append(torch.randn(min(CHUNK, left), Z_DIM, generator=random).numpy())
        left -= len(drawn[-1])
    return mapping(np.concatenate(drawn)).astype(np.float64)


def test_components_are_the_eigenvectors_of_the_covariance_of_the_same_samples(fitted: Pca) -> None:
    w = all_samples()
    variances, vectors = np.linalg.eigh(np.cov(w.T))
    np.testing.assert_allclose(fitted.mean, w.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(fitted.sigma, np.sqrt(variances[::-1][:8]), rtol=1e-5)
    np.testing.assert_allclose(fitted.explained, variances[::-1][:8] / variances.sum(), rtol=1e-5)
    np.testing.assert_allclose(np.abs(fitted.components @ vectors[:, ::-1][:, :8]), np.eye(8), atol=1e-4)


def test_components_are_orthonormal_and_their_largest_entry_is_positive(fitted: Pca) -> None:
    np.testing.assert_allclose(fitted.components @ fitted.components.T, np.eye(8), atol=1e-6)
    assert (fitted.components[np.arange(8), np.abs(fitted.components).argmax(axis=1)] > 0).all()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(fitted: Pca) -> None:
    again, other = fit(), fit(seed=1)
    assert again.components.tobytes() == fitted.components.tobytes()
    assert other.components.tobytes() != fitted.components.tobytes()


def test_no_chunk_grows_with_the_number_of_samples() -> None:
    sizes: list[int] = []

    def watching(z: np.ndarray) -> np.ndarray:
        sizes.append(len(z))
        return mapping(z)

    finish(pca.fitting(watching, Z_DIM, "model", SAMPLES, 4))
    assert max(sizes) == CHUNK
    assert sum(sizes) == SAMPLES


def test_closing_the_job_stops_it_between_two_chunks() -> None:
    calls: list[int] = []

    def watching(z: np.ndarray) -> np.ndarray:
        calls.append(len(z))
        return mapping(z)

    job = pca.fitting(watching, Z_DIM, "model", SAMPLES)
    assert (next(job).done, next(job).done, next(job).total) == (0, CHUNK, SAMPLES)
    job.close()
    assert len(calls) == 2


def test_coordinates_are_in_sigma_and_a_direction_is_one_sigma_long(fitted: Pca) -> None:
    direction = fitted.direction(2)
    assert direction.name == "pc2"
    expected = np.zeros(8)
    expected[2] = 1.5
    np.testing.assert_allclose(fitted.coordinates(fitted.mean + 1.5 * direction.array), expected, atol=1e-4)


def test_the_cloud_has_the_spread_that_sigma_promises(fitted: Pca) -> None:
    assert fitted.cloud.shape == (pca.CLOUD, 8)
    np.testing.assert_allclose(fitted.cloud.std(axis=0), 1, atol=0.08)


def test_a_model_without_spread_has_components_at_zero() -> None:
    flat = finish(pca.fitting(lambda z: np.ones((len(z), 4), np.float32), Z_DIM, "flat", 10))
    assert np.array_equal(flat.coordinates(np.ones(4, np.float32)), np.zeros(4))


def test_a_real_mapping_network_is_fitted(tiny: Generator) -> None:
    engine = Engine(tiny, "cpu")
    fitted = finish(pca.fitting(engine.mapping, tiny.config.z_dim, tiny.hash, 3000))
    assert fitted.components.shape == (tiny.config.w_dim, tiny.config.w_dim)
    assert fitted.explained.sum() == pytest.approx(1, abs=1e-4)


def test_what_was_stored_comes_back(fitted: Pca) -> None:
    pca.store(fitted)
    found = pca.cached("model", SAMPLES, 8)
    assert found is not None
    for name in ("mean", "components", "sigma", "explained", "cloud"):
        assert np.array_equal(getattr(found, name), getattr(fitted, name))


def test_other_samples_other_models_and_too_few_components_are_not_cached(fitted: Pca) -> None:
    pca.store(fitted)
    assert pca.cached("model", SAMPLES + 1, 8) is None
    assert pca.cached("another", SAMPLES, 8) is None
    assert pca.cached("model", SAMPLES, 9) is None


def cache_file(home: Path) -> Path:
    (found,) = home.rglob("*.npz")
    return found


@pytest.mark.parametrize("keep", [0, 1, 50, 0.5, 0.99])
def test_a_truncated_cache_counts_as_absent(fitted: Pca, isolated_user_folders: Path, keep: float) -> None:
    pca.store(fitted)
    file = cache_file(isolated_user_folders)
    data = file.read_bytes()
    file.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    assert pca.cached("model", SAMPLES, 8) is None


def test_a_cache_with_wrong_shapes_or_numbers_counts_as_absent(fitted: Pca, isolated_user_folders: Path) -> None:
    pca.store(fitted)
    file = cache_file(isolated_user_folders)
    whole = {name: getattr(fitted, name) for name in ("mean", "components", "sigma", "explained", "cloud")}
    for change in ({"mean": np.zeros(3)}, {"sigma": np.full(8, np.nan)}, {"cloud": np.zeros(5)}, {"components": 1.0}):
        np.savez(file, **{**whole, **change})
        assert pca.cached("model", SAMPLES, 8) is None


def test_a_cache_that_holds_objects_is_not_unpickled(fitted: Pca, isolated_user_folders: Path) -> None:
    pca.store(fitted)
    np.savez(cache_file(isolated_user_folders), mean=np.array([print], dtype=object))
    assert pca.cached("model", SAMPLES, 8) is None


def test_a_cache_of_another_size_of_w_counts_as_absent(fitted: Pca) -> None:
    pca.store(fitted)
    assert pca.cached("model", SAMPLES, 8, w_dim=fitted.mean.size) is not None
    assert pca.cached("model", SAMPLES, 8, w_dim=fitted.mean.size + 1) is None


def test_a_cache_that_unpacks_beyond_the_memory_counts_as_absent(fitted: Pca, isolated_user_folders: Path) -> None:
    pca.store(fitted)
    member = npy_of_zeros(100_000_000)
    with zipfile.ZipFile(cache_file(isolated_user_folders), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("mean", "components", "sigma", "explained", "cloud"):
            archive.writestr(f"{name}.npy", member)
    with bounded(memory=150_000_000):
        assert pca.cached("model", SAMPLES, 8) is None


def npy_of_zeros(count: int) -> bytes:
    header = f"{{'descr': '|i1', 'fortran_order': False, 'shape': ({count},), }}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(count)
