"""From a float image on a device to bytes on the host."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generator.errors import RecipeError
from generator.formats.alpha import shown
from generator.native import pixels as native_pixels
from generator.native.target import targets
from generator.render.cpu.threads import ThreadPool, Work

Pixels = NDArray[np.uint8]

PART = 4096  # pixels that a job computes, about


def to_bytes(image: Tensor) -> Tensor:
    """float `[N, C, H, W]` in about [-1, 1] -> uint8 `[N, H, W, 3]`; grey becomes RGB, transparency is a fourth."""
    pixels = (image * 127.5).add_(128).clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
    return pixels.expand(-1, -1, -1, max(image.shape[1], 3))


def to_pixels(images: Tensor) -> list[Pixels]:
    """float `[N, C, H, W]` -> N fresh arrays `[H, W, 3]`, of transparent ones what is shown.

    Raises `RecipeError` where a value is not finite.
    """
    if images.shape[1] == 4:
        return [shown(pixels) for pixels in with_alpha(images)]
    team = ThreadPool()
    pixels = queued_pixels(images, team)
    team.finish()
    return pixels()


def with_alpha(images: Tensor) -> list[Pixels]:
    """float `[N, 4, H, W]` -> N fresh arrays `[H, W, 4]`, of other channels `[H, W, 3]`; raises as `to_pixels`."""
    if images.shape[1] != 4:
        return to_pixels(images)
    check_finite(bool(images.isfinite().all()))
    return [picture.copy() for picture in to_bytes(images).contiguous().cpu().numpy()]


def to_values(images: Tensor) -> NDArray[np.float32]:
    """The first of float `[N, C, H, W]` in about [-1, 1] as a fresh float32 `[H, W, 3]` in 0..1. Raises `RecipeError`
    where a value is not finite."""
    image = images[0].float().permute(1, 2, 0).cpu()
    check_finite(bool(image.isfinite().all()))
    values: NDArray[np.float32] = image[..., :3].add(1).mul_(0.5).clamp_(0, 1).expand(-1, -1, 3).numpy().copy()
    return values


def queued_pixels(images: Tensor, team: ThreadPool) -> Callable[[], list[Pixels]]:
    """The same for images that are valid when the team has finished; only then call the result."""
    target = next((t for t in targets().exact if images.device.type == "cpu" and images[0, 0].numel() >= t.lanes), None)
    if target is None:
        team.finish()
        return partial(_by_torch, images)
    samples, colours, height, width = images.shape
    pixels = torch.empty(samples, height, width, 3, dtype=torch.uint8)
    parts = max(height * width // PART, 1)
    faults = torch.empty(samples * parts, target.lanes)
    given = {"x": images.float().contiguous(), "y": pixels, "faults": faults}
    sizes = {"colours": colours, "pixels": height * width, "parts": parts}
    Work(native_pixels.pixels(target), len(faults), 0, sizes, team).queue(given)
    return partial(_apart, pixels, faults)


def _by_torch(images: Tensor) -> list[Pixels]:
    return _apart(to_bytes(images).contiguous().cpu(), images.sum())  # finite values that overflow count as not finite


def _apart(pixels: Tensor, faults: Tensor) -> list[Pixels]:
    """Split the samples; refused if a fault is not finite."""
    check_finite(bool(faults.isfinite().all()))
    return [pixels.numpy()[0]] if len(pixels) == 1 else [picture.copy() for picture in pixels.numpy()]


def check_finite(finite: bool) -> None:
    """Refuse an image that is not finite."""
    if not finite:
        raise RecipeError("This recipe produces invalid values; reduce the edits.")


class PixelBuffer:
    """The bytes of `image` `[1, C, H, W]`, and whether it is finite, in memory at fixed addresses."""

    def __init__(self, image: Tensor) -> None:
        self.image, self._shape = image, (*image.shape[2:], max(image.shape[1], 3))
        on_card = image.device.type == "cuda"
        count = math.prod(self._shape)
        self._bytes = torch.empty(count + 1, dtype=torch.uint8, device=image.device)  # last byte: is it finite?
        self._host = torch.empty(count + 1, dtype=torch.uint8, pin_memory=on_card)

    def fill(self) -> None:
        """Start copying the bytes of the current `image` to the host."""
        self._bytes[:-1].view(1, *self._shape).copy_(to_bytes(self.image))
        self._bytes[-1:].copy_(self.image.isfinite().all())
        self._host.copy_(self._bytes, non_blocking=True)

    def take(self) -> Pixels:
        """Wait for the bytes; a fresh uint8 array `[H, W, 3]`, of a transparent image what is shown. Raises
        `RecipeError` where a value is not finite."""
        if self.image.device.type == "cuda":
            torch.cuda.current_stream(self.image.device).synchronize()
        values = self._host.numpy()
        check_finite(bool(values[-1]))
        return shown(values[:-1].reshape(self._shape).copy())
