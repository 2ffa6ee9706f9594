"""The four networks that ship, each loaded when it is first needed, once a process.

All take uint8 pixels as they are and give numpy arrays. The channels are RGB.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from generator.faces.small_network import SmallNetwork
from weights import FACE_NETWORKS

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

DETECTOR_SIDE = 128  # pixels on a side of what each network looks at
MESH_SIDE = 192
IRIS_SIDE = 64
MASK_SIDE = 256
POINTS = 468


@torch.inference_mode()
def detect(pictures: Pixels) -> tuple[Floats, Floats]:
    """Boxes and points relative to anchors `[N, 896, 16]`, and probabilities `[N, 896]`, of `[N, 128, 128, 3]`."""
    boxes, logits = _network("face-detector")(torch.from_numpy(pictures).float() / 127.5 - 1)
    return boxes.numpy(), torch.sigmoid(logits[..., 0]).numpy()


@torch.inference_mode()
def meshes(crops: Pixels) -> tuple[Floats, Floats]:
    """Points `[N, 468, 3]` in pixels of `crops` `[N, 192, 192, 3]`, nearer the viewer is less z; probabilities `[N]`
    of faces."""
    points, logits = _network("face-mesh")(_shares(crops))
    return points.reshape(-1, POINTS, 3).numpy(), torch.sigmoid(logits).reshape(-1).numpy()


def mesh_points(crops: torch.Tensor) -> torch.Tensor:
    """The points of `meshes`, differentiable, of float32 `crops` `[N, 192, 192, 3]` in 0..1."""
    points: torch.Tensor = _network("face-mesh")(crops)[0]
    return points.reshape(-1, POINTS, 3)


@torch.inference_mode()
def iris(crop: Pixels) -> Floats:
    """Centre, right, top, left and bottom of the iris, `[5, 3]` in pixels of `crop` `[64, 64, 3]` of the right eye."""
    return np.asarray(iris_points(_shares(crop[None]))[0].numpy())


def iris_points(crops: torch.Tensor) -> torch.Tensor:
    """The points of `iris`, differentiable, of float32 `crops` `[N, 64, 64, 3]` in 0..1."""
    points: torch.Tensor = _network("iris")(crops)[1]
    return points.reshape(-1, 5, 3)


@torch.inference_mode()
def person_mask(picture: Pixels) -> Floats:
    """Probability of a person, `[256, 256]` in 0..1, of `picture` `[256, 256, 3]`."""
    (mask,) = _network("person-mask")(_shares(picture[None]))
    return np.asarray(mask[0, ..., 0].numpy())


def _shares(pixels: Pixels) -> torch.Tensor:
    """By numpy: torch would wake its threads for it, which takes longer on a busy machine."""
    return torch.from_numpy(np.divide(pixels, np.float32(255), dtype=np.float32))


@cache
def _network(name: str) -> SmallNetwork:
    with torch.inference_mode(False):  # whoever asks first: derivatives may be taken later
        return SmallNetwork.read(FACE_NETWORKS / f"{name}.safetensors")
