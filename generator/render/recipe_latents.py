"""From a recipe to the input of the synthesis network: seed -> z -> w -> W+, mixed, truncated, moved.

The engine calls it once per image, and a new kind of edit belongs in `w_plus`.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from generator.errors import LatentError, RecipeError
from generator.formats.latent_file import Latents
from generator.networks import Generator
from generator.networks.transform import transform_matrix
from generator.recipe import latent
from generator.recipe.recipe import Floats, LatentSource, Recipe, SeedSource, Source, Transform
from generator.render.forms import fast_mapping

SAME_CLASS = 16  # samples that share a random class: no vector of classes for each, of which there may be many
CACHED_SOURCES = 64  # W+ of the latest sources; 36 KB each for 18 layers


class RecipeLatents:
    """The latents of recipes for one model, as tensors on the host; its mapping network runs where its weights are.

    It reads the current weights of `generator`: create a new one when they move or change.
    """

    def __init__(self, generator: Generator) -> None:
        self._generator, self._config = generator, generator.config
        self._sources: OrderedDict[Source, tuple[Tensor, Tensor]] = OrderedDict()
        self._mapping: Callable[[Tensor, Tensor | None], Tensor] | None = None

    def w_plus(self, recipe: Recipe) -> Tensor:
        """W+ `[1, num_ws, w_dim]`, float32: mixed, then truncated, then moved along the directions.

        Where every class has a mean of its own, each of two mixed sources is truncated towards that of its class: the
        means are mixed as the sources are, which is the same, as both steps are linear.

        On the host: a few additions of a few thousand numbers are not worth a launch on a GPU. Raises `RecipeError` or
        `LatentError` if the recipe does not fit the model.
        """
        self._check_model(recipe)
        ws, centre = self._sourced(recipe.source)
        if recipe.mix is not None and any(recipe.mix.weights):
            other, its_centre = self._sourced(recipe.mix.source)
            ws = latent.mix(ws, other, recipe.mix.weights)
            if not torch.equal(centre, its_centre):  # else it stays as it is, to the bit
                centre = latent.mix(centre, its_centre, recipe.mix.weights)
        ws = latent.truncate(ws, centre, recipe.truncation)
        for edit in recipe.directions:
            if misfit := edit.direction.misfit(self._config.num_ws, self._config.w_dim):
                raise RecipeError(f"Direction {edit.direction.name!r} {misfit}; it belongs to another model.")
        return latent.move(ws, recipe.directions)

    def latents(self, recipe: Recipe) -> Latents:
        """z, w and W+ of `recipe` as float32 arrays; see `Latents` for shapes."""
        source = recipe.source
        space = source.space if isinstance(source, LatentSource) else "z"
        z = self._z(source) if space == "z" else None
        w = self._sourced(source)[0][:, 0].numpy() if space != "w+" else None
        return Latents(z=z, w=w, w_plus=self.w_plus(recipe)[0].numpy())

    @torch.inference_mode()
    def mapped(self, z: Tensor, label: int | None = None) -> Tensor:
        """Untruncated w `[N, w_dim]` of z `[N, z_dim]`, of the class `label` where the model has classes."""
        if self._mapping is None:
            self._mapping = fast_mapping(self._generator)
        device = self._generator.mapping.w_avg.device
        return self._mapping(z.to(device), self._class(label)).cpu()

    def sampled(self, z: Tensor) -> Tensor:
        """Untruncated w `[N, w_dim]` of z `[N, z_dim]` as W has them: of no class; of classes at random where every
        class has a mean of its own, as such a network draws no face without a class. The same z gives the same w."""
        if self._generator.mapping.w_avg.ndim == 1:
            return self.mapped(z)
        random = np.random.RandomState(zlib.crc32(z.numpy().tobytes()))
        groups = torch.split(z, SAME_CLASS)
        labels = random.randint(self._config.c_dim, size=len(groups)).tolist()
        return torch.cat([self.mapped(group, label) for group, label in zip(groups, labels, strict=True)])

    def _check_model(self, recipe: Recipe) -> None:
        name, model = self._generator.name, self._generator.hash
        if recipe.model not in ("", model):
            raise RecipeError(
                f"The recipe was made with another model ({recipe.model[:8]}) than {name} ({model[:8]}); "
                "open that model first."
            )

    def _sourced(self, source: Source) -> tuple[Tensor, Tensor]:
        """Untruncated W+ of a source, and what it is truncated towards, both `[1, num_ws, w_dim]`, cached."""
        if source not in self._sources:
            self._sources[source] = self._map(source), self._centre(source)
            if len(self._sources) > CACHED_SOURCES:
                self._sources.popitem(last=False)
        self._sources.move_to_end(source)
        return self._sources[source]

    def _centre(self, source: Source) -> Tensor:
        """The mean of w of the class of a source. A stored w or W+ may be of any class: the mean of all."""
        generator, label = self._generator, source.label if isinstance(source, SeedSource) else None
        is_w = isinstance(source, LatentSource) and source.space != "z"
        mean = generator.w_avg if is_w else generator.class_average(label)
        return latent.broadcast(mean.cpu()[None], self._config.num_ws)

    def _map(self, source: Source) -> Tensor:
        config = self._config
        if isinstance(source, SeedSource) or source.space == "z":
            label = source.label if isinstance(source, SeedSource) else None
            return latent.broadcast(self.mapped(torch.from_numpy(self._z(source)), label), config.num_ws)
        values = source.array
        rows = config.num_ws if source.space == "w+" else 1
        if values.shape != (rows, config.w_dim):
            raise LatentError(
                f"The stored latent has shape {list(values.shape)} in {source.space}; "
                f"{self._generator.name} takes {[rows, config.w_dim]}."
            )
        ws = torch.from_numpy(values.copy())
        return ws[None] if source.space == "w+" else latent.broadcast(ws, config.num_ws)

    def _z(self, source: Source) -> Floats:
        if isinstance(source, SeedSource):
            return latent.z_from_seed(source.seed, self._config.z_dim)
        if source.array.shape != (1, self._config.z_dim):
            raise LatentError(
                f"The stored z has {source.array.shape[1]} numbers; {self._generator.name} takes {self._config.z_dim}."
            )
        return source.array.copy()

    def _class(self, label: int | None) -> Tensor | None:
        if label is None:
            return None
        if label >= self._config.c_dim:
            raise RecipeError(
                f"Class {label} is out of range; {self._generator.name} has {self._config.c_dim} classes."
            )
        classes = torch.zeros(1, self._config.c_dim, device=self._generator.mapping.w_avg.device)
        classes[0, label] = 1
        return classes


def motion_of(recipe: Recipe, generator: Generator) -> Tensor | None:
    """The matrix `[3, 3]` that moves the image as `recipe` says; None where it does not. Raises `RecipeError` where
    `generator` cannot."""
    transform = recipe.transform
    if transform == Transform():
        return None
    if not generator.config.has_transform:
        raise RecipeError(
            f"The recipe moves or rotates the image, which {generator.name} cannot do; "
            f"only StyleGAN3 models can, and it is of the family {generator.config.family}."
        )
    return transform_matrix(transform.x, transform.y, transform.degrees)
