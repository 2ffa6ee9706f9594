"""Latents as files."""

from __future__ import annotations

from dataclasses import dataclass

from generator.recipe import Floats


@dataclass(frozen=True)
class Latents:
    """The latents behind one picture, float32."""

    z: Floats | None  # [1, z_dim] of the first source; None where it is a stored w or W+
    w: Floats | None  # [1, w_dim] of the first source, untruncated; None where it is a stored W+
    w_plus: Floats  # [num_ws, w_dim]: what the synthesis network was given
