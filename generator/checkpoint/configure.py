"""The configuration of a checkpoint: read from its facts or inferred from the shapes of its tensors, and checked."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.infer import infer
from generator.checkpoint.raw import RawCheckpoint
from generator.config import FAMILIES, GeneratorConfig, LucidrainsConfig, R3GANConfig, StyleGAN3Config
from generator.errors import CheckpointError

LIMITS = {  # inclusive; wide enough for any real model, and no lie in a header costs memory
    "img_resolution": (4, 8192),
    "z_dim": (1, 65536),
    "c_dim": (0, 65536),
    "w_dim": (1, 65536),
    "img_channels": (1, 64),  # of which `CHANNELS` are opened
    "mapping_layers": (1, 64),
    "channel_base": (1, 2**24),
    "channel_max": (1, 65536),
    "num_fp16_res": (0, 20),
    "num_layers": (2, 64),
    "num_critical": (1, 63),
    "margin_size": (0, 256),
    "conv_kernel": (1, 9),
    "filter_size": (2, 32),
    "lrelu_upsampling": (2, 8),
    "expansion": (1, 64),
}
LIMITS_OF = {"r3gan": {"mapping_layers": (0, 0)}}  # of one family
REALS = (
    "conv_clamp",
    "first_cutoff",
    "first_stopband",
    "last_stopband_rel",
    "output_scale",
    "mapping_rate",
    "norm_epsilon",
)
FLAGS = ("use_radial_filters", "no_const", "blurs_bias")
LARGEST_REAL = 1e6  # what the public models have is below 1,000
MAX_WORK = 2 * 10**12  # multiplications for one image; StyleGAN3-R at 1024 px has a third of it
MAX_MAP = 800_000_000  # numbers in one array; StyleGAN3-R at 1024 px has 700 million
SIZES = {  # how many numbers, and the largest
    "block_channels": (0, 16, 65536),
    "lowest": (2, 2, 64),
    "widths": (1, 12, 65536),
    "cardinalities": (1, 12, 65536),
    "blocks": (1, 12, 64),
}
ARCHITECTURES = {
    "lucidrains": ("skip",),
    "stylegan1": ("skip",),
    "stylegan2": ("skip", "resnet", "orig"),
    "stylegan3": ("alias-free",),
    "r3gan": ("residual",),
}
UPSAMPLING = {"stylegan2": ("filtered", "bilinear")}  # of other families only the first
CHANNELS = (1, 3, 4)


def configure(raw: RawCheckpoint) -> GeneratorConfig:
    """A checked configuration of the checkpoint. Raises `CheckpointError`."""
    try:
        _refuse_what_is_no_generator(raw)
        shapes = {name: tuple(tensor.shape) for name, tensor in raw.tensors.items()}
        return _checked(raw.config if raw.config is not None else {**infer(shapes), **raw.settings})
    except FormatError as fault:
        raise CheckpointError(f"{raw.file_name} {fault}.") from fault


def _refuse_what_is_no_generator(raw: RawCheckpoint) -> None:
    names = raw.tensors.keys()
    if any(".fromrgb." in name or name.startswith("b4.out.") for name in names):
        raise FormatError("is a discriminator; Outis opens the generator (G_ema)")
    if not any(name.startswith("synthesis.") for name in names):
        shown = ", ".join(sorted(names)[:3])[:200] or "no tensors"
        raise FormatError(f"is not a StyleGAN generator: it has no synthesis network but {shown}")


def _checked(values: dict[str, Any]) -> GeneratorConfig:
    family = _one_of("family", values.get("family", "stylegan2"), tuple(FAMILIES))
    kind = FAMILIES[family]
    if unknown := sorted(values.keys() - {field.name for field in fields(kind)}):
        raise FormatError(f"has settings that this version does not know: {', '.join(unknown)[:200]}")
    if "img_resolution" not in values:
        raise FormatError("does not state its resolution (img_resolution)")
    _check_numbers(values, LIMITS | LIMITS_OF.get(family, {}))
    values = values | _checked_sizes(values)
    config = kind(**values)  # checked just above
    _one_of("architecture", config.architecture, ARCHITECTURES[family])
    _one_of("upsampling", config.upsampling, UPSAMPLING.get(family, ("filtered",)))
    if config.upsampling == "bilinear":
        _one_of("architecture", config.architecture, ("skip",))
    _one_of("img_channels", config.img_channels, CHANNELS)
    if config.img_resolution & (config.img_resolution - 1):
        raise FormatError(f"has resolution {config.img_resolution}, not a power of two")
    if config.channel_base < config.img_resolution:
        raise FormatError(f"has channel_base {config.channel_base}, less than its resolution")
    if isinstance(config, StyleGAN3Config) and (config.block_channels or not config.is_square):
        raise FormatError("is a StyleGAN3 of unusual channels or aspect, which Outis does not open")
    if isinstance(config, LucidrainsConfig) and (config.c_dim or not config.is_square):
        raise FormatError("is a model of lucidrains' stylegan2-pytorch with classes or of another aspect")
    if isinstance(config, StyleGAN3Config):
        _check_stylegan3(config)
    if isinstance(config, R3GANConfig):
        _check_r3gan(config)
    if config.work > MAX_WORK or config.largest_map > MAX_MAP:
        raise FormatError("has a configuration that would make one image cost far more than any public model")
    return config


def _checked_sizes(values: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """The settings that are several whole numbers, as tuples: JSON has lists of them."""
    checked = {}
    for key, (fewest, most, largest) in SIZES.items():
        value = values.get(key, ())
        plain = isinstance(value, list | tuple) and all(type(size) is int and 1 <= size <= largest for size in value)
        if key in values and not (plain and fewest <= len(value) <= most):
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected {fewest} to {most} whole numbers")
        if key in values:
            checked[key] = tuple(value)
    return checked


def _one_of(key: str, value: object, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        shown = " or ".join(map(repr, choices))
        raise FormatError(f"has {key} {str(value)[:40]!r}; this version opens only {shown}")
    return value


def _check_numbers(values: dict[str, Any], limits: dict[str, tuple[int, int]]) -> None:
    for key, (low, high) in limits.items():
        value = values.get(key, low)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected a whole number in {low}..{high}")
    for key in REALS:
        value = values.get(key, 1)
        if value is None and key == "conv_clamp":
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST_REAL:
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected a number above 0, at most {LARGEST_REAL:g}")
    for key in FLAGS:
        if not isinstance(values.get(key, False), bool):
            raise FormatError(f"has {key} that is not a boolean")


def _check_stylegan3(config: StyleGAN3Config) -> None:
    """Refuse schedules that no filter can follow: cutoffs and stopbands must rise, and fit their sampling rates."""
    if config.lrelu_upsampling & (config.lrelu_upsampling - 1):
        raise FormatError(f"has lrelu_upsampling {config.lrelu_upsampling}, not a power of two")
    if config.num_critical >= config.num_layers:
        raise FormatError(f"has {config.num_critical} critical layers of {config.num_layers}")
    last_cutoff = config.img_resolution / 2
    rising = config.first_cutoff < last_cutoff and config.first_stopband < last_cutoff * config.last_stopband_rel
    beyond = config.first_stopband > config.first_cutoff and config.last_stopband_rel > 1
    if not (rising and beyond and config.sampling_rates[0] > max(2 * config.first_cutoff, 1)):
        raise FormatError(f"has cutoffs and stopbands that do not fit {config.img_resolution} pixels")


def _check_r3gan(config: R3GANConfig) -> None:
    """Refuse stages that do not fit the resolution or each other, and a latent without room for z and its class."""
    if config.block_channels or not config.is_square:
        raise FormatError("is an R3GAN of unusual channels or aspect, which Outis does not open")
    stages = len(config.block_resolutions)
    if any(len(sizes) != stages for sizes in (config.widths, config.cardinalities, config.blocks)):
        raise FormatError(f"has other numbers of stages than the {stages} that {config.img_resolution} pixels take")
    if any(config.expanded(stage) % count for stage, count in enumerate(config.cardinalities)):
        raise FormatError("has cardinalities that do not divide the maps of their stages")
    if config.w_dim - config.z_dim < min(config.c_dim, 1) or (config.c_dim == 0 and config.w_dim != config.z_dim):
        raise FormatError(
            f"has w_dim {config.w_dim}, which z_dim {config.z_dim} and {config.c_dim} classes do not give"
        )
