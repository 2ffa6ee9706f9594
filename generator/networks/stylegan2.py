"""StyleGAN2 (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN"), skip generator.

Written from the papers. Parameter names are those of the public PyTorch implementation
(`mapping.fc0.weight`, `synthesis.b4.conv1.affine.bias`, ...), so its weights load unchanged.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.networks import ops
from generator.networks.generator import Generator
from generator.recipe import NoiseMode


class FullyConnected(nn.Module):
    """Linear layer with equalised learning rate: weights are stored at unit variance and scaled when used
    (Karras et al. 2018, section 4.1)."""

    def __init__(
        self, in_features: int, out_features: int, bias: float = 0.0, lr_multiplier: float = 1.0, active: bool = False
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.empty(out_features))
        self.initial_bias = bias
        self.weight_gain = lr_multiplier / math.sqrt(in_features)
        self.bias_gain = lr_multiplier
        self.active = active

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight, std=1 / self.bias_gain)
        nn.init.constant_(self.bias, self.initial_bias / self.bias_gain)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, in_features]` -> `[N, out_features]`."""
        x = torch.addmm(self.bias * self.bias_gain, x, self.weight.t(), alpha=self.weight_gain)
        return ops.activate(x) if self.active else x


class MappingNetwork(nn.Module):
    """z -> w (Karras et al. 2019, section 2): normalise, then fully connected layers at 1/100 of the learning rate.

    A class label is embedded, normalised and joined to z (Karras et al. 2020a, StyleGAN2-ADA).
    """

    w_avg: Tensor

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        features = config.z_dim
        if config.c_dim > 0:
            self.embed = FullyConnected(config.c_dim, config.w_dim)
            features += config.w_dim
        for i in range(config.mapping_layers):
            setattr(self, f"fc{i}", FullyConnected(features, config.w_dim, lr_multiplier=0.01, active=True))
            features = config.w_dim
        self.register_buffer("w_avg", torch.empty(config.w_dim))

    def draw_initial_values(self) -> None:
        nn.init.zeros_(self.w_avg)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z `[N, z_dim]`, class vectors c `[N, c_dim]` (None = zeros) -> w `[N, w_dim]`, untruncated."""
        assert z.ndim == 2
        assert z.shape[1] == self.config.z_dim
        x = ops.normalize_second_moment(z)
        if self.config.c_dim > 0:
            c = z.new_zeros(z.shape[0], self.config.c_dim) if c is None else c
            assert c.shape == (z.shape[0], self.config.c_dim)
            x = torch.cat([x, ops.normalize_second_moment(self.embed(c))], dim=1)
        for i in range(self.config.mapping_layers):
            x = getattr(self, f"fc{i}")(x)
        return x


class SynthesisLayer(nn.Module):
    """Modulated 3x3 convolution, noise, bias, leaky ReLU (Karras et al. 2020, figure 2d)."""

    noise_const: Tensor

    def __init__(self, config: GeneratorConfig, in_channels: int, resolution: int, up: bool) -> None:
        super().__init__()
        out_channels = config.channels(resolution)
        self.resolution = resolution
        self.up = up
        self.clamp = config.conv_clamp
        self.affine = FullyConnected(config.w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 3, 3))
        self.bias = nn.Parameter(torch.empty(out_channels))
        self.noise_strength = nn.Parameter(torch.empty([]))
        self.register_buffer("noise_const", torch.empty(resolution, resolution))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)
        nn.init.zeros_(self.noise_strength)
        nn.init.normal_(self.noise_const)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]`, noise `[N or 1, 1, res, res]` or None -> `[N, O, res, res]`."""
        x = ops.modulated_conv(x, self.weight, self.affine(w), up=self.up)
        if noise is not None:
            x = x.add_(noise * self.noise_strength)
        return ops.activate(x.add_(self.bias[:, None, None]), self.clamp)


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to colours, without demodulation (Karras et al. 2020, figure 7b)."""

    def __init__(self, config: GeneratorConfig, in_channels: int) -> None:
        super().__init__()
        self.clamp = config.conv_clamp
        self.weight_gain = 1 / math.sqrt(in_channels)
        self.affine = FullyConnected(config.w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.empty(config.img_channels, in_channels, 1, 1))
        self.bias = nn.Parameter(torch.empty(config.img_channels))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]` -> `[N, img_channels, H, W]`."""
        x = ops.modulated_conv(x, self.weight, self.affine(w) * self.weight_gain, demodulate=False)
        x = x + self.bias[:, None, None]
        return x if self.clamp is None else x.clamp(-self.clamp, self.clamp)


