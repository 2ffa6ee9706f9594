"""The beats of a sound: where it begins anew (spectral flux), how regularly (autocorrelation), and the best series.

D. P. W. Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research 36 (2007).
"""

from __future__ import annotations

import numpy as np

from generator.recipe.recipe import Floats

BEAT_RATE = 22_050  # samples a second
HOP, WINDOW = 256, 1024  # samples
FRAMES = BEAT_RATE / HOP  # strengths a second
SLOWEST, USUAL, FASTEST = 50.0, 120.0, 200.0  # beats a minute
REGULAR = 0.12  # of the autocorrelation at the period: below it nothing repeats
TIGHT = 100.0  # how much a beat may leave the period, Ellis' alpha
_LEAD = 0.8 * WINDOW / BEAT_RATE  # seconds from the start of a window to a sound that it begins to hear


class Onsets:
    """How strongly something begins, `FRAMES` times a second, while the sound arrives piece by piece."""

    def __init__(self) -> None:
        self._waiting: list[Floats] = [np.zeros(WINDOW, np.float32)]  # silence, so that the first sound begins too
        self._count, self._last = WINDOW, np.zeros(WINDOW // 2 + 1, np.float32)
        self._found: list[Floats] = []

    def add(self, samples: Floats) -> bool:
        """Add samples `[n]`; True where a second was complete and has been analysed."""
        self._waiting.append(samples)
        self._count += len(samples)
        if self._count < BEAT_RATE:
            return False
        self._analyse(np.concatenate(self._waiting))
        return True

    def strengths(self) -> Floats:
        """All strengths, float32 `[n]`, 0 = nothing begins."""
        self._analyse(np.concatenate([*self._waiting, np.zeros(WINDOW, np.float32)]))
        return np.concatenate(self._found)

    def _analyse(self, samples: Floats) -> None:
        frames = 1 + (len(samples) - WINDOW) // HOP
        windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP][:frames]
        loud = np.log1p(100 * np.abs(np.fft.rfft(windows * np.hanning(WINDOW), axis=1))).astype(np.float32)
        rises = np.diff(np.concatenate([self._last[None], loud]), axis=0)
        self._found.append(np.maximum(rises, 0).mean(axis=1))
        self._last, rest = loud[-1], samples[frames * HOP :]
        self._waiting, self._count = [rest], len(rest)


def beats_of(strengths: Floats) -> list[float]:
    """The times of the beats in seconds; empty where nothing is regular."""
    strengths = strengths - strengths.mean() if len(strengths) else strengths
    scale = float(strengths.std()) if len(strengths) else 0.0
    if scale < 1e-3 or len(strengths) < 4 * FRAMES:
        return []
    period = _period(strengths / scale)
    return [] if not period else _series(strengths / scale, period)


def _period(strengths: Floats) -> float:
    """Frames from beat to beat; 0 = nothing repeats. Near the usual tempo where several are as likely."""
    lags = np.arange(round(60 * FRAMES / FASTEST), min(round(60 * FRAMES / SLOWEST), len(strengths) // 2) + 1)
    size = 1 << (2 * len(strengths)).bit_length()
    wide = _smooth(strengths, 2)  # since a period is no whole number of frames
    products = np.fft.irfft(np.abs(np.fft.rfft(wide, size)) ** 2)[lags] / (len(wide) - lags) / wide.var()
    octaves = np.log2(60 * FRAMES / lags / USUAL)
    best = int(np.argmax(products * np.exp(-0.5 * octaves**2)))
    return float(lags[best]) if products[best] > REGULAR else 0.0


def _series(strengths: Floats, period: float) -> list[float]:
    """The series of beats that are strong and about a period apart (Ellis, equations 1 to 5)."""
    local = _smooth(strengths, max(1, round(period / 16)))
    steps = np.arange(round(period / 2), round(2 * period) + 1)
    cost = TIGHT * np.log(steps / period) ** 2
    total, before = local.copy(), np.full(len(local), -1)
    for place in range(int(steps[0]), len(local)):
        known = steps[steps <= place]
        scores = total[place - known] - cost[: len(known)]
        best = int(np.argmax(scores))
        if scores[best] > 0:
            total[place], before[place] = local[place] + scores[best], place - known[best]
    return _traced(total, before, local, round(period))


def _smooth(strengths: Floats, width: int) -> Floats:
    """Convolved with a Gaussian of this width in frames."""
    shape = np.exp(-0.5 * (np.arange(-2 * width, 2 * width + 1) / width) ** 2)
    return np.convolve(strengths, shape / shape.sum(), "same").astype(np.float32)


def _traced(total: Floats, before: Floats, local: Floats, period: int) -> list[float]:
    """Back from the best of the last period; what is weak at both ends is left out."""
    place = len(total) - period + int(np.argmax(total[-period:]))
    beats = []
    while place >= 0:
        beats.append(place)
        place = int(before[place])
    strong = [index for index, beat in enumerate(beats) if local[beat] > 0.5 * np.mean(local[beats])]
    kept = reversed(beats[strong[0] : strong[-1] + 1]) if strong else []
    return [max(0.0, beat / FRAMES - WINDOW / BEAT_RATE + _LEAD) for beat in kept]
