"""How much of each pixel is the person, along single hairs, and which colour the person has there."""

from __future__ import annotations

import numpy as np

from generator.pictures.guided_filter import Floats, box_mean, guided_filter

_REACH = 1 / 32  # of the longer side: how far the edge of the mask may be from that of the person
_SMOOTH = 1e-4  # variance of colours within a surface
_CLEAR = 0.02  # share of a window on the other side of the edge from which a pixel is judged by its colour
_DOUBT = 0.25  # of the network, which is not that of a pixel: 0.25 is nobody, 0.75 somebody
_LOW, _HIGH = 0.1, 0.9  # of the filtered mask: taken for nothing, and for all
_FAR, _NEAR = 1 / 12, 1 / 170  # of the longer side: windows of the first and the second estimate of colours
_LEAST = 1e-3  # weight of a window without any pixel of a layer


def alpha_of(picture: Floats, mask: Floats) -> Floats:
    """The share of the person in each pixel of `picture` float32 `[H, W, 3]` in 0..1, as float32 `[H, W]` in 0..1.

    mask: the probability of a person, `[H, W]` in 0..1. About its edge, it is filtered along the colours of the
    picture; elsewhere it is rounded, so that nothing of the background shines through and no cheek is transparent.
    """
    radius = max(round(_REACH * max(mask.shape)), 1)
    firm = (mask > 0.5).astype(np.float32)
    near = box_mean(firm, radius)
    edge = (near > _CLEAR) & (near < 1 - _CLEAR)
    sharp = np.clip((mask - _DOUBT) / (1 - 2 * _DOUBT), 0, 1)
    filtered = guided_filter(picture, sharp, radius, _SMOOTH)
    return np.where(edge, np.clip((filtered - _LOW) / (_HIGH - _LOW), 0, 1), firm).astype(np.float32)


def foreground_of(picture: Floats, alpha: Floats) -> Floats:
    """The person's own colours, `[H, W, 3]` in 0..1: without the background that shines through at the edge.

    Blurred fusion in two rounds (Forte, Pitié 2021, section 3): colours that are blurred, each layer by its share,
    then corrected so that both layers together give the picture again.
    """
    person = background = picture
    for share in (_FAR, _NEAR):
        radius = max(round(share * max(alpha.shape)), 1)
        person, background = _fused(picture, person, background, alpha[..., None], radius)
    return person


def _fused(picture: Floats, person: Floats, background: Floats, alpha: Floats, radius: int) -> tuple[Floats, Floats]:
    """The next estimate of both layers."""
    near, behind = _blurred(person, alpha, radius), _blurred(background, 1 - alpha, radius)
    rest = picture - alpha * near - (1 - alpha) * behind
    return np.clip(near + alpha * rest, 0, 1), behind


def _blurred(layer: Floats, share: Floats, radius: int) -> Floats:
    """The mean colour of a layer about each pixel."""
    return np.asarray(box_mean(layer * share, radius) / np.maximum(box_mean(share, radius), _LEAST), np.float32)
