"""Collections of images that attack: headers, texts and profiles that would keep tarfile and Pillow busy for ever."""

from __future__ import annotations

import io
import tarfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from generator.errors import DatasetError
from generator.training.data.decoding import decoded
from tests.generator.formats.test_hostile_pictures import chunk, compressed_text
from tests.generator.training.test_dataset_files import png, prepare, prepare_bytes, tar_of
from tests.support.bounds import bounded

WHITE = (255, 255, 255)


def extended(payload: bytes, kind: bytes) -> bytes:
    """A tar whose first header is followed by `payload` as that of an extended one."""
    header = tarfile.TarInfo("x")
    header.type, header.size = kind, len(payload)
    return header.tobuf() + payload + bytes(-len(payload) % 512) + tar_of({"a.png": png(1)})


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
@pytest.mark.parametrize("payload", [b"1" * 1_000_000, b"1" * 60_000, b"1" * 2_000_000 + b" hdrcharset=x\n"])
def test_endless_numbers_in_a_header_of_a_tar_are_refused_soon(payload: bytes, kind: bytes, tmp_path: Path) -> None:
    (tmp_path / "images.tar").write_bytes(extended(payload, kind))
    with bounded(), pytest.raises(DatasetError, match="damaged or truncated tar"):
        prepare(tmp_path / "images.tar")


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_endless_settings_in_headers_of_a_tar_are_refused_soon(kind: bytes, tmp_path: Path) -> None:
    members = []
    for first in range(0, 1_600_000, 4_000):
        header = tarfile.TarInfo("x")
        payload = b"".join(b"15 a%07d=123\n" % number for number in range(first, first + 4_000))
        header.type, header.size = kind, len(payload)
        members.append(header.tobuf() + payload + bytes(-len(payload) % 512) + tarfile.TarInfo("a").tobuf())
    (tmp_path / "images.tar").write_bytes(b"".join(members) + bytes(1024))
    with bounded(), pytest.raises(DatasetError, match="damaged or truncated tar"):
        prepare(tmp_path / "images.tar")


def test_the_usual_headers_of_many_files_are_no_reason_to_refuse_a_tar(tmp_path: Path) -> None:
    data, picture = io.BytesIO(), png(1)
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for number in range(2_500):
            member = tarfile.TarInfo(f"{number}-" + "ö" * 300)
            member.mtime, member.size = 1.5, len(picture) if number == 0 else 0
            archive.addfile(member, io.BytesIO(picture))
    images, report = prepare_bytes(tmp_path, data.getvalue())
    assert (images.count, report.found) == (1, 2_500)


def with_chunks(chunks: bytes) -> bytes:
    """A good PNG of 8 px with `chunks` before its pixels."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (1, 2, 3)).save(file, "PNG")
    return file.getvalue()[:33] + chunks + file.getvalue()[33:]


ZEROS = zlib.compress(bytes(1_000_000), 9)
CHUNKS = {
    "texts": compressed_text("x", zlib.compress(bytes(15_000_000), 9)) * 200,
    "small texts": chunk(b"zTXt", b"x\0\0" + ZEROS) * 3_000,
    "profiles": chunk(b"iCCP", b"x\0\0" + ZEROS) * 3_000,
    "nothing": chunk(b"tEXt", b"") * 90_000,
}


@pytest.mark.parametrize("name", CHUNKS)
def test_what_a_png_holds_beside_its_pixels_is_not_unpacked(name: str) -> None:
    data = with_chunks(CHUNKS[name])
    with bounded():
        assert decoded(data, WHITE).image.getpixel((0, 0)) == (1, 2, 3)


@pytest.mark.parametrize("where", ["exif", "text"])
def test_a_png_still_lies_as_it_tells(where: str) -> None:
    turned = Image.Exif()
    turned[274] = 6
    told = turned.tobytes()
    hexadecimal = f"\nexif\n{len(told)}\n{told.hex()}".encode()
    lies = chunk(b"eXIf", told[6:]) if where == "exif" else chunk(b"tEXt", b"Raw profile type exif\0" + hexadecimal)
    file = io.BytesIO()
    Image.new("RGB", (8, 4)).save(file, "PNG")
    whole = file.getvalue()
    assert decoded(whole[:33] + lies + whole[33:], WHITE).image.size == (4, 8)
