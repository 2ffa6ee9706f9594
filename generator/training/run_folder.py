"""The folder of one training: what it was started with, and its whole state, from which it can be resumed."""

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

from generator.errors import TrainingError, refusing
from generator.storage.atomic import atomic_write, claim, write_atomically, writing_errors
from generator.storage.regular_file import open_regular, read_regular
from generator.training.settings import TrainingSettings
from generator.training.warm_start import WarmStart

FORMAT, VERSION = "outis training", 2  # 1 kept its states elsewhere
MAX_SETTINGS_BYTES = 1_000_000
MAX_HEADER_BYTES = 4_000_000  # of a state; a training's has some 200,000
FOLDERS = ("samples", "snapshots", "states")
UNFINISHED = ".outis-*.tmp"  # as `generator.storage.atomic` names unfinished files


@dataclass(frozen=True)
class Origin:
    """What a run was started with: `settings.json`."""

    data: Path  # folder of the data set
    fingerprint: str  # of the data set
    settings: TrainingSettings
    model: WarmStart | None = None  # that it was started from; None = fresh weights


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

    def state(self, images: int) -> Path:
        return self.path / "states" / f"{images:08d}.safetensors"

    @property
    def states(self) -> dict[int, Path]:
        """The saved states by the images seen, the newest first."""
        found = (path for path in (self.path / "states").glob("*.safetensors") if path.stem.isdecimal())
        return {int(path.stem): path for path in sorted(found, key=lambda path: int(path.stem), reverse=True)}

    def samples(self, images: int) -> Path:
        return self.path / "samples" / f"{images:08d}.png"

    def snapshot(self, images: int) -> Path:
        return self.path / "snapshots" / f"{images:08d}.safetensors"

    def relative(self, path: Path) -> str:
        """As the journal names a file."""
        return path.relative_to(self.path).as_posix()

    def create(self, origin: Origin) -> None:
        """Make the folder and its `settings.json`. Raises `TrainingError` where a run is there, and `ExportError`."""
        if self.settings.exists():
            raise TrainingError(f"{self.path} already contains a training; use --resume, or choose another folder.")
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
        if origin.model is not None:
            facts["model"] = {name: str(value) for name, value in vars(origin.model).items()}
        write_atomically(self.settings, (json.dumps(facts, indent=1) + "\n").encode())

    @property
    def origin(self) -> Origin:
        """Raises `TrainingError` where there is no run, or a damaged one."""
        facts = self._facts()
        if not isinstance(facts, dict) or facts.get("format") != FORMAT:
            raise TrainingError(f"{self.settings} does not belong to a training of Outis.")
        if facts.get("version") != VERSION:
            raise TrainingError(f"{self.settings} has a version other than {VERSION}, which this Outis reads.")
        data, fingerprint = facts.get("data"), facts.get("fingerprint")
        if not isinstance(data, str) or not isinstance(fingerprint, str):
            raise TrainingError(f"{self.settings} does not state the data of the training.")
        return Origin(Path(data), fingerprint, TrainingSettings.from_json(facts.get("settings")), self._model(facts))

    def _model(self, facts: dict[str, Any]) -> WarmStart | None:
        model = facts.get("model")
        if model is None:
            return None
        try:
            return WarmStart(Path(model["path"]), str(model["name"]), str(model["hash"]))
        except (TypeError, KeyError) as error:
            raise TrainingError(f"{self.settings} does not state the model that the training started from.") from error

    @property
    def settings(self) -> Path:
        return self.path / "settings.json"

    def _facts(self) -> Any:
        try:
            return json.loads(read_regular(self.settings, MAX_SETTINGS_BYTES))
        except FileNotFoundError as error:
            raise TrainingError(f"{self.path} contains no training: it has no settings.json.") from error
        except OSError as error:
            raise TrainingError(f"{self.settings} cannot be read: {error.strerror or error}.") from error
        except (ValueError, RecursionError) as error:
            raise TrainingError(f"{self.settings} is not valid JSON.") from error

    def save_state(self, state: State, keep: int = 2) -> None:
        """Save the state after `facts["images"]` images; then the `keep` newest stay, with 0 all of them.

        Raises `ExportError`; the states that were there stay.
        """
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors.items()}
        metadata = {"facts": json.dumps(state.facts), "digest": _digest(tensors, state.facts)}
        with atomic_write(self.state(state.facts["images"])) as file:
            file.write(safetensors.torch.save(tensors, metadata))
            file.flush()
            os.fsync(file.fileno())
        for path in list(self.states.values())[keep:] if keep else []:
            path.unlink(missing_ok=True)

    def forget_after(self, images: int) -> None:
        """Remove the states after `images`, from where the training is resumed."""
        for after, path in self.states.items():
            if after > images:
                path.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out of the folder until the block ends, or this process does, however.

        Raises `TrainingError` where another one is at work.
        """
        with writing_errors(self.path):
            file = claim(self.path / "lock")
        if file is None:
            raise TrainingError(f"{self.path} is in use by another training.")
        with file:
            yield

    def make_ready(self) -> None:
        """Make what folders are missing, and remove what a killed process was writing; `held` keeps others out.

        Raises `ExportError`.
        """
        with writing_errors(self.path):
            for folder in (self.path, *(self.path / name for name in FOLDERS)):
                folder.mkdir(exist_ok=True)
                for leftover in folder.glob(UNFINISHED):
                    leftover.unlink(missing_ok=True)

    def load_state(self, at: int | None = None) -> tuple[State, str]:
        """The last good state, and a sentence on what was wrong where that is not the last one ("" = nothing).

        at: the one after so many images instead. Raises `TrainingError` where it is not there, or none is good.
        """
        states = self.states
        if at is not None and at not in states:
            there = ", ".join(f"{images:,}" for images in sorted(states)) or "none"
            raise TrainingError(f"{self.path} has no state after {at:,} images; it has: {there}.")
        fault = ""
        for path in states.values() if at is None else [states[at]]:
            try:
                return read_state(path), f"{fault} An earlier state is used." if fault else ""
            except TrainingError as error:
                fault = fault or str(error)
        raise TrainingError(fault or f"{self.path} has no saved state.")


def read_state(path: Path) -> State:
    """The state in `path`, checked against its digest. Raises `TrainingError`."""
    name = f"{path.parent.name}/{path.name}"
    try:
        with refusing(TrainingError, f"{name} is damaged."):
            return _read_state(path, name)
    except FileNotFoundError as error:
        raise TrainingError(f"{name} is missing.") from error
    except (OSError, safetensors.SafetensorError) as error:
        raise TrainingError(f"{name} is damaged or cannot be read.") from error


def _read_state(path: Path, name: str) -> State:
    with open_regular(path) as file:
        if int.from_bytes(file.read(8), "little") > MAX_HEADER_BYTES:
            raise TrainingError(f"{name} is damaged: its header is longer than that of any training.")
    with safetensors.safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no dictionary)
    facts = json.loads(metadata.get("facts", ""))
    if not isinstance(facts, dict) or metadata.get("digest") != _digest(tensors, facts):
        raise TrainingError(f"{name} is damaged.")
    return State(tensors, facts)


def _digest(tensors: dict[str, Tensor], facts: dict[str, Any]) -> str:
    """Changes with every bit of a state: the format itself would not notice a flipped one."""
    digest = hashlib.blake2b(json.dumps(facts, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(name.encode())
        digest.update(tensor.numpy().data if tensor.ndim else tensor.numpy().tobytes())
    return digest.hexdigest()
