"""Background: texture behind the person of a kind that photographs seldom show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.cues import rules
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, not_judged
from generator.cues.texture import FINEST, shares

_INSIDE = 0.6  # of a patch


def patches(evidence: Evidence) -> NDArray[np.bool_]:
    """[32, 32]: which patches show the background."""
    return np.asarray(shares(evidence.face.regions.background) > _INSIDE)


def look(evidence: Evidence) -> Look:
    """How much is to be seen of texture that is more like that of generated backgrounds: the mean over patches of the
    rule, where that is above 0, times the strength of the finest band in L*. 0 to about 50.

    The rule alone tells the plainest generated wall from a photographed one; what weighs here is what an eye can see.
    """
    where = patches(evidence)
    if where.sum() < rules.LEAST:
        return not_judged("background", "Too little of the background is to be seen.")
    strength = np.exp(evidence.textures[FINEST][where] / 2)
    visible = np.maximum(rules.values("background", evidence, where), 0) * strength
    return evidence.judged("background", float(visible.mean()), rules.heat_of(visible, where))
