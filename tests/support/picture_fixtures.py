"""Pictures that are taken home without any network: a finisher that can be held, and one that sees nobody."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
import pytest

from generator.errors import ExportError
from generator.formats.finished import Finished, Floats, Pixels
from generator.formats.picture_options import PictureOptions
from generator.pictures import enlarge, finish
from generator.progress import Job, Progress
from tests.support.compute_fixtures import Gate

STEPS = 5  # of a picture
NOBODY = "No face is to be seen."


@dataclass
class Finisher:
    """Stands in for `generator.pictures`: every step passes the gate; a cut-out has a transparent first column."""

    gate: Gate = field(default_factory=Gate)
    asked: list[PictureOptions] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    no_network: str = ""
    sees_nobody: bool = False

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(finish, "finishing", self.finishing)
        patch.setattr(enlarge, "enlarging", self.enlarging)
        patch.setattr(enlarge, "why_not", lambda: self.no_network)

    def finishing(self, picture: Pixels | Floats, options: PictureOptions, *_: object) -> Job[Finished]:
        self.asked.append(options)
        try:
            for step in range(STEPS):
                yield Progress(step, STEPS, "Enlarging")
                self.gate.pass_through()
        except GeneratorExit:
            self.closed.set()
            raise
        if self.sees_nobody and options.needs_face:
            raise ExportError(NOBODY)
        pixels = picture if picture.dtype == np.uint8 else np.rint(255 * picture).astype(np.uint8)
        pixels = pixels.repeat(options.enlarge, 0).repeat(options.enlarge, 1)
        return Finished(_cut(pixels) if options.cutout else pixels, "held", options.dpi)

    def enlarging(self, pixels: Pixels, factor: int, *_: object) -> Job[Pixels]:
        yield Progress(0, 1, "Enlarging")
        self.gate.pass_through()
        return pixels.repeat(factor, 0).repeat(factor, 1)


def _cut(picture: Pixels) -> Pixels:
    alpha = np.full((*picture.shape[:2], 1), 255, np.uint8)
    alpha[:, 0] = 0
    return np.concatenate([picture, alpha], axis=2)
