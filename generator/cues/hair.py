"""Hair: strands and patches of a kind that photographs seldom show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.attributes.measures.looks import likeness_to_hair
from generator.cues import rules
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, not_judged
from generator.cues.texture import shares

_INSIDE = 0.5  # of a patch


def patches(evidence: Evidence) -> NDArray[np.bool_]:
    """[32, 32]: which patches show hair, or a hat."""
    face = evidence.face
    likely = likeness_to_hair(face, face.colours)
    return np.asarray(shares(face.regions.about_the_face & (likely > 0.5)) > _INSIDE)


def look(evidence: Evidence) -> Look:
    """How much more its most unusual quarter is like generated hair than like photographed hair: mean of the rule,
    about -5..50."""
    where = patches(evidence)
    if where.sum() < rules.LEAST:
        return not_judged("hair", "Too little hair is to be seen.")
    found = rules.values("hair", evidence, where)
    worst = np.sort(found)[-(len(found) // 4) :]
    return evidence.judged("hair", float(worst.mean()), rules.heat_of(found, where))
