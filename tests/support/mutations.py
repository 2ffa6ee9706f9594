"""Ways to damage a good file: bits, lengths and pieces of its bytes, and what is inside it with the right checksums."""

from __future__ import annotations

import io
import json
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

from generator.formats.image_chunks import png_chunks

EXTREMES = [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\1\0\0"]

Mutate = Callable[[bytes, random.Random], bytes]


def flip_bits(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 30])):
        changed[dice.randrange(min(len(data), dice.choice([64, 1024, len(data)])))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def truncate(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def overwrite_a_number(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(min(len(data), dice.choice([32, 512, len(data)])))
    return data[:place] + dice.choice(EXTREMES) + data[place + 4 :]


def move_a_piece(data: bytes, dice: random.Random) -> bytes:
    start, end, place = sorted(dice.randrange(len(data)) for _ in range(3))
    return dice.choice([data[:start] + data[end:], data[:place] + data[start:end] + data[place:], data[start:] + data])


def edit_text(data: bytes, dice: random.Random) -> bytes:
    """Replace one number or word in whatever JSON, XML or header there is."""
    pairs = [
        (b"1", b"-1"),
        (b"0", b"1e999"),
        (b"{", b"["),
        (b'"', b""),
        (b"<", b"<!DOCTYPE x><"),
        (b"4", b"99999999999"),
    ]
    old, new = dice.choice(pairs)
    places = [found.start() for found in re.finditer(re.escape(old), data)]
    place = dice.choice(places or [0])
    return data[:place] + new + data[place + len(old) :]


PLAIN: list[Mutate] = [flip_bits, truncate, overwrite_a_number, move_a_piece, edit_text]


def mutated_members(data: bytes, dice: random.Random) -> bytes:
    """Mutate what is inside an archive, and pack it again with the right checksums."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        chosen = dice.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, dice.choice(PLAIN)(content, dice) if name == chosen and content else content)
    return out.getvalue()


def mutated_chunk(data: bytes, dice: random.Random) -> bytes:
    """Mutate one chunk of a PNG, and give it the right length and checksum."""
    chunks = [*png_chunks(data), (b"IEND", b"")]
    chosen = dice.randrange(len(chunks) - 1)
    out = data[:8]
    for place, (kind, payload) in enumerate(chunks):
        content = dice.choice(PLAIN)(payload, dice) if place == chosen else payload
        out += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return out


def mutated_json(data: bytes, dice: random.Random) -> bytes:
    """Replace one value in a recipe by one of another type or size."""
    values = json.loads(data)
    inner = values
    while True:
        key = dice.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        if not (isinstance(inner[key], dict | list) and inner[key] and dice.random() < 0.8):
            break
        inner = inner[key]
    inner[key] = dice.choice([None, True, -1, 2**64, 1.5, "", "AAAA", "\ud800", [], {}, [[]], float("nan"), 10**400])
    return json.dumps(values).encode()


def mutated_header(data: bytes, dice: random.Random) -> bytes:
    """Mutate the JSON header of a .safetensors file, and give it the right length."""
    length = int.from_bytes(data[:8], "little")
    header = dice.choice([mutated_json, *PLAIN])(data[8 : 8 + length], dice)
    return len(header).to_bytes(8, "little") + header + data[8 + length :]
