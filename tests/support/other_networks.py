"""Files of public networks that compute otherwise than NVIDIA's, small ones with drawn weights.

The tensors have the names and shapes that those implementations give them; `data/other-networks.npz` has what they
draw with these weights.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

Shapes = dict[str, tuple[int, ...]]
W = 12  # numbers of a latent, and maps of the lowest blocks


def _drawn(shapes: Shapes) -> dict[str, Tensor]:
    """Numbers of about the size that trained ones have, the same each time."""
    random = np.random.RandomState(3)
    found = {}
    for name, shape in sorted(shapes.items()):
        values = torch.from_numpy(random.randn(*shape).astype(np.float32))
        if len(shape) > 3 and "progression" not in name:
            values /= math.sqrt(math.prod(shape[-3:]))
        if "modulation" in name:
            values = 0.3 * values + float(name.endswith("bias"))
        found[name] = values / 2 if "bias" in name or "noise" in name else values
    return found


def _dense(name: str, outs: int, ins: int) -> Shapes:
    return {f"{name}.weight": (outs, ins), f"{name}.bias": (outs,)}


def lucidrains(colours: int = 3, no_const: bool = False) -> dict[str, Any]:
    """A file of lucidrains' stylegan2-pytorch: 16 px, channels 12, 8, 4."""
    shapes: Shapes = {"GE.initial_conv.weight": (W, W, 3, 3), "GE.initial_conv.bias": (W,)}
    shapes |= {"GE.to_initial_block.weight": (W, W, 4, 4)} if no_const else {"GE.initial_block": (1, W, 4, 4)}
    for i in (0, 2, 4):
        shapes |= _dense(f"SE.net.{i}", W, W)
    for i, (ins, outs) in enumerate([(W, W), (W, 8), (8, 4)]):
        block = f"GE.blocks.{i}"
        shapes |= _dense(f"{block}.to_style1", ins, W) | _dense(f"{block}.to_noise1", outs, 1)
        shapes |= _dense(f"{block}.to_style2", outs, W) | _dense(f"{block}.to_noise2", outs, 1)
        shapes |= {f"{block}.conv1.weight": (outs, ins, 3, 3), f"{block}.conv2.weight": (outs, outs, 3, 3)}
        shapes |= _dense(f"{block}.to_rgb.to_style", outs, W) | {f"{block}.to_rgb.conv.weight": (colours, outs, 1, 1)}
    averages = _drawn(shapes)
    filters = {f"GE.blocks.{i}.to_rgb.upsample.1.f": torch.tensor([1.0, 2.0, 1.0]) for i in (0, 1)}
    others = {name.replace("GE.", "G.").replace("SE.", "S."): torch.zeros_like(t) for name, t in averages.items()}
    judge = torch.zeros(400, 400)  # which the file has once, under two names
    return {"GAN": averages | filters | others | {"D.a": judge, "D_aug.D.a": judge}, "version": "1.8.1"}


def style_based() -> dict[str, Any]:
    """A file of rosinality's style-based-gan-pytorch: trained up to 32 px, of blocks up to 64 px; the last two enlarge
    in one step."""
    shapes: Shapes = {}
    for i in (1, 3, 5):
        shapes |= {f"style.{i}.linear.weight_orig": (W, W), f"style.{i}.linear.bias": (W,)}
    for i, (ins, outs) in enumerate([(W, W), (W, W), (W, 10), (10, 8), (8, 6)]):
        shapes |= _growing_block(f"generator.progression.{i}", i, ins, outs)
        shapes |= {f"generator.to_rgb.{i}.conv.weight_orig": (3, outs, 1, 1), f"generator.to_rgb.{i}.conv.bias": (3,)}
    state = _drawn(shapes)
    state["generator.to_rgb.4.conv.bias"].zero_()
    blurs = {"1.conv1.2": W, "2.conv1.2": 10, "3.conv1.1": 8, "4.conv1.1": 6}
    for part in ("weight", "weight_flip"):  # constants that are stored
        state |= {f"generator.progression.{name}.{part}": torch.zeros(n, 1, 3, 3) for name, n in blurs.items()}
    return {"generator": {}, "discriminator": {}, "g_running": state}


