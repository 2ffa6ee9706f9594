"""The noise that projectors store with the latent of each photograph, as part of its recipe where it fits the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generator.errors import LatentError, RecipeError
from generator.formats.held_latents import NOISES, Held
from generator.recipe.recipe import Noise, Recipe
from generator.recipe.stored_noise import MAX_IMAGES, Size, StoredNoise

KEPT = "It brings the noise that the file stores with it."
OTHERS = "The noises that the file stores beside it have other sizes than the layers of the model, and are left out."
UNREADABLE = "The noises that the file stores beside it are left out, since they are not images that a recipe can keep."


def with_noise(recipe: Recipe, held: Held, number: int, sizes: tuple[Size, ...] | None) -> tuple[Recipe, str]:
    """The face `number` of a file with the noise stored for it, and what is to be told of that; "" = nothing.

    sizes: of the noise of the model's layers; None = no model is known, so that any is kept.
    """
    unread = held.noises[number] if number < len(held.noises) else None
    if unread is None:
        return recipe, NOISES if any(held.noises) else ""
    try:
        noise = _images_in(unread.read())
    except (LatentError, RecipeError):
        return recipe, UNREADABLE
    if sizes is not None and noise.sizes != sizes:
        return recipe, OTHERS
    return replace(recipe, noise=Noise("stored", recipe.noise.seed, noise)), KEPT


def _images_in(value: object) -> StoredNoise:
    """A list of noise images `[1, 1, h, w]`, or without the ones. Raises `LatentError` or `RecipeError`."""
    if not isinstance(value, list) or not 0 < len(value) <= MAX_IMAGES:
        raise LatentError("The noises are not a list of images.")
    images = []
    for image in value:
        if not isinstance(image, np.ndarray) or image.dtype.kind != "f" or image.ndim < 2:
            raise LatentError("The noises are not a list of images.")
        if any(size != 1 for size in image.shape[:-2]) or not image.size:
            raise LatentError("The noises are those of several faces.")
        images.append(image.reshape(image.shape[-2:]))
    return StoredNoise.of(images)
