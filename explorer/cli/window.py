"""`outis [MODEL]`: open the window."""

from __future__ import annotations

import argparse
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from explorer.cli.model_files import resolved
from explorer.cli.terminal import MODEL_HELP, add_device_option, flush
from explorer.widgets.display import has_display
from generator.errors import OutisError, did_you_mean
from generator.hub.address import is_address, normalised
from generator.project.recognise import looks_like_project


class NoDisplayError(OutisError):
    """There is no display to open a window on."""


def add_parser(subparsers: Any) -> None:
    """Declare `outis window`, which is what `outis` and `outis MODEL` mean."""
    parser = subparsers.add_parser(
        "window", prog="outis", help="open the window (the default)", description="Open the window."
    )
    parser.add_argument(
        "model", nargs="?", metavar="MODEL", help=f"{MODEL_HELP}; default: the shipped faces; or a project, NAME.outis"
    )
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Open the window and return its exit code once it is closed."""
    model = None if arguments.model is None else _model(arguments.model, arguments.commands)
    if not has_display():
        raise NoDisplayError("There is no display to open a window on; `outis render` renders images without one.")
    from explorer.app import main

    if model is not None and not is_address(model) and looks_like_project(model):
        code = main(None, arguments.device, model)
    else:
        code = main(model, arguments.device)
    if _still_computes():
        _leave(code)
    return code


def _still_computes() -> bool:
    from explorer.compute.compute_thread import THREAD

    return any(thread.name == THREAD for thread in threading.enumerate())


def _leave(code: int) -> None:
    """End the process at once: an interpreter that shuts down while a thread is inside torch is aborted."""
    logging.shutdown()
    flush()
    os._exit(code)


def _model(model: str, commands: Sequence[str]) -> str:
    """An existing path, or a URL, which the window downloads itself to show the progress."""
    found = resolved(model)
    if is_address(found):
        return normalised(found)
    if not Path(found).exists():
        hint = did_you_mean(model, commands) or "; `outis --help` lists the commands."
        raise FileNotFoundError(f"There is no file {model!r}, and no command of that name{hint}")
    return found
