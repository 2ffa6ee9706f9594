"""What a data set is made like."""

from __future__ import annotations

from dataclasses import dataclass

from generator.errors import DatasetError

SMALLEST, LARGEST = 4, 2048  # px on a side that a data set may have
CLASSES = ("labels", "folders", "none")
HASH_BITS = 64  # of the hash that finds duplicates


@dataclass(frozen=True)
class DataOptions:
    """Options of `preparing`, checked where they are made. Raises `DatasetError`."""

    size: int = 256  # px on a side of the largest resolution, a power of two
    least: int | None = None  # px that a crop must have on a side; fewer than `size` allow upsampling; None = `size`
    crop: tuple[int, int, int] | None = None  # left, top, side in px of the image; None = the largest centre square
    align: bool = False  # faces upright and of one size, as in FFHQ, instead of the crop
    background: tuple[int, int, int] = (255, 255, 255)  # RGB behind transparent places
    classes: str = "labels"  # of the images: those of a `dataset.json`, of their "folders", or "none"
    alike: int | None = 6  # bits in which the hashes of near-duplicates may differ; None = keep duplicates

    def __post_init__(self) -> None:
        if not (2 * SMALLEST <= self.size <= LARGEST and self.size & (self.size - 1) == 0):
            raise DatasetError(f"The size {self.size} is not a power of two from {2 * SMALLEST} to {LARGEST}.")
        if self.least is not None and not 1 <= self.least <= LARGEST:
            raise DatasetError(f"The smallest side {self.least} is not between 1 and {LARGEST} px.")
        if self.align and self.crop:
            raise DatasetError("A crop and the alignment of faces exclude each other; choose one.")
        if self.crop and (min(self.crop) < 0 or self.crop[2] == 0):
            raise DatasetError("A crop is LEFT,TOP,SIDE in pixels, with a side of at least 1.")
        if self.classes not in CLASSES:
            raise DatasetError(f"Classes come from {', '.join(CLASSES)}, not from {self.classes[:40]!r}.")
        if not all(0 <= level <= 255 for level in self.background):
            raise DatasetError("A background is R,G,B with numbers from 0 to 255.")
        if self.alike is not None and not 0 <= self.alike <= HASH_BITS // 4:
            raise DatasetError(f"Duplicates may differ in 0 to {HASH_BITS // 4} of {HASH_BITS} bits, not {self.alike}.")

    @property
    def least_side(self) -> int:
        """Pixels that a crop must have on a side."""
        return self.size if self.least is None else self.least

    @property
    def resolutions(self) -> tuple[int, ...]:
        """All powers of two from 4 to `size`."""
        return tuple(2**power for power in range(SMALLEST.bit_length() - 1, self.size.bit_length()))
