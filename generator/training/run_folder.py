"""The folder of one training: what it was started with, and its whole state, so that it goes on after any end."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from generator.errors import TrainingError
from generator.files import atomic_write, lock, write_atomically, writing_errors
from generator.training.settings import TrainingSettings

FORMAT, VERSION = "outis training", 1
MAX_SETTINGS_BYTES = 1_000_000
UNFINISHED = ".outis-*.tmp"  # as `generator.files` names what is not whole yet


@dataclass(frozen=True)
class Origin:
    """What a run was started with: `settings.json`."""

    data: Path  # folder of the data set
    fingerprint: str  # of the data set
    settings: TrainingSettings


@dataclass(frozen=True)
class State:
    """The whole state of a training: every tensor that changes, by name, and the plain numbers beside them."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]  # JSON values


@dataclass(frozen=True)
class RunFolder:
    """Where the files of a run are; nothing is read or written before it is asked for."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.resolve().name

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    @property
    def state(self) -> Path:
        return self.path / "state.safetensors"

    @property
    def previous(self) -> Path:
        """The state before the last one."""
        return self.path / "state-previous.safetensors"

    def samples(self, images: int) -> Path:
        return self.path / "samples" / f"{images:08d}.png"

    def snapshot(self, images: int) -> Path:
        return self.path / "snapshots" / f"{images:08d}.safetensors"

    def relative(self, path: Path) -> str:
        """As the journal tells a file."""
        return path.relative_to(self.path).as_posix()

    def create(self, origin: Origin) -> None:
        """Make the folder and its `settings.json`. Raises `TrainingError` where a run is there, and `ExportError`."""
        if self._settings.exists():
            raise TrainingError(f"{self.path} holds a training already; go on with --resume, or choose another folder.")
        if self.path.is_dir() and set(self.path.iterdir()) - set(self.path.glob(UNFINISHED)):
            raise TrainingError(f"{self.path} is not empty; choose a new folder for the training.")
        with writing_errors(self.path):
            self.path.mkdir(exist_ok=True)
        facts = {
            "format": FORMAT,
            "version": VERSION,
            "data": str(origin.data.resolve()),
            "fingerprint": origin.fingerprint,
            "settings": origin.settings.to_json(),
        }
        write_atomically(self._settings, (json.dumps(facts, indent=1) + "\n").encode())

    @property
    def origin(self) -> Origin:
        """Raises `TrainingError` where there is no run, or a damaged one."""
        facts = self._facts()
        if not isinstance(facts, dict) or facts.get("format") != FORMAT:
            raise TrainingError(f"{self._settings} is not of a training that Outis began.")
        if facts.get("version") != VERSION:
            raise TrainingError(f"{self._settings} has another version than the {VERSION} that this Outis reads.")
        data, fingerprint = facts.get("data"), facts.get("fingerprint")
        if not isinstance(data, str) or not isinstance(fingerprint, str):
            raise TrainingError(f"{self._settings} does not tell the data of the training.")
        return Origin(Path(data), fingerprint, TrainingSettings.from_json(facts.get("settings")))

    @property
    def _settings(self) -> Path:
        return self.path / "settings.json"

    def _facts(self) -> Any:
        try:
            if self._settings.stat().st_size > MAX_SETTINGS_BYTES:
                raise TrainingError(f"{self._settings} is too large for the settings of a training.")
            return json.loads(self._settings.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise TrainingError(f"{self.path} holds no training: it has no settings.json.") from error
        except OSError as error:
            raise TrainingError(f"{self._settings} cannot be read: {error.strerror or error}.") from error
        except (ValueError, RecursionError) as error:
            raise TrainingError(f"{self._settings} is no JSON, or damaged.") from error

    def save_state(self, state: State) -> None:
        """Replace the last state, which becomes the previous one only when the new one is whole on the disk.

        Raises `ExportError`; the last state stays.
        """
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors.items()}
        metadata = {"facts": json.dumps(state.facts), "digest": _digest(tensors, state.facts)}
        with atomic_write(self.state) as file:
            file.write(safetensors.torch.save(tensors, metadata))
            file.flush()
            os.fsync(file.fileno())
            if self.state.exists():
                self.state.replace(self.previous)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out of the folder until the block ends, or this process does, however.

        Raises `TrainingError` where another one is at work.
        """
        with writing_errors(self.path):
            file = (self.path / "lock").open("ab")
        with file:
            try:
                lock(file)
            except OSError as error:
                raise TrainingError(f"{self.path} is in use: another training is at work on it.") from error
            yield

    def make_ready(self) -> None:
        """Make what folders are missing, and remove what a killed process was writing; `held` keeps others out.

        Raises `ExportError`.
        """
        with writing_errors(self.path):
            for folder in (self.path, self.path / "samples", self.path / "snapshots"):
                folder.mkdir(exist_ok=True)
                for leftover in folder.glob(UNFINISHED):
                    leftover.unlink(missing_ok=True)

    @property
    def has_state(self) -> bool:
        """Whether a state was ever saved, good or not."""
        return self.state.exists() or self.previous.exists()

    def load_state(self) -> tuple[State, str]:
        """The last good state, and a sentence on what was wrong where that is not the last one ("" = nothing).

        Raises `TrainingError` where none is good.
        """
        try:
            return read_state(self.state), ""
        except TrainingError as error:
            if not self.previous.exists():
                raise
            reason = str(error)
        return read_state(self.previous), f"{reason} The state before it is taken."


def read_state(path: Path) -> State:
    """The state in `path`, checked against its digest. Raises `TrainingError`."""
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no dictionary)
        facts = json.loads(metadata.get("facts", ""))
    except FileNotFoundError as error:
        raise TrainingError(f"{path.name} is missing.") from error
    except (OSError, ValueError, safetensors.SafetensorError) as error:
        raise TrainingError(f"{path.name} is damaged or cannot be read.") from error
    if metadata.get("digest") != _digest(tensors, facts):
        raise TrainingError(f"{path.name} is damaged.")
    return State(tensors, facts)


def _digest(tensors: dict[str, Tensor], facts: dict[str, Any]) -> str:
    """Changes with every bit of a state: the format itself would not notice a flipped one."""
    digest = hashlib.blake2b(json.dumps(facts, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(name.encode())
        digest.update(tensor.numpy().data if tensor.ndim else tensor.numpy().tobytes())
    return digest.hexdigest()
