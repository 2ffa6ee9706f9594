"""The names in GenForce's files of StyleGAN (2019), NVIDIA's models among them."""

from __future__ import annotations

import re

from torch import Tensor

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.layout import DENSE, Layout, Row, dense
from generator.networks import early_colours
from generator.networks.stylegan1_names import FUSED_FROM

LAYER = {
    **DENSE,
    **{"const": "const", "apply_noise.weight": "noise_strength", "apply_noise.noise": "noise_const"},
    **{f"style.{part}": f"affine.{part}" for part in DENSE},
}
OUTPUT = r"synthesis\.output(\d{1,2})\..*"


def _layer(index: int) -> str:
    return f"synthesis.b{4 << index // 2}.{f'conv{index % 2}' if index else 'input'}"


def _grown(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """With the RGB outputs of lower resolutions, which only a network that is growing draws with, under their names."""
    growth = tensors.get("synthesis.lod")
    if growth is not None and growth.numel() == 1 and float(growth) != 0:
        raise FormatError(f"was saved while it was still growing (lod {float(growth):.2f}); open a later snapshot")
    outputs = {name: int(found[1]) for name in tensors if (found := re.fullmatch(OUTPUT, name))}
    last = max(outputs.values(), default=0)
    kept = {name: tensor for name, tensor in tensors.items() if name != "synthesis.lod"}
    return {_early(name, outputs[name]) if outputs.get(name, last) < last else name: t for name, t in kept.items()}


def _early(name: str, index: int) -> str:
    return early_colours.name(4 << index, name.rpartition(".")[2])


def _turned(name: str, tensor: Tensor) -> Tensor:
    """Kernels that enlarge and convolve in one step are stored turned around, as TensorFlow has them. Which do shows in
    no shape: those from 128 px on, where nothing else was asked for ("auto")."""
    found = re.fullmatch(r"synthesis\.b(\d{1,5})\.conv0\.weight", name)
    if found and int(found[1]) >= FUSED_FROM and tensor.ndim == 4:
        return tensor.flip(2, 3)
    return tensor.t() if name == "mapping.embed.weight" and tensor.ndim == 2 else tensor


LAYOUT = Layout(
    "GenForce's StyleGAN",
    frozenset({"synthesis.layer0.const", "synthesis.layer0.apply_noise.weight"}),
    (
        Row(r"mapping\.dense(\d{1,2})\.", dense, DENSE),
        Row(r"synthesis\.layer(\d{1,2})\.", _layer, LAYER),
        Row(r"synthesis\.output\d{1,2}\.", lambda _: "synthesis.torgb", DENSE),
    ),
    {"mapping.label_weight": "mapping.embed.weight", "truncation.w_avg": "mapping.w_avg"},
    left_out=("blur.kernel",),
    change=_turned,
    one_size=False,
    before=_grown,
)
