"""Exporting many faces as one job: images at several sizes, latents, manifests and a contact sheet."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator.errors import ExportError, LatentError, RecipeError
from generator.formats.finished import Finished, save_finished
from generator.formats.image_encode import Pixels, save_image, scaled
from generator.formats.latent_file import Latents, save_latents
from generator.progress import Job, Progress
from generator.project.export_options import ExportOptions
from generator.project.face import Face
from generator.project.manifest import ManifestRow, to_csv, to_jsonl
from generator.project.names import MANIFEST_CSV, MANIFEST_JSONL, SHEET, ClassTitle, Size, file_names, untitled
from generator.recipe.recipe import Recipe
from generator.render.contact_sheet import SheetFace, SheetStyle, sheet_of_faces
from generator.storage.atomic import make_folder, staged_folder, write_atomically

SHEET_FACE = 256  # pixels of a face on the contact sheet, at most

READ_AT_ONCE = 20  # recipes unpacked in one step; each takes up to a millisecond


@dataclass(frozen=True)
class ExportDone:
    """What has been written."""

    folder: Path
    faces: int
    left_out: int  # faces of other models


def exporting(
    faces: Sequence[Face],
    options: ExportOptions,
    render: Callable[[Recipe], Pixels],
    latents: Callable[[Recipe], Latents],
    model: str = "",
    take: Callable[[Recipe, Size], Job[Finished]] | None = None,
    title: ClassTitle = untitled,
) -> Job[ExportDone]:
    """Write `faces` into `options.folder`; each is rendered once, whatever the number of sizes.

    Faces of another model than `model` (its hash; "" = there are none) are left out and counted. Files that exist are
    refused before the first face is rendered, unless `options.overwrite`. If it is cancelled or fails, it leaves no
    files. take: makes the picture of a face for its file, at a size, where it is not as it is rendered; the sheet has
    it as it is rendered. title: what the classes are called. Raises `ExportError`, and what `render`, `latents` and
    `take` raise.

    Example:
        >>> from generator import checkpoint
        >>> from generator.progress import finish
        >>> from generator.project.export_options import ExportOptions
        >>> from generator.project.face import Face
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> from generator.render.engine import Engine
        >>> from generator.render.export_faces import exporting
        >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
        >>> faces = [Face.of(seed, Recipe(engine.generator.hash, SeedSource(seed))) for seed in (1, 2)]
        >>> finish(exporting(faces, ExportOptions("faces", csv=True), engine.render, engine.latents)).faces
        2
    """
    ours = [face for face in faces if not model or face.model in ("", model)]
    _check_any(len(ours), len(faces), options)
    yield from _reading(ours)
    export = _Export(ours, options, render, latents, take, title)
    export.check_unused()
    with staged_folder(options.folder, options.overwrite) as staging:
        yield from export.write_into(staging)
    return ExportDone(Path(options.folder), len(ours), len(faces) - len(ours))


def _reading(faces: Sequence[Face]) -> Job[None]:
    """Unpack the recipes in short steps, because frames are rendered in between; thousands take seconds."""
    for number, face in enumerate(faces):
        if number and number % READ_AT_ONCE == 0:
            yield Progress(0, len(faces), "Reading the recipes")
        with _naming(face):
            _ = face.recipe  # kept by the face


def _check_any(ours: int, all_: int, options: ExportOptions) -> None:
    if not options.folder:
        raise ExportError("No folder is named for the faces; choose one.")
    if not all_:
        raise ExportError("There are no faces to export; mark at least one.")
    if not ours:
        raise ExportError(f"None of the {all_} faces was made with the open model; open theirs first.")


class _Export:
    """One export: the files that it will write, and how."""

    def __init__(
        self,
        faces: Sequence[Face],
        options: ExportOptions,
        render: Callable[[Recipe], Pixels],
        latents: Callable[[Recipe], Latents],
        take: Callable[[Recipe, Size], Job[Finished]] | None,
        title: ClassTitle,
    ) -> None:
        self._faces, self._options, self._render, self._latents = faces, options, render, latents
        self._take = take
        count, stems = len(options.sizes), file_names(options.pattern, faces, options.look, options.sizes, title)
        self._stems = [stems[first : first + count] for first in range(0, len(stems), count)]
        self._rows: list[ManifestRow] = []

    def check_unused(self) -> None:
        """Refuse files that exist, unless they may be replaced, and what stands where a folder should be."""
        folder, replaces = Path(self._options.folder), self._options.overwrite
        names = self._files()
        folders = {str(above) for name in names for above in PurePosixPath(name).parents} - {"."}
        taken = [name for name in names if _is_taken(folder / name, replaces)]
        taken += sorted(name for name in folders if _is_no_folder(folder / name))
        if taken:
            more = f", and so are {len(taken) - 1} more" if len(taken) > 1 else ""
            advice = "choose another folder or other names" + ("" if replaces else ", or allow overwriting")
            raise ExportError(f"{taken[0]} is in {folder} already{more}; {advice}.")

    def write_into(self, staging: Path) -> Job[None]:
        """Render and write everything; one face is one step, but for what `take` does in many."""
        if self._take is not None:
            for number, face in enumerate(self._faces):
                yield Progress(number, len(self._faces), f"Face {face.title}")
                yield from self._taking(number, self._take, staging)
        if self._options.sheet:
            captions = [SheetFace(face.title, face.recipe) for face in self._faces]
            numbers = iter(range(len(captions)))
            style = SheetStyle(math.isqrt(len(captions) - 1) + 1, labels=True)
            yield from sheet_of_faces(
                lambda recipes: [self._write(next(numbers), staging) for _ in recipes], captions, style, staging / SHEET
            )
        elif self._take is None:
            for number, face in enumerate(self._faces):
                yield Progress(number, len(self._faces), f"Face {face.title}")
                self._write(number, staging)
        self._write_manifests(staging)

    def _taking(self, number: int, take: Callable[[Recipe, Size], Job[Finished]], staging: Path) -> Job[None]:
        """Write the pictures of face `number` as `take` makes them, with what lies beside them."""
        face = self._faces[number]
        for name, size in self._names(number, staging):
            with _naming(face):
                finished = yield from take(face.recipe, size)
            save_finished(staging / name, finished, face.recipe)
            self._rows.append(ManifestRow(name, face, int(max(finished.pixels.shape))))
        self._write_latents(number, staging)

    def _write(self, number: int, staging: Path) -> Pixels:
        """Write face `number`, unless it is written already; returns its pixels for the sheet."""
        face = self._faces[number]
        with _naming(face):
            pixels = self._render(face.recipe)
        if self._take is None:
            for name, size in self._names(number, staging):
                save_image(staging / name, pixels, face.recipe, size)
                self._rows.append(ManifestRow(name, face, size or max(pixels.shape)))
            self._write_latents(number, staging)
        return scaled(pixels, min(SHEET_FACE, max(pixels.shape)))

    def _names(self, number: int, staging: Path) -> Iterator[tuple[str, Size]]:
        """The pictures of face `number` with their sizes; their folders are there."""
        for stem, size in zip(self._stems[number], self._options.sizes, strict=True):
            name = f"{stem}.{self._options.format}"
            make_folder((staging / name).parent)
            yield name, size

    def _write_latents(self, number: int, staging: Path) -> None:
        if self._options.latents:
            recipe = self._faces[number].recipe
            save_latents(staging / f"{self._stems[number][0]}.npz", self._latents(recipe), recipe)

    def _write_manifests(self, staging: Path) -> None:
        if self._options.csv:
            write_atomically(staging / MANIFEST_CSV, to_csv(self._rows))
        if self._options.jsonl:
            write_atomically(staging / MANIFEST_JSONL, to_jsonl(self._rows))

    def _files(self) -> list[str]:
        """The paths of all files, relative to the folder."""
        options = self._options
        images = [f"{stem}.{options.format}" for stems in self._stems for stem in stems]
        arrays = [f"{stems[0]}.npz" for stems in self._stems] if options.latents else []
        beside = ((MANIFEST_CSV, options.csv), (MANIFEST_JSONL, options.jsonl), (SHEET, options.sheet))
        return [*images, *arrays, *(name for name, is_wanted in beside if is_wanted)]


def _is_taken(path: Path, replaces: bool) -> bool:
    return path.is_dir() or (not replaces and os.path.lexists(path))


def _is_no_folder(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


@contextmanager
def _naming(face: Face) -> Iterator[None]:
    """Begin the sentence of an error with the face that does not fit."""
    try:
        yield
    except (RecipeError, LatentError, ExportError) as error:
        raise type(error)(f"{face.name or f'Face {face.id}'}: {error}") from error
