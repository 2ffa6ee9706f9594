"""Projected discriminators: small heads that judge images by the features of a frozen network.

Sauer et al. 2021, "Projected GANs converge faster", section 3: features at four scales are mixed across channels
(CCM, equation 5) and then across scales, from the coarsest down (CSM, figure 1), by convolutions that are drawn once
and never trained, so that no head can rest on a few channels only. Only the heads learn, and only they are in the
state dict: the rest comes back from the package's weights and the seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from generator.training.features.efficientnet import TAP_CHANNELS, EfficientNetLite0
from generator.training.features.resizing import resized
from generator.training.features.weights import efficientnet_lite0

CHANNELS = {4: 64, 8: 128, 16: 256, 32: 512}  # stride of the tap -> channels after mixing
COARSEST = 32
SIDE = 224  # pixels the frozen network was trained at


class ProjectedDiscriminators(nn.Module):
    """A discriminator for each scale, on EfficientNet-Lite0. Made on the CPU, equal for equal seeds."""

    def __init__(self, seed: int = 0, side: int | None = SIDE, network: EfficientNetLite0 | None = None) -> None:
        """Images are made `side` px wide before they are judged; None takes them as they come (32 px or more).

        network: the frozen one; None reads it from the extra `train`. Raises `TrainingError` where it is missing.
        """
        super().__init__()
        assert side is None or side >= COARSEST
        self.side = side
        frozen = network if network is not None else efficientnet_lite0()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.projection = _Projection(frozen)
            self.heads = nn.ModuleDict({str(stride): _head(stride) for stride in CHANNELS})

    def logits(self, images: Tensor) -> list[Tensor]:
        """images `[N, 3, R, R]` in [-1, 1] -> logits `[N, 1, h, w]` of each head, finest scale first.

        All heads answer at stride 32: h = w = 7 at 224 px. Gradients pass to the images.
        """
        assert images.ndim == 4
        assert images.shape[1] == 3
        features = self.projection(images if self.side is None else resized(images, self.side))
        return [self.heads[str(stride)](features[stride]) for stride in CHANNELS]

    def forward(self, images: Tensor) -> list[Tensor]:
        """As `logits`: what wrappers for several processes call."""
        return self.logits(images)


def hinge_d(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """What the discriminators minimise: mean max(0, 1 - D(x)) + mean max(0, 1 + D(G(z))), summed over the heads.

    Lim & Ye 2017 (Geometric GAN), equation 18; summed as in equation 3 of Sauer et al.
    """
    losses = [F.relu(1 - r).mean() + F.relu(1 + f).mean() for r, f in zip(real, fake, strict=True)]
    return torch.stack(losses).sum()


def hinge_g(fake: Sequence[Tensor]) -> Tensor:
    """What the generator minimises: -mean D(G(z)), summed over the heads."""
    return -torch.stack([f.mean() for f in fake]).sum()


class _Projection(nn.Module):
    """The frozen network with CCM and CSM; without parameters, and nothing of it in a state dict."""

    def __init__(self, network: EfficientNetLite0) -> None:
        super().__init__()
        self.network = network
        for stride, channels in CHANNELS.items():
            self._draw(f"mix{stride}", (channels, TAP_CHANNELS[stride], 1, 1))
            if stride < COARSEST:
                self._draw(f"fuse{stride}", (channels, CHANNELS[2 * stride], 3, 3))

    def _draw(self, name: str, shape: tuple[int, int, int, int]) -> None:
        """A convolution that keeps the variance of what it is given (He et al. 2015, equation 10, without ReLU)."""
        scale = 1 / math.sqrt(math.prod(shape[1:]))
        self.register_buffer(name, torch.randn(shape) * scale, persistent=False)

    def forward(self, images: Tensor) -> dict[int, Tensor]:
        """images -> features `[N, CHANNELS[s], H / s, W / s]` by stride."""
        taps = self.network.taps(images)
        fused: dict[int, Tensor] = {}
        for stride in sorted(CHANNELS, reverse=True):
            mixed = F.conv2d(taps[stride], self.get_buffer(f"mix{stride}"))
            if stride < COARSEST:
                below = F.conv2d(fused[2 * stride], self.get_buffer(f"fuse{stride}"), padding=1)
                size = mixed.shape[2:]
                mixed = (mixed + F.interpolate(below, size, mode="bilinear", align_corners=False)) / math.sqrt(2)
            fused[stride] = mixed
        return fused


def _head(stride: int) -> nn.Sequential:
    """Halve the features of `stride` until they have the places of the coarsest, then one logit for each place."""
    layers: list[nn.Module] = []
    channels = CHANNELS[stride]
    while stride < COARSEST:
        wider = CHANNELS[2 * stride]
        layers += [spectral_norm(nn.Conv2d(channels, wider, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
        channels, stride = wider, 2 * stride
    layers += [spectral_norm(nn.Conv2d(channels, channels, 3, padding=1)), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, spectral_norm(nn.Conv2d(channels, 1, 3, padding=1)))
