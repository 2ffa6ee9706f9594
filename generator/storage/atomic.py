"""Writing files so that nothing half-written is left, with one sentence if a file could not be written."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

from generator.errors import ExportError

LOCK_PATIENCE = 1.0  # seconds; another process holds the lock for some milliseconds
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # without waiting for the other end of a pipe
WHOLE = ".outis-whole-"  # prefix of a folder that is being filled
_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another disk",
    errno.EDQUOT: "your disk quota is used up; free some space or choose another disk",
    errno.EACCES: "the folder or file is write-protected; choose another folder",
    errno.EPERM: "the folder or file is write-protected; choose another folder",
    errno.EROFS: "the disk is read-only; choose another one",
    errno.ENOENT: "its folder does not exist; create it or choose another one",
    errno.ENOTDIR: "a part of its path is a file, not a folder; choose another folder",
    errno.EEXIST: "a file has that name; choose another name",
    errno.EISDIR: "a folder has that name; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


@contextmanager
def atomic_write(path: str | Path, durable: bool = True) -> Iterator[BinaryIO]:
    """A binary file that replaces `path` when the block succeeds, and is removed when it does not.

    It is written beside the target, so that the last step is a rename: a reader sees the old file or the complete new
    one, even after a power cut unless `durable` is off, which saves the wait for the disk. The target's permissions are
    kept. Leaving the block by any exception, including that of a cancelled job, removes it.
    Raises `ExportError` for every `OSError`.
    """
    with writing_errors(path):
        target = _writable_target(path)
        unfinished = target.with_name(_temporary_name())
        try:
            with unfinished.open("xb") as file:
                if target.exists():  # before anything private is written
                    shutil.copymode(target, unfinished)
                yield file
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(target.parent)


def write_atomically(path: str | Path, data: bytes, durable: bool = True) -> None:
    """Write `data` to `path`, completely or not at all. Raises `ExportError`."""
    with atomic_write(path, durable) as file:
        file.write(data)


def make_folder(path: str | Path) -> None:
    """Create the folder `path` and missing ones above it. Raises `ExportError`."""
    with writing_errors(path):
        Path(path).mkdir(parents=True, exist_ok=True)


def unused(folder: str | Path) -> Path:
    """`folder`, or if it exists the first of `folder-2`, `folder-3`, ... that does not."""
    wanted = Path(folder)
    names = (wanted, *(wanted.with_name(f"{wanted.name}-{k}") for k in range(2, 1000)))
    return next((path for path in names if not path.exists()), wanted)


@contextmanager
def staged_folder(folder: str | Path, replaces: bool = True) -> Iterator[Path]:
    """A folder to fill whose files, and those in its sub-folders, are moved into `folder` when the block succeeds, and
    removed when it does not.

    `folder` is created if it is missing (its parent must exist) and then removed again on failure. Files of other names
    in it stay; those of the same names are replaced, or refused unless `replaces`. If moving fails half-way, what was
    there before is put back. Raises `ExportError` for every `OSError`.
    """
    folder = Path(folder)
    with writing_errors(folder):
        is_new = not folder.exists()
        folder.mkdir(exist_ok=True)
        staging = folder / _temporary_name()
        try:
            staging.mkdir()
            yield staging
            _move_in(staging, folder, replaces)
            shutil.rmtree(staging, ignore_errors=True)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            if is_new:
                with suppress(OSError):  # another program has put a file there meanwhile: it stays
                    folder.rmdir()
            raise


@contextmanager
def whole_folder(folder: str | Path) -> Iterator[Path]:
    """A folder to fill that replaces `folder` with all its content when the block succeeds.

    It is filled beside the target, so that the last step is a rename: a reader sees the old folder or the complete new
    one. Leaving the block by any exception removes it, and the next call removes one that a killed process has left.
    Raises `ExportError` for every `OSError`.
    """
    target = Path(os.path.realpath(folder))
    staging = target.with_name(_temporary_name(WHOLE))
    with writing_errors(folder), ExitStack() as stack:
        _remove_abandoned(target.parent)
        staging.mkdir()
        stack.enter_context(_claimed(staging))
        try:
            yield staging
            _take_place(staging, target)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise


def lock(file: BinaryIO) -> None:
    """Lock `file` for this process until it is closed; the system releases it when the process ends, even by a crash.

    Raises `OSError` if another process, or another open file object, holds it.
    """
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def claim(path: Path) -> BinaryIO | None:
    """The file `path`, created if it is missing, locked until it is closed; None while another process holds it.

    Raises `OSError` if it cannot be opened or locked at all.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_WAIT, 0o600)
    file = os.fdopen(descriptor, "r+b", buffering=0)
    try:
        lock(file)
    except OSError as error:
        file.close()
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return None
        raise
    return file


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Exclude other processes from such a block with the lock file `path`.

    Waits up to `LOCK_PATIENCE` seconds for another process, then raises `ExportError`.
    """
    with writing_errors(path):
        file, until = claim(path), monotonic() + LOCK_PATIENCE
        while file is None and monotonic() < until:
            sleep(0.005)
            file = claim(path)
        if file is None:
            raise ExportError(f"{path.name} is in use by another program; try again.")
    with file:
        yield


def _move_in(staging: Path, folder: Path, replaces: bool) -> None:
    """Move the files below `staging` to the same places below `folder`: all of them or none."""
    files = sorted(path for path in staging.rglob("*") if not path.is_dir())
    former = staging / _temporary_name()  # what was there before
    former.mkdir()
    with ExitStack() as undo:
        for number, file in enumerate(files):
            target = folder / file.relative_to(staging)
            with writing_errors(target):
                _make_parents(target.parent, folder, undo)
                if os.path.lexists(target):
                    _set_aside(target, former / str(number), replaces, undo)
                file.replace(target)
                undo.callback(target.unlink)
        undo.pop_all()


def _make_parents(parent: Path, top: Path, undo: ExitStack) -> None:
    """Create `parent` and what is missing between it and `top`."""
    missing = [path for path in (parent, *parent.parents) if path.is_relative_to(top) and not path.exists()]
    for path in reversed(missing):
        path.mkdir()
        undo.callback(path.rmdir)


def _set_aside(target: Path, former: Path, replaces: bool, undo: ExitStack) -> None:
    """Move the file `target` to `former` until all others are moved too."""
    if target.is_dir() and not target.is_symlink():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not replaces:
        raise OSError(errno.EEXIST, os.strerror(errno.EEXIST))
    target.replace(former)
    undo.callback(former.replace, target)


def _take_place(staging: Path, target: Path) -> None:
    """Rename `staging` to `target`, and remove the former content afterwards."""
    if not target.exists():
        staging.rename(target)
        return
    former = target.with_name(_temporary_name())
    target.rename(former)
    try:
        staging.rename(target)
    except BaseException:
        former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to the disk, if the system can: some disks and Windows cannot."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # the file is already written and in place
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _claimed(folder: Path) -> Iterator[bool]:
    """Whether no other process uses `folder`, as far as the system reports; locks it for this one until the block
    ends."""
    if sys.platform == "win32":  # folders cannot be locked there
        yield False
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = True
    except OSError:  # another process's, or on a disk without locks
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(descriptor)


def _remove_abandoned(parent: Path) -> None:
    """Remove the half-filled folders that killed processes have left in `parent`."""
    for folder in parent.glob(f"{WHOLE}*.tmp"):
        with suppress(OSError), _claimed(folder) as is_ours:
            if is_ours:
                shutil.rmtree(folder, ignore_errors=True)


def _temporary_name(prefix: str = ".outis-") -> str:
    """A hidden name, so short that it fits wherever the target's name fits."""
    return f"{prefix}{secrets.token_hex(6)}.tmp"


def _writable_target(path: str | Path) -> Path:
    """The file behind `path`, following links, which may be absent but must not be anything but a file."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists() and not target.is_file():
        raise ExportError(f"{path} is a device, not a file; choose another name.")
    if target.exists() and not os.access(target, os.W_OK):  # a rename would replace it nevertheless
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return target


@contextmanager
def writing_errors(path: str | Path) -> Iterator[None]:
    """Convert an `OSError` in the block to an `ExportError` that states why `path` could not be written."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise ExportError(f"{Path(path).name or path} could not be written: {reason}.") from error
