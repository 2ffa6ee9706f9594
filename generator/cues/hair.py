"""Hair: strands and patches of a kind that photographs seldom show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.attributes.measures.looks import likeness_to_hair
from generator.cues import rules
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, not_judged
from generator.cues.texture import shares

LEAST = 12  # patches of 1,024
_INSIDE = 0.5  # of a patch


def patches(evidence: Evidence) -> NDArray[np.bool_]:
    """[32, 32]: which patches show hair, or a hat."""
    face = evidence.face
    likely = likeness_to_hair(face, face.colours)
    return np.asarray(shares(face.regions.about_the_face & (likely > 0.5)) > _INSIDE)


def look(evidence: Evidence) -> Look:
    """How much more its texture is like that of generated hair than of photographed hair: mean over patches of `Rule`,
    about -3..3."""
    where = patches(evidence)
    if where.sum() < LEAST:
        return not_judged("hair", "Too little hair is to be seen.")
    return rules.judged("hair", evidence, where)
