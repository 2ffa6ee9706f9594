"""The command line: `outis [MODEL]` opens the window, `outis COMMAND` runs without one.

A command is one file with `add_parser(subparsers)`, which sets `run(arguments) -> exit code`. Heavy imports (torch, Qt)
are inside `run`, so that `outis --help` answers at once.

Exit codes: 0 good, 1 one sentence on stderr, 2 wrong usage, 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from types import FrameType

from explorer.cli import (
    animate,
    catalogue,
    character,
    convert,
    dataset,
    directions,
    evaluate,
    find,
    grab,
    info,
    inspect,
    measure,
    pca,
    project,
    render,
    train,
    window,
)
from explorer.cli.bench import bench
from explorer.cli.parser import Parser, with_help
from explorer.cli.terminal import UsageError, complain, flush
from explorer.compute.torch_start import set_waiting
from explorer.error_messages import describe_error, is_device_lost, is_out_of_memory
from explorer.exit_codes import FAILED, INTERRUPTED, TERMINATED, WRONG_USAGE
from generator.errors import OutisError, did_you_mean

COMMANDS = {  # by name, which is the module's
    module.__name__.rpartition(".")[2]: module
    for module in (
        *(window, render, animate, info, convert, catalogue, pca, directions, grab, measure),
        *(find, character, inspect, project),
        *(dataset, train, evaluate, bench),
    )
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (`sys.argv[1:]` where None) and return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    words = _with_command(given)
    parser = command_parser(words[0])
    try:
        _check_command(given, parser)
        arguments = parser.parse_args(words)
    except SystemExit as stop:  # the parser has printed the help or a usage error
        return stop.code if isinstance(stop.code, int) else WRONG_USAGE
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        return _run(arguments)
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    """Leave by an exception, so that a file half-written is removed on the way out."""
    raise SystemExit(TERMINATED)


def command_parser(command: str = "") -> Parser:
    """The parser of `command` alone, or of every command where it is none: all of them take tens of milliseconds."""
    parser = Parser(
        prog="outis",
        usage="outis [MODEL] [--device DEVICE]\n       outis COMMAND ...",
        description="Explore StyleGAN's latent space: faces that belong to nobody.",
        epilog="`outis COMMAND --help` lists its options. A model file named like a command is opened as ./NAME.",
    )
    parser.add_argument("--version", action="version", version=f"outis {_version()}")
    subparsers = parser.add_subparsers(prog="outis", title="commands", metavar="COMMAND", required=True)
    for module in [COMMANDS[command]] if command in COMMANDS else COMMANDS.values():
        module.add_parser(subparsers)
    parser.set_defaults(commands=tuple(COMMANDS))
    return parser


def _version() -> str:
    try:
        return version("outis")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "(not installed)"


def _check_command(argv: list[str], parser: Parser) -> None:
    """Report a mistyped command with options, or a mistyped --version, which would be parsed as a model's."""
    first = argv[0] if argv else ""
    if first in COMMANDS or os.path.exists(first):  # noqa: PTH110 (a Path raises for names that are too long)
        return
    hint = did_you_mean(first, [*COMMANDS, "--version", "--help", "--device"])
    if first.startswith("--") and hint.endswith(("--version?", "--help?")) and first not in ("--version", "--help"):
        parser.error(f"There is no option {first}{hint}")
    if hint and not first.startswith("-") and any(word.startswith("-") for word in argv[1:]):
        parser.error(f"There is no command {first!r}{hint}")


def _with_command(argv: list[str]) -> list[str]:
    """`outis` and `outis MODEL` mean `outis window` and `outis window MODEL`."""
    known = bool(argv) and (argv[0] in COMMANDS or argv[0] in ("-h", "--help", "--version"))
    return argv if known else ["window", *argv]


def _run(arguments: argparse.Namespace) -> int:
    set_waiting()  # for all threads that the command starts
    try:
        code: int = arguments.run(arguments)
        flush()
        return code
    except UsageError as error:
        sentence = with_help(str(error), arguments.help_command) if error.needs_help else str(error)
        return _complain(OutisError(sentence), WRONG_USAGE)
    except BrokenPipeError:  # the reader of our output has exited, as `head` does: not an error
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # otherwise the flush at exit fails again
        return FAILED
    except (OutisError, OSError) as error:
        return _complain(error, FAILED)
    except (MemoryError, RuntimeError) as error:
        if not (is_out_of_memory(error) or is_device_lost(error)):
            raise  # a bug: a report of it needs the traceback
        return _complain(OutisError(describe_error(error).sentence), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _complain(error: Exception, code: int) -> int:
    sentence = str(error)
    if isinstance(error, OSError) and error.strerror:
        sentence = f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    complain(sentence)
    return code
