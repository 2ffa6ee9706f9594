"""Where images come from and where the data set goes: folders and archives, hostile ones too, and full disks."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import json
import lzma
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.cli import main
from generator.errors import DatasetError, ExportError
from generator.progress import finish
from generator.storage.atomic import whole_folder
from generator.training.data import ImageSet, PreparationReport, array_writer, preparing
from tests.generator.training.test_dataset import OPTIONS, picture
from tests.support.effort import tries

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar.gz": gzip.compress,
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
}


def png(seed: int, side: int = 40) -> bytes:
    file = io.BytesIO()
    picture(seed, side, side).save(file, "PNG")
    return file.getvalue()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def tar_of(members: dict[str, bytes], *special: tarfile.TarInfo) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for member in special:
            archive.addfile(member)
    return file.getvalue()


def zip_of(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def prepare(source: Path) -> tuple[ImageSet, PreparationReport]:
    out = source.with_name("out")
    report = finish(preparing(source, out, OPTIONS))
    return ImageSet.open(out), report


def prepare_bytes(tmp_path: Path, data: bytes, name: str = "images.tar") -> tuple[ImageSet, PreparationReport]:
    (tmp_path / name).write_bytes(data)
    return prepare(tmp_path / name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three images."""
    (tmp_path / "images").mkdir()
    for seed in range(3):
        (tmp_path / "images" / f"{seed}.png").write_bytes(png(seed))
    return tmp_path / "images"


@pytest.fixture
def made(folder: Path) -> Path:
    """The data set of that folder."""
    return prepare(folder)[0].folder


def test_a_folder_and_every_archive_of_it_give_the_same_data_set(folder: Path, tmp_path: Path) -> None:
    members = {name: (folder / name).read_bytes() for name in reversed(files(folder))}
    expected = prepare(folder)[0].fingerprint
    for suffix, compress in COMPRESSIONS.items():
        images, _ = prepare_bytes(tmp_path, compress(tar_of(members)), f"images.{suffix}")
        assert (images.fingerprint, images.name) == (expected, "images")
    assert prepare_bytes(tmp_path, zip_of(members), "images.zip")[0].fingerprint == expected
    assert prepare_bytes(tmp_path, zip_of(members), "without suffix")[0].fingerprint == expected


def test_names_that_point_elsewhere_are_only_names(tmp_path: Path) -> None:
    names = ["../../up.png", "/etc/absolute.png", "a\x1b[31m\n.png", "C:\\x.png"]
    members = {name: png(seed) for seed, name in enumerate(names)}
    for data in (tar_of(members), zip_of(members)):
        (tmp_path / "in").mkdir(exist_ok=True)
        images, report = prepare_bytes(tmp_path / "in", data)
        assert report.kept == 4
        assert all(name.isprintable() for name in images.sources)
        assert {"../../up.png", "/etc/absolute.png"} < set(images.sources)
        assert files(tmp_path) == ["in"]


