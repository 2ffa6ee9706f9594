"""The arrays of a data set, written image by image: memory does not grow with their number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from generator.training.data.image_set import file_name


class ArrayWriter:
    """One .npy file a resolution in `folder`, each `[count, H, W, 3]` of uint8 once `finish` was called."""

    def __init__(self, folder: Path, resolutions: Sequence[int], stack: ExitStack) -> None:
        """Begin the files, which `stack` closes."""
        self.count = 0
        self._digest = hashlib.sha256(f"{max(resolutions)} px\n".encode())
        self._files = {
            resolution: stack.enter_context((folder / file_name(resolution)).open("xb")) for resolution in resolutions
        }
        for resolution, file in self._files.items():
            _write_header(file, 0, resolution)

    def add(self, images: dict[int, NDArray[np.uint8]]) -> None:
        """Append one image, given at every resolution as uint8 `[H, W, 3]`."""
        for resolution, file in self._files.items():
            assert images[resolution].shape == (resolution, resolution, 3)
            file.write(images[resolution].tobytes())
        self._digest.update(images[max(self._files)].tobytes())
        self.count += 1

    def finish(self, labels: bytes = b"") -> str:
        """Write the number of images into the headers; returns the fingerprint, of the pixels and of `labels`."""
        self._digest.update(labels)
        for resolution, file in self._files.items():
            length = file.tell() - self.count * resolution * resolution * 3
            file.seek(0)
            _write_header(file, self.count, resolution)
            assert file.tell() == length  # numpy leaves room for a growing first axis
            file.close()
        return self._digest.hexdigest()


def _write_header(file: BinaryIO, count: int, resolution: int) -> None:
    shape = (count, resolution, resolution, 3)
    npy.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
