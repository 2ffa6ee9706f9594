"""Texture of small patches: how strong detail of each size is, which way it runs, how it is spread and coloured.

Networks draw what they were seldom shown, backgrounds and strands of hair, from textures that are statistically off
while they look plausible at a glance. A patch is 24 pixels of the view, one every 8 pixels. Its numbers are those with
which textures are usually compared: energies of bands an octave wide, and their shape, correlations between bands and
between colours (Portilla and Simoncelli 2000), and the coherence of the structure tensor at three scales. The finest
detail, which the storage of a picture changes, is blurred away before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from generator.attributes.face import Colours

CELL = 8  # pixels of the view from one patch to the next
FINEST = 0  # place of the logarithmic energy of the finest band in L* among a patch's numbers
_BLUR = 0.8  # pixels: standard deviation of the first blur; each further one is twice as wide
_BANDS = 4
_SCALES = 3  # of the structure tensor
Values = NDArray[np.float32]
Numbers = NDArray[np.floating]


@torch.inference_mode()
def textures(colours: Colours) -> Values:
    """L*a*b* [256, 256, 3] -> [T, 32, 32], the numbers of each patch."""
    picture = torch.from_numpy(np.ascontiguousarray(colours.transpose(2, 0, 1)))[None]
    levels = [_blurred(picture, _BLUR * 2**k) for k in range(_BANDS + 1)]
    bands = [levels[k] - levels[k + 1] for k in range(_BANDS)]
    energies = [_mean(band.square()) for band in bands]
    parts = [torch.log(energy + 0.005 * 4**k) for k, energy in enumerate(energies)]
    parts += [part for k in range(2) for part in _shape(bands[k][:, :1], energies[k][:, :1])]
    parts += [part for k in range(_SCALES) for part in _flow(levels[k][:, :1])]
    parts += [_agreement(bands[k][:, :1], bands[k][:, 1:]) for k in range(3)]
    parts += [_likeness(bands[k][:, :1].abs(), bands[k + 1][:, :1].abs()) for k in range(2)]
    parts.append(_mean(levels[0]) / 50)
    return np.asarray(torch.cat(parts, dim=1)[0].numpy())


def _blurred(planes: Tensor, deviation: float) -> Tensor:
    """[1, C, H, W] through a Gaussian of that many pixels, mirrored at the edges."""
    reach = int(3 * deviation + 0.5)
    taps = torch.exp(-torch.arange(-reach, reach + 1).square() / (2 * deviation**2))
    taps = taps / taps.sum()
    for kernel, pad in ((taps[None, :], (reach, reach, 0, 0)), (taps[:, None], (0, 0, reach, reach))):
        weight = kernel[None, None].repeat(planes.shape[1], 1, 1, 1)
        planes = F.conv2d(F.pad(planes, pad, mode="reflect"), weight, groups=planes.shape[1])
    return planes


def _cells(planes: Tensor) -> Tensor:
    return F.avg_pool2d(planes, CELL)


def _widened(cells: Tensor) -> Tensor:
    return F.avg_pool2d(F.pad(cells, (1, 1, 1, 1), mode="reflect"), 3, 1)


def _mean(planes: Tensor) -> Tensor:
    """Over each patch."""
    return _widened(_cells(planes))


def _shape(band: Tensor, energy: Tensor) -> list[Tensor]:
    """Kurtosis, logarithmic, and skewness of a band: edges and grains against haze."""
    kurtosis = torch.log((_mean(band**4) + 1e-3) / (energy + 0.02).square())
    return [kurtosis, _mean(band**3) / (energy + 0.05) ** 1.5]


def _flow(light: Tensor) -> list[Tensor]:
    """Coherence of the structure tensor, 0..1, over a patch and mean over its ninths, and how far it follows rows or
    columns of pixels."""
    right = F.pad((light[..., 2:] - light[..., :-2]) / 2, (1, 1, 0, 0), mode="replicate")
    down = F.pad((light[..., 2:, :] - light[..., :-2, :]) / 2, (0, 0, 1, 1), mode="replicate")
    small = _cells(torch.cat([right.square(), down.square(), right * down], dim=1))
    wide = _widened(small)
    strength = wide[:, :1] + wide[:, 1:2] + 0.05
    return [_coherence(wide), _widened(_coherence(small)), (wide[:, :1] - wide[:, 1:2]).abs() / strength]


def _coherence(tensor: Tensor) -> Tensor:
    across, along, mixed = tensor[:, :1], tensor[:, 1:2], tensor[:, 2:]
    return torch.hypot(across - along, 2 * mixed) / (across + along + 0.05)


def _agreement(light: Tensor, colours: Tensor) -> Tensor:
    """Correlation of a band of L* with those of a* and b*, -1..1."""
    power = (_mean(light.square()) + 0.05) * (_mean(colours.square()) + 0.02)
    return _mean(light * colours) / power.sqrt()


def _likeness(fine: Tensor, coarse: Tensor) -> Tensor:
    """Whether two bands are strong at the same places: covariance of their magnitudes over their energies."""
    together = _mean(fine * coarse) - _mean(fine) * _mean(coarse)
    return together / ((_mean(fine.square()) + 0.05) * (_mean(coarse.square()) + 0.05)).sqrt()


@dataclass(frozen=True, eq=False)
class Rule:
    """A quadratic function of a patch's numbers, higher where photographs have such patches more seldom."""

    mean: Numbers  # [T] of patches of photographs
    spread: Numbers  # [T] their standard deviation
    weights: Numbers  # [T + T (T + 1) / 2] of the standardised numbers, then of their products
    bias: float

    def __call__(self, patches: Numbers) -> Numbers:
        """[N, T] -> [N]: positive where the patch is more like those of generated faces."""
        return np.asarray(expanded((patches - self.mean) / self.spread) @ self.weights + self.bias)


def expanded(standardised: Numbers) -> Numbers:
    """[N, T] -> [N, T + T (T + 1) / 2]: numbers, clipped to four deviations, and the products of each two."""
    values = np.clip(standardised, -4, 4)
    first, second = np.triu_indices(values.shape[1])
    return np.concatenate([values, values[:, first] * values[:, second]], axis=1)


def shares(region: NDArray[np.bool_]) -> Values:
    """The share of each cell, [32, 32], that lies in a region [256, 256] of the view."""
    side = region.shape[0] // CELL
    return np.asarray(region.reshape(side, CELL, side, CELL).mean(axis=(1, 3)), np.float32)


def spread_out(cells: Values) -> Values:
    """[32, 32] -> [256, 256], smooth."""
    planes = torch.from_numpy(cells)[None, None]
    return np.asarray(F.interpolate(planes, scale_factor=CELL, mode="bilinear", align_corners=False)[0, 0].numpy())
