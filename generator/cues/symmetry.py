"""Symmetry: glasses, temples and ears whose two sides do not match.

Fine detail of three places is laid over its mirror image (`generator.cues.halves`): the lenses with the eyes behind
them, the temples where the arms of glasses are, and the lobes with what hangs from them. A turned head matches less, so
each place is compared with what is usual at its pose.
"""

from __future__ import annotations

import numpy as np

from generator.attributes.measures import pose
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, not_judged
from generator.cues.halves import MOST_YAW, Halves, Place, Usual

NAME = "symmetry"
PROFILE = "The head is turned too far: one side of the face can hardly be seen."
LENS = Place((33, 133, 168, 6, 50, 117, 70, 105, 107, 197, 195, 116, 123, 234, 127), (-0.34, -0.08, -0.02, 0.16))
_TEMPLE = Place((33, 127, 162, 234, 116, 123, 139, 34, 93), (-0.50, -0.08, -0.28, 0.10))
_LOBE = Place((93, 132, 58, 234, 177, 215, 172, 127), (-0.54, 0.06, -0.38, 0.36))
USUAL_LENS = Usual(0.213, 0.0127, 0.099)
_PLACES = (  # with their weights: hair often falls over one temple or one ear
    (LENS, USUAL_LENS, 1.0),
    (_TEMPLE, Usual(0.307, 0.0179, 0.150), 0.5),
    (_LOBE, Usual(0.552, 0.0046, 0.129), 0.5),
)


def look(evidence: Evidence) -> Look:
    """The weighted sum over the places of how much less both sides match than is usual, in standard deviations."""
    yaw = abs(pose.yaw(evidence.face))
    if yaw > MOST_YAW:
        return not_judged(NAME, PROFILE)
    halves, score = Halves(evidence.face), 0.0
    heat = np.zeros(evidence.view.shape[:2], np.float32)
    for place, usual, weight in _PLACES:
        amount, where = halves.mismatch(place)
        unusual = usual.excess(amount, yaw)
        score += weight * unusual
        heat = np.maximum(heat, where**2 * max(unusual + 2, 0.5))
    return evidence.judged(NAME, score, heat)
