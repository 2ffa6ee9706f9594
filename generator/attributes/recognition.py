"""dlib's face recognition network in torch: the same numbers as dlib's own, several times as fast on a CPU.

A residual network of 29 convolutions (King 2017; the "anet" of dlib's `dnn_face_recognition_ex.cpp`), whose weights the
package `face-recognition-models` carries in dlib's own serialization. Only the arrays are read from that file: each
follows the name of its layer, and the layers stand in the order in which they are applied.
"""

from __future__ import annotations

import math
import re

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, max_pool2d, pad, relu

from generator.errors import DirectionError, refusing

CHIP = 150  # pixels on a side of the pictures that the network was trained on
_LAYER = re.compile(rb"\x01\x05con_4|\x01\x07affine_|\x01\x04fc_2\x01\x80\x02\x00\x01")  # each before an array
_MEAN = torch.tensor([122.782, 117.001, 104.298]).reshape(1, 3, 1, 1)  # of red, green and blue, 0..255
_CHANNELS = (32, 32, 32, 64, 64, 64, 64, 128, 128, 128, 256, 256, 256, 256)  # after each residual block
_HALVING = (3, 7, 10, 13)  # the blocks that halve the resolution


class RecognitionNetwork(nn.Module):
    """Pictures `[N, 3, 150, 150]`, float32 0..255, to embeddings `[N, 128]`.

    data: the bytes of `dlib_face_recognition_resnet_model_v1.dat`. Raises `DirectionError` if they are something else.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__()
        with refusing(DirectionError, "The file of the face recognition network is damaged; install it again."):
            arrays = _arrays(data)
            if len(arrays) != 2 * (1 + 2 * len(_CHANNELS)) + 1:
                raise ValueError("another number of layers")
        units = list(zip(arrays[:-1:2], arrays[1::2], strict=True))
        self.first = _Unit(*units[0], 3, 32, 7, 2)
        self.blocks = nn.ModuleList()
        channels = 32
        for i, wider in enumerate(_CHANNELS):
            self.blocks.append(_Block(units[1 + 2 * i], units[2 + 2 * i], channels, wider, i in _HALVING))
            channels = wider
        self.last = torch.from_numpy(arrays[-1].reshape(channels, -1).copy())

    def forward(self, pictures: Tensor) -> Tensor:
        """Embeddings `[N, 128]` of `[N, 3, 150, 150]`."""
        x = max_pool2d(relu(self.first((pictures - _MEAN) / 256)), 3, 2)
        for block in self.blocks:
            x = block(x)
        return x.mean(dim=(2, 3)) @ self.last


class _Unit(nn.Module):
    """A convolution and the affine layer that batch normalization became, folded into one."""

    def __init__(
        self, kernel: NDArray[np.float32], affine: NDArray[np.float32], inputs: int, outputs: int, size: int, step: int
    ) -> None:
        super().__init__()
        scale, shift = torch.from_numpy(affine.copy()).reshape(2, outputs)
        weight = torch.from_numpy(kernel[:-outputs].copy()).reshape(outputs, inputs, size, size)
        self.weight = weight * scale.reshape(-1, 1, 1, 1)
        self.bias = torch.from_numpy(kernel[-outputs:].copy()) * scale + shift
        self.step, self.padding = step, size // 2 if step == 1 else 0

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight, self.bias, self.step, self.padding)


class _Block(nn.Module):
    """Two convolutions beside a shortcut, which is pooled and filled up with zero channels where it must be."""

    def __init__(
        self,
        one: tuple[NDArray[np.float32], NDArray[np.float32]],
        two: tuple[NDArray[np.float32], NDArray[np.float32]],
        inputs: int,
        outputs: int,
        halves: bool,
    ) -> None:
        super().__init__()
        self.one = _Unit(*one, inputs, outputs, 3, 2 if halves else 1)
        self.two = _Unit(*two, outputs, outputs, 3, 1)
        self.halves, self.missing = halves, outputs - inputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.two(relu(self.one(x)))
        x = avg_pool2d(x, 2) if self.halves else x
        height, width = max(x.shape[2], y.shape[2]), max(x.shape[3], y.shape[3])  # halving may round either way
        x = pad(x, (0, width - x.shape[3], 0, height - x.shape[2], 0, self.missing))
        return relu(x + pad(y, (0, width - y.shape[3], 0, height - y.shape[2])))


def _arrays(data: bytes) -> list[NDArray[np.float32]]:
    """The float32 arrays of the layers, flat, in their order."""
    found, end = [], 0
    while match := _LAYER.search(data, end):
        shape, start = _dimensions(data, match.end())
        end = start + 4 * math.prod(shape)
        if end > len(data):
            raise ValueError("an array beyond the end")
        found.append(np.frombuffer(data[start:end], "<f4"))
    return found


def _dimensions(data: bytes, place: int) -> tuple[list[int], int]:
    """The four dimensions of the tensor that starts at `place`, and where its numbers start.

    dlib stores an integer as a byte that counts the bytes which follow, little end first.
    """
    numbers = []
    for _ in range(5):  # the format's version, then the dimensions
        length = data[place] & 15
        numbers.append(int.from_bytes(data[place + 1 : place + 1 + length], "little"))
        place += 1 + length
    return numbers[1:], place
