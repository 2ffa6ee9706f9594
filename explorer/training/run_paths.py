"""The paths of a training, checked before it starts.

Preparing the images may take minutes, too long to find out only afterwards that nothing can be written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from explorer.translation import tr

MOST_FOLDERS = 1_000  # to search for a first file
_OURS = re.compile(r"(manifest|report)\.json|(\d+|labels)\.npy")  # files of a data set


def absolute(text: str) -> str:
    """The typed path, which may begin with "~"; "" stays ""."""
    path = Path(text.strip())
    with suppress(RuntimeError):  # an unknown home folder
        path = path.expanduser()
    return str(path.absolute()) if text.strip() else ""


def is_data_set(folder: Path) -> bool:
    return (folder / "manifest.json").is_file()


def data_beside(run: Path) -> Path:
    """Where the data set of plain images is prepared."""
    return run.with_name(f"{run.name}-data")


def fault(source: str, run: str) -> str:
    """Why a training on `source` in `run` cannot start; "" = no reason found."""
    if not source or not run:
        return tr("Choose the images to train on and a folder for the training.")
    try:
        return next(filter(None, (check(Path(source), Path(run)) for check in _CHECKS)), "")
    except (OSError, RuntimeError) as error:  # an unreadable folder, or a link to itself
        return tr("{place} cannot be read; choose another place.", place=getattr(error, "filename", None) or run)


def _of_images(source: Path, run: Path) -> str:
    if not source.exists():
        return tr("{source} does not exist.", source=source)
    return tr("{source} contains no files.", source=source) if source.is_dir() and not _has_files(source) else ""


def _of_both(source: Path, run: Path) -> str:
    if run.resolve() == source.resolve():
        return tr("Choose different folders for the images and for the training.")
    if source.resolve() in run.resolve().parents:
        return tr("{run} is inside the folder of the images; choose another place for the training.", run=run)
    return ""


def _of_run(source: Path, run: Path) -> str:
    if (run / "journal.jsonl").exists():
        return tr("{run} already contains a training; open it to resume it, or choose another folder.", run=run)
    if run.exists() and not (run.is_dir() and _is_empty(run)):
        return tr("{run} is not empty; choose a new folder for the training.", run=run)
    return ""


def _of_parent(source: Path, run: Path) -> str:
    if not run.parent.is_dir():
        return tr(
            "{parent} does not exist; create it first, or choose another place for the training.", parent=run.parent
        )
    written = [run if run.exists() else run.parent, *([] if is_data_set(source) else [run.parent])]
    for folder in written:
        if not os.access(folder, os.W_OK | os.X_OK):
            return tr("You cannot write to {folder}; choose another place for the training.", folder=folder)
    return ""


def _of_data(source: Path, run: Path) -> str:
    """Only an existing data set may be replaced."""
    data = data_beside(run)
    if is_data_set(source) or not data.exists():
        return ""
    if not data.is_dir() or any(not _OURS.fullmatch(path.name) for path in data.iterdir()):
        return tr("The images are prepared in {data}, which already exists; choose another run folder.", data=data)
    return ""


_CHECKS: tuple[Callable[[Path, Path], str], ...] = (_of_images, _of_both, _of_run, _of_parent, _of_data)


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def _has_files(folder: Path) -> bool:
    """Whether it contains a file at any depth, which is assumed where there are very many folders. Called at every key
    typed, so it reads no further than it must."""
    folders = [os.fspath(folder)]
    for place in folders:  # it grows meanwhile
        with suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if not entry.is_dir():
                    return True
                if not entry.is_symlink():
                    folders.append(entry.path)
                if len(folders) > MOST_FOLDERS:
                    return True
    return False
