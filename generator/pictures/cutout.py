"""What comes behind the person: nothing, a blur, a colour or another picture."""

from __future__ import annotations

import numpy as np

from generator.errors import ExportError
from generator.faces.finder import SeenFace
from generator.formats.picture_options import BLUR, COLOUR, TRANSPARENT, PictureOptions
from generator.pictures.alpha import alpha_of, foreground_of
from generator.pictures.guided_filter import Floats, box_mean
from generator.pictures.resample import resized

_BLUR = 1 / 24  # of the longer side: the radius of each of three box blurs, which look like a lens out of focus
_ROUNDS = 3
LEAST_PERSON = 0.01  # of the picture


def cut_out(picture: Floats, face: SeenFace, options: PictureOptions, background: Floats | None = None) -> Floats:
    """The person of `picture` float32 `[H, W, 3]` in 0..1 in front of what `options` name.

    As `[H, W, 4]` with the person's own colours where the background is transparent, else as `[H, W, 3]`.
    face: seen in the picture, or in a smaller one of it. background: float32 `[h, w, 3]`, where it is a picture.
    Raises `ExportError` where there is no person.
    """
    height, width = picture.shape[:2]
    mask = resized(face.mask[..., None], width, height)[..., 0]
    if mask.mean() < LEAST_PERSON:
        raise ExportError("No person is to be seen who could be cut out; choose another picture, or no cut-out.")
    alpha = alpha_of(picture, mask)
    person = foreground_of(picture, alpha)
    if options.background == TRANSPARENT:
        return np.concatenate([person, alpha[..., None]], axis=2, dtype=np.float32)
    behind = _behind(picture, alpha, options, background)
    return np.asarray(person * alpha[..., None] + behind * (1 - alpha[..., None]), np.float32)


def _behind(picture: Floats, alpha: Floats, options: PictureOptions, background: Floats | None) -> Floats:
    """What is seen behind the person, `[H, W, 3]` or one that is as good."""
    if options.background == BLUR:
        return _blurred(picture, alpha)
    if options.background == COLOUR:
        return np.asarray(options.colour, np.float32) / np.float32(255)
    assert background is not None
    return covering(background, *picture.shape[:2])


def _blurred(picture: Floats, alpha: Floats) -> Floats:
    """The background out of focus; the person does not run into it."""
    radius = max(round(_BLUR * max(alpha.shape)), 1)
    share = (1 - alpha)[..., None]
    layer = np.concatenate([picture * share, share], axis=2)
    for _ in range(_ROUNDS):
        layer = box_mean(layer, radius)
    whole = (picture * share).sum(axis=(0, 1)) / max(float(share.sum()), 1e-3)  # where no background is near
    return np.asarray((layer[..., :3] + 1e-3 * whole) / (layer[..., 3:] + 1e-3), np.float32)


def covering(background: Floats, height: int, width: int) -> Floats:
    """The middle of `background`, scaled so that it just covers that size."""
    factor = max(height / background.shape[0], width / background.shape[1])
    tall, wide = min(round(height / factor), background.shape[0]), min(round(width / factor), background.shape[1])
    top, left = (background.shape[0] - tall) // 2, (background.shape[1] - wide) // 2
    part = background[top : top + max(tall, 1), left : left + max(wide, 1)]
    return resized(part, width, height)
