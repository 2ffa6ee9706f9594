"""Load a model file of any format as a `Generator`, or raise an error of one sentence.

A reader per format turns the file into a `RawCheckpoint` (names, tensors, facts) without running anything
from it; `build` makes the network. To add a format, write a reader and list it in `READERS`.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Protocol, cast

from generator.checkpoint import pickle_file, safetensors_file, strangers, torch_zip_file
from generator.checkpoint.allowlist import Tolerance
from generator.checkpoint.bare_arrays import holds_arrays
from generator.checkpoint.build import build
from generator.checkpoint.file_slice import FormatError, Section
from generator.checkpoint.layout_lucidrains import with_settings_beside
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.torch_archive import members, program_of
from generator.checkpoint.unpacking import GZIP, may_be_model, unpacked
from generator.checkpoint.values import is_model
from generator.errors import CheckpointError, refusing
from generator.networks import Generator
from generator.printable import printable
from generator.progress import Job, Progress, finish
from generator.recipe import class_names
from generator.storage.regular_file import open_regular

__all__ = ["holds_model", "load", "loading", "looks_like_model"]


class Reader(Protocol):
    """One format: a module with these two functions."""

    def recognises(self, head: bytes) -> bool:
        """True for the first bytes of a file of this format."""

    def reading(self, section: Section, file_name: str) -> Job[RawCheckpoint]:
        """Read the file. Raises `FormatError`, `CheckpointError` or OSError."""


READERS: tuple[Reader, ...] = (safetensors_file, torch_zip_file, pickle_file)
HEAD_BYTES = 32
LARGEST_LATENT = 2**24  # bytes; a larger archive that cannot be read is a damaged model
IN_MEMORY = 2**24  # bytes that are unpacked in memory, before a file on disk is taken
IN_TENSORFLOW = f" with a TensorFlow SavedModel, as TF-Hub has them, which Outis does not open; {strangers.PYTORCH}"
MAX_CARD = 4000  # bytes
MAX_BYTES = 16 * 2**30  # no StyleGAN is larger; a file that is has been mistaken for one


def load(path: str | Path) -> Generator:
    """The generator in the file: float32, on the CPU, ready to run. Raises `CheckpointError`.

    Example:
        >>> from generator import checkpoint
        >>> generator = checkpoint.load("model.safetensors")
        >>> generator.name, generator.config.img_resolution
        ('tiny', 32)
    """
    return finish(loading(path))


def loading(path: str | Path) -> Job[Generator]:
    """`load` as a job, with progress and cancel.

    Example:
        >>> from generator.checkpoint import loading
        >>> from generator.progress import finish
        >>> finish(loading("model.safetensors")).name
        'tiny'
    """
    path = Path(path)
    yield Progress(0, 3, f"Reading {path.name}")
    with refusing(CheckpointError, f"{path.name} is damaged or not a model; copy or download it again."):
        raw = with_settings_beside((yield from _read(path)), path)
        yield Progress(1, 3, f"Building {path.name}")
        generator = yield from build(raw)
    generator.name = generator.name or printable(path.stem)
    generator.description = "\n".join(filter(None, [generator.description, _model_card(path)]))
    _name_classes(generator, path, raw.metadata.get("classes", ""))
    return generator


def _name_classes(generator: Generator, path: Path, inside: str) -> None:
    """With the names that lie beside the model, or else with those in its file; a model opens without any as well."""
    classes = generator.config.c_dim
    found = class_names.known(path, generator.hash, classes)
    if classes and inside and not found and not found.fault:
        found = class_names.in_model(inside, classes, path.name)
    generator.class_names, generator.class_fault = found.names, found.fault


def looks_like_model(path: str | Path) -> bool:
    """True for a file that is meant as a model, damaged or not; a .pt, .pkl or .npz file with a latent is not one.

    Raises OSError if it cannot be read.
    """
    with open_regular(path) as file:
        head = file.read(HEAD_BYTES)
        if torch_zip_file.recognises(head):
            return _zip_holds_model(Section.of(file))
        if pickle_file.recognises(head):
            return _pickle_holds_model(Section.of(file))
    return head.startswith(GZIP) or any(reader.recognises(head) for reader in READERS)


def holds_model(path: str | Path) -> bool:
    """True for a file with a network in it that can be read so far: unlike `looks_like_model` not for a damaged one."""
    try:
        with open_regular(path) as file, refusing(CheckpointError, "It is damaged."):
            head = file.read(HEAD_BYTES)
            if torch_zip_file.recognises(head):
                return is_model(torch_zip_file.opened(Section.of(file), Tolerance()).root)
            if pickle_file.recognises(head):
                return is_model(pickle_file.opened(Section.of(file), Tolerance())[0])
            return safetensors_file.recognises(head)
    except (OSError, FormatError, CheckpointError):
        return False


def _zip_holds_model(section: Section) -> bool:
    try:
        with refusing(CheckpointError, "It is damaged."):
            names = members(section)
            if program_of(names) is None:
                return may_be_model(names)
            return is_model(torch_zip_file.opened(section, Tolerance()).root)
    except (FormatError, CheckpointError):
        return section.length > LARGEST_LATENT


def _pickle_holds_model(section: Section) -> bool:
    """Unless it is small and holds nothing but arrays; the reader of models says what is wrong with any other."""
    if section.length > LARGEST_LATENT:
        return True
    try:
        with refusing(CheckpointError, "It is damaged."):
            root, _ = pickle_file.opened(section)
            return is_model(root) or not holds_arrays(root)
    except (FormatError, CheckpointError):
        return True


def _read(path: Path) -> Job[RawCheckpoint]:
    """`_reading`, whose errors become sentences that begin with the file's name."""
    try:
        return (yield from _reading(path))
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror or error}.") from error
    except FormatError as fault:
        raise CheckpointError(f"{path.name} {fault}.") from fault


def _reading(path: Path) -> Job[RawCheckpoint]:
    if path.is_dir():
        is_tensorflow = (path / "saved_model.pb").exists()
        raise CheckpointError(f"{path} is a folder{IN_TENSORFLOW if is_tensorflow else '; choose a model file in it'}.")
    with open_regular(path) as file, SpooledTemporaryFile(IN_MEMORY) as scratch:
        whole = Section.of(file)
        if whole.length == 0:
            raise CheckpointError(f"{path.name} is empty; copy or download it again.")
        if whole.length > MAX_BYTES:
            raise CheckpointError(f"{path.name} has {whole.length / 2**30:.0f} GiB; no StyleGAN model is that large.")
        section = yield from unpacked(whole, cast(BinaryIO, scratch), path.name)
        head = bytes(section.section(0, min(HEAD_BYTES, section.length)).read())
        for reader in READERS:
            if reader.recognises(head):
                return (yield from reader.reading(section, path.name))
    strangers.refuse_head(head)
    raise FormatError("is not a model file that Outis knows; it opens StyleGAN models in .safetensors, .pkl, .pt")


def _model_card(path: Path) -> str:
    """The model card `NAME.md` beside the model: which has the terms of the model."""
    card = path.with_suffix(".md")
    try:
        with open_regular(card) as file:
            text = file.read(MAX_CARD).decode("utf-8", "replace")
        return printable(text, kept="\n\t").strip()
    except OSError:
        return ""  # the card is a courtesy; a model opens without it
