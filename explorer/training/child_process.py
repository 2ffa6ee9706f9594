"""A command of Outis as a child process: its lines arrive as signals, and it is asked to stop, never killed."""

from __future__ import annotations

import os
import sys
from collections import deque
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

import explorer
from explorer.messages import Failure
from explorer.translation import tr

MAX_LINE = 1_000_000  # bytes; a longer line is dropped
KEPT = 40  # lines of stderr, for the details of a failure
_SUDDEN = "The training ended unexpectedly: killed, or out of memory. Resume continues from the last checkpoint."


class Child(QObject):
    """Lives on the GUI thread; nothing here waits."""

    line = Signal(str)  # of stdout
    ended = Signal(object)  # Failure, or None if all went well

    def __init__(self, parent: QObject | None = None, program: tuple[str, ...] = ()) -> None:
        """`program` with its first arguments; () = this Outis."""
        super().__init__(parent)
        self._program = program or (sys.executable, "-P", "-m", "explorer")
        self._unfinished = b""
        self._errors: deque[str] = deque(maxlen=KEPT)
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail_to_start)

    @property
    def pid(self) -> int:
        return self._process.processId()

    def start(self, arguments: list[str]) -> None:
        self._process.start(self._program[0], [*self._program[1:], *arguments])

    def ask_to_stop(self) -> None:
        """Ask by a word on stdin, after which a training saves its state and ends."""
        self._process.write(b"stop\n")

    def end(self) -> None:
        """Ask by the system's signal, for a command that has nothing to save and cleans up."""
        if os.name == "nt":  # where a console program never receives `terminate`
            self._process.kill()
        else:
            self._process.terminate()

    @Slot()
    def _read(self) -> None:
        *lines, self._unfinished = (self._unfinished + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        if len(self._unfinished) > MAX_LINE:
            self._unfinished = b""
        for line in lines:
            self.line.emit(line.decode(errors="replace"))

    @Slot()
    def _read_errors(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._errors.extend(text.splitlines())

    @Slot(int, QProcess.ExitStatus)
    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_errors()
        if status is QProcess.ExitStatus.CrashExit:
            self.ended.emit(Failure(_SUDDEN, "\n".join(self._errors)))
        else:
            self.ended.emit(None if code == 0 else Failure(self._sentence(code), "\n".join(self._errors)))

    def _sentence(self, code: int) -> str:
        said = [line.removeprefix("outis: ") for line in self._errors if line.startswith("outis: ")]
        return said[-1] if said else tr("It ended with exit code {code}; see the details.", code=code)

    @Slot(QProcess.ProcessError)
    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.ended.emit(Failure("The training could not be started.", self._process.errorString()))


def _environment() -> QProcessEnvironment:
    """Our environment, with the folder of this Outis on the path: an interpreter does not find a checkout by itself."""
    environment = QProcessEnvironment.systemEnvironment()
    home = str(Path(explorer.__file__).parents[1])
    paths = [home, *filter(None, [environment.value("PYTHONPATH")])]
    environment.insert("PYTHONPATH", os.pathsep.join(paths))
    environment.insert("PYTHONUNBUFFERED", "1")
    environment.insert("PYTHONUTF8", "1")
    return environment