class SynthesisBlock(nn.Module):
    """Everything at one resolution: up-convolution (but at 4 px), convolution, RGB added to the skip image."""

    def __init__(self, config: GeneratorConfig, resolution: int) -> None:
        super().__init__()
        channels = config.channels(resolution)
        self.first = resolution == 4
        if self.first:
            self.const = nn.Parameter(torch.empty(channels, 4, 4))
        else:
            self.conv0 = SynthesisLayer(config, config.channels(resolution // 2), resolution, up=True)
        self.conv1 = SynthesisLayer(config, channels, resolution, up=False)
        self.torgb = ToRGB(config, channels)

    def draw_initial_values(self) -> None:
        if self.first:
            nn.init.normal_(self.const)

    @property
    def layers(self) -> list[SynthesisLayer]:
        """The convolutions in order: one at 4 px, else two."""
        return [self.conv1] if self.first else [self.conv0, self.conv1]

    def forward(
        self, x: Tensor, image: Tensor | None, ws: Tensor, noises: list[Tensor | None]
    ) -> tuple[Tensor, Tensor]:
        """ws `[N, layers + 1, w_dim]`, the last row for the RGB output. Returns features and skip image."""
        for layer, w, noise in zip(self.layers, ws.unbind(1), noises, strict=False):
            x = layer(x, w, noise)
        rgb = self.torgb(x, ws[:, -1])
        return x, rgb if image is None else ops.upsample(image).add_(rgb)


class SynthesisNetwork(nn.Module):
    """W+ -> image: blocks from 4 px to the full resolution, each adding its RGB to the growing picture."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        for resolution in config.block_resolutions:
            setattr(self, f"b{resolution}", SynthesisBlock(config, resolution))

    def forward(
        self,
        ws: Tensor,
        noise: NoiseMode = "const",
        noise_seed: int | None = None,
        max_resolution: int | None = None,
    ) -> Tensor:
        """ws `[N, num_ws, w_dim]` -> images `[N, img_channels, res, res]`, float32, about [-1, 1].

        noise: "const" = the stored noise, "random" = fresh (the same for the whole batch and on every device
        where `noise_seed` is given), "none".
        max_resolution: stop at the last block of at most this many pixels and return its skip image: the same
        face, smaller, for a fraction of the work.
        """
        assert ws.ndim == 3
        assert ws.shape[1:] == (self.config.num_ws, self.config.w_dim)
        random = torch.Generator().manual_seed(noise_seed) if noise_seed is not None else None
        x = self._constant(ws)
        image: Tensor | None = None
        first = 0
        for resolution in self.config.block_resolutions:
            if image is not None and max_resolution is not None and resolution > max_resolution:
                break
            block: SynthesisBlock = getattr(self, f"b{resolution}")
            rows = ws[:, first : first + len(block.layers) + 1]
            noises = [_noise(layer, ws, noise, random) for layer in block.layers]
            x, image = block(x, image, rows, noises)
            first += len(block.layers)
        assert image is not None
        return image

    def _constant(self, ws: Tensor) -> Tensor:
        """The learned 4 px input, once per sample, in the memory format of the weights."""
        block: SynthesisBlock = getattr(self, "b4")  # noqa: B009 (the attribute is made by name)
        x = block.const.unsqueeze(0).expand(ws.shape[0], -1, -1, -1)
        channels_last = block.conv1.weight.is_contiguous(memory_format=torch.channels_last)
        return x.contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)


def _noise(layer: SynthesisLayer, ws: Tensor, mode: NoiseMode, random: torch.Generator | None) -> Tensor | None:
    """Noise `[N or 1, 1, res, res]` of one layer."""
    if mode == "none":
        return None
    if mode == "const":
        return layer.noise_const[None, None]
    size = layer.resolution
    if random is None:
        return torch.randn(ws.shape[0], 1, size, size, dtype=ws.dtype, device=ws.device)
    return torch.randn(1, 1, size, size, generator=random).to(ws)


def create(config: GeneratorConfig) -> Generator:
    """A StyleGAN2 generator, its weights not set."""
    return Generator(config, MappingNetwork(config), SynthesisNetwork(config))
