"""A StyleGAN2 as a file of rosinality's stylegan2-pytorch: `g_ema`, which its `Generator` loads, and `latent_avg`.

The numbers stay as they are; names and axes of size 1 differ, and filters are stored with what uses them.
"""

from __future__ import annotations

from torch import Tensor

from generator.checkpoint.nvidia_state import ADVICE, TEXTS, resample_filter
from generator.config import GeneratorConfig
from generator.errors import ExportError
from generator.networks import Generator

PLAIN_WIDTH = 512  # channels up to 32 px of their generator as it stands
MULTIPLIERS = (
    2,
    1,
)  # `channel_multiplier`, 2 unless stated: 256 times it channels at 64 px, then half at each doubling


def rosinality_file(generator: Generator) -> dict[str, object]:
    """What torch.save writes: `g_ema`, `latent_avg`, and the model's name and terms.

    Raises `ExportError` for what rosinality's generator does not draw.
    """
    config = generator.config
    if reason := _why_not(config):
        raise ExportError(f"rosinality's code has no such generator: {reason}; {ADVICE}.")
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in generator.state_dict().items()}
    texts = {name: getattr(generator, name) for name in TEXTS}
    return {"g_ema": their_tensors(config, tensors), "latent_avg": tensors["mapping.w_avg"], **texts}


def _why_not(config: GeneratorConfig) -> str:
    """What a model has that rosinality's generator lacks, in a few words; "" where it has all."""
    if config.family != "stylegan2" or config.architecture != "skip":
        return "it draws StyleGAN2 of the skip architecture only"
    if config.upsampling != "filtered":
        return f"it does not enlarge maps as this model does ({config.upsampling})"
    if not config.is_square or config.img_channels != 3:
        return "its pictures are square and have three colours"
    if config.c_dim or config.z_dim != config.w_dim:
        return "it has no classes, and z is as long as w"
    return ""


def remark(config: GeneratorConfig) -> str:
    """How their generator must be made for such a file, where its defaults do not do."""
    widths = {resolution: config.channels(resolution) for resolution in config.block_resolutions}
    factor = next((f for f in MULTIPLIERS if all(_width(r, f) == width for r, width in widths.items())), None)
    sentences = []
    if factor is None:
        shown = ", ".join(f"{resolution}: {width}" for resolution, width in widths.items())
        sentences.append(f"In rosinality's Generator, set channels to {{{shown}}}, which this model has.")
    elif factor != MULTIPLIERS[0]:
        sentences.append(f"Make rosinality's Generator with channel_multiplier={factor}.")
    if config.conv_clamp is not None:
        sentences.append(f"It does not limit activations to {config.conv_clamp:g}, as this model does.")
    return " ".join(sentences)


def _width(resolution: int, factor: int) -> int:
    return PLAIN_WIDTH if resolution <= 32 else 256 * factor * 64 // resolution


def their_tensors(config: GeneratorConfig, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Our tensors of a skip StyleGAN2 under their names, in their shapes."""
    named = {"input.input": tensors["synthesis.b4.const"][None]}
    for i in range(config.mapping_layers):
        named |= {f"style.{i + 1}.{part}": tensors[f"mapping.fc{i}.{part}"] for part in ("weight", "bias")}
    for i, resolution in enumerate(config.block_resolutions):
        block = f"synthesis.b{resolution}"
        rgb = "to_rgb1" if i == 0 else f"to_rgbs.{i - 1}"
        if i > 0:
            named |= _layer(tensors, f"{block}.conv0", 2 * i - 1) | {f"{rgb}.upsample.kernel": _spread_filter()}
            named[f"convs.{2 * i - 2}.conv.blur.kernel"] = _spread_filter()
        named |= _layer(tensors, f"{block}.conv1", 2 * i)
        named |= _modulated(tensors, f"{block}.torgb", rgb)
        named[f"{rgb}.bias"] = tensors[f"{block}.torgb.bias"][None, :, None, None]
    return named


def _layer(tensors: dict[str, Tensor], ours: str, index: int) -> dict[str, Tensor]:
    """The convolution that uses noise `index`: `conv1` is 0, `convs.0` is 1."""
    theirs = "conv1" if index == 0 else f"convs.{index - 1}"
    return _modulated(tensors, ours, theirs) | {
        f"{theirs}.noise.weight": tensors[f"{ours}.noise_strength"][None],
        f"{theirs}.activate.bias": tensors[f"{ours}.bias"],
        f"noises.noise_{index}": tensors[f"{ours}.noise_const"][None, None],
    }


def _modulated(tensors: dict[str, Tensor], ours: str, theirs: str) -> dict[str, Tensor]:
    return {
        f"{theirs}.conv.weight": tensors[f"{ours}.weight"][None],
        f"{theirs}.conv.modulation.weight": tensors[f"{ours}.affine.weight"],
        f"{theirs}.conv.modulation.bias": tensors[f"{ours}.affine.bias"],
    }


def _spread_filter() -> Tensor:
    """`[4, 4]`, sum 4: what is lost to the zeros between pixels is made up for."""
    return resample_filter() * 4
