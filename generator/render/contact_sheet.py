"""Contact sheets: many seeds of one recipe in a grid, as one picture and, where asked for, one file a face."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np

from generator.errors import ExportError
from generator.formats.image_encode import Pixels, check_suffix, encoded, save_image, scaled
from generator.formats.sheet_grid import Grid
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import staged_folder, write_atomically

Render = Callable[[Sequence[Recipe]], Sequence[Pixels]]  # square uint8 `[H, W, 3]`, one a recipe


def contact_sheet(
    render: Render,
    recipe: Recipe,
    seeds: Sequence[int],
    columns: int,
    path: str | Path,
    faces_folder: str | Path | None = None,
    batch: int = 1,
) -> Job[Path]:
    """Render `recipe` with each of `seeds` into a grid of `columns` at `path`; returns that path.

    The sheet carries the recipe of its first face and the list of seeds. With `faces_folder` each face is also
    written there at full size with its own recipe, as seed0001.png. One step of the job is `batch` faces, or one
    face where it is written, for its file promises the very bytes of its recipe; cancelled or failing, it leaves no
    file of its own. Raises `ExportError`.
    """
    check_suffix(Path(path).suffix)
    if not seeds or columns < 1:
        raise ExportError("A contact sheet needs at least one seed and one column.")
    Grid.of(len(seeds), columns)  # what does not fit at any size is refused before the first face is drawn
    recipes = [face_recipe(recipe, seed) for seed in seeds]
    with nullcontext() if faces_folder is None else staged_folder(faces_folder) as folder:
        sheet = yield from _filling(render, recipes, columns, folder, batch if folder is None else 1)
        yield Progress(len(seeds), len(seeds), "Writing the sheet")
        _write(path, sheet, recipes[0], seeds, columns)
    return Path(path)


def _filling(render: Render, recipes: Sequence[Recipe], columns: int, folder: Path | None, batch: int) -> Job[Pixels]:
    """Render each face into its cell, and into `folder` if there is one."""
    grid: Grid | None = None
    for first in range(0, len(recipes), batch):
        faces = recipes[first : first + batch]
        yield Progress(first, len(recipes), f"Face of seed {seed_of(faces[0])}")
        for index, (face, pixels) in enumerate(zip(faces, render(faces), strict=True), first):
            if grid is None:  # the first face tells the resolution
                grid = Grid.of(len(recipes), columns, pixels.shape[0])
                sheet = _empty(grid)
            _place(grid, sheet, pixels, index)
            if folder is not None:
                save_image(folder / face_name(seed_of(face)), pixels, face)
    return sheet


def seed_of(face: Recipe) -> int:
    """The seed of a face that `face_recipe` made."""
    assert isinstance(face.source, SeedSource)
    return face.source.seed


def face_recipe(recipe: Recipe, seed: int) -> Recipe:
    """`recipe` with `seed` as its source; the class of a conditional model stays."""
    label = recipe.source.label if isinstance(recipe.source, SeedSource) else None
    return replace(recipe, source=SeedSource(seed, label))


def face_name(seed: int) -> str:
    """File name of a seed's face, as public tools number them: seed0001.png."""
    return f"seed{seed:04d}.png"


def _empty(grid: Grid) -> Pixels:
    return np.zeros((grid.rows * grid.cell, grid.columns * grid.cell, 3), dtype=np.uint8)


def _place(grid: Grid, sheet: Pixels, pixels: Pixels, index: int) -> None:
    """Put face number `index` into its cell, row after row."""
    top, left = (grid.cell * step for step in divmod(index, grid.columns))
    sheet[top : top + grid.cell, left : left + grid.cell] = scaled(pixels, grid.cell)


def _write(path: str | Path, sheet: Pixels, first: Recipe, seeds: Sequence[int], columns: int) -> None:
    layout = {"format": "outis-sheet", "version": 1, "seeds": list(seeds), "columns": columns}
    notes = {"recipe": to_json(first), "sheet": json.dumps(layout)}
    write_atomically(path, encoded(sheet, notes, Path(path).suffix))
