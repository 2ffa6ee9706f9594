"""What a file is refused with: one sentence, within bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import checkpoint
from generator.errors import CheckpointError
from tests.support.bounds import bounded


def refused(path: Path) -> str:
    """The sentence for the model at `path`."""
    with bounded(), pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    return str(caught.value)
