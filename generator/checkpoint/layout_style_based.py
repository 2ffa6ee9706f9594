"""The names of rosinality's style-based-gan-pytorch, a StyleGAN of 2019 that computes a little otherwise.

Its files have the blocks of all resolutions up to 1024 px, those that were never trained as well. Weights are scaled
by other constants when they are used, so that they are multiplied by the quotients here.
"""

from __future__ import annotations

import math
import re

import torch
from torch import Tensor

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.layout import Layout, Row, block, every_other
from generator.networks import early_colours

RATE = 0.01  # learning rate of our mapping network; theirs has no other than the rest
GAIN = math.sqrt(2)
NAME = r"generator\.(progression|to_rgb)\.(\d{1,2})\..*"
CONSTANTS = ("conv1.1.weight", "conv1.2.weight", "weight_flip")  # taps of blurs
MAX_BLOCKS = 12


def _styled(theirs: int, ours: str) -> dict[str, str]:
    return {
        f"noise{theirs}.weight_orig": f"{ours}.noise_strength",
        f"adain{theirs}.style.linear.weight_orig": f"{ours}.affine.weight",
        f"adain{theirs}.style.linear.bias": f"{ours}.affine.bias",
    }


EQUALISED = {"weight_orig": "weight", "bias": "bias"}
FIRST = {"conv1.input": "input.const", "input.bias": "input.bias"} | _styled(1, "input")
ENLARGING = {
    **{"conv1.1.conv.weight_orig": "conv0.weight", "conv1.1.conv.bias": "conv0.bias"},
    **{"conv1.0.weight": "conv0.weight", "conv1.0.bias": "conv0.bias"},
} | _styled(1, "conv0")
SECOND = {"conv2.conv.weight_orig": "conv1.weight", "conv2.conv.bias": "conv1.bias"} | _styled(2, "conv1")


def _trained(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The blocks up to the last that was trained, and their RGB outputs, of which only the last is the network's;
    up-convolutions as ours have them."""
    last = _last_trained(tensors)
    kept = {}
    for name, tensor in tensors.items():
        found = re.fullmatch(NAME, name)
        if found is None or int(found[2]) <= last:
            kept[_with_level(name, last)] = _unfused(name, tensor)
    constant = tensors.get("generator.progression.0.conv1.input")
    channels = constant.shape[1] if constant is not None and constant.ndim == 4 else 0
    return kept | {"generator.progression.0.input.bias": torch.zeros(channels)}  # theirs has none


def _with_level(name: str, last: int) -> str:
    """The RGB outputs of the blocks before the last under the names of what comes with a network, other names as they
    are."""
    found = re.fullmatch(r"generator\.to_rgb\.(\d{1,2})\.conv\.(\w+)", name)
    if found is None or int(found[1]) == last:
        return name
    return early_colours.name(4 << int(found[1]), EQUALISED.get(found[2], found[2]))


def _last_trained(tensors: dict[str, Tensor]) -> int:
    """The last block whose RGB output has left its first values, 0; the last of all where none has."""
    names = {i: f"generator.to_rgb.{i}.conv.bias" for i in range(MAX_BLOCKS)}
    biases = {i: tensors[name] for i, name in names.items() if name in tensors}
    if not biases:
        raise FormatError("is a StyleGAN of style-based-gan-pytorch without RGB outputs; it is not complete")
    return max((i for i, bias in biases.items() if bool(torch.count_nonzero(bias))), default=max(biases))


def _unfused(name: str, tensor: Tensor) -> Tensor:
    """The weight `[I, O, 3, 3]` of an enlarging convolution in one step, of which theirs takes a mean and ours a sum,
    and which is turned around."""
    fused = name.endswith(".conv1.0.weight") and tensor.ndim == 4
    return tensor.transpose(0, 1).flip(2, 3) / 4 if fused else tensor


def _scaled(name: str, tensor: Tensor) -> Tensor:
    if name.startswith("mapping.fc"):
        return tensor / RATE
    if name.endswith("affine.bias") and tensor.ndim == 1:  # their scales are stored as they are, ours less 1
        return tensor - torch.cat([torch.ones(len(tensor) // 2), torch.zeros(len(tensor) - len(tensor) // 2)])
    if name.endswith("noise_strength"):
        return tensor * math.sqrt(2 / max(tensor.numel(), 1))
    return tensor * GAIN if name.endswith(("affine.weight", "torgb.weight")) else tensor


LAYOUT = Layout(
    "style-based-gan-pytorch",
    frozenset({"style.1.linear.weight_orig", "generator.progression.0.conv1.input"}),
    (
        Row(r"style\.(\d{1,3})\.linear\.", every_other, EQUALISED, -1),
        Row(r"generator\.progression\.(0)\.", block, FIRST | SECOND),
        Row(r"generator\.progression\.(\d{1,2})\.", block, ENLARGING | SECOND),
        Row(r"generator\.to_rgb\.\d{1,2}\.conv\.", lambda _: "synthesis.torgb", EQUALISED),
    ),
    {},
    left_out=CONSTANTS,
    change=_scaled,
    before=_trained,
    settings={"blurs_bias": True, "norm_epsilon": 1e-5},
)
