"""The mapping network z -> w that StyleGAN2 and StyleGAN3 share, and its fully connected layer."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.networks import ops


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
        with ops.in_full_precision(x):
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
            self.embed: nn.Module = FullyConnected(config.c_dim, config.w_dim)
            features += config.w_dim
        for i in range(config.mapping_layers):
            setattr(self, f"fc{i}", FullyConnected(features, config.w_dim, lr_multiplier=0.01, active=True))
            features = config.w_dim
        self.register_buffer("w_avg", torch.empty(config.w_dim))

    def draw_initial_values(self) -> None:
        nn.init.zeros_(self.w_avg)

    @property
    def layers(self) -> list[FullyConnected]:
        return [getattr(self, f"fc{i}") for i in range(self.config.mapping_layers)]

    def inputs(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """What the first layer is given: z, and the class where there are classes, normalised."""
        assert z.ndim == 2
        assert z.shape[1] == self.config.z_dim
        x = ops.normalize_second_moment(z)
        if self.config.c_dim > 0:
            c = z.new_zeros(1, self.config.c_dim) if c is None else c  # one row for all: there may be many classes
            assert c.shape in ((1, self.config.c_dim), (z.shape[0], self.config.c_dim))
            x = torch.cat([x, ops.normalize_second_moment(self.embedded(c)).expand(len(z), -1)], dim=1)
        return x

    def embedded(self, c: Tensor) -> Tensor:
        """Class vectors `[N, c_dim]` -> what stands beside z."""
        embedded: Tensor = self.embed(c)
        return embedded

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z `[N, z_dim]`, class vectors c `[N, c_dim]` (None = zeros) -> w `[N, w_dim]`, untruncated."""
        x = self.inputs(z, c)
        for layer in self.layers:
            x = layer(x)
        return x
