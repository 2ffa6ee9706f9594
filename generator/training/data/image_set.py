"""A prepared data set: a folder with `manifest.json` and one array of all images for each resolution."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.errors import DatasetError, LatentError
from generator.storage.arrays import map_npy
from generator.storage.regular_file import read_regular
from generator.training.data import manifest as manifests
from generator.training.data.manifest import Manifest

LABELS = "labels.npy"  # the class of each image, where they have any


@dataclass(frozen=True)
class ImageSet:
    """The images of one folder, which are read from disk only when they are used."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: str | Path) -> ImageSet:
        """The data set in `folder`, whose files are all there and as long as they must be.

        Raises `DatasetError` with one sentence.
        """
        folder = Path(folder)
        images = cls(folder, read_manifest(folder))
        for resolution in images.resolutions:
            images.pixels(resolution)
        images.labels()
        return images

    @property
    def name(self) -> str:
        """What the images were read from, without path and suffix."""
        return self.manifest.name

    @property
    def count(self) -> int:
        """N, the same at every resolution."""
        return self.manifest.count

    @property
    def resolutions(self) -> tuple[int, ...]:
        """Powers of two, ascending, pixels on a side."""
        return self.manifest.resolutions

    @property
    def classes(self) -> int:
        """How many classes the images are of; 0 where they have none."""
        return self.manifest.classes

    @property
    def class_names(self) -> tuple[str, ...]:
        """A name for each class, printable; () where they are not known."""
        return self.manifest.class_names

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the pixels at the largest resolution and of the classes: equal sets have the same one."""
        return self.manifest.fingerprint

    @property
    def sources(self) -> tuple[str, ...]:
        """The file that each image came from."""
        return self.manifest.sources

    def pixels(self, resolution: int) -> NDArray[np.uint8]:
        """All images at one of `resolutions`: read-only, mapped from the file, uint8 `[N, H, W, 3]` RGB.

        Raises `DatasetError`.
        """
        if resolution not in self.resolutions:
            smallest, largest = self.resolutions[0], self.resolutions[-1]
            raise DatasetError(
                f"The data set {self.folder} has {smallest} to {largest} px, not {resolution}; prepare it with "
                f"--size {resolution}."
            )
        return self._array(file_name(resolution), (self.count, resolution, resolution, 3), np.uint8)

    def labels(self) -> NDArray[np.int32]:
        """The class of each image, read-only, mapped from the file, int32 `[N]`; `[0]` where they have none.

        Raises `DatasetError`.
        """
        if not self.classes:
            return np.empty(0, np.int32)
        labels = self._array(LABELS, (self.count,), np.int32)
        if not 0 <= labels.min() <= labels.max() < self.classes:
            raise DatasetError(
                f"{self.folder / LABELS} has classes other than 0 to {self.classes - 1}; prepare it again."
            )
        return labels

    def _array(self, file: str, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
        path = self.folder / file
        try:
            return _mapped(path, shape, dtype)
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror or error}; prepare the data again.") from error
        except LatentError as error:
            raise DatasetError(f"{path} has changed since it was written; prepare the data again.") from error


def file_name(resolution: int) -> str:
    """The file of all images at `resolution`."""
    return f"{resolution}.npy"


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`. Raises `DatasetError`."""
    path = folder / manifests.FILE_NAME
    try:
        if not path.is_file():
            raise DatasetError(f"{folder} is not a data set: it has no {path.name}; make one with `outis dataset`.")
        text = read_regular(path, manifests.MAX_BYTES).decode()
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} cannot be read: it is damaged or not text.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise DatasetError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    try:
        return Manifest.from_json(text)
    except DatasetError as error:
        raise DatasetError(f"{path} is refused: {error}.") from error


def _mapped(path: Path, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
    """The array in `path`, not read yet. Raises OSError, or LatentError where it is another one than expected."""
    pixels = map_npy(path)
    if not (pixels.shape == shape and pixels.dtype == dtype and pixels.flags.c_contiguous):
        raise LatentError("another shape, type or order")
    return pixels
