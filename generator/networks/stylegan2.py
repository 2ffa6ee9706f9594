"""StyleGAN2 (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN"; with classes, clamp and
16-bit layers as in StyleGAN2-ADA, Karras et al. 2020a).

Written from the papers. Parameter names are those of the public PyTorch implementation
(`mapping.fc0.weight`, `synthesis.b4.conv1.affine.bias`, ...), so its weights load unchanged.

The three architectures of figure 7 differ in how blocks reach the image: "skip" sums an RGB output of every block,
"resnet" adds a shortcut around every block, "orig" has neither; the last two have one RGB output at the end, so their
previews are the full image resized.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.networks import ops
from generator.networks.generator import Generator, Synthesis
from generator.networks.inputs import SynthesisInputs
from generator.networks.mapping import FullyConnected, MappingNetwork
from generator.networks.noise import NoiseSource
from generator.recipe.recipe import NoiseMode

SHORTCUT_GAIN = math.sqrt(0.5)  # two branches of unit variance add up to unit variance


class SynthesisLayer(nn.Module):
    """Modulated 3x3 convolution, noise, bias, leaky ReLU (Karras et al. 2020, figure 2d)."""

    noise_const: Tensor

    def __init__(self, config: GeneratorConfig, in_channels: int, resolution: int, up: bool) -> None:
        super().__init__()
        out_channels = config.channels(resolution)
        self.resolution = resolution
        self.up, self.enlarge = up, ops.bilinear if config.upsampling == "bilinear" else None
        self.clamp = config.conv_clamp
        self.affine = FullyConnected(config.w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 3, 3))
        self.bias = nn.Parameter(torch.empty(out_channels))
        self.noise_strength = nn.Parameter(torch.empty([]))
        self.register_buffer("noise_const", torch.empty(config.size_at(resolution)))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)
        nn.init.zeros_(self.noise_strength)
        nn.init.normal_(self.noise_const)

    def forward(self, x: Tensor, w: Tensor, noises: NoiseSource, gain: float = 1.0) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]` -> `[N, O, res, res]` in the dtype of x, times `gain`."""
        up = self.up
        if up and self.enlarge is not None:
            x, up = self.enlarge(x), False
        x = ops.modulated_conv(x, self.weight, self.affine(w), up=up, learning=self.training)
        noise = noises.take(self.noise_const)
        if noise is not None:
            x = x.add_((noise * self.noise_strength).to(x.dtype))
        return ops.activate(x.add_(self.bias[:, None, None].to(x.dtype)), self.clamp, gain)


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

    def forward(self, x: Tensor, w: Tensor, fade: Tensor | None = None) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]` -> float32 `[N, img_channels, H, W]`, times `fade` `[]`."""
        x = ops.modulated_conv(x, self.weight, self.affine(w) * self.weight_gain, demodulate=False)
        x = x.to(self.bias.dtype) + self.bias[:, None, None]
        x = x if fade is None else x * fade
        return x if self.clamp is None else x.clamp(-self.clamp, self.clamp)


class Shortcut(nn.Module):
    """1x1 convolution around a block of the "resnet" architecture, then upsampling (Karras et al. 2020, figure 7c)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.weight_gain = SHORTCUT_GAIN / math.sqrt(in_channels)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 1, 1))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, I, H, W]` -> `[N, O, 2H, 2W]`, times `SHORTCUT_GAIN`."""
        return ops.upsample(F.conv2d(x, (self.weight * self.weight_gain).to(x.dtype)))


class SynthesisBlock(nn.Module):
    """Everything at one resolution: up-convolution (but at 4 px), convolution, shortcut or RGB output."""

    def __init__(self, config: GeneratorConfig, resolution: int) -> None:
        super().__init__()
        channels = config.channels(resolution)
        self.first = resolution == 4
        self.low_precision = config.uses_half(resolution)
        self.shows = config.architecture == "skip" or resolution == config.img_resolution
        self.enlarge = ops.bilinear if config.upsampling == "bilinear" else ops.upsample
        self.skip: Shortcut | None = None
        if self.first:
            self.const = nn.Parameter(torch.empty(channels, *config.lowest))
        else:
            self.conv0 = SynthesisLayer(config, config.channels(resolution // 2), resolution, up=True)
        self.conv1 = SynthesisLayer(config, channels, resolution, up=False)
        if self.shows:
            self.torgb = ToRGB(config, channels)
        if config.architecture == "resnet" and not self.first:
            self.skip = Shortcut(config.channels(resolution // 2), channels)

    def draw_initial_values(self) -> None:
        if self.first:
            nn.init.normal_(self.const)

    @property
    def layers(self) -> list[SynthesisLayer]:
        """The convolutions with a style of their own: conv1 at 4 px, else conv0 and conv1."""
        return [self.conv1] if self.first else [self.conv0, self.conv1]

    @property
    def convolutions(self) -> int:
        """How many `layers` there are."""
        return len(self.layers)

    def forward(
        self, x: Tensor, image: Tensor | None, ws: Tensor, noises: NoiseSource, fade: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """ws `[N, convolutions + 1, w_dim]`, the last row for the RGB output. Returns features and the image so far,
        to which this block adds its RGB times `fade`."""
        if not ops.in_mixed_precision(x):
            x = x.to(ops.working_dtype(x.device, self.low_precision))
        shortcut = None if self.skip is None else self.skip(x)
        if not self.first:
            x = self.conv0(x, ws[:, 0], noises)
        x = self.conv1(x, ws[:, -2], noises, 1.0 if shortcut is None else SHORTCUT_GAIN)
        if shortcut is not None:
            x = shortcut.add_(x)
        if not self.shows:
            return x, None
        rgb = self.torgb(x, ws[:, -1], fade)
        return x, rgb if image is None else self.enlarge(image).add_(rgb)


class SynthesisNetwork(Synthesis):
    """W+ -> image: blocks from 4 px to the full resolution. A preview of the "skip" architecture stops at the last
    block of at most `max_resolution` pixels and returns its image: the same face, smaller, for a fraction of the work.
    """

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__(config)
        for resolution in config.block_resolutions:
            setattr(self, f"b{resolution}", SynthesisBlock(config, resolution))

    @property
    def blocks(self) -> dict[int, SynthesisBlock]:
        """By resolution, the lowest first."""
        return {resolution: getattr(self, f"b{resolution}") for resolution in self.config.block_resolutions}

    @property
    def layers(self) -> list[SynthesisLayer]:
        """Of all blocks, in the order of W+ and of the noise."""
        return [layer for block in self.blocks.values() for layer in block.layers]

    def forward(self, inputs: SynthesisInputs) -> Tensor:
        return self.faded(inputs, None)

    def faded(self, inputs: SynthesisInputs, fade: Tensor | None) -> Tensor:
        """The image, to which the last block's RGB is added times fade `[]`, while training fades that block in."""
        ws, max_resolution = inputs.ws, inputs.max_resolution
        noises = NoiseSource(inputs.noise, inputs.noise_seed, ws)
        x = self._constant(ws)
        image: Tensor | None = None
        first = 0
        for resolution, block in self.blocks.items():
            if image is not None and max_resolution is not None and resolution > max_resolution:
                return image
            newest = resolution == self.config.img_resolution
            rows = ws[:, first : first + block.convolutions + 1]
            x, image = block(x, image, rows, noises, fade if newest else None)
            first += block.convolutions
        assert image is not None
        return ops.shrink(image, max_resolution, self.config.img_resolution)

    def features(
        self, ws: Tensor, resolution: int, noise: NoiseMode = "const", noise_seed: int | None = None
    ) -> Tensor:
        """The maps `[N, C, h, h]` after the block of h = `resolution` pixels, one of `blocks`; the rest as for an
        image."""
        noises, x, first = NoiseSource(noise, noise_seed, ws), self._constant(ws), 0
        for size, block in self.blocks.items():
            if size <= resolution:
                x, _ = block(x, None, ws[:, first : first + block.convolutions + 1], noises)
                first += block.convolutions
        return x

    def _constant(self, ws: Tensor) -> Tensor:
        """The learned 4 px input, once per sample, in the memory format of the weights."""
        block: SynthesisBlock = getattr(self, "b4")  # noqa: B009 (the attribute is made by name)
        x = block.const.unsqueeze(0).expand(ws.shape[0], -1, -1, -1)
        return x.contiguous(memory_format=ops.memory_format_of(block.conv1.weight))


def create(config: GeneratorConfig) -> Generator:
    """A StyleGAN2 generator, its weights not set."""
    return Generator(config, MappingNetwork(config), SynthesisNetwork(config))
