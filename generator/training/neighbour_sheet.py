"""An image of samples beside their nearest neighbours in the data, the closest pair first."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.training.data import ImageSet
from generator.training.evaluation import Evaluation, Sampler

PAIRS, COLUMNS = 16, 4


def write_neighbours(file: BinaryIO, evaluation: Evaluation, sampler: Sampler, images: ImageSet) -> None:
    """Write the closest 16 pairs, sample left and data right, as PNG."""
    found = evaluation.neighbours
    assert found is not None
    shown = found.closest[:PAIRS]
    samples = sampler([evaluation.settings.seed + int(index) for index in shown]).permute(0, 2, 3, 1).cpu().numpy()
    data = images.pixels(evaluation.resolution)[found.index[shown]]
    Image.fromarray(_grid(np.concatenate([samples, data], axis=2))).save(file, "PNG")


def _grid(pairs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Images `[N, H, W, 3]` -> one of COLUMNS columns, padded with white."""
    count, height, width, _ = pairs.shape
    rows = -(-count // COLUMNS)
    filled = np.full((rows * COLUMNS, height, width, 3), 255, np.uint8)
    filled[:count] = pairs
    return filled.reshape(rows, COLUMNS, height, width, 3).swapaxes(1, 2).reshape(rows * height, COLUMNS * width, 3)
