"""How well each look tells the faces that were marked by eye from clean ones: the table of docs/inspector.md.

    python -m tests.support.try_marked_faces

The scores were improved on every other seed of each list, the first included; what is reported is the others. Some
minutes on one core.
"""

from __future__ import annotations

import numpy as np

import weights
from generator import checkpoint
from generator.attributes.experiment import face
from generator.cues.cue import NAMES
from generator.cues.inspector import Inspector
from generator.cues.trial import auc
from generator.render.engine import Engine
from tests.support.marked import marked_faces


def main() -> None:
    """Render and inspect all marked faces, and print a row of the table for each look."""
    rows = marked_faces()
    engine, inspector = Engine(checkpoint.load(weights.FACES), "cpu"), Inspector()
    seeds = sorted({seed for row in rows.values() for seed in row})
    scores = {seed: [cue.score for cue in inspector(engine.render(face(seed, 1.0)))] for seed in seeds}
    print("| row | marked, judged | clean, judged | AUC, half it was improved on | AUC, other half |")
    print("| --- | --- | --- | --- | --- |")
    for place, name in enumerate(NAMES):
        halves = [[_judged(scores, rows[kind][half::2], place) for kind in (name, "clean")] for half in (0, 1)]
        found = " | ".join(f"{auc(clean, flawed):.2f}" if len(flawed) else "-" for flawed, clean in halves)
        counts = [sum(len(half[kind]) for half in halves) for kind in (0, 1)]
        print(f"| {name} | {counts[0]} of {len(rows[name])} | {counts[1]} of {len(rows['clean'])} | {found} |")


def _judged(scores: dict[int, list[float | None]], seeds: list[int], place: int) -> np.ndarray:
    return np.array([scores[seed][place] for seed in seeds if scores[seed][place] is not None], float)


if __name__ == "__main__":
    main()
