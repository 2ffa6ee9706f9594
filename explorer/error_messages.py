"""The sentence that a user reads for an exception. Needs no torch: its errors are recognised by name."""

from __future__ import annotations

import errno
import traceback

from explorer.messages import Failure
from explorer.translation import tr
from generator.errors import OutisError

OUT_OF_MEMORY = tr("There was not enough memory.")
DEVICE_LOST = tr("The graphics device stopped answering.")
_MEMORY_WORDS = ("can't allocate memory", "out of memory")
_LOST_WORDS = ("cuda error", "hip error", "device lost", "device-side assert", "cudnn_status", "cublas_status")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether main or device memory ran out: torch.OutOfMemoryError, or a plain RuntimeError of the allocator of the
    CPU, of MPS or of the driver."""
    named = any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__)
    said = isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _MEMORY_WORDS)
    return isinstance(error, MemoryError) or named or said


def is_device_lost(error: BaseException) -> bool:
    """Whether the device is lost for this process."""
    text = str(error).lower()
    return isinstance(error, RuntimeError) and not is_out_of_memory(error) and any(word in text for word in _LOST_WORDS)


def describe_error(error: BaseException) -> Failure:
    """The sentence for `error`, with the traceback for "copy details"."""
    return Failure(_sentence(error), "".join(traceback.format_exception(error)))


def _sentence(error: BaseException) -> str:
    if isinstance(error, OutisError):
        return str(error)
    if is_out_of_memory(error):
        return OUT_OF_MEMORY
    if is_device_lost(error):
        return DEVICE_LOST
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return tr("The disk is full; nothing was written.")
    return internal_error(type(error).__name__)


def internal_error(kind: str) -> str:
    """The sentence for an exception of this kind that is a bug in Outis."""
    return tr("Internal error in Outis ({kind}); please report it with the details.", kind=kind)
