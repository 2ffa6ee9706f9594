"""New directions by arithmetic: from two faces, two piles of faces, the sliders as they stand, the weights of a model.

Pure functions of arrays: w `[N, D]` float32; coordinates `[N, k]` on the principal components of W, in sigma.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from generator.config import StyleGAN3Config
from generator.errors import DirectionError
from generator.networks import Generator, r3gan
from generator.recipe.layers import Layers
from generator.recipe.pca import Pca
from generator.recipe.recipe import Direction, Floats, Recipe

Array = NDArray[np.float64]
RIDGE = 8.0  # added to a Gram matrix of some ten faces, whose coordinates have a deviation of about 1
BLENDS = (0.0, 0.25, 0.5, 0.75, 1.0)  # shares of the ridge solution; 0 is the difference of means


def difference(a: Floats, b: Floats) -> Floats:
    """The way from face `a` to face `b`: both w `[D]`, or W+ `[rows, D]`."""
    if a.shape != b.shape:
        raise DirectionError(f"The faces have latents {list(a.shape)} and {list(b.shape)}, of different models.")
    way = np.asarray(b - a, np.float32)
    if not way.any():
        raise DirectionError("The two faces are the same, so no direction leads from one to the other.")
    return way


def piles(more: Array, less: Array) -> Array:
    """The move `[k]` of length 1 that best tells two piles apart, coordinates `[N, k]` and `[M, k]`.

    A blend of the difference of means and a ridge regression on the labels +1 and -1: of a few blends the one that best
    tells apart faces that were left out of its computation. Means do well on few faces; the regression ignores what
    varies inside the piles.
    """
    if not len(more) or not len(less):
        raise DirectionError("Both piles need at least one face.")
    x = np.concatenate([more, less])
    y = np.concatenate([np.ones(len(more)), -np.ones(len(less))])
    scores = [_separation(x, y, blend) for blend in BLENDS]
    best = 0.0 if min(len(more), len(less)) < 3 else BLENDS[int(np.argmax(scores))]
    return _blended(x, y, best)


def _blended(x: Array, y: Array, blend: float) -> Array:
    mean = _unit(x[y > 0].mean(axis=0) - x[y < 0].mean(axis=0))
    if not blend:
        return mean
    middle = (x[y > 0].mean(axis=0) + x[y < 0].mean(axis=0)) / 2
    centred = x - middle
    ridge = np.linalg.solve(centred.T @ centred + RIDGE * np.eye(x.shape[1]), centred.T @ y)
    return _unit((1 - blend) * mean + blend * _unit(ridge))


def _separation(x: Array, y: Array, blend: float) -> float:
    """The distance of the piles in their own deviations, each face judged by a move that was made without it."""
    if min((y > 0).sum(), (y < 0).sum()) < 3:
        return 0.0
    places = np.zeros(len(y))
    for left in range(len(y)):
        kept = np.arange(len(y)) != left
        middle = (x[kept & (y > 0)].mean(axis=0) + x[kept & (y < 0)].mean(axis=0)) / 2
        places[left] = (x[left] - middle) @ _blended(x[kept], y[kept], blend)
    above, below = places[y > 0], places[y < 0]
    return float((above.mean() - below.mean()) / max(np.sqrt((above.var() + below.var()) / 2), 1e-9))


def _unit(vector: Array) -> Array:
    length = np.linalg.norm(vector)
    if not length > 0:
        raise DirectionError("The two piles have the same average face, so no direction leads from one to the other.")
    return np.asarray(vector / length)


def component(pca: Pca, number: int) -> Direction:
    """Principal component `number` of W, one sigma long. Raises `DirectionError` if there is none."""
    if not 0 <= number < len(pca.components):
        raise DirectionError(f"There is no component {number}; {len(pca.components)} are known, counted from 0.")
    return pca.direction(number)


def combination(recipe: Recipe, num_ws: int) -> Floats:
    """What the sliders of `recipe` do together, `[num_ws, D]`. Raises `DirectionError` where nothing adds up."""
    if any(edit.direction.target is not None for edit in recipe.directions):
        raise DirectionError("A slider that leads to a fixed value moves every face differently; leave it out.")
    if not recipe.directions:
        raise DirectionError("No slider is moved, so there is nothing to make a direction of.")
    total = np.zeros((num_ws, recipe.directions[0].direction.w_dim), np.float32)
    for edit in recipe.directions:
        rows = np.broadcast_to(edit.direction.array, total.shape)
        acting = edit.direction.layers.indices(num_ws)
        total[acting] += np.float32(edit.amount) * rows[acting]
    return total


def sefa(generator: Generator, layers: Layers = Layers.ALL) -> Floats:
    """Directions that change the styles of `layers` most, `[D, D]` unit rows, strongest first.

    Shen & Zhou 2021 (SeFa), eq. 5: the eigenvectors of AᵀA, A being the weights from w to the styles. Nothing is drawn.

    Example:
        >>> from generator import checkpoint
        >>> from generator.directions.make import sefa
        >>> sefa(checkpoint.load("model.safetensors")).shape
        (32, 32)
    """
    chosen = [weight for layer, weight in affine_weights(generator) if layer in layers]
    if not chosen:
        raise DirectionError(
            f"The model has no style on layers {layers}; its layers are 0-{generator.config.num_ws - 1}."
        )
    weights = torch.cat(chosen).double()
    _, vectors = torch.linalg.eigh(weights.T @ weights)
    rows = vectors.T.flip(0).numpy()
    signs = np.sign(rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)])
    return np.ascontiguousarray(rows * signs[:, None], np.float32)


def affine_weights(generator: Generator) -> Iterator[tuple[int, Tensor]]:
    """(layer, weight `[styles, w_dim]` as it is used) of every style of the network, on the host.

    Where an RGB output shares its layer with a convolution only the convolution counts: colours have it elsewhere.
    """
    if isinstance(generator.synthesis, r3gan.SynthesisNetwork):
        yield 0, generator.synthesis.first_weight.detach().cpu()
        return
    found: dict[int, Tensor] = {}
    for layer, affine in _affines(generator):
        found.setdefault(layer, affine.weight.detach().cpu() * affine.weight_gain)  # type: ignore[operator]
    yield from sorted(found.items())


def _affines(generator: Generator) -> Iterator[tuple[int, nn.Module]]:
    synthesis = generator.synthesis
    if isinstance(generator.config, StyleGAN3Config):
        modules = [getattr(synthesis, name) for name in ("input", *getattr(synthesis, "layer_names"))]  # noqa: B009
        yield from ((layer, module.affine) for layer, module in enumerate(modules))
        return
    blocks: Sequence[nn.Module] = [getattr(synthesis, f"b{size}") for size in generator.config.block_resolutions]
    if len(blocks) == generator.config.num_ws:  # of lucidrains' networks, whose blocks have one row of W+ each
        yield from ((layer, block.get_submodule("conv0.affine")) for layer, block in enumerate(blocks))
        return
    layer = 0
    for block in blocks:
        convolutions = [getattr(block, name) for name in ("input", "conv0", "conv1") if hasattr(block, name)]
        yield from ((layer + place, module.affine) for place, module in enumerate(convolutions))
        layer += len(convolutions)
    torgb = getattr(blocks[-1], "torgb", None)
    if torgb is not None:
        yield layer, torgb.affine
