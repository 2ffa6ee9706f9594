"""Files that are written whole: on the disk before they take a name, and with the permissions they had."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from generator.storage.atomic import write_atomically


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions and syncs no folders")
class TestOnPosix:
    def test_a_private_file_stays_private(self, tmp_path: Path) -> None:
        path = tmp_path / "recipe.json"
        path.write_bytes(b"old")
        path.chmod(0o600)
        write_atomically(path, b"new")
        assert path.read_bytes() == b"new"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_end(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path, events = tmp_path / "recipe.json", list[str]()
        really, replace = os.fsync, Path.replace

        def fsync(descriptor: int) -> None:
            is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
            events.append("folder" if is_folder else f"file of {os.fstat(descriptor).st_size}")
            really(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "replace", lambda self, to: events.append("rename") or replace(self, to))
        write_atomically(path, b"new")
        assert events == ["file of 3", "rename", "folder"]

    def test_what_need_not_survive_a_power_cut_waits_for_no_disk(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("it waited for the disk"))
        write_atomically(tmp_path / "settings.json", b"new", durable=False)
