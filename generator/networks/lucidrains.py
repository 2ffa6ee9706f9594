"""The StyleGAN2 of lucidrains' stylegan2-pytorch, whose files many people trained at home.

Written from what its files hold and its README tells of the network. It differs from the StyleGAN2 of the paper
(Karras et al. 2020) in that a block has one row of W+ for all its layers, maps and images are enlarged bilinearly (and
the image blurred with [1, 2, 1] afterwards), the learned constant passes a plain convolution first, styles are stored
less 1, and one image of uniform noise serves all layers: every layer has the part at its upper left, turned over its
diagonal. Its colours are in 0..1, which become our -1..1.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.config import GeneratorConfig, LucidrainsConfig
from generator.networks import ops
from generator.networks.generator import Generator, Synthesis
from generator.networks.inputs import SynthesisInputs
from generator.networks.noise import NoiseSource


class Affine(nn.Linear):
    """A linear layer whose weights are stored as they are used."""

    weight_gain = 1.0

    def draw_initial_values(self) -> None:
        nn.init.kaiming_normal_(self.weight)
        nn.init.zeros_(self.bias)


class MappingNetwork(nn.Module):
    """z -> w: z brought to length 1, then fully connected layers without gain."""

    w_avg: Tensor

    def __init__(self, config: LucidrainsConfig) -> None:
        super().__init__()
        self.config = config
        for i in range(config.mapping_layers):
            setattr(self, f"fc{i}", nn.Linear(config.w_dim if i else config.z_dim, config.w_dim))
        self.register_buffer("w_avg", torch.empty(config.w_dim))

    def draw_initial_values(self) -> None:
        nn.init.zeros_(self.w_avg)
        for i in range(self.config.mapping_layers):
            nn.init.normal_(getattr(self, f"fc{i}").weight)
            nn.init.zeros_(getattr(self, f"fc{i}").bias)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z `[N, z_dim]` -> w `[N, w_dim]`, untruncated; there are no classes."""
        assert z.shape[1:] == (self.config.z_dim,)
        x, rate = F.normalize(z, dim=1), self.config.mapping_rate
        for i in range(self.config.mapping_layers):
            layer: nn.Linear = getattr(self, f"fc{i}")
            x = F.leaky_relu_(F.linear(x, layer.weight * rate, layer.bias * rate), ops.LEAK)
        return x


class Styled(nn.Module):
    """Modulated convolution, noise with a strength and a shift for every map, leaky ReLU."""

    def __init__(self, config: LucidrainsConfig, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.affine = Affine(config.w_dim, in_channels)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 3, 3))
        self.noise = nn.Linear(1, out_channels)

    def draw_initial_values(self) -> None:
        nn.init.kaiming_normal_(self.weight)
        nn.init.zeros_(self.noise.weight)
        nn.init.zeros_(self.noise.bias)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        """x `[N, I, r, r]`, w `[N, w_dim]`, noise `[N or 1, 1, r, r]` -> `[N, O, r, r]`."""
        x = ops.modulated_conv(x, self.weight, self.affine(w) + 1)
        strength, shift = self.noise.weight[:, :, None], self.noise.bias[:, None, None]
        return F.leaky_relu_(ops.shifted(x, noise * strength + shift), ops.LEAK)


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to colours, without demodulation or bias."""

    def __init__(self, config: LucidrainsConfig, in_channels: int) -> None:
        super().__init__()
        self.affine = Affine(config.w_dim, in_channels)
        self.weight = nn.Parameter(torch.empty(config.img_channels, in_channels, 1, 1))

    def draw_initial_values(self) -> None:
        nn.init.kaiming_normal_(self.weight)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x `[N, I, r, r]`, w `[N, w_dim]` -> `[N, img_channels, r, r]`."""
        return ops.modulated_conv(x, self.weight, self.affine(w) + 1, demodulate=False)


