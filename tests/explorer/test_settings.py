"""What is remembered from one start to the next, and that a damaged file costs nothing but the memory."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from explorer.settings import MAX_RECENT, Settings
from generator.formats.picture_options import PictureOptions
from generator.project.export_options import ExportOptions
from generator.storage import atomic


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_settings_come_back_at_the_next_start(path: Path) -> None:
    settings = Settings(path)
    settings.add_recent("/models/a, b; c.safetensors")
    settings.last_folder = str(path.parent)
    settings.geometry, settings.docks = QByteArray(bytes(range(256))), QByteArray(b"\0docks")
    again = Settings(path)
    assert again.recent == ("/models/a, b; c.safetensors",)
    assert again.last_folder == str(path.parent)
    assert (again.geometry, again.docks) == (QByteArray(bytes(range(256))), QByteArray(b"\0docks"))


def test_the_latest_file_comes_first_and_each_but_once(path: Path) -> None:
    settings = Settings(path)
    for number in range(MAX_RECENT + 5):
        settings.add_recent(f"{number}")
    settings.add_recent("8")
    assert settings.recent[:2] == ("8", f"{MAX_RECENT + 4}")
    assert len(settings.recent) == MAX_RECENT


def test_what_is_forgotten_is_not_listed_any_more(path: Path) -> None:
    settings = Settings(path)
    for name in ("a", "b", "c"):
        settings.add_recent(name)
    settings.forget_recent("b")
    assert Settings(path).recent == ("c", "a")


def test_files_that_an_older_outis_remembered_are_still_listed(path: Path) -> None:
    path.write_text('{"recent_models": ["m"], "recent_files": ["a", "b"]}')
    settings = Settings(path)
    assert settings.recent == ("m", "a", "b")
    settings.add_recent("b")
    assert Settings(path).recent == ("b", "m", "a")


def test_exporting_and_opening_remember_a_folder_each(path: Path) -> None:
    settings = Settings(path)
    settings.last_folder = str(path.parent)
    assert settings.export_folder == str(Path.home())
    (path.parent / "out").mkdir()
    settings.export_folder = str(path.parent / "out")
    again = Settings(path)
    assert (again.last_folder, again.export_folder) == (str(path.parent), str(path.parent / "out"))


def test_nothing_written_yet_means_defaults(path: Path) -> None:
    settings = Settings(path)
    assert settings.recent == ()
    assert settings.last_folder == str(Path.home())
    assert settings.geometry.isEmpty()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe nonsense \x80",
        b'{"recent": ["a"',
        b"[1, 2]",
        b'{"recent": 7, "last_folder": ["x"], "hint_seen": null, "geometry": "%%%", "docks": 3}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_counts_as_never_written_and_is_replaced(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.recent == ()
    assert settings.last_folder == str(Path.home())
    assert settings.geometry.isEmpty()
    assert settings.docks.isEmpty()
    settings.hint_seen = True
    assert Settings(path).hint_seen


def test_a_folder_that_is_gone_is_not_offered(path: Path) -> None:
    settings = Settings(path)
    settings.last_folder = str(path.parent / "gone")
    assert settings.last_folder == str(Path.home())


def test_a_place_that_cannot_be_written_costs_only_the_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "settings.json")
    settings.hint_seen = True
    assert settings.hint_seen
    assert "could not be written" in caplog.text


def test_a_folder_whose_name_became_too_long_is_not_offered(path: Path) -> None:
    settings = Settings(path)
    settings.last_folder = "/" + "x" * 5000
    assert settings.last_folder == str(Path.home())


def test_a_pipe_or_a_device_in_place_of_the_file_counts_as_never_written(path: Path) -> None:
    os.mkfifo(path)
    assert Settings(path).recent == ()
    path.unlink()
    path.symlink_to("/dev/zero")
    assert Settings(path).recent == ()


def test_two_windows_keep_what_the_other_has_written(path: Path) -> None:
    first, second = Settings(path), Settings(path)
    first.add_recent("/faces/a.png")
    first.hint_seen = True
    second.add_recent("/faces/b.png")
    second.last_folder = str(path.parent)
    again = Settings(path)
    assert again.recent == ("/faces/b.png", "/faces/a.png")
    assert again.hint_seen
    assert again.last_folder == str(path.parent)


def test_a_training_that_one_window_forgets_does_not_take_the_others_along(path: Path) -> None:
    first, second = Settings(path), Settings(path)
    first.add_recent_training("/runs/a")
    second.add_recent_training("/runs/b")
    first.forget_recent_training("/runs/a")
    assert Settings(path).recent_trainings == ("/runs/b",)


def test_settings_that_another_program_keeps_locked_cost_only_the_memory(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(atomic, "LOCK_PATIENCE", 0.0)
    settings = Settings(path)
    with atomic.alone(path.with_suffix(".lock")):
        settings.hint_seen = True
    assert settings.hint_seen
    assert "in use by another program" in caplog.text


def test_ways_of_exporting_are_kept_chosen_and_removed(path: Path) -> None:
    settings, other = Settings(path), Settings(path)
    web = ExportOptions("/out", "{tag}/{name}", "webp", (256, None), csv=True, look="summer")
    settings.export_presets.keep("web", web)
    other.export_presets.keep("print", ExportOptions(sizes=(1024,)))
    assert list(Settings(path).export_presets) == ["web", "print"]
    assert Settings(path).export_presets["web"] == replace(web, folder="", look="")
    Settings(path).export_presets.keep("web", ExportOptions())
    assert Settings(path).export_presets["web"] == ExportOptions()
    Settings(path).export_presets.remove("web")
    assert list(Settings(path).export_presets) == ["print"]


def test_the_last_export_comes_back_but_overwrites_nothing(path: Path) -> None:
    assert Settings(path).last_export == ExportOptions()
    Settings(path).last_export = ExportOptions("/out", format="jpg", overwrite=True)
    assert Settings(path).last_export == ExportOptions(format="jpg")


@pytest.mark.parametrize("kept", ["5", "[]", '{"a": 1, "b": {"format": "exe"}}', '{"a": null}'])
def test_damaged_presets_count_as_none(path: Path, kept: str) -> None:
    path.write_text(f'{{"export_presets": {kept}, "last_export": {kept}}}')
    assert Settings(path).export_presets == {}
    assert Settings(path).last_export == ExportOptions()


def test_presets_of_an_older_outis_are_read_and_later_ones_keep_what_becomes_of_each_image(path: Path) -> None:
    older = ExportOptions(format="webp").to_values()
    del older["picture"]
    path.write_text(json.dumps({"export_presets": {"web": older}, "last_export": older}))
    settings = Settings(path)
    assert settings.export_presets["web"] == settings.last_export == ExportOptions(format="webp")
    cut = ExportOptions(format="webp", picture=PictureOptions(cutout="transparent"))
    settings.export_presets.keep("cut", cut)
    assert Settings(path).export_presets == {"web": ExportOptions(format="webp"), "cut": cut}


def test_the_last_picture_comes_back_and_a_damaged_one_counts_as_none(path: Path) -> None:
    assert Settings(path).last_picture is None
    Settings(path).last_picture = PictureOptions("tiff", bits=16)
    assert Settings(path).last_picture == PictureOptions("tiff", bits=16)
    path.write_text('{"last_picture": {"format": "exe"}, "picture_presets": {"a": 5}}')
    assert (Settings(path).last_picture, dict(Settings(path).picture_presets)) == (None, {})
