"""Where `outis render` writes, and which options can be combined; accesses no file and loads nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.cli.distributed import is_one_of_many, shared
from explorer.cli.picture_options import asked_picture, first_used
from explorer.cli.terminal import UsageError
from generator.errors import ExportError
from generator.formats.picture_options import FORMATS, PictureOptions, format_of
from generator.formats.sheet_grid import MAX_SIDE, Grid

EXACT, LIVE = "exact", "live"
NAME = "{name}"  # in --out, the name of each face


@dataclass(frozen=True)
class Output:
    """Output paths: a face or a sheet goes to `file`, faces to `folder`; both for a sheet with its faces."""

    file: Path | None
    folder: Path | None
    pattern: str = f"{NAME}.png"  # of the files in the folder

    def path_of(self, name: str) -> Path:
        """The file of the face called `name`."""
        if self.folder is None:
            assert self.file is not None
            return self.file
        return self.folder / self.pattern.replace(NAME, name)


def asked_output(arguments: argparse.Namespace) -> Output:
    """Where the images go. Raises `UsageError` if the options cannot be combined; accesses no file."""
    _check_faces(arguments)
    if arguments.grid is None:
        if arguments.labels:
            raise UsageError("--labels is for contact sheets: add --grid COLS.")
    else:
        _check_grid(arguments)
    shared(arguments.seeds or ())  # the launcher's variables are checked before torch is loaded
    if not arguments.out:
        raise UsageError("--out is empty: name an image or a folder; . is the current folder.")
    output = _output(arguments)
    _check_overwriting(arguments, output)
    picture_of(arguments, output)
    return output


def _check_faces(arguments: argparse.Namespace) -> None:
    _check_project(arguments)
    if arguments.seeds is None and not arguments.recipe and not arguments.face:
        raise UsageError("Which faces? Give --seeds 1,5-9 or --recipe FILE.")
    if arguments.seeds is not None and len(arguments.recipe) > 1:
        raise UsageError("--seeds takes its edits from one recipe: give one --recipe, or leave --seeds out.")
    if arguments.seeds is not None and len(arguments.face) > 1:
        raise UsageError("--seeds takes its edits from one face: give one --face, or leave --seeds out.")


def _check_project(arguments: argparse.Namespace) -> None:
    if arguments.project is not None and not arguments.face:
        raise UsageError("Which faces of the project? Give --face NAME; `outis project export` renders all of them.")
    if arguments.face and arguments.project is None:
        raise UsageError("--face names a face of a project: add --project FILE.")
    if arguments.face and arguments.recipe:
        raise UsageError("--face and --recipe cannot be combined.")


def _check_grid(arguments: argparse.Namespace) -> None:
    used = first_used(arguments) or ("--format" if arguments.format else None)
    if used is not None:
        raise UsageError(f"{used} is for pictures of one face: leave --grid or {used} out.")
    count = face_count(arguments)
    if arguments.seeds is None and count == 1:
        raise UsageError("--grid makes a sheet of several faces: give them with --seeds or several --recipe.")
    if is_one_of_many():
        raise UsageError("--grid makes one sheet in one process: run it without the launcher.")
    if arguments.precision != EXACT:
        raise UsageError("--grid renders its faces as one exact batch: leave --precision out.")
    Grid.of(count, arguments.grid)  # raises `ExportError` where they do not fit on one sheet
    if arguments.size is not None:
        _check_size(count, arguments.grid, arguments.size)


def _check_size(count: int, columns: int, size: int) -> None:
    try:
        cell = Grid.of(count, columns, size).cell
    except ExportError as error:
        raise UsageError(str(error)) from error
    if cell < size:
        raise UsageError(
            f"{count} faces of {size} px in {columns} columns are larger than the {MAX_SIDE} px of a sheet; "
            f"the largest --size is {cell}."
        )


def face_count(arguments: argparse.Namespace) -> int:
    """The number of requested faces."""
    return len((arguments.recipe or arguments.face) if arguments.seeds is None else arguments.seeds)


def _output(arguments: argparse.Namespace) -> Output:
    out, count = Path(arguments.out), face_count(arguments)
    if not _is_image(arguments.out):
        sheet = out / "sheet.png" if arguments.grid is not None else None
        return Output(sheet, out, f"{NAME}.{arguments.format or FORMATS[0]}")
    if arguments.format is not None and format_of(out.suffix) != arguments.format:
        raise UsageError(f"--out {out} does not end as --format {arguments.format} does: leave --format out.")
    if arguments.grid is not None:
        if arguments.latents:
            raise UsageError("--latents with --grid needs a folder as --out: latents are saved beside each face.")
        return Output(out, None)
    if NAME in out.name:
        return Output(None, out.parent, out.name)
    if count > 1:
        raise UsageError(f"--out {out} is one file for {count} faces: name a folder, or add --grid.")
    return Output(out, None)


def picture_of(arguments: argparse.Namespace, output: Output) -> PictureOptions:
    """What becomes of each picture. Raises `UsageError`."""
    return asked_picture(arguments, arguments.format or format_of(output.path_of("face").suffix) or FORMATS[0])


def _is_image(out: str) -> bool:
    """Whether `out` names an image rather than a folder."""
    path = Path(out)
    if path.is_dir() or out.endswith(("/", "\\")) or not path.suffix:
        return False
    if format_of(path.suffix) is None:
        raise UsageError(
            f"{path.suffix} is not an image format that Outis writes: name a .png, .jpg, .webp, .avif or "
            f".tiff, or a folder as {out}/ with a slash."
        )
    return True


def recipe_names(paths: Sequence[str]) -> list[str]:
    """A name for each recipe, from its file: a later one of the same name is numbered, as in face-2."""
    names: list[str] = []
    for path in paths:
        stem = Path(path).stem or "face"
        numbers = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(paths) + 1))
        names.append(next(name for name in numbers if name not in names))
    return names


def _check_overwriting(arguments: argparse.Namespace, output: Output) -> None:
    """Refuse to replace recipes in the folder by the images made from them."""
    if len(arguments.recipe) < 2 or output.folder is None:
        return
    written = {output.path_of(name).absolute() for name in recipe_names(arguments.recipe)}
    lost = next((path for path in arguments.recipe if Path(path).absolute() in written), None)
    if lost is not None:
        raise UsageError(f"{lost} would be overwritten by an image made from it: name another folder.")
