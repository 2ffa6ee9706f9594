"""A project in memory whose disk can be held, filled up and taken away."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator.project.face import Face
from generator.project.look import Look
from generator.recipe.directions import NamedDirection


class FakeProject:
    """As `generator.project.project.Project`."""

    def __init__(self, path: str = "faces.outis", faces: tuple[Face, ...] = (), read_only: bool = False) -> None:
        self.path, self.read_only, self.notice, self.skipped = Path(path), read_only, "", 0
        self.rows = {face.id: face for face in faces}
        self.webp: dict[int, bytes] = {}
        self.states: dict[str, str] = {}
        self.kept_looks: dict[str, Look] = {}
        self.own: dict[str, dict[str, NamedDirection]] = {}  # directions by the hash of their model
        self.shown: bytes | None = None
        self.error: Exception | None = None  # raised by the next transactions
        self.tried = threading.Semaphore(0)  # released by every transaction
        self.transactions = 0
        self.closed = False
        self.threads: set[int] = set()
        self._gate = threading.Event()
        self._gate.set()
        self.waiting = threading.Event()  # a transaction has come to the gate

    def hold(self) -> None:
        """Let transactions wait until `release`."""
        self.waiting.clear()
        self._gate.clear()

    def release(self) -> None:
        self._gate.set()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.waiting.set()
        assert self._gate.wait(30)
        self.threads.add(threading.get_ident())
        self.transactions += 1
        self.tried.release()
        assert not self.closed
        if self.error is not None:
            raise self.error
        yield

    def faces(self) -> list[Face]:
        return sorted(self.rows.values(), key=lambda face: face.id)

    def last_id(self) -> int:
        return max(self.rows, default=0)

    def put(self, faces: Iterable[Face]) -> None:
        self.rows |= {face.id: face for face in faces}

    def remove(self, ids: Iterable[int]) -> None:
        for id in ids:
            self.rows.pop(id, None)

    def set_thumbnails(self, thumbnails: Mapping[int, bytes]) -> None:
        self.webp |= thumbnails

    def thumbnails(self, ids: Iterable[int]) -> dict[int, bytes]:
        return {id: self.webp[id] for id in ids if id in self.webp}

    def looks(self) -> list[Look]:
        return list(self.kept_looks.values())

    def put_look(self, look: Look) -> None:
        self.kept_looks[look.name] = look

    def remove_look(self, name: str) -> None:
        self.kept_looks.pop(name, None)

    def directed_models(self) -> list[str]:
        return [model for model, entries in self.own.items() if entries]

    def directions(self, model: str) -> tuple[NamedDirection, ...]:
        return tuple(self.own.get(model, {}).values())

    def put_direction(self, model: str, entry: NamedDirection) -> None:
        self.own.setdefault(model, {})[entry.name] = entry

    def remove_direction(self, model: str, name: str) -> None:
        self.own.get(model, {}).pop(name, None)

    def state(self, key: str) -> str | None:
        return self.states.get(key)

    def set_state(self, key: str, value: str) -> None:
        self.states[key] = value

    def picture(self) -> bytes | None:
        return self.shown

    def set_picture(self, webp: bytes) -> None:
        self.shown = webp

    def close(self) -> None:
        self.closed = True
