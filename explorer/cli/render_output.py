"""Where `outis render` writes, and which of its options go together; touches no file and loads nothing heavy."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from explorer.cli.distributed import is_one_of_many, shared
from explorer.cli.terminal import UsageError
from generator.formats.sheet_grid import Grid

EXACT, LIVE = "exact", "live"
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True)
class Output:
    """Where pictures go: a face or a sheet to `file`, faces to `folder`; both for a sheet beside its faces."""

    file: Path | None
    folder: Path | None


def asked_output(arguments: argparse.Namespace) -> Output:
    """Where the pictures go. Raises `UsageError` where the options do not go together, `ExportError` where the faces do
    not fit on one sheet; touches no file."""
    if arguments.seeds is None and arguments.recipe is None:
        raise UsageError("Say which faces: --seeds 1,5-9, or --recipe FILE.")
    if arguments.grid is not None and arguments.seeds is None:
        raise UsageError("--grid makes a sheet of several faces: say which with --seeds.")
    if arguments.grid is not None and is_one_of_many():
        raise UsageError("--grid makes one sheet, which one process draws: leave the launcher out.")
    if arguments.grid is not None and arguments.precision != EXACT:
        raise UsageError("--grid draws its faces together, always exact: leave --precision out.")
    if arguments.grid is not None:
        Grid.of(len(arguments.seeds), arguments.grid)
    shared(arguments.seeds or ())  # what the launcher says is checked before torch is loaded
    if not arguments.out:
        raise UsageError("--out is empty: name an image or a folder; . is the folder you are in.")
    out, is_file = Path(arguments.out), _is_image(arguments.out)
    if is_file and arguments.grid is None and len(arguments.seeds or [0]) > 1:
        raise UsageError(f"--out {out} is one file for {len(arguments.seeds)} faces: name a folder, or add --grid.")
    if is_file and arguments.grid is not None and arguments.latents:
        raise UsageError("--latents with --grid needs a folder as --out: latents are saved beside each face.")
    if is_file:
        return Output(out, None)
    return Output(out / "sheet.png" if arguments.grid is not None else None, out)


def _is_image(out: str) -> bool:
    """Whether `out` names an image rather than a folder."""
    path = Path(out)
    if path.is_dir() or out.endswith(("/", "\\")) or not path.suffix:
        return False
    if path.suffix.lower() not in IMAGE_SUFFIXES:
        raise UsageError(
            f"{path.suffix} is no image format here: name a .png, .jpg or .webp, or a folder as {out}/ with a slash."
        )
    return True
