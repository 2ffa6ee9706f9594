"""Shared by the commands: options for model and device, progress on the terminal, and usage errors."""

from __future__ import annotations

import argparse
import sys

from generator.printable import printable
from generator.progress import Progress
from weights import FACES

MODEL_HELP = "model file, URL, or name from `outis catalogue list`"


class UsageError(Exception):
    """Options that cannot be combined; one sentence for the user, exit code 2."""

    needs_help = True  # whether the hint of --help follows


class DeclinedError(UsageError):
    """The user has answered no, so the hint of --help does not follow."""

    needs_help = False


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """`--model MODEL`, the shipped model where it is omitted."""
    parser.add_argument(
        "--model", metavar="MODEL", default=str(FACES), help=f"{MODEL_HELP}; default: the shipped faces"
    )


def add_device_option(parser: argparse.ArgumentParser) -> None:
    """`--device`, checked by the engine, which knows the machine's devices."""
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps; default: %(default)s")


def flush() -> None:
    """Flush stdout, where it is open."""
    if sys.stdout is not None:
        sys.stdout.flush()


def say(sentence: str) -> None:
    """Print a line for people to stderr; stdout is for other programs."""
    print(sentence, file=sys.stderr)


def complain(sentence: str) -> None:
    """Print an error to stderr as every command does."""
    print(f"outis: {printable(sentence)}", file=sys.stderr)


def report(progress: Progress) -> None:
    """Show a job's progress on one line of the terminal; nothing where stderr is a file or a pipe."""
    if not sys.stderr.isatty():
        return
    share = f"{100 * progress.done // progress.total:3d} % " if progress.total else ""
    finished = progress.total and progress.done >= progress.total
    print(f"\r\x1b[K{share}{progress.text}", end="\n" if finished else "", file=sys.stderr, flush=True)
