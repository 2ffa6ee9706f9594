"""R3GAN (Huang et al. 2024, "The GAN is dead; long live the GAN!"): section 4 and the appendix on architecture.

Written from the paper. Parameter names below `synthesis.` and `mapping.` are those of the public implementation
(`MainLayers.0.Layers.0.Basis`, `EmbeddingLayer.weight`, ...), so its weights load unchanged. There is no mapping
network and no noise: z, and the class beside it, choose the amplitudes of learned 4x4 maps, from which residual blocks
draw.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.config import GeneratorConfig, R3GANConfig
from generator.networks import ops
from generator.networks.generator import Generator, Synthesis
from generator.networks.inputs import SynthesisInputs

SLOPE = 0.2  # of the leaky ReLU below 0
GAIN = (2 / (1 + SLOPE**2)) ** 0.5  # which keeps the variance of what passes it


class Latents(nn.Module):
    """The place of a mapping network: z as it is, and the embedded class behind it where there are classes."""

    w_avg: Tensor  # [w_dim] zeros: z has mean 0

    def __init__(self, config: R3GANConfig) -> None:
        super().__init__()
        self.config = config
        if config.c_dim > 0:
            self.EmbeddingLayer = nn.Linear(config.c_dim, config.w_dim - config.z_dim, bias=False)
        # of no file, so it must be real where all else is built on the device "meta"
        self.register_buffer("w_avg", torch.zeros(config.w_dim, device="cpu"), persistent=False)

    def draw_initial_values(self) -> None:
        if self.config.c_dim > 0:
            _draw(self.EmbeddingLayer.weight)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z `[N, z_dim]`, class vectors c `[N or 1, c_dim]` (None = zeros) -> `[N, w_dim]`."""
        assert z.ndim == 2
        assert z.shape[1] == self.config.z_dim
        if self.config.c_dim == 0:
            return z
        c = z.new_zeros(1, self.config.c_dim) if c is None else c
        return torch.cat([z, self.EmbeddingLayer(c).expand(len(z), -1)], dim=1)


class Basis(nn.Module):
    """The learned 4x4 maps, each times an amplitude that is linear in the latent."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.Basis = nn.Parameter(torch.empty(width, 4, 4))
        self.LinearLayer = nn.Linear(inputs, width, bias=False)

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.Basis)
        _draw(self.LinearLayer.weight)

    def forward(self, w: Tensor) -> Tensor:
        """w `[N, w_dim]` -> `[N, width, 4, 4]`."""
        maps: Tensor = self.LinearLayer(w)[:, :, None, None] * self.Basis
        return maps


class Convolution(nn.Module):
    """Without bias; the size of the maps stays."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.Layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, inputs, H, W]` -> `[N, outputs, H, W]`."""
        convolved: Tensor = self.Layer(x)
        return convolved


class Activation(nn.Module):
    """A bias for each map, then a leaky ReLU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.Bias = nn.Parameter(torch.empty(width))

    def draw_initial_values(self) -> None:
        nn.init.zeros_(self.Bias)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, width, H, W]` -> the same shape."""
        return F.leaky_relu(x + self.Bias[:, None, None], SLOPE)


class ResidualBlock(nn.Module):
    """1x1 to more maps, 3x3 in groups, 1x1 back; the input is added (section 4.2, as in ResNeXt)."""

    def __init__(self, config: R3GANConfig, stage: int) -> None:
        super().__init__()
        width, wide = config.widths[stage], config.expanded(stage)
        self.gain = GAIN * sum(config.blocks) ** -0.25
        self.LinearLayer1 = Convolution(width, wide)
        self.LinearLayer2 = Convolution(wide, wide, 3, config.cardinalities[stage])
        self.LinearLayer3 = Convolution(wide, width)
        self.NonLinearity1 = Activation(wide)
        self.NonLinearity2 = Activation(wide)

    def draw_initial_values(self) -> None:
        """As a training starts (Zhang et al. 2019, Fixup), but for the last layer, which would start at 0 and leave
        nothing of the block to be seen."""
        for convolution in (self.LinearLayer1, self.LinearLayer2, self.LinearLayer3):
            _draw(convolution.Layer.weight, self.gain)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, width, H, W]` -> the same shape."""
        inner = self.NonLinearity1(self.LinearLayer1(x))
        inner = self.NonLinearity2(self.LinearLayer2(inner))
        added: Tensor = x + self.LinearLayer3(inner)
        return added


class Upsampling(nn.Module):
    """Twice the size, by the filter [1, 3, 3, 1]; before it a 1x1 convolution where the width changes."""

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        if before != width:
            self.LinearLayer = Convolution(before, width)

    def draw_initial_values(self) -> None:
        if hasattr(self, "LinearLayer"):
            _draw(self.LinearLayer.Layer.weight)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, before, H, W]` -> `[N, width, 2 H, 2 W]`."""
        return ops.upsample(self.LinearLayer(x) if hasattr(self, "LinearLayer") else x)


class Stage(nn.Module):
    """The blocks of one resolution, after the transition to it."""

    def __init__(self, config: R3GANConfig, stage: int) -> None:
        super().__init__()
        width = config.widths[stage]
        transition = Basis(config.w_dim, width) if stage == 0 else Upsampling(config.widths[stage - 1], width)
        self.Layers = nn.Sequential(transition, *(ResidualBlock(config, stage) for _ in range(config.blocks[stage])))

    def forward(self, x: Tensor) -> Tensor:
        """Latents `[N, w_dim]` or maps of the stage before -> `[N, width, size, size]`."""
        maps: Tensor = self.Layers(x)
        return maps


class SynthesisNetwork(Synthesis):
    """Latent -> image: a stage for each resolution, then colours. All noise modes give the same image, and a preview is
    the full image resized."""

    def __init__(self, config: R3GANConfig) -> None:
        super().__init__(config)
        self.MainLayers = nn.ModuleList(Stage(config, stage) for stage in range(len(config.widths)))
        self.AggregationLayer = Convolution(config.widths[-1], config.img_channels)

    def draw_initial_values(self) -> None:
        _draw(self.AggregationLayer.Layer.weight)

    @property
    def first_weight(self) -> Tensor:
        """How strongly the latent moves each of the learned maps, `[width, w_dim]`."""
        basis = self.get_submodule("MainLayers.0.Layers.0")
        assert isinstance(basis, Basis)
        weight: Tensor = basis.LinearLayer.weight * basis.Basis.flatten(1).norm(dim=1, keepdim=True)
        return weight

    def first_maps(self, w: Tensor) -> Tensor:
        """What the first stage makes of w `[N, w_dim]`: `[N, width, 4, 4]`, the first features that are not linear."""
        maps: Tensor = self.MainLayers[0](w)
        return maps

    def forward(self, inputs: SynthesisInputs) -> Tensor:
        x = self.first_maps(inputs.ws[:, 0])
        for stage in self.MainLayers[1:]:
            x = stage(x)
        return ops.shrink(self.AggregationLayer(x), inputs.max_resolution, self.config.img_resolution)


def _draw(weight: Tensor, gain: float = 1.0) -> None:
    """Normal values, whose sum over the inputs of a map keeps their variance."""
    nn.init.normal_(weight, std=gain * weight[0].numel() ** -0.5)


def create(config: GeneratorConfig) -> Generator:
    """An R3GAN generator, its weights not set."""
    assert isinstance(config, R3GANConfig)
    return Generator(config, Latents(config), SynthesisNetwork(config))