def test_links_devices_and_sparse_members_of_archives_are_dropped(tmp_path: Path) -> None:
    special = []
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        member = tarfile.TarInfo(f"special{kind!r}")
        member.type, member.linkname = kind, "/etc/passwd"
        special.append(member)
    _, report = prepare_bytes(tmp_path, tar_of({"a.png": png(1)}, *special))
    assert (report.kept, report.counts) == (1, {"link or special file": 4})
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO(zip_of({"a.png": png(1)}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    _, report = prepare_bytes(tmp_path, file.getvalue(), "images.zip")
    assert (report.kept, report.counts) == (1, {"link or special file": 1})


def test_links_pipes_and_what_may_not_be_read_are_dropped_from_a_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.png").write_bytes(png(9))
    (folder / "file.png").symlink_to(tmp_path / "outside" / "secret.png")
    (folder / "subfolder").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.png")
    opening = Path.open

    def forbidden(path: Path, *options: str, **named: str) -> object:
        if path.name == "1.png":
            raise PermissionError(errno.EACCES, "Permission denied")
        return opening(path, *options, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", forbidden)
    _, report = prepare(folder)
    assert [(drop.name, drop.reason.value) for drop in report.drops] == [
        ("1.png", "unreadable"),
        ("file.png", "link or special file"),
        ("loop", "link or special file"),
        ("pipe.png", "link or special file"),
        ("subfolder", "link or special file"),
    ]


def test_a_file_that_vanishes_meanwhile_is_dropped(folder: Path, tmp_path: Path) -> None:
    job = preparing(folder, tmp_path / "out", OPTIONS)
    while "0 files" not in next(job).text:  # the folder has been listed then, and nothing of it read
        pass
    (folder / "2.png").unlink()
    assert finish(job).counts == {"unreadable": 1}


def test_names_that_are_not_unicode_are_kept_as_printable_text(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff\xfe.png")).write_bytes(png(7))
    images, report = prepare(folder)
    assert report.kept == 4
    assert all(name.isprintable() for name in images.sources)


def test_damaged_and_encrypted_members_of_a_zip_are_dropped(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.png": png(1), "b.png": png(2), "c.png": png(3)}, zipfile.ZIP_STORED))
    data[data.index(b"b.png") + 60] ^= 255
    entry = data.index(b"c.png", data.index(b"PK\x01\x02")) - 46
    data[entry + 8] |= 1
    _, report = prepare_bytes(tmp_path, bytes(data), "images.zip")
    assert report.kept == 1
    assert [(drop.name, drop.reason.value) for drop in report.drops] == [("b.png", "broken"), ("c.png", "unreadable")]


def test_an_archive_that_was_not_copied_whole_is_refused(tmp_path: Path) -> None:
    members = {f"{seed}.png": png(seed) for seed in range(4)}
    wholes = {f"i.{suffix}": compress(tar_of(members)) for suffix, compress in COMPRESSIONS.items()}
    wholes["i.zip"] = zip_of(members)
    for name, whole in wholes.items():
        cut = tar_of(members).rindex(b"IEND") if name == "i.tar" else len(whole) // 2
        with pytest.raises(DatasetError, match=r"^i\..* damaged or truncated"):
            prepare_bytes(tmp_path, whole[:cut], name)
    assert "out" not in files(tmp_path)


def test_a_tar_with_a_damaged_header_is_not_silently_cut_short(tmp_path: Path) -> None:
    data = bytearray(tar_of({"a.png": png(1), "b.png": png(2)}))
    data[data.index(b"b.png") + 150] ^= 1
    with pytest.raises(DatasetError, match="damaged tar after 1 files"):
        prepare_bytes(tmp_path, bytes(data))


@pytest.mark.parametrize(("name", "compress"), list(COMPRESSIONS.items())[1:])
def test_a_bomb_in_a_compressed_tar_is_refused_before_it_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, compress: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr("generator.training.data.unpacking._ALWAYS", 2**20)
    with pytest.raises(DatasetError, match="unpacks to far more"):
        prepare_bytes(tmp_path, compress(bytes(2**25)), f"bomb.{name}")
    assert files(tmp_path) == [f"bomb.{name}"]


def test_bombs_in_a_zip_are_refused_or_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zip_of({"a.png": png(1), "bomb.png": bytes(2**22)})
    monkeypatch.setattr("generator.training.data.collection.MAX_FILE", 2**20)
    _, report = prepare_bytes(tmp_path, bomb, "images.zip")
    assert (report.kept, report.counts) == (1, {"too large": 1})
    monkeypatch.setattr("generator.training.data.unpacking._ALWAYS", 0)
    with pytest.raises(DatasetError, match="unpacks to far more"):
        prepare_bytes(tmp_path, bomb, "images.zip")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "neither a folder nor a tar or zip"),
        (png(1), "neither a folder nor a tar or zip"),
        (tar_of({}), "contains no files"),
        (zip_of({}), "contains no files"),
        (gzip.compress(b"", mtime=0), "neither a folder nor a tar or zip"),
        (gzip.compress(png(1), mtime=0), "neither a folder nor a tar or zip"),
        (b"\x28\xb5\x2f\xfd....", "compressed as zstd, which Outis cannot unpack"),
        (tar_of({"a.txt": b"x", "b.txt": b"x"}), "None of 2 files in images.tar can be used: 2 not an image"),
    ],
)
def test_what_holds_no_images_is_one_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(DatasetError, match=rf"^[^\n]*{words}[^\n]*\.$"):
        prepare_bytes(tmp_path, data)
    assert files(tmp_path) == ["images.tar"]


def test_what_is_not_there_or_a_device_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for source, words in [(tmp_path / "none", "does not exist"), (Path("/dev/null"), "is a device")]:
        assert main(["dataset", str(source), str(tmp_path / "out")]) == 1
        assert words in capsys.readouterr().err
    assert files(tmp_path) == []


def test_a_cancelled_job_leaves_nothing_and_what_was_there_before(folder: Path, made: Path, tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in made.iterdir()}
    for seed in range(40):
        (folder / f"new{seed}.png").write_bytes(png(seed + 50))
    for out, steps in [(made, 1), (made, 4), (tmp_path / "new", 2), (tmp_path / "new", 4)]:
        job = preparing(folder, out, OPTIONS)
        for _ in range(steps):
            next(job)
        job.close()
    assert files(tmp_path) == ["images", "out"]
    assert {file.name: file.read_bytes() for file in made.iterdir()} == before


def test_what_a_killed_process_has_left_is_removed_by_the_next_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    left, other = tmp_path / ".outis-whole-0123456789ab.tmp", tmp_path / ".outis-0123456789ab.tmp"
    for each in (left, other):
        each.mkdir()
        (each / "4.npy").write_bytes(b"half")
    with whole_folder(tmp_path / "another") as busy:
        finish(preparing(folder, tmp_path / "out", OPTIONS))
        assert busy.exists()
        assert not left.exists()
        assert other.exists()  # of a kind that is not known to be cancelled
    assert (tmp_path / "another").is_dir()


def test_a_data_set_is_replaced_once_the_new_one_is_whole(folder: Path, made: Path, tmp_path: Path) -> None:
    old = ImageSet.open(made).pixels(32)
    first = np.array(old)
    (folder / "0.png").write_bytes(png(50))
    assert prepare(folder)[0].pixels(32)[0].tobytes() != first[0].tobytes()
    assert np.array_equal(old, first)  # a training that reads it goes on with what it opened
    assert files(tmp_path) == ["images", "out"]


@pytest.mark.parametrize("place", ["images/out", "images", "file", "notes"])
def test_nothing_but_a_data_set_is_replaced(folder: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.txt").write_text("mine")
    with pytest.raises(DatasetError, match=r"choose another .*\.$"):
        finish(preparing(folder, tmp_path / place, OPTIONS))
    assert (tmp_path / "notes" / "note.txt").read_text() == "mine"
    assert files(tmp_path) == ["file", "images", "notes"]


@pytest.mark.parametrize(("source", "name"), [("v1.2 cats.TAR.GZ", "v1.2 cats"), ("a.zip", "a"), ("b.tar", "b")])
def test_a_data_set_has_its_collection_s_name_without_the_suffix(tmp_path: Path, source: str, name: str) -> None:
    assert prepare_bytes(tmp_path, tar_of({"a.png": png(1)}), source)[0].name == name


def test_the_folder_one_is_in_has_a_name_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    finish(preparing(".", "../out", OPTIONS))
    assert ImageSet.open("../out").name == "images"


def test_an_empty_folder_is_filled(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert prepare(folder)[0].count == 3


def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(
    folder: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(array_writer.ArrayWriter, "add", full)
    assert main(["dataset", str(folder), str(made), "--size", "32"]) == 1
    assert capsys.readouterr().err.startswith("outis: out could not be written: the disk is full;")
    assert ImageSet.open(made).count == 3
    assert files(tmp_path) == ["images", "out"]


def test_a_folder_that_cannot_take_its_place_leaves_the_former_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "old").write_text("old")
    renaming = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if (path / "new").exists():
            raise OSError(errno.EACCES, "Permission denied")
        return renaming(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(ExportError, match="data could not be written"), whole_folder(tmp_path / "data") as staging:
        (staging / "new").write_text("new")
    assert files(tmp_path) == ["data"]
    assert files(tmp_path / "data") == ["old"]


def test_a_data_set_that_is_not_whole_is_refused(made: Path) -> None:
    def refuse(words: str) -> None:
        with pytest.raises(DatasetError, match=rf"^[^\n]*{words}[^\n]*\.$"):
            ImageSet.open(made)

    array, manifest = made / "16.npy", made / "manifest.json"
    whole = array.read_bytes()
    changes: list[bytes] = [whole[:-1], whole + b"x", b"", b"junk", whole.replace(b"False", b"True ", 1)]
    changes += [whole.replace(b"|u1", b"|O8", 1), whole.replace(b"(3, 16,", b"(4, 16,", 1), whole[:9]]
    for change in changes:
        array.write_bytes(change)
        refuse("16.npy has changed since it was written; prepare the data again")
    array.unlink()
    refuse("16.npy cannot be read: No such file or directory; prepare the data again")
    values = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**values, "version": 2}))
    refuse("version 2 and this Outis reads 1")
    manifest.write_text(json.dumps({**values, "format": "other"}))
    refuse("not written by `outis dataset`")
    manifest.write_bytes(b"\xff")
    refuse("damaged or not text")
    manifest.unlink()
    refuse("is not a data set: it has no manifest.json")


def test_a_resolution_that_is_not_there_says_what_to_do(made: Path) -> None:
    with pytest.raises(DatasetError, match="has 4 to 32 px, not 64; prepare it with --size 64"):
        ImageSet.open(made).pixels(64)


@settings(max_examples=tries(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["tar", "zip", "tar.gz"]), st.lists(st.tuples(st.integers(0, 2**16), st.binary(max_size=40))))
def test_a_mutated_archive_gives_a_data_set_or_one_sentence(
    tmp_path: Path, kind: str, changes: list[tuple[int, bytes]]
) -> None:
    members = {"a.png": png(1, 32), "b.png": png(2, 32)}
    data = bytearray(zip_of(members) if kind == "zip" else COMPRESSIONS[kind](tar_of(members)))
    for place, noise in changes:
        data[place % len(data) : place % len(data) + len(noise)] = noise
    try:
        _, report = prepare_bytes(tmp_path, bytes(data), f"i.{kind}")
    except DatasetError:
        return  # anything else fails
    assert report.kept + len(report.drops) == report.found
