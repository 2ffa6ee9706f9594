"""Water droplets: round blobs of StyleGAN1 that differ from all that is around them (Karras et al. 2020, section 2).

In a picture from outside, any small round thing apart from the face counts: an earring or a lamp does as well as a
droplet. Where the network is known, droplets are outliers in the length of its feature vectors at 32 and 64 px, and
only what lies there counts; the network of StyleGAN2 and later does not normalise feature maps and makes none.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from generator.attributes.face import VIEW
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, Workings, not_judged
from generator.recipe.recipe import Floats

RADII = (3, 5, 8)  # pixels of the view
OUTLIER = 8.0  # deviations from the median length; robust ones, so that the outlier itself does not count
_DIRECTIONS = tuple((np.cos(angle), np.sin(angle)) for angle in np.arange(8) * np.pi / 4)
_STEADY = 3.0  # L*: contrasts are compared with how much the surroundings vary, plus this


def look(evidence: Evidence) -> Look:
    """The greatest contrast of a round spot with all that is around it, in deviations of its surroundings: 1 to 12."""
    workings = evidence.workings
    if workings is not None and not workings.maps:
        return not_judged("droplets", "This network does not normalise its feature maps, and makes no droplets.")
    spots = np.where(evidence.face.regions.face, 0, _spots(evidence.face.colours[..., 0]))
    if workings is not None:
        spots = spots * _over_view(evidence, workings)
    return evidence.judged("droplets", float(spots.max()), spots.astype(np.float32))


def lengths(maps: Floats) -> Floats:
    """How far the length of each feature vector of [C, h, h] is above the median, in robust deviations, [h, h]."""
    found = np.linalg.norm(maps, axis=0)
    middle = np.median(found)
    return np.asarray((found - middle) / (1.4826 * np.median(np.abs(found - middle)) + 1e-6), np.float32)


def _over_view(evidence: Evidence, workings: Workings) -> NDArray[np.bool_]:
    """[256, 256]: where the network's feature vectors are outliers."""
    width, height = evidence.face.picture_size
    found = torch.zeros(1, 1, height, width)
    for maps in workings.maps.values():
        near = F.max_pool2d(torch.from_numpy(lengths(maps))[None, None], 3, 1, 1)
        found = torch.maximum(found, F.interpolate(near, (height, width)))
    left, top, right, bottom = evidence.square
    x = np.clip(np.linspace(left, right, VIEW).astype(int), 0, width - 1)
    y = np.clip(np.linspace(top, bottom, VIEW).astype(int), 0, height - 1)
    return np.asarray(found[0, 0].numpy()[np.ix_(y, x)] > OUTLIER)


def _spots(light: Floats) -> Floats:
    """L* [256, 256] -> how much each place differs from all eight around it, over how much these vary."""
    picture = torch.from_numpy(np.ascontiguousarray(light))[None, None]
    return np.asarray(torch.stack([_spot(picture, radius) for radius in RADII]).amax(dim=0)[0, 0].numpy())


def _spot(light: torch.Tensor, radius: int) -> torch.Tensor:
    """Lighter or darker than every one of eight places at two radii."""
    middle = F.avg_pool2d(light, radius | 1, 1, (radius | 1) // 2, count_include_pad=False)
    reach = 2 * radius
    padded = F.pad(middle, (reach,) * 4, mode="replicate")
    around = torch.cat([_moved(padded, round(reach * x), round(reach * y), reach) for x, y in _DIRECTIONS], dim=1)
    lighter = middle - around.amax(dim=1, keepdim=True)
    darker = around.amin(dim=1, keepdim=True) - middle
    return torch.maximum(lighter, darker).clamp(min=0) / (around.std(dim=1, keepdim=True) + _STEADY)


def _moved(padded: torch.Tensor, right: int, down: int, reach: int) -> torch.Tensor:
    size = padded.shape[-1] - 2 * reach
    return padded[..., reach + down : reach + down + size, reach + right : reach + right + size]
