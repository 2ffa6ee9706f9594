"""`outis train DATA RUN` and `outis train --resume RUN`: train a generator on your images."""

from __future__ import annotations

import argparse
import json
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from explorer.cli.terminal import UsageError, add_device_option, report, say
from explorer.compute.torch_start import start_torch
from explorer.exit_codes import SIGNALLED

if TYPE_CHECKING:
    import torch

    from generator.training.data import ImageSet
    from generator.training.journal import Entry
    from generator.training.settings import TrainingSettings

FRESH = (  # only for a new training
    *("data", "run_folder", "preset", "settings", "model", "resolution", "images", "batch", "no_classes"),
    *("seed", "snapshot_every", "keep_states", "frechet"),
)
MAX_SETTINGS = 1_000_000  # bytes
IMAGES_HELP = "total images shown; stages keep their proportions, each rounded up to whole batches"

T = TypeVar("T")


def add_parser(subparsers: Any) -> None:
    """Declare `outis train` and its options."""
    parser = subparsers.add_parser(
        "train",
        usage="outis train DATA RUN [options]\n       outis train --resume RUN [--at N] [--device DEVICE] [--json]",
        help="train a model on a data set",
        description="Train a StyleGAN2 generator on a data set made by `outis dataset`. Ctrl+C saves and stops. "
        "Several GPUs: torchrun --nproc-per-node N -m explorer train ...",
    )
    parser.add_argument("data", nargs="?", metavar="DATA", help="folder of the data set")
    parser.add_argument("run_folder", nargs="?", metavar="RUN", help="new folder for the training")
    parser.add_argument("--resume", metavar="RUN", help="resume the training in this folder")
    parser.add_argument(
        "--at", type=int, metavar="N", help="resume from the checkpoint after N images and discard later ones"
    )
    parser.add_argument("--preset", help="faces (the recipe of the shipped model) or small (for a CPU); default: small")
    parser.add_argument("--settings", metavar="FILE", help="settings as JSON, on top of the preset")
    parser.add_argument("--from", dest="model", metavar="MODEL", help="start from the weights of a compatible model")
    parser.add_argument(
        "--no-classes", action="store_true", default=None, help="train without the classes that the data have"
    )
    parser.add_argument("--resolution", type=int, metavar="PX", help="final resolution")
    parser.add_argument("--images", type=int, metavar="N", help=IMAGES_HELP)
    parser.add_argument("--batch", type=int, metavar="N", help="batch size in every stage")
    parser.add_argument("--seed", type=int, help="random seed")
    parser.add_argument("--snapshot-every", type=int, metavar="N", help="images between two saved models")
    parser.add_argument("--keep-states", type=int, metavar="N", help="newest checkpoints to keep; 0: all")
    parser.add_argument(
        "--frechet",
        type=int,
        metavar="SAMPLES",
        help="compute the Fréchet distance of each snapshot from this many samples",
    )
    add_device_option(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the journal on stdout; a line `stop` on stdin, or its end, stops the training",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train until the end or a request to stop; the exit code shows which."""
    _check_usage(arguments)
    start_torch()  # its idle threads then leave the processor to other programs, such as the window
    from explorer.cli.model_files import local
    from generator.progress import finish
    from generator.training.distributed import joined
    from generator.training.trainer import resuming, training

    with joined(_device(arguments.device)) as ranks, _asked_to_stop(arguments.json) as stop:
        listener = (
            _until_closed(_print_json, sys.stdout, stop)
            if arguments.json
            else _until_closed(_print_line, sys.stderr, stop)
        )
        if arguments.resume:
            job = resuming(arguments.resume, ranks.device, stop.is_set, listener, ranks, arguments.at)
        else:
            images = _data(arguments.data)
            model = None if arguments.model is None else Path(local(arguments.model))
            settings = _settings(arguments, model, images.classes)
            job = training(settings, images, arguments.run_folder, ranks.device, stop.is_set, listener, ranks, model)
        finish(job, None if arguments.json or not ranks.leads else _until_closed(report, sys.stderr, stop))
    return stop.code


class _Stop(threading.Event):
    """Set when the training must save and stop; `code` is the exit code."""

    code = 0


@contextmanager
def _asked_to_stop(by_stdin: bool) -> Iterator[_Stop]:
    """Signals and, with `by_stdin`, a line `stop` ask to stop; a second signal leaves at once."""
    stop = _Stop()
    before = {number: signal.getsignal(number) for number in _signals()}

    def on_signal(number: int, _frame: FrameType | None) -> None:
        stop.code = SIGNALLED + number
        stop.set()
        for again, handler in before.items():
            signal.signal(again, handler)
        with suppress(OSError):  # the reader may have closed the pipe; and print is not reentrant
            os.write(sys.stderr.fileno(), b"Saving, then stopping; press Ctrl+C again to quit immediately.\n")

    for number in before:
        signal.signal(number, on_signal)
    if by_stdin:
        threading.Thread(target=_read_stop, args=(stop,), daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signals() -> list[signal.Signals]:
    """SIGINT, SIGTERM and, where there is a terminal, SIGHUP, unless `nohup` ignores it."""
    hang_up: signal.Signals | None = getattr(signal, "SIGHUP", None)
    hang_ups = [] if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN else [hang_up]
    return [signal.SIGINT, signal.SIGTERM, *hang_ups]


def _read_stop(stop: _Stop) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
            return
    if _is_pipe(sys.stdin):  # its other end was closed, and an unattended training would run for days
        stop.set()


def _is_pipe(file: TextIO) -> bool:
    try:
        mode = os.fstat(file.fileno()).st_mode
    except OSError:  # not a real file
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _check_usage(arguments: argparse.Namespace) -> None:
    if arguments.resume:
        if any(getattr(arguments, name) is not None for name in FRESH):
            raise UsageError("--resume uses the data and settings of the run; leave the other options out.")
    elif arguments.at is not None:
        raise UsageError("--at is only for --resume RUN; leave it out.")
    elif arguments.data is None or arguments.run_folder is None:
        raise UsageError("Give DATA and RUN, a data set and a new folder, or --resume RUN.")


def _device(name: str) -> torch.device:
    """CPU or CUDA; "auto" never means MPS, whose random numbers cannot be seeded as training needs it."""
    from generator.errors import DeviceError
    from generator.render import device as devices

    device = devices.choose(name)
    if device.type in ("cpu", "cuda"):
        return device
    if name == "auto":
        return devices.choose("cpu")
    raise DeviceError(f"Training needs --device cpu or cuda; it does not run on {name}.")


def _data(folder: str) -> ImageSet:
    from generator.errors import DatasetError
    from generator.training.data import ImageSet

    path = Path(folder)
    if path.is_file() or (path.is_dir() and not (path / "manifest.json").exists()):
        raise DatasetError(f"{folder} is not a data set; prepare one from it first: outis dataset {folder} OUT")
    return ImageSet.open(folder)


def _settings(arguments: argparse.Namespace, model: Path | None, classes: int) -> TrainingSettings:
    """The preset, then the file, then the options; conditional if the data have classes."""
    from dataclasses import replace

    from generator.training.warm_start import warm_start

    settings = _preset(arguments)
    settings = (replace(settings, classes=0) if arguments.no_classes else settings).for_classes(classes)
    if arguments.resolution is not None:
        settings = settings.up_to(arguments.resolution)
    if arguments.batch is not None:
        settings = settings.with_batch(arguments.batch)
    if arguments.images is not None:
        if model is not None:  # the skipped stages show no images
            _, settings = warm_start(model, settings)
        settings = settings.with_total(arguments.images)
    named = {
        "seed": arguments.seed,
        "snapshot_images": arguments.snapshot_every,
        "keep_states": arguments.keep_states,
        "frechet_samples": arguments.frechet,
    }
    return replace(settings, **{name: value for name, value in named.items() if value is not None})


def _preset(arguments: argparse.Namespace) -> TrainingSettings:
    """The settings with those of the file on top."""
    from generator.errors import TrainingError, did_you_mean
    from generator.storage.regular_file import read_regular
    from generator.training.settings import PRESETS, TrainingSettings

    preset = arguments.preset or "small"
    if preset not in PRESETS:
        hint = did_you_mean(preset, PRESETS) or f"; choose from {', '.join(PRESETS)}."
        raise UsageError(f"{preset!r} is not a preset{hint}")
    settings = PRESETS[preset]
    if arguments.settings:
        try:
            values = json.loads(read_regular(arguments.settings, MAX_SETTINGS))
        except (ValueError, RecursionError) as error:
            raise TrainingError(f"{arguments.settings} is not valid JSON.") from error
        return TrainingSettings.from_json(settings.to_json() | values if isinstance(values, dict) else values)
    return settings


def _until_closed(print_entry: Callable[[T], None], file: TextIO, stop: _Stop) -> Callable[[T], None]:
    """`print_entry`, until `file` cannot be written: then the reader has exited, and the training saves and stops."""

    def printing(entry: T) -> None:
        try:
            print_entry(entry)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())
            stop.set()

    return printing


def _print_json(entry: Entry) -> None:
    print(json.dumps(entry.facts()), flush=True)


def _print_line(entry: Entry) -> None:
    """Print one readable line to stderr."""
    from generator.training.journal import End, Notice, Rollback, Samples, Snapshot, Start, Step

    at = f"{entry.images:>9,}"
    match entry:
        case Start():
            _line(f"{at} of {entry.total_images:,} images: {entry.run}")
        case Step():
            fade = f" fade {entry.fade:.2f}" if entry.fade < 1 else ""
            _line(
                f"{at}  {entry.resolution} px{fade}  G {entry.loss_g:.3f}  D {entry.loss_d:.3f}  "
                f"sign {entry.real_sign:+.2f}  {entry.images_per_second:.1f} images/s"
            )
        case Samples():
            _line(f"{at}  {entry.path}")
        case Snapshot():
            _line(f"{at}  {entry.path}" + ("" if entry.frechet is None else f"  Fréchet distance {entry.frechet:.2f}"))
        case Rollback():
            _line(f"{at}  rolled back: {entry.reason}")
        case Notice():
            _line(f"{at}  {entry.sentence}")
        case End() if entry.reason != "failed":  # its error is reported by `outis`
            _line(f"{at}  {entry.sentence}")


def _line(text: str) -> None:
    """Print a line in place of the progress, if that is shown."""
    say(f"\r\x1b[K{text}" if sys.stderr.isatty() else text)
