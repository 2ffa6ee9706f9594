"""The radial spectrum of a face: how strong its detail of each fineness is, beside real photographs.

Upsampling by transposed convolutions or by copied pixels leaves power at high frequencies that cameras do not
(Durall et al. 2019, "Unmasking DeepFakes with simple features"), or too slow a decay towards them (Dzanic et al. 2019,
"Fourier spectrum discrepancies in deep network generated images"). It is shown as a curve and not judged: storing a
picture as JPEG, or resizing it, changes the same frequencies more than most networks do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from generator.attributes.face import VIEW, Colours

COUNT = VIEW // 2  # frequencies: 1..128 cycles over the view; the last is the finest that pixels can hold
PERCENTILES = (5, 50, 95)
_LEAST = 1e-12  # of all power: -120 dB, for pictures without any detail
Values = NDArray[np.float64]


def radial_spectrum(colours: Colours) -> Values:
    """L*a*b* float32 [256, 256, 3] of the square about a face -> float64 [128], decibels, -120..0: the mean power of L*
    at 1, 2, ... 128 cycles over the square, over all directions, against the power of all frequencies together.

    L* is windowed after Hann, so that opposite edges of the square do not make a step.
    """
    light = colours[..., 0].astype(np.float64)
    power = np.abs(np.fft.fft2((light - light.mean()) * _window())) ** 2
    power /= max(float(power.sum()), 1e-9)
    ring = _rings()
    mean = np.bincount(ring, power.ravel())[1 : COUNT + 1] / np.bincount(ring)[1 : COUNT + 1]
    return np.asarray(10 * np.log10(np.maximum(mean, _LEAST)))


@dataclass(frozen=True, eq=False)
class Band:
    """Spectra of many pictures: float64 [128] each, decibels, the 5th, 50th and 95th percentile of each frequency."""

    low: Values
    middle: Values
    high: Values

    def outside(self, spectrum: Values) -> tuple[float, float]:
        """The shares of frequencies, 0..1, at which `spectrum` [128] is below and above this band.

        Some pictures leave the band over a wide range: what one frequency has, its neighbours have too.
        """
        return float((spectrum < self.low).mean()), float((spectrum > self.high).mean())


def band_of(spectra: Sequence[Values]) -> Band | None:
    """The band of many spectra [128]; None of none."""
    return Band(*np.percentile(np.stack(spectra), PERCENTILES, axis=0)) if spectra else None


@cache
def _window() -> Values:
    """[256, 256] of Hann."""
    one = np.hanning(VIEW + 1)[:-1]
    return np.outer(one, one)


@cache
def _rings() -> NDArray[np.int64]:
    """[65536] of each place of a discrete Fourier transform, the rounded number of cycles over the picture."""
    cycles = np.fft.fftfreq(VIEW, 1 / VIEW)
    return np.asarray(np.hypot(cycles[:, None], cycles).round().astype(np.int64).ravel())