class SynthesisBlock(nn.Module):
    """Everything at one resolution: two styled convolutions, the first of maps twice as large, and colours."""

    def __init__(self, config: LucidrainsConfig, resolution: int) -> None:
        super().__init__()
        channels = config.channels(resolution)
        self.up = resolution > 4
        self.conv0 = Styled(config, config.channels(max(resolution // 2, 4)), channels)
        self.conv1 = Styled(config, channels, channels)
        self.torgb = ToRGB(config, channels)

    def forward(self, x: Tensor, image: Tensor | None, w: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """x `[N, I, r / 2, r / 2]` (r at 4 px), the image so far of r / 2 pixels, w `[N, w_dim]`, noise
        `[N or 1, 1, r, r]` -> maps `[N, O, r, r]`, and the image of r pixels."""
        x = self.conv1(self.conv0(ops.bilinear(x) if self.up else x, w, noise), w, noise)
        rgb = self.torgb(x, w)
        return x, rgb if image is None else rgb + enlarged(image)


def enlarged(image: Tensor) -> Tensor:
    """image `[N, C, H, W]` at twice the size, filtered with [1, 2, 1] / 4 along both axes, mirrored at its border."""
    x = F.pad(ops.bilinear(image), (1, 1, 1, 1), mode="reflect")
    x = (x[:, :, :-2] + 2 * x[:, :, 1:-1] + x[:, :, 2:]) / 4
    return (x[..., :-2] + 2 * x[..., 1:-1] + x[..., 2:]) / 4


class FromStyle(nn.Module):
    """The 4 px maps of a network without constant, made of the mean row of W+."""

    def __init__(self, config: LucidrainsConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(config.w_dim, config.channels(4), 4, 4))

    def draw_initial_values(self) -> None:
        nn.init.kaiming_normal_(self.weight)

    def forward(self, ws: Tensor) -> Tensor:
        """ws `[N, num_ws, w_dim]` -> `[N, C, 4, 4]`."""
        return (ws.mean(dim=1) @ self.weight.flatten(1)).view(len(ws), *self.weight.shape[1:])


class SynthesisNetwork(Synthesis):
    """W+ -> image: blocks from 4 px to the full resolution. A preview stops at the last that is small enough."""

    config: LucidrainsConfig
    noise_const: Tensor

    def __init__(self, config: LucidrainsConfig) -> None:
        super().__init__(config)
        channels = config.channels(4)
        if config.no_const:
            self.start = FromStyle(config)
        else:
            self.const = nn.Parameter(torch.empty(channels, 4, 4))
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        for resolution in config.block_resolutions:
            setattr(self, f"b{resolution}", SynthesisBlock(config, resolution))
        self.register_buffer("noise_const", torch.empty(config.image_size))  # normal, as that of other networks

    def draw_initial_values(self) -> None:
        nn.init.kaiming_normal_(self.conv.weight)
        nn.init.zeros_(self.get_parameter("conv.bias"))
        nn.init.normal_(self.noise_const)
        if not self.config.no_const:
            nn.init.normal_(self.const)

    def forward(self, inputs: SynthesisInputs) -> Tensor:
        ws, max_resolution = inputs.ws, inputs.max_resolution
        uniform = self.uniform(NoiseSource(inputs.noise, inputs.noise_seed, ws))
        x, image, drawn = self.first_maps(ws), None, 4
        for row, resolution in enumerate(self.config.block_resolutions):
            if image is not None and max_resolution is not None and resolution > max_resolution:
                break
            block: SynthesisBlock = getattr(self, f"b{resolution}")
            x, image = block(x, image, ws[:, row], uniform[..., :resolution, :resolution])
            drawn = resolution
        assert image is not None
        return ops.shrink(image * 2 - 1, max_resolution, drawn)

    def first_maps(self, ws: Tensor) -> Tensor:
        """What the first block is given, `[N, C, 4, 4]`; of ws only their number counts where there is a constant."""
        maps: Tensor = self.conv(self._start(ws))
        return maps

    def _start(self, ws: Tensor) -> Tensor:
        if self.config.no_const:
            return self.start(ws)  # type: ignore[no-any-return]
        return self.const.expand(len(ws), -1, -1, -1).contiguous(memory_format=ops.memory_format_of(self.conv.weight))

    def uniform(self, noises: NoiseSource) -> Tensor:
        """The noise `[N or 1, 1, res, res]` of all layers, in 0..1, each of which adds its upper left part: what is
        drawn from a normal distribution is brought to a uniform one, and turned over its diagonal. No noise is its
        mean, 0.5, to which the shifts of the layers belong."""
        noise = noises.take(self.noise_const)
        if noise is None:
            return torch.full_like(self.noise_const, 0.5)[None, None]
        return ((1 + torch.erf(noise / math.sqrt(2))) / 2).mT


def create(config: GeneratorConfig) -> Generator:
    """A generator of lucidrains' stylegan2-pytorch, its weights not set."""
    assert isinstance(config, LucidrainsConfig)
    return Generator(config, MappingNetwork(config), SynthesisNetwork(config))
