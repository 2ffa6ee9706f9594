"""From the command to the last picture on the screen, in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.cli.bench.first_picture import measured_first_picture
from explorer.cli.bench.table import table


def test_the_last_picture_is_painted_by_the_command_itself() -> None:
    seconds = measured_first_picture()
    assert seconds > 0
    report = {
        "machine": {},
        "model": {"name": "faces", "resolution": 256},
        "peak_megabytes": {},
        "measures": [],
        "window": None,
        "first_picture": 0.4321,
    }
    assert "last picture on the screen        432 ms" in table(report, None)


@pytest.mark.parametrize(("own", "expected"), [(None, "1"), ("4", "4")])
def test_numpy_starts_no_threads_beside_those_of_torch_unless_the_user_says_so(
    own: str | None, expected: str, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if own is not None:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", own)
    monkeypatch.setattr(sys, "argv", ["outis", "info", str(tiny_checkpoint)])
    assert main() == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == expected
