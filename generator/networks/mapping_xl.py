"""The mapping network z -> w of StyleGAN-XL (Sauer et al. 2022, section 3.1)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generator.config import StyleGANXLConfig
from generator.networks.mapping import FullyConnected, MappingNetwork


class ClassEmbeddingMapping(MappingNetwork):
    """z -> w: the class is a row of an embedding, projected to the length of z and normalised apart from z.

    The network always draws some class: a vector of zeros is class 0, the first of its largest numbers.
    """

    w_avg: Tensor  # [c_dim, w_dim] the mean of w of each class, [w_dim] without classes

    def __init__(self, config: StyleGANXLConfig) -> None:
        nn.Module.__init__(self)
        self.config = config
        rows, length = config.embedding
        self.embed = nn.Embedding(rows, length, _weight=torch.empty(rows, length))
        features = config.z_dim
        if config.c_dim > 0:
            self.embed_proj = FullyConnected(length, config.z_dim, active=True)
            features += config.z_dim
        for i in range(config.mapping_layers):
            setattr(self, f"fc{i}", FullyConnected(features, config.w_dim, lr_multiplier=0.01, active=True))
            features = config.w_dim
        classes = (config.c_dim,) if config.c_dim > 0 else ()
        self.register_buffer("w_avg", torch.empty(*classes, config.w_dim))

    def draw_initial_values(self) -> None:
        super().draw_initial_values()
        nn.init.normal_(self.get_parameter("embed.weight"))

    def embedded(self, c: Tensor) -> Tensor:
        embedded: Tensor = self.embed_proj(self.embed(c.argmax(dim=1)))
        return embedded
