"""What a layer of StyleGAN3 consists of, apart from its module: for forms that change its geometry."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from generator.networks.filtered_activation import Resampling
from generator.networks.mapping import FullyConnected
from generator.networks.stylegan3 import SynthesisLayer


@dataclass(frozen=True, eq=False)
class FilteredLayer:
    """A modulated convolution and a filtered leaky ReLU."""

    weight: Tensor  # [O, I, k, k], by which the result is normalised
    kernel: Tensor  # [O, I, k, k], with which it is convolved
    bias: Tensor
    affine: FullyConnected
    magnitude: Tensor  # [] mean square of the input over training
    up_filter: Tensor
    down_filter: Tensor
    resampling: Resampling
    clamp: float | None

    @classmethod
    def of(cls, layer: SynthesisLayer) -> FilteredLayer:
        weight = layer.weight.detach()
        filters, clamp = (layer.up_filter, layer.down_filter), layer.clamp
        given = weight, weight, layer.bias.detach(), layer.affine, layer.magnitude_ema
        return cls(*given, *filters, layer.resampling, clamp)
