"""Processes that begin at once: forked from one that has imported torch and all that a training needs already."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

from explorer.cli import main

ROOT = Path(__file__).parents[2]
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["torch._dynamo", "explorer.cli.train", "generator.training.trainer"])


class Forked:
    """Runs `work(*arguments)` in a process of its own, whose exit code is what it returns, or 0.

    It has pipes for its standard streams, and the environment of this process with `environment` in it.
    """

    def __init__(
        self, work: Callable[..., object], *arguments: object, environment: Mapping[str, str] | None = None
    ) -> None:
        (stdin, to), (out, stdout), (err, stderr) = (SERVER.Pipe(duplex=False) for _ in range(3))
        self.stdin, self.stdout, self.stderr = _text(to, "w"), _text(out, "r"), _text(err, "r")
        theirs = stdin, stdout, stderr
        setting = {**os.environ, **(environment or {})}
        self._process = SERVER.Process(target=_begin, args=(theirs, setting, work, arguments))
        self._process.start()
        for end in theirs:
            end.close()

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close()

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float = 60) -> int:
        """The exit code; raises `subprocess.TimeoutExpired` where there is none by then."""
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a forked process", seconds)
        return self._process.exitcode


def forked_outis(*arguments: str) -> Forked:
    """The command line with these arguments."""
    return Forked(main, list(arguments))


def _text(end: Connection[Any, Any], mode: str) -> TextIO:
    with end:
        return os.fdopen(os.dup(end.fileno()), mode)


def _begin(
    streams: tuple[Connection[Any, Any], ...],
    environment: dict[str, str],
    work: Callable[..., object],
    arguments: tuple[object, ...],
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = os.fdopen(0, closefd=False)
    sys.exit(work(*arguments))
