"""StyleGAN (Karras et al. 2019, "A Style-Based Generator Architecture for Generative Adversarial Networks").

Written from the paper. The public implementation needs TensorFlow; the parameter names here are ours, in the manner of
the public PyTorch StyleGAN2, and `stylegan1_names.py` maps TensorFlow's names to these. The RGB outputs of
lower resolutions, which only progressive growing used, are not part of a finished generator (`early_colours.py`).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.config import GeneratorConfig, StyleGAN1Config
from generator.networks import ops
from generator.networks.generator import Generator, Synthesis
from generator.networks.inputs import SynthesisInputs
from generator.networks.noise import NoiseSource

MAPPING_RATE = 0.01  # learning rate of the mapping network, over that of the rest


class Dense(nn.Module):
    """Linear layer whose weights are stored at unit variance: times gain / sqrt(in), then times `rate`
    (Karras et al. 2018, section 4.1)."""

    def __init__(self, in_features: int, out_features: int, gain: float, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.empty(out_features))
        self.weight_gain = rate * gain / math.sqrt(in_features)
        self.rate = rate

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight, std=1 / self.rate)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, in_features]` -> `[N, out_features]`."""
        return torch.addmm(self.bias * self.rate, x, self.weight.t(), alpha=self.weight_gain)


class Embedding(nn.Module):
    """Class vectors as a second z, without bias."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(config.z_dim, config.c_dim))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)

    def forward(self, c: Tensor) -> Tensor:
        return c @ self.weight.t()


class MappingNetwork(nn.Module):
    """z -> w (section 2): z and embedded class normalised together, then fully connected layers."""

    w_avg: Tensor

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        features = config.z_dim * (2 if config.c_dim else 1)
        if config.c_dim:
            self.embed = Embedding(config)
        for i in range(config.mapping_layers):
            setattr(self, f"fc{i}", Dense(features, config.w_dim, ops.GAIN, MAPPING_RATE))
            features = config.w_dim
        self.register_buffer("w_avg", torch.empty(config.w_dim))

    def draw_initial_values(self) -> None:
        nn.init.zeros_(self.w_avg)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z `[N, z_dim]`, class vectors c `[N, c_dim]` (None = zeros) -> w `[N, w_dim]`, untruncated."""
        assert z.ndim == 2
        assert z.shape[1] == self.config.z_dim
        x = z
        if self.config.c_dim:
            c = z.new_zeros(1, self.config.c_dim) if c is None else c  # one row for all: there may be many classes
            assert c.shape in ((1, self.config.c_dim), (z.shape[0], self.config.c_dim))
            x = torch.cat([x, self.embed(c).expand(len(z), -1)], dim=1)
        x = ops.normalize_second_moment(x)
        for i in range(self.config.mapping_layers):
            x = F.leaky_relu_(getattr(self, f"fc{i}")(x), ops.LEAK)
        return x


class Styling(nn.Module):
    """What follows the constant and every convolution: noise, bias, leaky ReLU, AdaIN (figure 1b, "A" and "B")."""

    noise_const: Tensor

    def __init__(self, config: StyleGAN1Config, resolution: int) -> None:
        super().__init__()
        channels = config.channels(resolution)
        self.affine = Dense(config.w_dim, 2 * channels, gain=1)
        self.epsilon = config.norm_epsilon
        self.is_biased = False  # whether the maps that are styled have their bias already
        self.bias = nn.Parameter(torch.empty(channels))
        self.noise_strength = nn.Parameter(torch.empty(channels))
        self.register_buffer("noise_const", torch.empty(config.size_at(resolution)))

    def draw_initial_values(self) -> None:
        nn.init.zeros_(self.bias)
        nn.init.zeros_(self.noise_strength)
        nn.init.normal_(self.noise_const)

    def style(self, x: Tensor, w: Tensor, noises: NoiseSource) -> Tensor:
        """x `[N, C, res, res]`, which is overwritten, w `[N, w_dim]` -> the same shape."""
        noise = noises.take(self.noise_const)
        if noise is not None:
            x = ops.shifted(x, noise * self.noise_strength[:, None, None])
        if not self.is_biased:
            x = self.biased(x)
        return _adaptive_instance_norm(F.leaky_relu_(x, ops.LEAK), self.affine(w), self.epsilon)

    def biased(self, x: Tensor) -> Tensor:
        """x `[N, C, H, W]`, which is overwritten, with its bias."""
        return ops.shifted(x, self.bias[:, None, None])


def _adaptive_instance_norm(x: Tensor, styles: Tensor, epsilon: float = 1e-8) -> Tensor:
    """Every map brought to mean 0 and variance 1, then to those of its style (eq. 1; the scale is stored less 1).

    x `[N, C, H, W]` is overwritten; styles `[N, 2 C]`: scales, then shifts.
    """
    scale, shift = styles[:, :, None, None].chunk(2, dim=1)
    x = ops.shifted(x, -x.mean(dim=(2, 3), keepdim=True))
    power = torch.linalg.vector_norm(x, dim=(2, 3), keepdim=True).square() / (x.shape[2] * x.shape[3])
    return ops.shifted(ops.scaled(x, (scale + 1) * (power + epsilon).rsqrt()), shift)


