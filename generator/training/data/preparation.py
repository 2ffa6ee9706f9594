"""A collection of images -> a data set, in one pass whose memory does not grow with their number.

Files are read one after the other, decoded side by side, and written in the order of their names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.errors import DatasetError
from generator.printable import printable
from generator.progress import Job, Progress
from generator.storage.atomic import whole_folder
from generator.training.data import manifest as manifests
from generator.training.data.alignment import FaceAligner
from generator.training.data.array_writer import ArrayWriter
from generator.training.data.collection import Item, listing
from generator.training.data.cropping import cropped, pyramid
from generator.training.data.decoding import decoded, quiet_decoders
from generator.training.data.duplicates import THUMBNAIL, Duplicates, difference_hash
from generator.training.data.image_set import LABELS, file_name
from generator.training.data.labels import Labels, labelled
from generator.training.data.manifest import Manifest
from generator.training.data.options import LARGEST, DataOptions
from generator.training.data.report import Drop, PreparationReport, Reason, Refused

REPORT_NAME = "report.json"

_ARCHIVE = re.compile(r"\.(tar(\.\w+)?|tgz|tbz2?|txz|zip)$", re.IGNORECASE)
_BATCH = 16  # images decoded in one step of the job
_BATCH_BYTES = 64_000_000  # of their files, beyond which a batch has fewer


def preparing(
    source: str | Path, out: str | Path, options: DataOptions | None = None, names: Sequence[str] = ()
) -> Job[PreparationReport]:
    """Make the data set `out` of the images in `source`: a folder, a tar or a zip.

    names: of the classes, in place of those that are found.

    A data set that is at `out` already is replaced once the new one is whole; cancelled or failing, the job leaves
    nothing of its own. The same files and options give the same bytes. Raises `DatasetError`, and `ExportError`
    where `out` cannot be written.
    """
    source, out, options = Path(source), Path(out), options or DataOptions()
    _check_places(source, out)
    with whole_folder(out) as folder, TemporaryFile(dir=folder) as scratch, ExitStack() as stack:
        items = yield from listing(source, cast(BinaryIO, scratch), stack)
        if not items:
            raise DatasetError(f"{source} contains no files; give a folder, a tar or a zip with images.")
        items, labels = labelled(items, options, names)
        making = _Making(options, labels, ArrayWriter(folder, options.resolutions, stack))
        yield from making.all_of(items)
        report = PreparationReport(
            printable(source.resolve().name), len(items), making.writer.count, tuple(making.drops)
        )
        if not report.kept:
            raise DatasetError(_nothing_left(report, options))
        _write_notes(folder, making, report)
    return report


class _Making:
    """The data set so far."""

    def __init__(self, options: DataOptions, labels: Labels, writer: ArrayWriter) -> None:
        self.options, self.labels, self.writer = options, labels, writer
        self.kept_labels: list[int] = []
        self.sources: list[str] = []
        self.drops: list[Drop] = []
        self._duplicates = None if options.alike is None else Duplicates(options.alike)
        self._squares = _Squares(options)

    def all_of(self, items: Sequence[Item]) -> Job[None]:
        """Read, judge and write every item."""
        done = 0
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            for batch in _batches(items):
                yield Progress(done, len(items), f"Image {done:,} of {len(items):,}, {self.writer.count:,} kept")
                with quiet_decoders():
                    made = list(pool.map(self._squares.of, [data for _, data in batch]))
                for (item, _), square in zip(batch, made, strict=True):
                    self._take(item.name, square)
                done += len(batch)
        yield Progress(done, len(items), f"{self.writer.count:,} of {len(items):,} images kept")

    def _take(self, name: str, square: Image.Image | Refused) -> None:
        try:
            if isinstance(square, Refused):
                raise square
            if self.labels.classes and self.labels.of(name) is None:
                raise Refused(Reason.NO_CLASS)
            images = pyramid(square, self.options.resolutions)
            self._refuse_duplicate(square, images[THUMBNAIL])
        except Refused as refused:
            self.drops.append(Drop(name, refused.reason, refused.detail))
            return
        self.writer.add(images)
        self.sources.append(name)
        if (label := self.labels.of(name)) is not None:
            self.kept_labels.append(label)

    def _refuse_duplicate(self, square: Image.Image, thumbnail: NDArray[np.uint8]) -> None:
        """Remember the image, or raise `Refused` where there is one like it."""
        if self._duplicates is None:
            return
        hash_ = difference_hash(square)
        first = self._duplicates.find(hash_, thumbnail)
        if first is not None:
            raise Refused(Reason.DUPLICATE, f"of {self.sources[first]}")
        self._duplicates.add(hash_, thumbnail)


class _Squares:
    """Bytes of a file -> the square of the data set; called from several threads."""

    def __init__(self, options: DataOptions) -> None:
        """Raises `DatasetError` where faces are to be aligned and the packages for it are not installed."""
        self._options = options
        self._aligner = FaceAligner(options.size, options.least_side) if options.align else None

    def of(self, data: bytes | Refused) -> Image.Image | Refused:
        """The square, or why there is none."""
        try:
            if isinstance(data, Refused):
                return data
            whole = self._options.crop is None and self._aligner is None
            picture = decoded(data, self._options.background, 2 * self._options.size if whole else None)
            return self._aligner.square(picture.image) if self._aligner else cropped(picture, self._options)
        except Refused as refused:
            return refused


def _batches(items: Sequence[Item]) -> Iterator[list[tuple[Item, bytes | Refused]]]:
    """The items with their bytes, in batches bounded in number and in memory."""
    batch: list[tuple[Item, bytes | Refused]] = []
    length = 0
    for item in items:
        data = _bytes_of(item)
        batch.append((item, data))
        length += 0 if isinstance(data, Refused) else len(data)
        if len(batch) == _BATCH or length > _BATCH_BYTES:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _bytes_of(item: Item) -> bytes | Refused:
    try:
        return item.read()
    except Refused as refused:
        return refused


def _check_places(source: Path, out: Path) -> None:
    """Nothing but a data set is replaced, and none is made of itself. Raises `DatasetError`."""
    if not source.exists():
        raise DatasetError(f"{source} does not exist; give a folder, a tar or a zip with images.")
    if out.resolve().is_relative_to(source.resolve()):
        raise DatasetError(f"{out} lies in the folder of the images; choose another place for the data set.")
    if out.is_file():
        raise DatasetError(f"{out} is a file; a data set is a folder, so choose another name.")
    ours = {manifests.FILE_NAME, REPORT_NAME, LABELS, *map(file_name, DataOptions(size=LARGEST).resolutions)}
    if foreign := {path.name for path in out.iterdir()} - ours if out.exists() else set():
        raise DatasetError(
            f"{out} contains other files, such as {printable(min(foreign))}, which would be lost; "
            "choose another folder."
        )


def _nothing_left(report: PreparationReport, options: DataOptions) -> str:
    counts = ", ".join(f"{count:,} {reason}" for reason, count in report.counts.items())
    advice = ""
    if report.counts.get(Reason.TOO_SMALL):
        advice = f" Images must have at least {options.least_side} px on a side; lower --size or --least."
    return f"None of {report.found:,} files in {report.source} can be used: {counts}.{advice}"


def _write_notes(folder: Path, making: _Making, report: PreparationReport) -> None:
    """The manifest and the report. No times and no paths: the same images give the same bytes."""
    labels = np.array(making.kept_labels, np.int32)
    if making.labels.classes:
        np.save(folder / LABELS, labels)
    manifest = Manifest(
        name=_ARCHIVE.sub("", report.source),
        count=report.kept,
        resolutions=making.options.resolutions,
        fingerprint=making.writer.finish(labels.tobytes()),
        sources=tuple(making.sources),
        found=report.found,
        dropped=report.counts,
        options=asdict(making.options),
        classes=making.labels.classes,
        class_names=making.labels.names,
    )
    (folder / manifests.FILE_NAME).write_text(manifest.to_json(), encoding="utf-8")
    (folder / REPORT_NAME).write_text(json.dumps(report.facts(), indent=1) + "\n", encoding="utf-8")
