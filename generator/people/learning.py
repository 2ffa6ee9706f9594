"""Learning to predict a model's measures: some thousand faces rendered and measured, then ridge regression on W.

Hoerl & Kennard 1970. A component weighs as much as W varies along it, since the network reads w, not its components.
How well it predicts, and which ridge is best for each measure, comes from the residuals of faces left out one by one,
which need no second fit: e_i / (1 - h_i), with h the diagonal of the hat matrix (Allen 1974).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from generator.attributes.attribute_model import Measurer, Values
from generator.attributes.solve import CLIP
from generator.errors import DirectionError
from generator.people.predictor import Predictor, products
from generator.progress import Job, Progress
from generator.recipe.latent import z_from_seed
from generator.recipe.pca import Mapping, Pca, fitting
from generator.recipe.recipe import Floats, Recipe, SeedSource, Truncation

FACES = 4000
PSIS = (0.7, 0.85)  # what people look at, and wider, so that it holds where the wishes lead
FIRST_SEED = 6_000_000  # far from those that people look at, and from those of the checks
COMPONENTS = 512  # all of them where W has as many
PAIRED = 40  # strongest components, whose products are learnt too
_SPREAD = 20_000  # samples of W for the components
_PRODUCTS = 0.6  # weight of a product: what it costs to explain something by one
_RIDGES = np.geomspace(1, 30_000, 18)  # in variances of the first component
_MISSING = 0.3  # share of faces without a value above which a measure is not predicted
_TINY = np.finfo(np.float32).tiny
_FIRST_LOOK = 16  # faces; where a model shows none in so many, it shows none
NO_FACES = "No faces are seen in the pictures of this model, so nobody can be looked for among them."

Array = NDArray[np.float64]
Render = Callable[[Recipe], NDArray[np.uint8]]


@dataclass(frozen=True)
class Samples:
    """Faces of one model: where they lie in W, truncated, and what was measured of them."""

    w: Floats  # [N, D]
    values: Values  # [N, A], NaN where a measure was not seen


def learning(
    render: Render,
    measure: Measurer,
    mapping: Mapping,
    z_dim: int,
    model: str,
    w_avg: Floats,
    faces: int = FACES,
    psis: tuple[float, ...] = PSIS,
) -> Job[Predictor]:
    """Learn the predictor of the model with this hash; ten minutes for `FACES` faces of 256 px on two cores.

    psis: by which the faces are truncated, in turn; (1,) for a model without W.
    Raises `DirectionError` if its pictures show no faces.
    """
    samples = yield from sampling(render, measure, mapping, z_dim, w_avg, faces, psis)
    pca = yield from fitting(mapping, z_dim, model, _SPREAD, COMPONENTS)
    return regressed(samples, pca, measure.names)


def sampling(
    render: Render,
    measure: Measurer,
    mapping: Mapping,
    z_dim: int,
    w_avg: Floats,
    faces: int,
    psis: tuple[float, ...] = PSIS,
) -> Job[Samples]:
    """Render and measure `faces` faces, by turns at each of `psis`."""
    values, w = [], []
    for done in range(faces):
        yield Progress(done, faces, "Learning what this model's faces look like")
        seed, psi = FIRST_SEED + done, psis[done % len(psis)]
        values.append(measure(render(Recipe(source=SeedSource(seed), truncation=Truncation(psi)))))
        w.append(w_avg + psi * (mapping(z_from_seed(seed, z_dim))[0] - w_avg))
        if done + 1 == min(_FIRST_LOOK, faces) and np.isnan(np.array(values)).all():
            raise DirectionError(NO_FACES)
    return Samples(np.array(w, np.float32), np.array(values))


def regressed(samples: Samples, pca: Pca, names: tuple[str, ...], pairs: int = PAIRED) -> Predictor:
    """The predictor of what most of the sampled faces have, each measure with the ridge that suits it."""
    kept = np.isnan(samples.values).mean(axis=0) <= _MISSING
    kept[kept] = np.nanstd(samples.values[:, kept], axis=0) > 0
    values = samples.values[:, kept]
    scale, middle = np.nanstd(values, axis=0), np.nanmean(values, axis=0)
    outcomes = np.nan_to_num(np.clip((values - middle) / scale, -CLIP, CLIP))
    at, k = pca.coordinates(samples.w).astype(np.float64), len(pca.components)
    slopes, constant, residual = _regression(at, outcomes, pca.sigma / pca.sigma[0], min(pairs, k))
    arrays = {
        **{"mean": pca.mean, "components": pca.components, "sigma": np.maximum(pca.sigma, _TINY)},
        **{"slopes": slopes[:k], "curvatures": slopes[k:], "constant": middle + scale * constant},
        **{"scale": scale, "residual": residual * scale},
        "explained": 1 - (residual / outcomes.std(axis=0)) ** 2,
    }
    chosen = tuple(name for name, keep in zip(names, kept, strict=True) if keep)
    floats = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    return Predictor(pca.model, len(values), chosen, **floats)


def _regression(at: Array, outcomes: Array, sizes: Floats, paired: int) -> tuple[Array, Array, Array]:
    """(slopes `[P, A]`, constants `[A]`, residuals `[A]`) of outcomes `[N, A]` on coordinates `[N, K]`, and on the
    products of the first. sizes: `[K]`, the weight of each coordinate."""
    weights = _features(sizes.astype(np.float64)[None], paired)[0]
    weights[len(sizes) :] *= _PRODUCTS
    features = weights * _features(at, paired)
    centre, mean = features.mean(axis=0), outcomes.mean(axis=0)
    slopes, left_out = _ridge(features - centre, outcomes - mean)
    return weights[:, None] * slopes, mean - centre @ slopes, left_out.std(axis=0)


def _features(at: Array, paired: int) -> Array:
    """Coordinates `[N, K]` and the products of the first of them, `[N, P]`."""
    return np.concatenate([at, products(torch.from_numpy(at), paired).numpy()], axis=1)


def _ridge(features: Array, outcomes: Array) -> tuple[Array, Array]:
    """(slopes `[P, A]`, residuals `[N, A]` of faces left out) of features `[N, P]` and outcomes `[N, A]`, both about
    their means; of each outcome with the ridge that leaves the least."""
    values, vectors = np.linalg.eigh(features.T @ features)
    along = features @ vectors  # [N, P], orthogonal columns
    shares = along.T @ outcomes
    slopes = np.zeros((features.shape[1], outcomes.shape[1]))
    best = np.full(outcomes.shape, np.inf)
    for ridge in _RIDGES:
        shrunk = 1 / (values.clip(0) + ridge)
        hat = (along**2) @ shrunk + 1 / len(features)  # the mean was fitted as well
        found = shrunk[:, None] * shares
        left_out = (outcomes - along @ found) / (1 - hat.clip(max=0.999))[:, None]
        better = (left_out**2).sum(axis=0) < (best**2).sum(axis=0)
        slopes[:, better], best[:, better] = (vectors @ found)[:, better], left_out[:, better]
    return slopes, best
