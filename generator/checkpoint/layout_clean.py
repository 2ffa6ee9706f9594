"""The names of the StyleGAN2 in GFPGAN's "clean" architecture, whose weights are stored as they are used.

Ours are scaled when they are used (Karras et al. 2018, section 4.1), so that they are divided by those scales here.
"""

from __future__ import annotations

import math

from torch import Tensor

from generator.checkpoint.layout import DENSE, Layout, Row, every_other, modulated, synthesis_rows

GAIN = math.sqrt(2)  # of our leaky ReLU; theirs has it in the weights before
RATE = 0.01  # learning rate of our mapping network


def _scaled(name: str, tensor: Tensor) -> Tensor:
    inputs = tensor.shape[1] if tensor.ndim > 1 else 1
    if name.startswith("mapping.fc"):
        return tensor * (math.sqrt(inputs) / (RATE * GAIN))
    if name.endswith(("affine.weight", "torgb.weight")):
        return tensor * math.sqrt(inputs)
    of_layer = name.endswith((".noise_strength", ".bias")) and ".conv" in name and ".affine." not in name
    return tensor / GAIN if of_layer else tensor


OUTPUT = modulated("modulated_conv.", "modulated_conv.modulation.") | {"bias": "bias"}
LAYER = OUTPUT | {"weight": "noise_strength"}
LAYOUT = Layout(
    "GFPGAN's clean architecture",
    frozenset({"constant_input.weight", "style_conv1.bias"}),
    (
        Row(r"style_mlp\.(\d{1,3})\.", every_other, DENSE, -1),
        *synthesis_rows(LAYER, OUTPUT, r"noises\.noise", "style_"),
    ),
    {"constant_input.weight": "synthesis.b4.const", "latent_avg": "mapping.w_avg"},
    change=_scaled,
    settings={"upsampling": "bilinear"},
)
