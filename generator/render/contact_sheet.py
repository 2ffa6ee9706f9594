"""Contact sheets: many faces in a grid, as one image and, where asked for, one file for each face."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from generator.errors import ExportError
from generator.formats.alpha import shown
from generator.formats.image_encode import Pixels, check_suffix, encoded, save_image, scaled
from generator.formats.sheet_grid import Grid
from generator.formats.sheet_labels import label, label_height
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import staged_folder, write_atomically

Render = Callable[[Sequence[Recipe]], Sequence[Pixels]]  # uint8 `[H, W, 3]` or `[H, W, 4]`, one for each recipe


@dataclass(frozen=True)
class SheetFace:
    """One face of a sheet."""

    name: str  # of its file, without suffix
    recipe: Recipe
    seed: int | None = None  # if it is one of several seeds with the same edits

    @property
    def label(self) -> str:
        """The label below it."""
        return self.name if self.seed is None else str(self.seed)


@dataclass(frozen=True)
class SheetStyle:
    """Options of the grid."""

    columns: int
    size: int | None = None  # pixels of a face, and of its file; None = as the model renders it
    labels: bool = False  # the seed or name below each face


def contact_sheet(
    render: Render,
    recipe: Recipe,
    seeds: Sequence[int],
    columns: int,
    path: str | Path,
    faces_folder: str | Path | None = None,
    batch: int = 1,
    labels: Sequence[int | None] | None = None,
) -> Job[Path]:
    """Render `recipe` with each of `seeds` into a grid of `columns` at `path`: a `sheet_of_faces`. labels: the class of
    each seed; None = that of `recipe`.

    Example:
        >>> from generator import checkpoint
        >>> from generator.progress import finish
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> from generator.render.contact_sheet import contact_sheet
        >>> from generator.render.engine import Engine
        >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
        >>> recipe = Recipe(engine.generator.hash, SeedSource(0))
        >>> finish(contact_sheet(engine.render_together, recipe, range(4), 2, "sheet.png", batch=4)).name
        'sheet.png'
    """
    _check_fits(len(seeds), columns)  # before there is a face for each
    faces = [seed_face(recipe, seed) for seed in seeds]
    if labels is not None:
        faces = [_of_class(face, label) for face, label in zip(faces, labels, strict=True)]
    return (yield from sheet_of_faces(render, faces, SheetStyle(columns), path, faces_folder, batch))


def sheet_of_faces(
    render: Render,
    faces: Sequence[SheetFace],
    style: SheetStyle,
    path: str | Path,
    faces_folder: str | Path | None = None,
    batch: int = 1,
) -> Job[Path]:
    """Render `faces` into a grid at `path`; returns that path.

    The sheet contains the recipe of its first face and the list of seeds or names; of classes too, where they differ.
    With `faces_folder` each face is also written there with its own recipe, for example as seed0001.png. One step of
    the job is `batch` faces, or one face where faces are written, because their files must have exactly the pixels of
    their recipes. If it is cancelled or fails, it leaves no files.
    Raises `ExportError`.
    """
    check_suffix(Path(path).suffix)
    _check_fits(len(faces), style.columns)
    with nullcontext() if faces_folder is None else staged_folder(faces_folder) as folder:
        sheet = yield from _filling(render, faces, style, folder, batch if folder is None else 1)
        yield Progress(len(faces), len(faces), "Writing the sheet")
        _write(path, sheet, faces, style.columns)
    return Path(path)


def _filling(
    render: Render, faces: Sequence[SheetFace], style: SheetStyle, folder: Path | None, batch: int
) -> Job[Pixels]:
    """Render each face into its cell, and into `folder` if given."""
    sheet: _Sheet | None = None
    for first in range(0, len(faces), batch):
        some = faces[first : first + batch]
        kind = "" if some[0].seed is None else "of seed "
        yield Progress(first, len(faces), f"Face {kind}{some[0].label}")
        pictures = render([face.recipe for face in some])
        for index, (face, pixels) in enumerate(zip(some, pictures, strict=True), first):
            if sheet is None:  # the first face determines the resolution
                sheet = _Sheet(Grid.of(len(faces), style.columns, style.size or max(pixels.shape[:2])), style.labels)
            sheet.place(pixels, face.label, index)
            if folder is not None:
                save_image(folder / f"{face.name}.png", pixels, face.recipe, style.size)
    assert sheet is not None
    return sheet.pixels


class _Sheet:
    """The sheet being filled."""

    def __init__(self, grid: Grid, labels: bool) -> None:
        self._grid = grid
        self._line = label_height(grid.cell) if labels else 0
        self.pixels = np.zeros((grid.rows * (grid.cell + self._line), grid.columns * grid.cell, 3), dtype=np.uint8)

    def place(self, pixels: Pixels, text: str, index: int) -> None:
        """Place face number `index` into its cell, row by row, with `text` below it if there are labels."""
        row, column = divmod(index, self._grid.columns)
        cell = self._grid.cell
        top, left = row * (cell + self._line), column * cell
        self.pixels[top : top + cell, left : left + cell] = in_square(shown(pixels), cell)
        if self._line:
            below = top + cell
            self.pixels[below : below + self._line, left : left + cell] = label(text, cell, self._line)


def in_square(pixels: Pixels, cell: int) -> Pixels:
    """`pixels` `[H, W, 3]`, scaled to fit a square of `cell` pixels, in its middle, on black."""
    fitted = scaled(pixels, cell)
    height, width = fitted.shape[:2]
    top, left = (cell - height) // 2, (cell - width) // 2
    return np.pad(fitted, ((top, cell - height - top), (left, cell - width - left), (0, 0)))


def face_recipe(recipe: Recipe, seed: int) -> Recipe:
    """`recipe` with `seed` as its source; the class of a conditional model stays."""
    label = recipe.source.label if isinstance(recipe.source, SeedSource) else None
    return replace(recipe, source=SeedSource(seed, label))


def seed_face(recipe: Recipe, seed: int) -> SheetFace:
    """The face of `seed` with the edits of `recipe`, named as public tools number them: seed0001."""
    return SheetFace(f"seed{seed:04d}", face_recipe(recipe, seed), seed)


def _of_class(face: SheetFace, label: int | None) -> SheetFace:
    assert isinstance(face.recipe.source, SeedSource)
    return replace(face, recipe=replace(face.recipe, source=replace(face.recipe.source, label=label)))


def _write(path: str | Path, sheet: Pixels, faces: Sequence[SheetFace], columns: int) -> None:
    seeds = [face.seed for face in faces if face.seed is not None]
    what: dict[str, object] = {"names": [face.name for face in faces]}
    if len(seeds) == len(faces):
        labels = [face.recipe.source.label for face in faces if isinstance(face.recipe.source, SeedSource)]
        what = {"seeds": seeds} | ({"classes": labels} if len(set(labels)) > 1 else {})
    layout = {"format": "outis-sheet", "version": 1, **what, "columns": columns}
    notes = {"recipe": to_json(faces[0].recipe), "sheet": json.dumps(layout)}
    write_atomically(path, encoded(sheet, notes, Path(path).suffix))


def _check_fits(count: int, columns: int) -> None:
    """Refuse what does not fit at any size before the first face is rendered."""
    if not count or columns < 1:
        raise ExportError("A contact sheet needs at least one face and one column.")
    Grid.of(count, columns)
