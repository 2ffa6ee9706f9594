"""Whether an opened file or pasted text is the face shown now: then nothing must change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.messages import RenderResult
from generator.recipe.recipe import LatentSource, Recipe, pack

if TYPE_CHECKING:
    from generator.formats.open_face import Opened


def is_shown(opened: Opened, current: Recipe, frame: RenderResult | None) -> bool:
    """Whether `opened` is the current face: its recipe, or its W+ as in `frame`, the last full one."""
    if opened.has_recipe:
        return replace(opened.recipe, model=current.model) == current
    source, noise = opened.recipe.source, opened.recipe.noise
    if noise.stored is not None and noise != current.noise:
        return False
    if frame is None or frame.w_plus is None or frame.request.recipe != current:
        return False
    return isinstance(source, LatentSource) and source.space == "w+" and source.data == pack(frame.w_plus)