class SynthesisInput(Styling):
    """The learned 4 px constant, styled."""

    def __init__(self, config: StyleGAN1Config) -> None:
        super().__init__(config, 4)
        self.const = nn.Parameter(torch.empty(config.channels(4), *config.lowest))

    def draw_initial_values(self) -> None:
        super().draw_initial_values()
        nn.init.ones_(self.const)

    def forward(self, w: Tensor, noises: NoiseSource, memory_format: torch.memory_format) -> Tensor:
        """w `[N, w_dim]` -> `[N, C, 4, 4]`."""
        x = self.const.unsqueeze(0).repeat(w.shape[0], 1, 1, 1).contiguous(memory_format=memory_format)
        return self.style(x, w, noises)


class SynthesisLayer(Styling):
    """3x3 convolution, of maps made twice as large and blurred afterwards with `up`, and styled."""

    def __init__(self, config: StyleGAN1Config, in_channels: int, resolution: int, up: bool) -> None:
        super().__init__(config, resolution)
        self.up, self.is_biased = up, up and config.blurs_bias
        self.weight_gain = ops.GAIN / math.sqrt(9 * in_channels)
        self.weight = nn.Parameter(torch.empty(config.channels(resolution), in_channels, 3, 3))

    def draw_initial_values(self) -> None:
        super().draw_initial_values()
        nn.init.normal_(self.weight)

    def forward(self, x: Tensor, w: Tensor, noises: NoiseSource) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]` -> `[N, O, res, res]`."""
        weight = self.weight * self.weight_gain
        x = _enlarging_conv(x, weight) if self.up else F.conv2d(x, weight, padding=1)
        x = self.biased(x) if self.is_biased else x
        return self.style(_blur(x) if self.up else x, w, noises)


def _enlarging_conv(x: Tensor, weight: Tensor) -> Tensor:
    """Every pixel doubled along both axes, then the convolution: `[N, I, H, W]` -> `[N, O, 2H, 2W]`.

    Both steps are one transposed convolution, whose 4x4 kernel is the mirrored one added to itself at the four offsets
    that a pixel was copied to: 4 products a pixel instead of 9.
    """
    kernel = F.pad(weight.flip(2, 3), (1, 1, 1, 1))
    kernel = kernel[:, :, 1:] + kernel[:, :, :-1]
    kernel = kernel[..., 1:] + kernel[..., :-1]
    return F.conv_transpose2d(x, kernel.transpose(0, 1), stride=2, padding=1)


def _blur(x: Tensor) -> Tensor:
    """x filtered with [1, 2, 1] / 4 along both axes, with 0 outside the image (section 2.1, after Zhang 2019)."""
    places = torch.arange(-1, 2, dtype=x.dtype, device=x.device)  # made where x is: a CUDA graph allows no copy there
    taps = (2 - places.abs()) / 4
    return F.conv2d(x, torch.outer(taps, taps).repeat(x.shape[1], 1, 1, 1), padding=1, groups=x.shape[1])


class SynthesisBlock(nn.Module):
    """The two styled layers at one resolution; at 4 px the first is the input."""

    def __init__(self, config: StyleGAN1Config, resolution: int) -> None:
        super().__init__()
        channels = config.channels(resolution)
        if resolution == 4:
            self.input = SynthesisInput(config)
        else:
            self.conv0 = SynthesisLayer(config, config.channels(resolution // 2), resolution, up=True)
        self.conv1 = SynthesisLayer(config, channels, resolution, up=False)

    def forward(self, x: Tensor | None, ws: Tensor, noises: NoiseSource) -> Tensor:
        """x `[N, I, res / 2, res / 2]`, None at 4 px; ws `[N, 2, w_dim]` -> `[N, O, res, res]`."""
        if x is None:
            x = self.input(ws[:, 0], noises, ops.memory_format_of(self.conv1.weight))
        else:
            x = self.conv0(x, ws[:, 0], noises)
        x = self.conv1(x, ws[:, 1], noises)
        return x


class ToRGB(nn.Module):
    """1x1 convolution to colours, without a style."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        channels = config.channels(config.img_resolution)
        self.weight_gain = 1 / math.sqrt(channels)
        self.weight = nn.Parameter(torch.empty(config.img_channels, channels, 1, 1))
        self.bias = nn.Parameter(torch.empty(config.img_channels))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, I, H, W]` -> `[N, img_channels, H, W]`."""
        return F.conv2d(x, self.weight * self.weight_gain, self.bias)


class SynthesisNetwork(Synthesis):
    """W+ -> image: blocks from 4 px to the full resolution, then colours. A preview is the full image resized: there
    is one RGB output, at the end."""

    config: StyleGAN1Config

    def __init__(self, config: StyleGAN1Config) -> None:
        super().__init__(config)
        for resolution in config.block_resolutions:
            setattr(self, f"b{resolution}", SynthesisBlock(config, resolution))
        self.torgb = ToRGB(config)

    def forward(self, inputs: SynthesisInputs) -> Tensor:
        noises = NoiseSource(inputs.noise, inputs.noise_seed, inputs.ws)
        x: Tensor | None = None
        for i, resolution in enumerate(self.config.block_resolutions):
            x = getattr(self, f"b{resolution}")(x, inputs.ws[:, 2 * i : 2 * i + 2], noises)
        return ops.shrink(self.torgb(x), inputs.max_resolution, self.config.img_resolution)


def create(config: GeneratorConfig) -> Generator:
    """A StyleGAN generator, its weights not set."""
    assert isinstance(config, StyleGAN1Config)
    return Generator(config, MappingNetwork(config), SynthesisNetwork(config))
