"""What a configuration of alias-free layers must keep to, so that every filter can do its work."""

from __future__ import annotations

from itertools import pairwise

from generator.checkpoint.file_slice import FormatError
from generator.config import StyleGAN3Config, StyleGANXLConfig

LARGEST_STEP = 16  # times the sampling rate of the layer before; what the public code enlarges by at most


def check_stylegan3(config: StyleGAN3Config) -> None:
    """Refuse what no public code makes. Raises `FormatError`."""
    if config.block_channels or not config.is_square:
        raise FormatError("is a StyleGAN3 of unusual channels or aspect, which Outis does not open")
    if config.lrelu_upsampling & (config.lrelu_upsampling - 1):
        raise FormatError(f"has lrelu_upsampling {config.lrelu_upsampling}, not a power of two")
    if config.num_critical >= config.num_layers:
        raise FormatError(f"has {config.num_critical} critical layers of {config.num_layers}")
    if isinstance(config, StyleGANXLConfig):
        _check_listed(config)
    else:
        _check_schedule(config)


def _check_schedule(config: StyleGAN3Config) -> None:
    """Refuse schedules that no filter can follow: cutoffs and stopbands must rise, and fit their sampling rates."""
    last_cutoff = config.img_resolution / 2
    rising = config.first_cutoff < last_cutoff and config.first_stopband < last_cutoff * config.last_stopband_rel
    beyond = config.first_stopband > config.first_cutoff and config.last_stopband_rel > 1
    if not (rising and beyond and config.sampling_rates[0] > max(2 * config.first_cutoff, 1)):
        raise FormatError(f"has cutoffs and stopbands that do not fit {config.img_resolution} pixels")


def _check_listed(config: StyleGANXLConfig) -> None:
    """Refuse lists of layers that are not those of one chain, and classes that have no row of the embedding."""
    if config.c_dim > config.embedding[0]:
        raise FormatError(f"has {config.c_dim} classes, but an embedding of {config.embedding[0]}")
    lists = (config.numbers, config.sizes, config.widths, config.sampling_rates, config.cutoffs, config.half_widths)
    if any(len(values) != config.num_layers + 1 for values in lists):
        counts = ", ".join(str(len(values)) for values in lists)
        raise FormatError(f"lists {counts} values for its {config.num_layers + 1} layers")
    if any(after <= before for before, after in pairwise(config.numbers)):
        raise FormatError("has layers whose numbers do not rise")
    if (config.sizes[-1], config.widths[-1]) != (config.img_resolution, config.img_channels):
        raise FormatError("has a last layer that does not draw its image")
    if not (_rates_rise(config) and _bands_fit(config) and _maps_reach(config)):
        raise FormatError("has layers whose sizes, sampling rates and cutoffs do not fit together")


def _rates_rise(config: StyleGANXLConfig) -> bool:
    powers = all(rate & (rate - 1) == 0 for rate in config.sampling_rates)
    return powers and all(before <= after <= before * LARGEST_STEP for before, after in pairwise(config.sampling_rates))


def _bands_fit(config: StyleGANXLConfig) -> bool:
    """Whether no layer keeps more than its sampling rate can hold, and the Fourier features keep less."""
    fits = all(2 * cutoff <= rate for cutoff, rate in zip(config.cutoffs, config.sampling_rates, strict=True))
    return fits and 2 * config.cutoffs[0] < config.sampling_rates[0]


def _maps_reach(config: StyleGANXLConfig) -> bool:
    """Whether every layer is given at least the pixels that its filters touch, and the colours as many as they draw."""
    before, last = 0, len(config.sizes) - 1
    for index, (size, rate) in enumerate(zip(config.sizes, config.sampling_rates, strict=True)):
        up = rate * config.lrelu_upsampling // config.sampling_rates[before]
        given = (config.sizes[before] + config.conv_kernel - 2 + config.filter_size) * up
        touched = (size - 1 + config.filter_size) * config.lrelu_upsampling
        if index < last and given < touched:
            return False
        before = index
    return config.sizes[-2] == config.sizes[-1]
