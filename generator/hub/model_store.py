"""Downloaded models in the user's data folder, each in a folder named after its URL.

So two files of one name from two places do not meet, and the same address leads to the same file again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from platformdirs import user_data_dir

from generator.hub.address import file_name, normalised
from generator.hub.catalogue import entry_at
from generator.progress import Job
from generator.storage.atomic import write_atomically


def folder() -> Path:
    """Where the models are kept; it may not exist yet."""
    return Path(user_data_dir("outis"), "models")


def path_of(address: str) -> Path:
    """Where the model from `address` is stored. Raises `DownloadError` if that is not a URL."""
    address = normalised(address)
    return folder() / hashlib.sha256(address.encode()).hexdigest()[:12] / file_name(address)


def is_there(address: str) -> bool:
    """Whether the model from `address` was fetched before."""
    return path_of(address).is_file()


def fetching(address: str) -> Job[Path]:
    """The model from `address` as a file, fetched if it is not there yet; what the catalogue knows of it is checked.

    The terms of a model of the catalogue are written beside it, where `checkpoint.load` finds them.
    Raises `DownloadError`.
    """
    from generator.hub.download import (
        downloading,  # the network modules are slow to import, and only a download needs them
    )

    path, entry = path_of(address), entry_at(address)
    if entry is None:
        return (yield from downloading(address, path))
    yield from downloading(address, path, entry.bytes, entry.sha256)
    write_atomically(path.with_suffix(".md"), entry.card.encode())
    return path
