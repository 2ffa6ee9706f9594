"""The configuration of a generator from the names and shapes of its tensors, where the file does not state it."""

from __future__ import annotations

import re

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.infer_r3gan import is_r3gan, r3gan_config
from generator.checkpoint.infer_stylegan3 import is_stylegan3, stylegan3_config
from generator.checkpoint.infer_stylegan_xl import is_stylegan_xl, stylegan_xl_config
from generator.checkpoint.raw import Shapes
from generator.config import GeneratorConfig

Settings = dict[str, object]


def infer(shapes: Shapes) -> Settings:
    """Every setting that shows in the shapes. Raises `FormatError` where they do not fit together."""
    try:
        if is_r3gan(shapes):
            return r3gan_config(shapes)
        if is_stylegan3(shapes) and is_stylegan_xl(shapes):
            return stylegan_xl_config(shapes)
        if is_stylegan3(shapes):
            return stylegan3_config(shapes)
        if any(name.startswith("synthesis.b4.conv0.noise.") for name in shapes):
            return _lucidrains_config(shapes)
        if "synthesis.b4.input.const" in shapes:
            return _stylegan1_config(shapes)
        return _stylegan2_config(shapes)
    except (KeyError, IndexError, ValueError) as error:
        lacks = f": {str(error)[:100]} is missing" if isinstance(error, KeyError) else ""
        raise FormatError(f"has no configuration, and its tensors do not reveal one{lacks}") from error


def _stylegan1_config(shapes: Shapes) -> Settings:
    embed = shapes.get("mapping.embed.weight")
    z_and_class = shapes["mapping.fc0.weight"][1]
    return {
        "family": "stylegan1",
        **_blocks(shapes),
        "z_dim": embed[0] if embed else z_and_class,
        "c_dim": embed[1] if embed else 0,
        "w_dim": shapes["synthesis.b4.conv1.affine.weight"][1],
        "img_channels": shapes["synthesis.torgb.weight"][0],
    }


def _lucidrains_config(shapes: Shapes) -> Settings:
    if "synthesis.b4.conv1.affine.weight" not in shapes:
        raise FormatError("is a model of lucidrains' stylegan2-pytorch that lacks layers; copy it again")
    blocks = _blocks(shapes)
    return {
        "family": "lucidrains",
        **blocks,
        "z_dim": shapes["mapping.fc0.weight"][1],
        "w_dim": shapes["synthesis.b4.conv1.affine.weight"][1],
        "img_channels": shapes[f"synthesis.b{blocks['img_resolution']}.torgb.weight"][0],
        "no_const": "synthesis.start.weight" in shapes,
    }


def _stylegan2_config(shapes: Shapes) -> Settings:
    embed = shapes.get("mapping.embed.weight")
    blocks = _blocks(shapes)
    return {
        **blocks,
        "z_dim": shapes["mapping.fc0.weight"][1] - (embed[0] if embed else 0),
        "c_dim": embed[1] if embed else 0,
        "w_dim": shapes["synthesis.b4.conv1.affine.weight"][1],
        "img_channels": shapes[f"synthesis.b{blocks['img_resolution']}.torgb.weight"][0],
        "architecture": _architecture(shapes),
    }


def _architecture(shapes: Shapes) -> str:
    if "synthesis.b8.skip.weight" in shapes:
        return "resnet"
    return "skip" if "synthesis.b4.torgb.weight" in shapes else "orig"


def _blocks(shapes: Shapes) -> Settings:
    """What the mapping layers and the blocks of StyleGAN and StyleGAN2 show."""
    resolutions = [
        int(found[1]) for name in shapes if (found := re.fullmatch(r"synthesis\.b(\d{1,5})\.conv1\.weight", name))
    ]
    channels = {resolution: shapes[f"synthesis.b{resolution}.conv1.weight"][0] for resolution in sorted(resolutions)}
    _check_widths(shapes, channels)
    resolution = max(resolutions)
    regular = GeneratorConfig(
        resolution, channel_base=channels[resolution] * resolution, channel_max=max(channels.values())
    )
    unusual = any(regular.channels(size) != count for size, count in channels.items())
    constant = shapes.get("synthesis.b4.const", shapes.get("synthesis.b4.input.const", (0, 4, 4)))
    return {
        **({"block_channels": tuple(channels.values())} if unusual else {}),
        **({"lowest": constant[1:]} if constant[1:] != (4, 4) else {}),
        "img_resolution": resolution,
        "mapping_layers": sum(bool(re.fullmatch(r"mapping\.fc\d+\.weight", name)) for name in shapes),
        "channel_base": channels[resolution] * resolution,
        "channel_max": max(channels.values()),
    }


def _check_widths(shapes: Shapes, channels: dict[int, int]) -> None:
    """Refuse networks whose layers were thinned one by one: the two of a block must be equally wide."""
    for resolution, count in channels.items():
        first = shapes.get(f"synthesis.b{resolution}.conv0.weight", (count,))
        if first[0] != count:
            raise FormatError(
                f"has {first[0]} and {count} channels at {resolution} px: its layers were pruned one by one, and Outis "
                "opens networks of equally wide layers in a block"
            )
