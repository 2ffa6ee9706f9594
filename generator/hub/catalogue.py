"""Well-known public models: their subject, where their authors offer them, and under which terms.

The list is `resources/catalogue.json`. Its facts are those of the makers' own documentation; a size or a checksum
stands in it only where independent records agree, and is checked where it does. Needs no torch.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import resources
from generator.errors import CatalogueError, DownloadError, did_you_mean
from generator.hub.address import normalised
from generator.storage.regular_file import read_regular

FORMAT = "outis-catalogue"
VERSION = 1
MAX_BYTES = 4_000_000  # the shipped list has some 30,000
SHIPPED = resources.FOLDER / "catalogue.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Licence:
    """The terms of some models."""

    name: str  # "NVIDIA Source Code License for StyleGAN3"
    terms: str  # what they come to, in a sentence or two
    address: str  # of the full text


@dataclass(frozen=True)
class CatalogueEntry:
    """One model."""

    name: str  # "stylegan2-ffhq-config-f": unique, what the command line calls it
    draws: str  # "Faces (FFHQ)"
    resolution: int  # pixels on a side
    family: str  # "StyleGAN2"
    address: str  # of the file, https
    bytes: int | None  # of the file; None = not known for certain
    sha256: str | None  # of the file, hex; None = not known for certain
    licence: Licence

    def matches(self, text: str) -> bool:
        """Whether the description of the model contains every word of `text`, in any case."""
        told = f"{self.name} {self.draws} {self.resolution} px {self.family} {self.licence.name}".lower()
        return all(word in told for word in text.lower().split())

    @property
    def card(self) -> str:
        """What belongs to the model wherever it goes: origin and terms, as Markdown."""
        return (
            f"{self.draws}, {self.resolution} px, {self.family}.\n\nFrom {self.address}\n\n"
            f"{self.licence.name} ({self.licence.address}): {self.licence.terms}\n"
        )


@cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """Every model of the shipped list, in the order in which it is shown."""
    return read(SHIPPED)


def find(name: str) -> CatalogueEntry:
    """The model called `name`. Raises `CatalogueError`."""
    for entry in catalogue():
        if entry.name == name:
            return entry
    hint = did_you_mean(name, names()) or "; `outis catalogue list` shows those it has."
    raise CatalogueError(f"The catalogue has no model {name!r}{hint}")


def names() -> list[str]:
    """What the models are called."""
    return [entry.name for entry in catalogue()]


def entry_at(address: str) -> CatalogueEntry | None:
    """The model whose file is at `address`, however it is written, if it is one of the list."""
    try:
        wanted = normalised(address)
    except DownloadError:
        return None
    return next((entry for entry in catalogue() if normalised(entry.address) == wanted), None)


def read(path: Path) -> tuple[CatalogueEntry, ...]:
    """The models in the JSON file `path`. Raises `CatalogueError` for anything that is not exactly a catalogue."""
    try:
        values = json.loads(read_regular(path, MAX_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise CatalogueError(f"{path.name} is not valid JSON; reinstall Outis.") from error
    if not isinstance(values, dict) or (values.get("format"), values.get("version")) != (FORMAT, VERSION):
        raise CatalogueError(f"{path.name} is not a catalogue of version {VERSION}; reinstall Outis.")
    try:
        return _entries(values)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise CatalogueError(f"{path.name} is damaged ({error}); reinstall Outis.") from error


def _entries(values: dict[str, Any]) -> tuple[CatalogueEntry, ...]:
    licences = {key: Licence(**_checked(told, Licence)) for key, told in values["licences"].items()}
    entries = tuple(_entry(told, licences) for told in values["models"])
    for unique in ("name", "address"):
        if len({getattr(entry, unique) for entry in entries}) < len(entries):
            raise ValueError(f"two models have the same {unique}")
    return entries


def _entry(told: dict[str, Any], licences: dict[str, Licence]) -> CatalogueEntry:
    values = _checked(told, CatalogueEntry)
    name, size, sha256 = values["name"], values["bytes"], values["sha256"]
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid name for a model")
    if type(values["resolution"]) is not int or values["resolution"] <= 0:
        raise ValueError(f"{name} has no resolution")
    if size is not None and (type(size) is not int or size <= 0):
        raise ValueError(f"{name} has {size!r} bytes")
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise ValueError(f"the checksum of {name} is not a SHA-256")
    return CatalogueEntry(**{**values, "licence": licences[values["licence"]]})


def _checked(told: dict[str, Any], kind: type[Licence] | type[CatalogueEntry]) -> dict[str, Any]:
    """`told` if it has the fields of `kind` and no others, its texts are texts and its address begins with https."""
    expected = {field.name for field in fields(kind)}
    if set(told) != expected:
        raise ValueError(f"fields {', '.join(sorted(set(told) ^ expected))} are missing or unknown")
    for name in expected - {"resolution", "bytes", "sha256"}:
        if not isinstance(told[name], str) or not told[name]:
            raise ValueError(f"{name} is not text")
    if not told["address"].startswith("https://"):
        raise ValueError(f"{told['address']} is not an https address")
    return told
