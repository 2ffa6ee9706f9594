"""Background: texture behind the person of a kind that photographs seldom show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.cues import rules
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, not_judged
from generator.cues.texture import shares

LEAST = 12  # patches of 1,024
_INSIDE = 0.6  # of a patch


def patches(evidence: Evidence) -> NDArray[np.bool_]:
    """[32, 32]: which patches show the background."""
    return np.asarray(shares(evidence.face.regions.background) > _INSIDE)


def look(evidence: Evidence) -> Look:
    """How much more its texture is like that of generated backgrounds than of photographed ones: mean over patches of
    `Rule`, about -3..3."""
    where = patches(evidence)
    if where.sum() < LEAST:
        return not_judged("background", "Too little of the background is to be seen.")
    return rules.judged("background", evidence, where)
