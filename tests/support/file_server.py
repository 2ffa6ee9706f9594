"""A server on localhost that gives one file and can be told to misbehave."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Behaviour:
    """What the server gives and how; tests change it between requests."""

    body: bytes = b""
    etag: str = '"one"'
    ranges: bool = True  # whether a part can be asked for
    told_length: int | None = -1  # -1 = the true one, None = not told
    cut_after: int | None = None  # bytes of the answer after which the connection breaks
    status: int = 200
    redirect: str | None = None  # where every request is sent on to
    content_type: str = "application/octet-stream"
    wait_after: int | None = None  # bytes after which the server waits for `go_on`
    go_on: Event = field(default_factory=Event)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # (path, headers)
    address: str = ""  # of the file

    @property
    def ranges_asked(self) -> list[str | None]:
        return [headers.get("Range") for _, headers in self.requests]


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """The server's address, without a slash at its end, while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(behaviour))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        behaviour.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(behaviour: Behaviour) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            behaviour.requests.append((self.path, dict(self.headers)))
            if behaviour.redirect is not None and self.path != "/there.pkl":
                self.send_response(302)
                self.send_header("Location", behaviour.redirect)
                self.end_headers()
            elif behaviour.status != 200:
                self.send_error(behaviour.status)
            else:
                self._give(self._offset())

        def _offset(self) -> int:
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            same = self.headers.get("If-Range", behaviour.etag) == behaviour.etag
            return int(asked[1]) if asked and behaviour.ranges and same else 0

        def _give(self, offset: int) -> None:
            total = len(behaviour.body) if behaviour.told_length == -1 else behaviour.told_length
            if offset and offset >= len(behaviour.body):
                return self.send_error(416)
            self.send_response(206 if offset else 200)
            if offset:
                self.send_header("Content-Range", f"bytes {offset}-{len(behaviour.body) - 1}/{len(behaviour.body)}")
            if total is not None:
                self.send_header("Content-Length", str(total - offset))
            if behaviour.etag:
                self.send_header("ETag", behaviour.etag)
            self.send_header("Content-Type", behaviour.content_type)
            self.end_headers()
            self._send(behaviour.body[offset:])

        def _send(self, body: bytes) -> None:
            for stop, wait in ((behaviour.cut_after, False), (behaviour.wait_after, True)):
                if stop is not None:
                    self.wfile.write(body[:stop])
                    self.wfile.flush()
                    if wait:
                        behaviour.go_on.wait()
                    return self._break_off()
            self.wfile.write(body)

        def _break_off(self) -> None:
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def handle(self) -> None:
            with suppress(ConnectionError):  # the client has left, which some tests want
                super().handle()

    return Handler
