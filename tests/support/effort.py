"""How hard the tests that draw their cases by chance try: what every run can afford, and more on demand."""

from __future__ import annotations

import os

EFFORT = float(os.environ.get("OUTIS_EFFORT", "1"))  # 3 before a release, say


def tries(count: int) -> int:
    """`count`, times the effort that is asked for."""
    return max(1, round(count * EFFORT))
