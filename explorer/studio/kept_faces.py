"""The faces of the project that belong to the open model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from PySide6.QtGui import QImage

from generator.errors import RecipeError
from generator.project.face import Face, Place
from generator.recipe.recipe import Recipe

MOST = 200  # faces of a list; more cannot be looked through


class KeptFaces(Protocol):
    """The part of the library that the studio reads."""

    @property
    def marked(self) -> tuple[int, ...]: ...

    def faces(self, place: Place) -> tuple[Face, ...]: ...

    def thumbnail(self, id: int) -> QImage | None: ...


def own_faces(library: KeptFaces, model: str) -> Iterator[tuple[Face, Recipe]]:
    """The faces on the table that the model with this hash renders, in their order, at most `MOST`."""
    found = [face for face in library.faces(Place.TABLE) if face.model in ("", model)]
    for face in found[:MOST]:
        with suppress(RecipeError):  # its file is damaged there; the light table says so
            yield face, replace(face.recipe, model=model)
