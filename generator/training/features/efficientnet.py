"""EfficientNet-Lite0, frozen: the network whose features images are measured in and judged by.

Tan & Le 2019 (EfficientNet), table 1 and section 4; the Lite variant of its authors leaves squeeze-and-excite out
and clips activations at 6 (ReLU6). Every block is that of Sandler et al. 2018 (MobileNetV2), figure 3: expand,
filter each channel alone, project, and add the input where shapes agree. As nothing is trained here, each batch
normalisation is folded into its convolution, and all numbers are buffers that no state dict holds.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Weights = dict[str, Tensor]
EPSILON = 1e-3  # of the batch normalisations, as in the training of the weights
STEM, HEAD = 32, 1280  # channels
TAP_CHANNELS = {4: 24, 8: 40, 16: 112, 32: 320}  # stride -> channels of `taps`


class Stage(NamedTuple):
    """A row of table 1: `blocks` blocks, the first of them with `stride`."""

    kernel: int
    stride: int
    expansion: int
    channels: int
    blocks: int
    tap: int = 0  # the stride of the whole network, where the stage is the last one at it and is tapped


STAGES = (
    Stage(3, 1, 1, 16, 1),
    Stage(3, 2, 6, 24, 2, tap=4),
    Stage(5, 2, 6, 40, 2, tap=8),
    Stage(3, 2, 6, 80, 3),
    Stage(5, 1, 6, 112, 3, tap=16),
    Stage(5, 2, 6, 192, 4),
    Stage(3, 1, 6, 320, 1, tap=32),
)


class EfficientNetLite0(nn.Module):
    """The network without its classifier; images `[N, 3, H, W]` in [-1, 1], gradients pass to them."""

    def __init__(self, weights: Weights) -> None:
        """`weights` by the names of the public PyTorch port; those of the classifier are ignored.

        Raises KeyError for a name that is missing and ValueError for another shape.
        """
        super().__init__()
        self.stem = _Convolution(weights, "_conv_stem", "_bn0", (STEM, 3, 3, 3), stride=2)
        self.stages = nn.ModuleList()
        channels, first = STEM, 0
        for stage in STAGES:
            self.stages.append(_stage(weights, first, channels, stage))
            channels, first = stage.channels, first + stage.blocks
        self.head = _Convolution(weights, "_conv_head", "_bn1", (HEAD, channels, 1, 1))
        self.eval()

    def taps(self, images: Tensor) -> dict[int, Tensor]:
        """Features by stride 4, 8, 16, 32: `[N, TAP_CHANNELS[s], ceil(H / s), ceil(W / s)]`, signed."""
        x, found = self._stem(images), {}
        for layer, stage in zip(self.stages, STAGES, strict=True):
            x = layer(x)
            if stage.tap:
                found[stage.tap] = x
        return found

    def pooled(self, images: Tensor) -> Tensor:
        """`[N, 1280]` in 0..6: the mean over all places of what the classifier sees."""
        return F.relu6(self.head(self.taps(images)[32])).mean(dim=(2, 3))

    def _stem(self, images: Tensor) -> Tensor:
        assert images.ndim == 4
        assert images.shape[1] == 3
        # pixel values p of 0..255 enter as (p - 127) / 128, as in the authors' release of the Lite networks
        return F.relu6(self.stem((images * 127.5 + 0.5) / 128))


class _Convolution(nn.Module):
    """A convolution and its folded batch normalisation, padded as TensorFlow's "SAME"."""

    weight: Tensor
    bias: Tensor

    def __init__(
        self, weights: Weights, name: str, norm: str, shape: tuple[int, ...], stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__()
        weight = _checked(weights, f"{name}.weight", shape)
        mean, variance, gain, shift = (
            _checked(weights, f"{norm}.{part}", shape[:1]) for part in ("running_mean", "running_var", "weight", "bias")
        )
        scale = gain / (variance + EPSILON).sqrt()
        self.register_buffer("weight", (weight * scale.reshape(-1, 1, 1, 1)).float(), persistent=False)
        self.register_buffer("bias", (shift - mean * scale).float(), persistent=False)
        self.stride, self.groups = stride, groups

    def forward(self, x: Tensor) -> Tensor:
        kernel = self.weight.shape[-1]
        if self.stride == 1:  # the same on both sides
            return F.conv2d(x, self.weight, self.bias, padding=kernel // 2, groups=self.groups)
        bottom, right = (_padding(size, kernel, self.stride) for size in x.shape[2:])
        x = F.pad(x, (right // 2, right - right // 2, bottom // 2, bottom - bottom // 2))
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, groups=self.groups)


class _Block(nn.Module):
    """Inverted residual: narrow -> wide -> each channel alone -> narrow."""

    def __init__(self, weights: Weights, name: str, channels: int, stage: Stage, stride: int) -> None:
        super().__init__()
        wide, kernel = channels * stage.expansion, stage.kernel
        self.expand = (
            _Convolution(weights, f"{name}._expand_conv", f"{name}._bn0", (wide, channels, 1, 1))
            if stage.expansion > 1
            else None
        )
        self.filter = _Convolution(
            weights, f"{name}._depthwise_conv", f"{name}._bn1", (wide, 1, kernel, kernel), stride, groups=wide
        )
        self.project = _Convolution(weights, f"{name}._project_conv", f"{name}._bn2", (stage.channels, wide, 1, 1))
        self.adds = stride == 1 and channels == stage.channels

    def forward(self, x: Tensor) -> Tensor:
        wide = x if self.expand is None else F.relu6(self.expand(x))
        out: Tensor = self.project(F.relu6(self.filter(wide)))
        return x + out if self.adds else out


def _stage(weights: Weights, first: int, channels: int, stage: Stage) -> nn.Sequential:
    """The blocks of `stage`, which are numbered from `first` and begin with `channels`."""
    blocks = [_Block(weights, f"_blocks.{first}", channels, stage, stage.stride)]
    for index in range(first + 1, first + stage.blocks):
        blocks.append(_Block(weights, f"_blocks.{index}", stage.channels, stage, stride=1))
    return nn.Sequential(*blocks)


def _padding(size: int, kernel: int, stride: int) -> int:
    """Zeros on both sides together, so that ceil(size / stride) places come out; the odd one stands at the end."""
    return max((-(-size // stride) - 1) * stride + kernel - size, 0)


def _checked(weights: Weights, name: str, shape: tuple[int, ...]) -> Tensor:
    found = weights[name]
    if found.shape != shape:
        raise ValueError(f"{name} is {list(found.shape)}, not {list(shape)}")
    return found.to(torch.float64)