def _growing_block(name: str, index: int, ins: int, outs: int) -> Shapes:
    shapes: Shapes = {f"{name}.conv2.conv.weight_orig": (outs, outs, 3, 3), f"{name}.conv2.conv.bias": (outs,)}
    for i in (1, 2):
        shapes |= {f"{name}.noise{i}.weight_orig": (1, outs, 1, 1)}
        shapes |= {f"{name}.adain{i}.style.linear.weight_orig": (2 * outs, W)}
        shapes |= {f"{name}.adain{i}.style.linear.bias": (2 * outs,)}
    if index == 0:
        return shapes | {f"{name}.conv1.input": (1, W, 4, 4)}
    if index < 3:
        return shapes | {f"{name}.conv1.1.conv.weight_orig": (outs, ins, 3, 3), f"{name}.conv1.1.conv.bias": (outs,)}
    return shapes | {f"{name}.conv1.0.weight": (ins, outs, 3, 3), f"{name}.conv1.0.bias": (outs,)}


def genforce() -> dict[str, Any]:
    """A file of GenForce's StyleGAN of 2019: 128 px, where the last block enlarges in one step."""
    shapes: Shapes = {"mapping.label_weight": (2, W), "truncation.w_avg": (W,), "synthesis.layer0.const": (1, W, 4, 4)}
    widths = (W, W, W, W, 8, 4)  # of the blocks
    for i in range(2):
        shapes |= _dense(f"mapping.dense{i}", W, W if i else 2 * W)
    for i in range(12):
        outs, ins, name = widths[i // 2], widths[(i - 1) // 2], f"synthesis.layer{i}"
        size = 4 << i // 2
        shapes |= {f"{name}.bias": (outs,), f"{name}.apply_noise.weight": (outs,)}
        shapes |= {f"{name}.apply_noise.noise": (1, 1, size, size), **_dense(f"{name}.style", 2 * outs, W)}
        shapes |= {f"{name}.weight": (outs, ins, 3, 3)} if i else {}
        shapes |= {f"synthesis.output{i // 2}.weight": (3, outs, 1, 1), f"synthesis.output{i // 2}.bias": (3,)}
    state = {name: 100 * tensor if "dense" in name else tensor for name, tensor in _drawn(shapes).items()}
    blurs = {f"synthesis.layer{i}.blur.kernel": torch.zeros(widths[i // 2], 1, 3, 3) for i in range(2, 12, 2)}
    return {"generator": {}, "generator_smooth": state | blurs | {"synthesis.lod": torch.tensor(0.0)}}


def clean() -> dict[str, Any]:
    """A file of GFPGAN with the decoder of its "clean" architecture: 16 px, 12 channels."""
    shapes: Shapes = {"constant_input.weight": (1, W, 4, 4)}
    for i in (1, 3, 5):
        shapes |= _dense(f"style_mlp.{i}", W, W)
    for layer, name in enumerate(["style_conv1", *(f"style_convs.{i}" for i in range(4))]):
        shapes |= _modulated(name, W, 3) | {f"{name}.weight": (1,), f"{name}.bias": (1, W, 1, 1)}
        size = 4 << (layer + 1) // 2
        shapes |= {f"noises.noise{layer}": (1, 1, size, size)}
    for name in ("to_rgb1", "to_rgbs.0", "to_rgbs.1"):
        shapes |= _modulated(name, 3, 1) | {f"{name}.bias": (1, 3, 1, 1)}
    state = {f"stylegan_decoder.{name}": tensor for name, tensor in _drawn(shapes).items()}
    return {"params_ema": state | {"conv_body_first.weight": torch.zeros(2, 2, 1, 1)}}


def _modulated(name: str, outs: int, size: int) -> Shapes:
    return {f"{name}.modulated_conv.weight": (1, outs, W, size, size)} | _dense(
        f"{name}.modulated_conv.modulation", W, W
    )


FILES = {
    "lucidrains": lucidrains,
    "lucidrains, transparent": lambda: lucidrains(colours=4),
    "lucidrains, no constant": lambda: lucidrains(no_const=True),
    "style-based": style_based,
    "clean": clean,
    "genforce": genforce,
}


def latent() -> Tensor:
    """One z `[1, W]`."""
    return torch.from_numpy(np.random.RandomState(7).randn(1, W).astype(np.float32))


def noise(size: int) -> Tensor:
    """The noise `[size, size]` of a network whose file has none, in 0..1."""
    return torch.from_numpy(np.random.RandomState(size).rand(size, size).astype(np.float32))
