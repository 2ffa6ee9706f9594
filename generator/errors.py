"""Errors whose text is meant for the user: one sentence with what was found, what was expected, what to do."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from generator.printable import printable

MAX_SENTENCE = 2000  # characters; enough for a list of names
OF_BAD_FILES = (  # what libraries, and our own readers, raise for unexpected bytes
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    RuntimeError,
    SystemError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)


class OutisError(Exception):
    """Base of all our errors that are shown to the user unchanged.

    Sentences quote names and keys from files, so all of them are made harmless here.
    """

    def __init__(self, sentence: str = "") -> None:
        super().__init__(printable(shortened(str(sentence))))


class CheckpointError(OutisError):
    """A model file was refused."""


class RecipeError(OutisError):
    """A recipe, or a file that should contain one, was refused."""


class UnknownFileError(RecipeError):
    """A file of no kind that restores a face."""


class LatentError(OutisError):
    """A latent, or a file that should contain one, was refused."""


class DirectionError(OutisError):
    """A direction library was refused, or a direction is unknown."""


class ClassError(OutisError):
    """A class of a conditional model, or a file with names of classes, was refused."""


class ComponentsMissingError(DirectionError):
    """A table of edits was found without the file of the components that it edits."""


class ExportError(OutisError):
    """A file could not be written."""


class DeviceError(OutisError):
    """The chosen device does not exist or does not work."""


class DownloadError(OutisError):
    """A file could not be downloaded."""


class CatalogueError(OutisError):
    """The list of models was refused, or a model is not in it."""


class DatasetError(OutisError):
    """A collection of images, or a data set made of one, was refused."""


class ProjectError(OutisError):
    """A project was refused, or could not be written."""


class MotionError(OutisError):
    """A timeline, or a file that should contain one, was refused."""


class TrainingError(OutisError):
    """A training could not be started, resumed or continued."""


class WishError(OutisError):
    """A wish about people could not be understood, or is out of the model's reach."""


class RenderCancelled(Exception):
    """Rendering was cancelled because the image is no longer needed; not an error, and never shown."""


@contextmanager
def refusing(kind: type[OutisError], sentence: str) -> Iterator[None]:
    """Let only our own errors, system errors and lack of memory out of a block that reads a file.

    Anything else that a library raises for a damaged or hostile file becomes `kind(sentence)`.
    """
    try:
        yield
    except OF_BAD_FILES as error:
        if "memory" in str(error):  # as in the message of torch's allocator
            raise
        raise kind(sentence) from error


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown `word`: the closest known one, "" if none is close.

    >>> "There is no option --seed" + did_you_mean("--seed", ["--seeds", "--out"])
    'There is no option --seed; did you mean --seeds?'
    """
    from difflib import get_close_matches  # late, because it is rarely needed

    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower()[:100], by_lower, n=1)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""


def shortened(sentence: str) -> str:
    """`sentence`, without its middle where a hostile file has made it very long."""
    return sentence if len(sentence) <= MAX_SENTENCE else f"{sentence[:1500]} … {sentence[-400:]}"
