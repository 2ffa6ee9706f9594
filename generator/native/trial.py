"""A trial of the native programs in a separate process, once for each version of them on each processor.

A program that LLVM cannot compile, or that the system does not allow to run, ends its process: here not the user's. The
verdict is stored in the cache folder.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import platform
import signal
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from platformdirs import user_cache_dir

from generator.errors import ExportError
from generator.native.llvm import SWITCH, binding
from generator.printable import printable
from generator.storage.atomic import make_folder, write_atomically
from generator.storage.regular_file import read_regular

log = logging.getLogger(__name__)

PATIENCE = 60  # seconds; it takes one or two
MAX_VERDICT = 1_000  # bytes
WORKS = "works"
_WORDS = 64  # more than any program has
_ROOT = Path(__file__).parents[2]  # where `generator` is imported from
_one_at_a_time = Lock()


def fault() -> str:
    """Why the programs cannot be used here, in a few words; "" if they work. Waits for the trial if it must be made."""
    with _one_at_a_time:
        return _fault()


@cache
def _fault() -> str:
    verdict = _kept()
    if not verdict:
        try:
            verdict = _tried()
        except (OSError, subprocess.TimeoutExpired) as error:  # no verdict: the next start tries again
            return f"a trial of them could not be made ({type(error).__name__})"
        _keep(verdict)
    return "" if verdict == WORKS else printable(verdict)


def _kept() -> str:
    try:
        return read_regular(_path(), MAX_VERDICT).decode("utf-8", "replace")
    except OSError:
        return ""


def _keep(verdict: str) -> None:
    try:
        make_folder(_path().parent)
        write_atomically(_path(), verdict.encode())
    except (ExportError, OSError):
        log.warning("The verdict on the native programs could not be stored", exc_info=True)


def _tried() -> str:
    ended = subprocess.run(
        [sys.executable, "-c", "from generator.native.trial import run_all; run_all()"],
        env={**os.environ, SWITCH: "1", "PYTHONPATH": str(_ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows only
    )
    if ended.returncode == 0:
        return WORKS
    log.warning("The native programs failed when tried:\n%s", ended.stderr.decode(errors="replace"))
    return f"they failed when tried ({_ending(ended.returncode)})"


def _ending(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:  # Windows has no signals
        return f"exit code {code}"


def _path() -> Path:
    """The verdict's file, named by everything it depends on."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    for part in (version("llvmlite"), platform.platform(), sys.version, binding.get_host_cpu_name()):
        digest.update(part.encode())
    digest.update(binding.get_host_cpu_features().flatten().encode())
    return Path(user_cache_dir("outis"), "native", f"{digest.hexdigest()[:16]}.txt")


def run_all() -> None:
    """Compile every program that this processor may use, and run each without any jobs."""
    from generator.native import later_programs, programs

    words = (ctypes.c_int64 * _WORDS)()  # no jobs
    for program in {*programs(live=False), *programs(live=True), *later_programs()}:
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(program.address())(ctypes.addressof(words))
