"""Who a face is: the 128-d embedding of dlib's face recognition network.

The network was trained so that two pictures of one person lie closer together than 0.6 (Davis King 2017, "High Quality
Face Recognition with Deep Metric Learning", dlib's blog); its weights are data of the package
`face-recognition-models`. They are read as files: importing that package would need `pkg_resources`, which newer
Pythons lack.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from generator.attributes import optional_packages as extra
from generator.attributes.landmarks import SIZE, LandmarkFinder
from generator.attributes.recognition import CHIP, RecognitionNetwork

Embedding = NDArray[np.float32]  # [128], of length about 1.6
_PADDING = 0.25  # of the pictures that the network was trained on, as a share of the face


class HasBox(Protocol):
    """A face that somebody found in the picture."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom in pixels."""
        ...


class Identity:
    """Embeds faces: the nearer two embeddings, the more they look like one person; about 30 ms a face on one core."""

    def __init__(self) -> None:
        """Load the networks. Raises `DirectionError` if the optional packages are not installed."""
        self._dlib = extra.optional("dlib")
        self._landmarks = LandmarkFinder()
        self._network = RecognitionNetwork(extra.recognition_file())

    def __call__(self, pixels: NDArray[np.uint8], seen: HasBox | None = None) -> Embedding:
        """The embedding `[128]` of one face, uint8 `[H, W, 3]`.

        seen: where the face is; None = the picture is FFHQ-aligned, with the face in its known place.
        """
        return self.of_chip(self.chip(pixels, seen))

    def chip(self, pixels: NDArray[np.uint8], seen: HasBox | None = None) -> NDArray[np.uint8]:
        """The upright face that the network looks at, uint8 `[150, 150, 3]`; arguments as of a call."""
        pixels = _aligned(pixels) if seen is None else np.ascontiguousarray(pixels)
        box = None if seen is None else seen.box
        details = self._dlib.get_face_chip_details(self._landmarks.parts(pixels, box), CHIP, _PADDING)
        return np.asarray(self._dlib.extract_image_chip(pixels, details))

    def of_chip(self, chip: NDArray[np.uint8]) -> Embedding:
        """The embedding of an upright face from `chip`."""
        picture = torch.from_numpy(chip.transpose(2, 0, 1)[None].astype(np.float32))
        with torch.inference_mode():
            embedding: Embedding = self._network(picture)[0].numpy()
        return embedding


def distance(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    """Euclidean distance of embeddings `[..., 128]`, `[...]`: 0 = the same picture, about 0.7 = two random faces."""
    return np.asarray(np.linalg.norm(np.asarray(one, np.float64) - np.asarray(other, np.float64), axis=-1))


def _aligned(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if pixels.shape[:2] == (SIZE, SIZE):
        return np.ascontiguousarray(pixels)
    return np.array(Image.fromarray(pixels).resize((SIZE, SIZE), Image.Resampling.LANCZOS))
