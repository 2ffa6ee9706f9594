"""The faces whose flaws were marked by eye."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).parents[1] / "generator" / "cues" / "marked.json"


def marked_faces() -> dict[str, list[int]]:
    """The seeds of each list, at psi 1: those of the rows of the inspector, and "clean"."""
    rows: dict[str, list[int]] = json.loads(FILE.read_text(encoding="utf-8"))["rows"]
    return rows
