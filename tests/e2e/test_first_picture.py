"""From the command to the last picture on the screen, in a process of its own."""

from __future__ import annotations

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
