"""Which variable of NVIDIA's TensorFlow StyleGAN becomes which parameter of ours, and how."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from generator.config import StyleGAN1Config
from generator.networks import early_colours

FUSED_FROM = 128  # px: with `fused_scale="auto"` TensorFlow fuses doubling and convolution from here on

Change = Callable[[Tensor], Tensor]


def tensorflow_names(config: StyleGAN1Config, fused_from: int = FUSED_FROM) -> dict[str, tuple[str, Change]]:
    """For every parameter and buffer of ours its TensorFlow variable, with the component before a slash, and what
    turns the variable's value into ours.

    fused_from: lowest resolution whose up-convolution is fused (`fused_scale`: "auto" 128, True 8, False: none).
    TensorFlow applies those kernels mirrored.
    """
    names: dict[str, tuple[str, Change]] = {"mapping.w_avg": ("dlatent_avg", _as_it_is)}
    if config.c_dim:
        names["mapping.embed.weight"] = ("mapping/LabelConcat/weight", Tensor.t)
    for i in range(config.mapping_layers):
        names |= _dense(f"mapping.fc{i}", f"mapping/Dense{i}")
    for resolution in config.block_resolutions:
        names |= _block(resolution, resolution >= fused_from)
    names["synthesis.torgb.weight"] = ("synthesis/ToRGB_lod0/weight", _kernel)
    names["synthesis.torgb.bias"] = ("synthesis/ToRGB_lod0/bias", _as_it_is)
    return names


def early_names(config: StyleGAN1Config) -> dict[str, tuple[str, Change]]:
    """The same for the colours of earlier levels, of which a file may lack any: `generator.networks.early_colours`."""
    levels = zip(config.block_resolutions, reversed(range(len(config.block_resolutions))), strict=True)
    parts: tuple[tuple[str, Change], ...] = (("weight", _kernel), ("bias", _as_it_is))
    return {
        early_colours.name(resolution, part): (f"synthesis/ToRGB_lod{lod}/{part}", change)
        for resolution, lod in levels
        for part, change in parts
        if lod
    }


def _block(resolution: int, fused: bool) -> dict[str, tuple[str, Change]]:
    ours, theirs = f"synthesis.b{resolution}", f"synthesis/{resolution}x{resolution}"
    layer = 2 * (resolution.bit_length() - 3)  # 4 px: 0
    if resolution == 4:
        first = {f"{ours}.input.const": (f"{theirs}/Const/const", _first)}
        first |= _styling(f"{ours}.input", f"{theirs}/Const", layer)
        second = f"{theirs}/Conv"
    else:
        first = {f"{ours}.conv0.weight": (f"{theirs}/Conv0_up/weight", _mirrored_kernel if fused else _kernel)}
        first |= _styling(f"{ours}.conv0", f"{theirs}/Conv0_up", layer)
        second = f"{theirs}/Conv1"
    return {**first, f"{ours}.conv1.weight": (f"{second}/weight", _kernel)} | _styling(
        f"{ours}.conv1", second, layer + 1
    )


def _styling(ours: str, theirs: str, layer: int) -> dict[str, tuple[str, Change]]:
    return {
        f"{ours}.bias": (f"{theirs}/bias", _as_it_is),
        f"{ours}.noise_strength": (f"{theirs}/Noise/weight", _as_it_is),
        f"{ours}.noise_const": (f"synthesis/noise{layer}", lambda noise: noise[0, 0]),
        **_dense(f"{ours}.affine", f"{theirs}/StyleMod"),
    }


def _dense(ours: str, theirs: str) -> dict[str, tuple[str, Change]]:
    return {f"{ours}.weight": (f"{theirs}/weight", Tensor.t), f"{ours}.bias": (f"{theirs}/bias", _as_it_is)}


def _as_it_is(tensor: Tensor) -> Tensor:
    return tensor


def _first(tensor: Tensor) -> Tensor:
    return tensor[0]


def _kernel(tensor: Tensor) -> Tensor:
    """[height, width, in, out] -> [out, in, height, width]."""
    return tensor.permute(3, 2, 0, 1)


def _mirrored_kernel(tensor: Tensor) -> Tensor:
    return _kernel(tensor).flip(2, 3)
