"""URLs (http and https): recognised among paths, normalised for a request, and turned into a safe file name."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

from generator.errors import DownloadError

SCHEMES = ("https", "http")
LONGEST_NAME = 100  # characters
_UP_TO_PATH = re.compile(r"^[a-z]*://[^/]*", re.IGNORECASE)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # names that Windows keeps for devices


def is_address(text: str) -> bool:
    """Whether `text` is meant as a URL rather than as a path."""
    return text.strip().lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def normalised(text: str) -> str:
    """The address as a request takes it: ASCII, no spaces, no fragment. Raises `DownloadError`."""
    parts = _split(text.strip())
    if parts.scheme not in SCHEMES:
        raise DownloadError(f"{text[:200]!r} is not a supported URL; it should begin with https:// or http://.")
    if parts.username is not None or parts.password is not None:
        raise DownloadError("The URL contains a user name or password; download the file in a browser and open it.")
    path, query = quote(parts.path, safe="/%:@!$&'()*+,;=~"), quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    return SplitResult(parts.scheme, _ascii_host(parts), path or "/", query, "").geturl()


def host_of(address: str) -> str:
    """The server, for messages."""
    return urlsplit(address).hostname or address


def file_name(address: str) -> str:
    """A name for the file at `address`: the last part of its path, made harmless on every system.

    It is never a path: letters, digits, dot, dash and underscore only, no dot in front, no device of Windows.
    """
    path = _UP_TO_PATH.sub("", re.split(r"[?#]", address)[0])
    last = re.split(r"[/\\]", unquote(path))[-1]
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._")[-LONGEST_NAME:].lstrip("._")
    return f"model-{name}".rstrip("-") if not name or _RESERVED.match(name) else name


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises unless it is a number up to 65535
    except ValueError as error:
        raise DownloadError(f"{text[:200]!r} is not a valid URL; check its spelling.") from error
    return parts


def _ascii_host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError:
        host = ""
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", host):
        raise DownloadError(f"{parts.netloc[:200]!r} is not a valid host name; check the spelling of the URL.")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None else f"{host}:{parts.port}"
