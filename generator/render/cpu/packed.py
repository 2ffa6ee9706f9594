"""3x3 convolutions whose weights are stored in oneDNN's memory layout.

Small maps of many channels spend most of their time rearranging weights, so it is done once per model. The operators
are those that torch's own compiler uses; where this build of torch lacks them, or oneDNN, plain convolutions are used.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

ONE, TWO, NONE = [1, 1], [2, 2], [0, 0]


def can_pack(weight: Tensor) -> bool:
    """True where this torch has oneDNN for the weight's device and its operators on packed weights."""
    names = ("_convolution_pointwise", "_convolution_transpose_pointwise", "_reorder_convolution_transpose_weight")
    return (
        weight.device.type == "cpu"
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and all(hasattr(torch.ops.mkldnn, name) for name in names)
        and hasattr(torch._C._nn, "mkldnn_reorder_conv2d_weight")
    )


class PackedConv:
    """Convolution of `[N, I, size, size]`, scaled by styles `[N, I]`, with weight `[O, I, 3, 3]` and padding 1."""

    def __init__(self, weight: Tensor, size: int) -> None:
        self._packed = can_pack(weight)
        self._weight = weight.contiguous(memory_format=torch.channels_last)
        if self._packed:
            shape = [1, weight.shape[1], size, size]
            self._weight = torch._C._nn.mkldnn_reorder_conv2d_weight(weight.to_mkldnn(), ONE, ONE, ONE, 1, shape)  # type: ignore[call-arg]

    def __call__(self, x: Tensor, styles: Tensor) -> Tensor:
        x = x * styles[:, :, None, None]
        if not self._packed:
            return F.conv2d(x, self._weight, padding=1)
        convolve = torch.ops.mkldnn._convolution_pointwise
        y: Tensor = convolve(x, self._weight, None, ONE, ONE, ONE, 1, "none", [], "")
        return y


class PackedUpConv:
    """Transposed convolution of `[N, I, size, size]`, scaled by styles `[N, I]`, with weight `[I, O, 3, 3]` and
    stride 2: one row and column more than twice the size."""

    def __init__(self, weight: Tensor, size: int) -> None:
        self._packed = can_pack(weight)
        self._weight = weight.contiguous(memory_format=torch.channels_last)
        if self._packed:
            shape = [1, weight.shape[0], size, size]
            pack = torch.ops.mkldnn._reorder_convolution_transpose_weight
            self._weight = pack(weight.contiguous(), NONE, NONE, TWO, ONE, 1, shape)

    def __call__(self, x: Tensor, styles: Tensor) -> Tensor:
        x = x * styles[:, :, None, None]
        if not self._packed:
            return F.conv_transpose2d(x, self._weight, stride=2)
        convolve = torch.ops.mkldnn._convolution_transpose_pointwise
        y: Tensor = convolve(x, self._weight, None, NONE, NONE, TWO, ONE, 1, "none", [], "")
        return y
