"""StyleGAN of 2019 from the variables of its TensorFlow network, the only form in which NVIDIA published it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import describe
from generator.checkpoint.nvidia_settings import plain
from generator.config import StyleGAN1Config
from generator.networks.stylegan1_names import FUSED_FROM, early_names, tensorflow_names

FUSED = {"auto": FUSED_FROM, True: 4, False: 2**20}  # resolution from which doubling and convolution are one step
BUILT_IN = {  # settings that our network has built in, and their values where nothing is said
    "use_wscale": True,
    "use_pixel_norm": False,
    "use_instance_norm": True,
    "use_styles": True,
    "const_input_layer": True,
}
BLUR = [1, 2, 1]


def is_stylegan1(names: Mapping[str, object]) -> bool:
    """True if the constant input is styled, which no later StyleGAN does."""
    return "synthesis/4x4/Const/StyleMod/weight" in names


def stylegan1_tensors(variables: Mapping[str, Tensor], arguments: Mapping[str, object]) -> dict[str, Tensor]:
    """The variables under our names and in our layout. Raises `FormatError` if the network computes otherwise."""
    _check(variables, arguments)
    fused = arguments.get("fused_scale", "auto")
    if not isinstance(fused, str | bool) or fused not in FUSED:
        raise FormatError(f"was made with fused_scale {describe(fused)}; expected 'auto', True or False")
    ours, extent = {}, _extent(variables)
    names = tensorflow_names(extent, FUSED[fused]) | early_names(extent)
    for name, (theirs, change) in names.items():
        if theirs in variables:
            try:
                ours[name] = change(variables[theirs])
            except (RuntimeError, IndexError) as error:
                raise FormatError(f"is damaged: {theirs} has the shape {list(variables[theirs].shape)}") from error
    return ours


def _extent(variables: Mapping[str, Tensor]) -> StyleGAN1Config:
    """As much of the configuration as says which variables there are."""
    blocks = (re.fullmatch(r"synthesis/(\d{1,4})x\1/Conv1/weight", name) for name in variables)
    resolution = max((int(block[1]) for block in blocks if block), default=4)
    layers = sum(bool(re.fullmatch(r"mapping/Dense\d{1,2}/weight", name)) for name in variables)
    has_classes = "mapping/LabelConcat/weight" in variables
    return StyleGAN1Config(resolution, c_dim=int(has_classes), mapping_layers=layers)


def _check(variables: Mapping[str, Tensor], arguments: Mapping[str, object]) -> None:
    for key, expected in BUILT_IN.items():
        if plain(key, arguments.get(key, expected)) is not expected:
            raise FormatError(f"was made with {key} {plain(key, arguments[key])!r}; Outis supports only {expected!r}")
    blur = arguments.get("blur_filter", BLUR)
    if not isinstance(blur, list | tuple) or [plain("blur_filter", tap) for tap in blur[:9]] != BLUR:
        raise FormatError(f"was made with another blur_filter than {BLUR}")
    check_grown(variables)


def check_grown(variables: Mapping[str, Tensor]) -> None:
    """Refuse a network that was saved while it was growing. Raises `FormatError`."""
    growth = variables.get("synthesis/lod", variables.get("lod"))
    if growth is not None and growth.numel() == 1 and growth.item() != 0:
        raise FormatError(f"was saved while it was still growing (lod {growth.item():.2f}); open a later snapshot")
