"""`outis render` on the tiny model, in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import main


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def render_tiny(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """options -> (exit code, stdout, stderr)."""

    def run(*options: object) -> tuple[int, str, str]:
        code = main(["render", "--model", str(tiny_checkpoint), "--device", "cpu", *map(str, options)])
        return code, *capsys.readouterr()

    return run
