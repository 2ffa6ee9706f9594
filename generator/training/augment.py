"""Augmentations of all images that the discriminator sees, real or not, against overfitting to small data sets.

Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training": the gradient passes through to the
generator, which so learns the images and not their alterations. Each kind alters an image with a probability p of its
own (Karras et al. 2020a, section 2.2: below about 0.8 nothing leaks into the samples).

Shifts are whole pixels: between pixels, interpolation would blur exactly what is fine, and only in shifted images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Uniform = Callable[[int], Tensor]  # number of columns -> [N, columns] of uniform numbers in [0, 1)


class Augmentation:
    """Alters images. It uses equally many random numbers for every p and keeps all shapes, so it can be captured."""

    def __init__(self, kinds: Sequence[str], p: Tensor) -> None:
        """kinds: of `KINDS`, applied in its order. p: `[]`, the probability of each, read at every call."""
        assert set(kinds) <= set(KINDS)
        self._kinds = [alter for name, alter in KINDS.items() if name in kinds]
        self._p = p

    def __call__(self, images: Tensor, random: torch.Generator) -> Tensor:
        """images `[N, C, H, W]`, about [-1, 1] -> the same shape; exactly the same images where p is 0."""

        def uniform(columns: int) -> Tensor:
            return torch.rand(len(images), columns, generator=random, device=images.device)

        for alter in self._kinds:
            on = (uniform(1) < self._p)[:, :, None, None]  # [N, 1, 1, 1]
            images = torch.where(on, alter(images, uniform), images)
        return images


def brightness(images: Tensor, uniform: Uniform) -> Tensor:
    """Lighter or darker by up to 0.5."""
    return images + (uniform(1) - 0.5)[:, :, None, None]


def saturation(images: Tensor, uniform: Uniform) -> Tensor:
    """Distance from grey times 0 to 2."""
    grey = images.mean(dim=1, keepdim=True)
    return grey + (images - grey) * (uniform(1) * 2)[:, :, None, None]


def contrast(images: Tensor, uniform: Uniform) -> Tensor:
    """Distance from the image's mean times 0.5 to 1.5."""
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (images - mean) * (uniform(1) + 0.5)[:, :, None, None]


def translation(images: Tensor, uniform: Uniform) -> Tensor:
    """Shifted by up to an eighth of the side along either axis; mid-grey (0) comes in."""
    for axis in (2, 3):
        reach = max(images.shape[axis] // 8, 1)
        images = _shifted(images, (uniform(1) * (2 * reach + 1)).floor().long() - reach, axis)
    return images


def cutout(images: Tensor, uniform: Uniform) -> Tensor:
    """A square of half the side becomes mid-grey (0); its centre lies anywhere, so that it may leave the image."""
    height, width = images.shape[2:]
    rows, columns = (_band(size, uniform(1)) for size in (height, width))
    return images * ~(rows[:, None, :, None] & columns[:, None, None, :])


def _shifted(images: Tensor, shift: Tensor, axis: int) -> Tensor:
    """images moved along `axis` by shift `[N, 1]` pixels each."""
    size = images.shape[axis]
    source = torch.arange(size, device=images.device) - shift  # [N, size]
    shape = (len(images), 1, size, 1) if axis == 2 else (len(images), 1, 1, size)
    moved = images.gather(axis, source.clamp(0, size - 1).view(shape).expand(images.shape))
    return moved * ((source >= 0) & (source < size)).view(shape)


def _band(size: int, place: Tensor) -> Tensor:
    """True within a quarter of the side from the centre at place `[N, 1]` of 0..1: `[N, size]`."""
    pixels = torch.arange(size, device=place.device) + 0.5
    return (pixels - place * size).abs() < size / 4


KINDS: dict[str, Callable[[Tensor, Uniform], Tensor]] = {
    "brightness": brightness,
    "saturation": saturation,
    "contrast": contrast,
    "translation": translation,
    "cutout": cutout,
}


@dataclass(frozen=True)
class AdaptiveStrength:
    """How p follows the discriminator's overfitting, r_t = E[sign D(real)] (Karras et al. 2020a, section 3)."""

    target: float = 0.6  # of r_t
    images: int = 500_000  # that p needs from 0 to 1
    limit: float = 0.8  # of p

    def next(self, p: float, real_sign: float, batch: int) -> float:
        """p after a batch of which `real_sign` was r_t: more where the discriminator is too sure of the data."""
        step = batch / self.images
        return min(max(p + (step if real_sign > self.target else -step), 0.0), self.limit)
