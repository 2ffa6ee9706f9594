"""Enlarging by a network: Real-ESRGAN x4plus (Wang et al. 2021) through ncnn, in tiles, on a thread of its own."""

from __future__ import annotations

from generator.formats.finished import Pixels
from generator.progress import Job


def why_not() -> str:
    """Why pictures are enlarged by resampling alone; "" where the network is installed. Loads nothing."""
    raise NotImplementedError


def enlarging(pixels: Pixels, factor: int) -> Job[Pixels]:
    """uint8 `[H, W, 3]`, `factor` (2 or 4) times as large: by the network, or by Lanczos where `why_not` tells why."""
    raise NotImplementedError
