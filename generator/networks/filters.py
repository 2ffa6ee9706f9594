"""Design of the low-pass filters of StyleGAN3 (Karras et al. 2021, appendix C), in numpy.

Frequencies and widths are in cycles per image; `rate` is the sampling rate the filter works at.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def kaiser_low_pass(taps: int, cutoff: float, width: float, rate: float) -> Doubles:
    """Separable filter `[taps]`: the ideal one (sinc) in a Kaiser window, with a transition band of `width`.

    The sum is 1, so a flat image stays as it is.
    """
    sinc = np.sinc(2 * cutoff / rate * _positions(taps))
    return _unit_sum(sinc * np.kaiser(taps, _kaiser_beta(taps, width, rate)))


def jinc_low_pass(taps: int, cutoff: float, width: float, rate: float) -> Doubles:
    """Radially symmetric filter `[taps, taps]`: the ideal one of the plane (jinc) in a separable Kaiser window."""
    x = _positions(taps) / rate
    radius = np.maximum(np.hypot(x[:, None], x[None, :]), 1e-12)
    bessel = torch.special.bessel_j1(torch.from_numpy(2 * math.pi * cutoff * radius)).numpy()
    window = np.kaiser(taps, _kaiser_beta(taps, width, rate))
    return _unit_sum(bessel / (math.pi * radius) * np.outer(window, window))


def _unit_sum(taps: Doubles) -> Doubles:
    scaled: Doubles = taps / taps.sum()
    return scaled


def _positions(taps: int) -> Doubles:
    return np.arange(taps, dtype=np.float64) - (taps - 1) / 2


def _kaiser_beta(taps: int, width: float, rate: float) -> float:
    """Shape of the Kaiser window of `taps` whose transition band is `width` (Kaiser 1974: attenuation, then beta)."""
    attenuation = 2.285 * (taps - 1) * math.pi * (2 * width / rate) + 7.95
    if attenuation > 50:
        return 0.1102 * (attenuation - 8.7)
    if attenuation > 21:
        return float(0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21))
    return 0.0
