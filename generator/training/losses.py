"""The losses of generator and discriminator: the non-saturating logistic losses, and two penalties that keep it stable.

All are means over the batch, and all can be differentiated twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

PATH_DECAY = 0.01  # share of a batch in the running mean of path lengths (Karras et al. 2020, appendix B)


def logistic_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log sigmoid(real) - log(1 - sigmoid(fake)): logits `[N, 1]` -> `[]` (Goodfellow et al. 2014, equation 1)."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def logistic_g(fake_logits: Tensor) -> Tensor:
    """-log sigmoid(fake): logits `[N, 1]` -> `[]`; its gradient does not vanish (there, section 3)."""
    return F.softplus(-fake_logits).mean()


def r1_penalty(logits: Tensor, images: Tensor) -> Tensor:
    """E |gradient of D at real images|^2, `[]`, to be weighted by gamma / 2 (Mescheder et al. 2018, equation 9).

    logits `[N, 1]` of images `[N, C, H, W]` that require a gradient. Where the logit of an image depends on
    the whole batch, as by a standard deviation, so does the penalty, as in the public code.
    """
    (gradients,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradients.square().sum(dim=(1, 2, 3)).mean()


def path_lengths(images: Tensor, ws: Tensor, random: torch.Generator) -> Tensor:
    """|J_w^T y|, `[N]`: how far the images move for a step in w, in a random direction y of image space
    (Karras et al. 2020, section 3.2).

    images `[N, C, H, W]`, rendered from ws `[N, num_ws, w_dim]`. The square is the mean over the rows of W+, and y has
    a standard deviation of 1 / sqrt(H W), so that the length does not depend on the resolution.
    """
    y = torch.randn(images.shape, generator=random, device=images.device, dtype=images.dtype)
    y = y / math.sqrt(images.shape[2] * images.shape[3])
    (gradients,) = torch.autograd.grad((images * y).sum(), ws, create_graph=True)
    return gradients.square().sum(dim=2).mean(dim=1).sqrt()


@dataclass(frozen=True)
class PathLength:
    """E (|J_w^T y| - a)^2, where a is the running mean of the lengths (Karras et al. 2020, equation 4)."""

    mean: Tensor  # [] a; overwritten in place, so that it can be captured, saved and averaged over processes
    weight: float = 2.0  # gamma_pl of the public code
    decay: float = PATH_DECAY

    def __call__(self, lengths: Tensor) -> Tensor:
        """lengths `[N]` -> `[]`, weighted. The mean is moved towards them first; no gradient passes through it."""
        with torch.no_grad():
            self.mean.lerp_(lengths.mean().to(self.mean.dtype), self.decay)
        return (lengths - self.mean.clone()).square().mean() * self.weight
