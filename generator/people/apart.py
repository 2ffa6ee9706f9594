"""Keeping people apart: how far two faces must be from each other, in W and to a network that recognises faces."""

from __future__ import annotations

import numpy as np

from generator.recipe.recipe import Floats

LIKENESS = 0.63  # median distance of the embeddings of two random faces at psi 0.7; 0.6 is said to part two people


class Apart:
    """Those who are there already, and whether somebody is too much like one of them."""

    def __init__(self, least: float, usual: float) -> None:
        """least: of the median distance of two random faces, which is `usual` in W and `LIKENESS` of embeddings."""
        self._in_w, self._by_face = least * usual, least * LIKENESS
        self._places: list[Floats] = []
        self._faces: list[Floats] = []

    def add(self, w: Floats, face: Floats | None) -> None:
        """Somebody at w `[D]`, with an embedding `[E]` where there is one."""
        self._places.append(w)
        self._faces += [] if face is None else [face]

    def is_near(self, w: Floats) -> bool:
        """Whether somebody is too near to w `[D]`."""
        return _nearest(w, self._places) < self._in_w

    def looks_like(self, face: Floats) -> bool:
        """Whether somebody looks too much like the embedding `[E]`."""
        return _nearest(face, self._faces) < self._by_face


def _nearest(one: Floats, others: list[Floats]) -> float:
    return float(np.linalg.norm(np.array(others) - one, axis=1).min()) if others else np.inf
