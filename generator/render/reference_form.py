"""StyleGAN2 as in the figures of its paper, without regard to speed: the fast forms are measured against it.

It does the work that the public PyTorch code does where its CUDA extensions are not built: every sample has its own
modulated and demodulated weights, applied by one grouped convolution; upsampling is a transposed convolution followed
by a two-dimensional FIR filter in its general form (zeros inserted, edges padded, every map convolved, each a separate
pass even where it changes nothing); bias, activation, gain and clamping are a pass each. Works on the plain parameters,
so it shares no code with `networks` and confirms their numbers as well as their speed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.config import GeneratorConfig

GAIN = math.sqrt(2.0)
MAPPING_LEARNING_RATE = 0.01

Weights = Mapping[str, Tensor]  # parameters and buffers by their public names, float32


def reference_mapping(weights: Weights, config: GeneratorConfig, z: Tensor) -> Tensor:
    """z `[N, z_dim]` -> w `[N, w_dim]` of an unconditional model (Karras et al. 2019, figure 1b)."""
    x = z / (z.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
    for i in range(config.mapping_layers):
        weight, bias = weights[f"mapping.fc{i}.weight"], weights[f"mapping.fc{i}.bias"]
        gain = MAPPING_LEARNING_RATE / math.sqrt(weight.shape[1])
        x = F.leaky_relu(F.linear(x, weight * gain, bias * MAPPING_LEARNING_RATE), 0.2) * GAIN
    return x


def reference_synthesis(weights: Weights, config: GeneratorConfig, ws: Tensor) -> Tensor:
    """ws `[N, num_ws, w_dim]` -> images `[N, C, res, res]`, about [-1, 1], with the stored noise."""
    x = weights["synthesis.b4.const"].repeat(len(ws), 1, 1, 1)
    image, row = None, 0
    for resolution in config.block_resolutions:
        block = f"synthesis.b{resolution}"
        if resolution > 4:
            x = _layer(weights, config, f"{block}.conv0", x, ws[:, row], up=True)
            row += 1
        x = _layer(weights, config, f"{block}.conv1", x, ws[:, row], up=False)
        row += 1
        rgb = _to_rgb(weights, config, f"{block}.torgb", x, ws[:, row])
        image = rgb if image is None else _upsampled_and_filtered(image, 2, (2, 1)).add_(rgb)
    assert image is not None
    return image


def _layer(weights: Weights, config: GeneratorConfig, name: str, x: Tensor, w: Tensor, up: bool) -> Tensor:
    """Karras et al. 2020, figure 2d, with the operations in its order."""
    modulated = _modulated(weights[f"{name}.weight"], _styles(weights, name, w))
    norm = (modulated.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).rsqrt()  # eq. 3
    x = _grouped(x, modulated * norm, up)
    x = x.add_(weights[f"{name}.noise_const"] * weights[f"{name}.noise_strength"])
    return _clamped(_activated(x, weights[f"{name}.bias"]), config.conv_clamp)


def _activated(x: Tensor, bias: Tensor) -> Tensor:
    x = x + bias.reshape(1, -1, 1, 1)
    x = F.leaky_relu(x, 0.2)
    return x * GAIN


def _to_rgb(weights: Weights, config: GeneratorConfig, name: str, x: Tensor, w: Tensor) -> Tensor:
    weight = weights[f"{name}.weight"]
    modulated = _modulated(weight, _styles(weights, name, w) / math.sqrt(weight.shape[1]))
    return _clamped(_grouped(x, modulated, up=False) + weights[f"{name}.bias"].reshape(1, -1, 1, 1), config.conv_clamp)


def _styles(weights: Weights, name: str, w: Tensor) -> Tensor:
    weight = weights[f"{name}.affine.weight"]
    return F.linear(w, weight / math.sqrt(weight.shape[1]), weights[f"{name}.affine.bias"])


def _modulated(weight: Tensor, styles: Tensor) -> Tensor:
    """weight `[O, I, k, k]`, styles `[N, I]` -> one weight per sample, `[N, O, I, k, k]` (eq. 1)."""
    return weight[None] * styles[:, None, :, None, None]


def _grouped(x: Tensor, weight: Tensor, up: bool) -> Tensor:
    """Sample n of x `[N, I, H, W]` convolved with weight n of `[N, O, I, k, k]`."""
    n, o, i, k, _ = weight.shape
    joined = x.reshape(1, n * i, *x.shape[2:])
    if up:
        wide = F.conv_transpose2d(
            joined, weight.transpose(1, 2).reshape(n * i, o, k, k), stride=2, groups=n
        )  # one pixel too large each way, which the filter's padding of 1 + 1 against its 4 taps removes
        joined = _upsampled_and_filtered(wide, 1, (1, 1))
    else:
        joined = F.conv2d(joined, weight.reshape(n * o, i, k, k), padding=k // 2, groups=n)
    return joined.reshape(n, o, *joined.shape[2:])


def _upsampled_and_filtered(x: Tensor, up: int, padding: tuple[int, int]) -> Tensor:
    """Insert `up` - 1 zeros after every pixel, pad, and low-pass every map with the outer product of [1, 3, 3, 1], with
    the gain 4 that zeros in between cost."""
    n, c, h, w = x.shape
    x = F.pad(x.reshape(n, c, h, 1, w, 1), (0, up - 1, 0, 0, 0, up - 1)).reshape(n, c, h * up, w * up)
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype, device=x.device)
    kernel = (torch.outer(taps, taps) * 4 / 64).repeat(c, 1, 1, 1)
    x = F.pad(x, (*padding, *padding))
    return F.conv2d(x, kernel, groups=c)


def _clamped(x: Tensor, limit: float | None) -> Tensor:
    return x if limit is None else x.clamp(-limit, limit)
