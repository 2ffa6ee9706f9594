"""Names and layouts of rosinality's StyleGAN2 (the public stylegan2-pytorch) in ours.

Both multiply the stored weights by the same constants when they are used, so the numbers are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from torch import Tensor

FIRST = re.compile(r"(conv1|to_rgb1)\.(.+)")
LATER = re.compile(r"(convs|to_rgbs)\.(\d{1,2})\.(.+)")
NOISE = re.compile(r"noises\.noise_(\d{1,2})")
MAPPING = re.compile(r"style\.(\d{1,2})\.(weight|bias)")
PARTS = {
    "conv.weight": "weight",
    "conv.modulation.weight": "affine.weight",
    "conv.modulation.bias": "affine.bias",
    "noise.weight": "noise_strength",
    "activate.bias": "bias",
    "bias": "bias",
    "conv.blur.kernel": "resample_filter",
    "upsample.kernel": "resample_filter",
}
AXES = (  # of our tensors, by the end of their names
    ("affine.weight", 2),
    ("weight", 4),
    ("bias", 1),
    ("noise_const", 2),
    ("noise_strength", 0),
    ("const", 3),
    ("w_avg", 1),
)


def is_rosinality(names: Iterable[str]) -> bool:
    """True for the names of a state dict of rosinality's generator."""
    return {"input.input", "conv1.conv.weight"} <= set(names)


def renamed(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors under our names and in our shapes; names that are not rosinality's stay as they are."""
    ours = {our_name(name): tensor for name, tensor in tensors.items()}
    return {name: _fitted(name, tensor) for name, tensor in ours.items()}


def our_name(name: str) -> str:
    """`convs.3.conv.modulation.bias` -> `synthesis.b16.conv1.affine.bias`."""
    if name in ("input.input", "latent_avg"):
        return {"input.input": "synthesis.b4.const", "latent_avg": "mapping.w_avg"}[name]
    if found := MAPPING.fullmatch(name):
        return f"mapping.fc{int(found[1]) - 1}.{found[2]}"
    if found := NOISE.fullmatch(name):
        return f"{_layer(int(found[1]))}.noise_const"
    if (found := FIRST.fullmatch(name)) and found[2] in PARTS:
        return f"synthesis.b4.{'torgb' if found[1] == 'to_rgb1' else 'conv1'}.{PARTS[found[2]]}"
    if (found := LATER.fullmatch(name)) and found[3] in PARTS:
        index = int(found[2])
        layer = _layer(index + 1) if found[1] == "convs" else f"synthesis.b{8 << index}.torgb"
        return f"{layer}.{PARTS[found[3]]}"
    return name


def _layer(index: int) -> str:
    """The layer with noise `index`: 0 is the one at 4 px, then there are two at each resolution."""
    return f"synthesis.b{4 << (index + 1) // 2}.conv{1 - index % 2}"


def _fitted(name: str, tensor: Tensor) -> Tensor:
    """Without the axes of size 1 that we do not have: [1, O, I, k, k] -> [O, I, k, k], [1, 3, 1, 1] -> [3]."""
    if name.endswith("resample_filter"):
        return tensor / tensor.sum()  # stored times 4 where it follows an upsampling
    axes = next((count for end, count in AXES if name.endswith(end)), tensor.ndim)
    while tensor.ndim > axes and tensor.shape[0] == 1:
        tensor = tensor[0]
    while tensor.ndim > axes and tensor.shape[-1] == 1:
        tensor = tensor[..., 0]
    return tensor
