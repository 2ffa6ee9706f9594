"""A download in progress, read by a thread of its own, so that its consumer never waits long.

The thread touches nothing but the network: it hands over an `Answer`, then the bytes, then an empty chunk. Only
http and https are spoken, redirects included; proxies of the environment are used.
"""

from __future__ import annotations

import queue
import re
import ssl
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from threading import Event, Thread
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

import truststore

from generator.errors import DownloadError
from generator.hub.address import host_of

PATIENCE = 30.0  # seconds without a byte after which the server counts as silent
CHUNK = 2**18  # bytes at most that are read at once
AHEAD = 32  # chunks that may wait to be written
_NUDGE = 0.1  # seconds after which a thread with a full queue looks whether it is still wanted


@dataclass(frozen=True)
class Answer:
    """What the server said before the bytes."""

    offset: int  # where in the file the first byte belongs: 0 unless it resumes an earlier try
    total: int | None  # bytes of the whole file, None = unknown
    validator: str  # what names this version of the file: a strong ETag or its date; "" = nothing


class OutOfRange(DownloadError):
    """The server has less of the file than was fetched before: it is another one now."""


class Transfer:
    """A request under way. Call `close` in any case; the thread then ends with its next chunk."""

    def __init__(self, address: str, offset: int = 0, validator: str = "") -> None:
        """Ask for `address` from `offset` on, provided the file is still the one that `validator` names."""
        self._address, self._offset, self._validator = address, offset, validator
        self._arrived: queue.Queue[Answer | bytes | DownloadError] = queue.Queue(AHEAD)
        self._unwanted = Event()
        Thread(target=self._run, name="transfer", daemon=True).start()

    def take(self, seconds: float) -> Answer | bytes | None:
        """What came next, b"" after the last byte; None if nothing came within `seconds`. Raises `DownloadError`."""
        try:
            item = self._arrived.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(item, DownloadError):
            raise item
        return item

    def close(self) -> None:
        self._unwanted.set()

    def _run(self) -> None:
        try:
            with _opener().open(self._request(), timeout=PATIENCE) as response:
                self._read(cast(HTTPResponse, response))
        except DownloadError as error:
            self._hand_over(error)
        except HTTPError as error:
            self._hand_over(_refusal(error, self._address))
            error.close()
        except (OSError, HTTPException, ValueError) as error:  # ValueError: the response is not valid HTTP
            self._hand_over(DownloadError(_fault(error, host_of(self._address))))

    def _read(self, response: HTTPResponse) -> None:
        self._hand_over(_answer(response, self._offset, self._address))
        chunk = response.read1(CHUNK)
        while chunk and not self._unwanted.is_set():
            self._hand_over(chunk)
            chunk = response.read1(CHUNK)
        self._hand_over(b"")

    def _hand_over(self, item: Answer | bytes | DownloadError) -> None:
        while not self._unwanted.is_set():
            try:
                return self._arrived.put(item, timeout=_NUDGE)
            except queue.Full:
                continue

    def _request(self) -> Request:
        request = Request(self._address, headers={"User-Agent": "outis", "Accept-Encoding": "identity"})
        if self._offset:
            request.add_header("Range", f"bytes={self._offset}-")
            request.add_header("If-Range", self._validator)
        return request


class _Redirects(HTTPRedirectHandler):
    """Follows to http and https alone (its base class would also follow to ftp), and never from https to http."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        allowed = ("https://",) if req.full_url.startswith("https://") else ("https://", "http://")
        if not newurl.lower().startswith(allowed):
            raise HTTPError(req.full_url, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    """Trusts what the system does: on macOS and Windows urllib alone may know no certificates at all."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)),
        _Redirects(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _answer(response: HTTPResponse, asked: int, address: str) -> Answer:
    """Where the bytes belong and how many there will be. Raises `DownloadError`."""
    if response.headers.get_content_type() == "text/html":
        raise DownloadError(
            f"{host_of(address)} sent a web page instead of a model; open the URL in a browser, download the "
            "model there and open the file."
        )
    etag = response.headers.get("ETag", "")
    validator = etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
    if response.status != 206:
        return Answer(0, _number(response.headers.get("Content-Length")), validator)
    told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "").strip())
    if told is None or int(told[1]) != asked:
        raise OutOfRange(f"{host_of(address)} sent the wrong part of the file; try again.")
    return Answer(asked, _number(told[2]), validator)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,18}", text) else None


def _refusal(error: HTTPError, address: str) -> DownloadError:
    host, code = host_of(address), error.code
    if code == 416:
        return OutOfRange(f"{host} has a shorter file than before; try again.")
    reasons = {
        300: "has a redirect loop, or redirects to a URL that is not allowed; check the URL",
        400: f"refused the request ({code}); check the spelling of the URL",
        401: "requires you to sign in; download the file in a browser and open it",
        403: "denied access to the file; download it in a browser and open it",
        404: "has no file at this URL; check it, the file may have moved",
        410: "no longer has a file at this URL",
        429: "received too many requests; try again later",
        500: f"reported a server error ({code}); try again later",
    }
    group = code if code in reasons else code // 100 * 100
    return DownloadError(f"{host} {reasons.get(group, f'gave an unexpected response ({code})')}.")


def _fault(error: Exception, host: str) -> str:
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return f"{host} has not responded for {PATIENCE:.0f} seconds; try again later."
    if isinstance(error, URLError):
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            return f"The certificate of {host} is not trusted ({error.reason.verify_message}); check the URL."
        why = getattr(error.reason, "strerror", None) or error.reason
        return f"{host} could not be reached ({why}); check the URL and the connection."
    if isinstance(error, OSError):
        return f"The connection to {host} broke ({error.strerror or error}); try again to resume."
    return f"{host} did not give a valid HTTP response; check the URL."
