"""Metrics against closed forms, against plain slow formulas, and against what they must tell apart."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from generator.training.metrics import Moments, frechet_distance, nearest, precision_and_recall
from generator.training.metrics.distances import ROWS, distance_rows, radii

Array = NDArray[np.float64]


def drawn(seed: int, count: int = 60, size: int = 5) -> Array:
    return np.random.default_rng(seed).standard_normal((count, size))


def covariance_of(seed: int, size: int = 5, rank: int = 5) -> Array:
    factor = drawn(seed, rank, size)
    return factor.T @ factor


@given(portions=st.lists(st.integers(0, 9), min_size=2, max_size=6).filter(lambda sizes: sum(sizes) >= 2))
def test_moments_do_not_depend_on_how_the_vectors_come(portions: list[int]) -> None:
    vectors = drawn(0, sum(portions)) + 1e6  # far from 0, where sums of squares lose their digits
    moments, first = Moments(5), 0
    for size in portions:
        moments.add(vectors[first : first + size])
        first += size
    assert moments.count == len(vectors)
    assert np.allclose(moments.mean, vectors.mean(axis=0), rtol=1e-12)
    assert np.allclose(moments.covariance, np.cov(vectors.T), rtol=1e-8, atol=1e-9)


def test_normal_distributions_in_one_dimension_are_apart_by_their_mean_and_their_spread() -> None:
    found = frechet_distance(np.array([1.0]), np.array([[4.0]]), np.array([3.0]), np.array([[9.0]]))
    assert found == pytest.approx((1 - 3) ** 2 + (2 - 3) ** 2)


def test_commuting_covariances_are_apart_by_their_roots() -> None:
    turned = np.linalg.qr(drawn(3, 5))[0]
    a, b = np.array([1.0, 2, 3, 4, 0]), np.array([4.0, 0, 1, 9, 0])  # both singular
    found = frechet_distance(np.zeros(5), turned @ np.diag(a) @ turned.T, np.zeros(5), turned @ np.diag(b) @ turned.T)
    assert found == pytest.approx(np.square(np.sqrt(a) - np.sqrt(b)).sum(), abs=1e-6)


@given(seed=st.integers(0, 100), rank=st.integers(1, 5))
def test_the_distance_is_symmetric_and_zero_to_itself(seed: int, rank: int) -> None:
    one, other = (drawn(seed)[0], covariance_of(seed, rank=rank)), (drawn(seed)[1], covariance_of(seed + 1))
    there, back = frechet_distance(*one, *other), frechet_distance(*other, *one)
    assert there == pytest.approx(back, rel=1e-6, abs=1e-6)
    assert there > 0
    assert frechet_distance(*one, *one) == pytest.approx(0, abs=1e-6)


@pytest.mark.skipif(importlib.util.find_spec("scipy") is None, reason="scipy is not installed")
def test_the_distance_is_that_of_the_matrix_square_root() -> None:
    linalg = pytest.importorskip("scipy.linalg")
    a, b = covariance_of(1), covariance_of(2)
    expected = np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
    assert frechet_distance(np.zeros(5), a, np.zeros(5), b) == pytest.approx(expected, rel=1e-6)


def test_distances_in_rows_are_the_distances() -> None:
    vectors, others = drawn(0, ROWS + 3) + 1e3, drawn(1, 7) + 1e3
    found = np.concatenate([rows for _, rows in distance_rows(vectors, others)])
    expected = np.linalg.norm(vectors[:, None] - others[None], axis=2)
    assert np.allclose(found, expected, atol=1e-6)


def test_a_radius_reaches_the_kth_nearest_other_vector() -> None:
    line = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert radii(line, 1).tolist() == pytest.approx([1, 1, 2, 4])
    assert radii(line, 2).tolist() == pytest.approx([3, 2, 3, 6])


def test_precision_and_recall_count_the_vectors_in_the_balls_of_the_others() -> None:
    data = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]])
    samples = np.array([[0.4], [1.0], [1.8], [50.0], [50.5]])
    precision, recall = precision_and_recall(data, samples, k=1)
    assert precision == pytest.approx(3 / 5)  # those about 50 are like nothing
    assert recall == pytest.approx(3 / 6)  # nothing is like the data about 11


def test_samples_of_one_mode_have_precision_without_recall() -> None:
    data = np.concatenate([drawn(0, 200), drawn(1, 200) + 50])
    precision, recall = precision_and_recall(data, drawn(2, 200))
    assert precision > 0.8
    assert recall == pytest.approx(0.5, abs=0.1)


def test_a_copy_of_the_data_is_found_and_told_as_one() -> None:
    data, fresh = drawn(0, 400), drawn(1, 50)
    samples = np.concatenate([fresh, data[[7, 30]] + 1e-4])
    found = nearest(data, samples)
    assert set(found.closest[:2].tolist()) == {50, 51}
    assert found.index[50:].tolist() == [7, 30]
    assert found.distance[50:].max() < 0.01
    assert np.median(found.distance[:50]) == pytest.approx(1, abs=0.3)
    assert found.share_close >= 2 / 52


def test_fresh_data_are_no_closer_than_the_data_are_to_each_other() -> None:
    found = nearest(drawn(0, 2000), drawn(1, 2000))
    assert found.share_close < 0.03
    assert nearest(drawn(0, 100), drawn(0, 100)).share_close == 1
