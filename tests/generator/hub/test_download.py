"""Downloads from a server on localhost that cuts, lies, redirects, is slow, or has another file by now."""

from __future__ import annotations

import errno
import hashlib
import io
import random
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import truststore

from generator.errors import DownloadError
from generator.hub import download
from generator.hub import http_transfer as transfer
from generator.hub.download import downloading
from generator.progress import Progress, finish
from tests.support.file_server import Behaviour, serving

BODY = random.Random(0).randbytes(700_000)
SHA256 = hashlib.sha256(BODY).hexdigest()
HALF = 300_000


@pytest.fixture
def server() -> Iterator[Behaviour]:
    """What the server at `server.address` does."""
    behaviour = Behaviour(BODY)
    with serving(behaviour) as address:
        behaviour.address = f"{address}/model.pkl"
        yield behaviour


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "models" / "model.pkl"


def fetch(server: Behaviour, target: Path, size: int | None = None, sha256: str | None = None) -> list[Progress]:
    """Download to the end; what was reported."""
    seen: list[Progress] = []
    assert finish(downloading(server.address, target, size, sha256), seen.append) == target
    return seen


def refused(server: Behaviour, target: Path, size: int | None = None, sha256: str | None = None) -> str:
    """The sentence with which a download ends; no file may be there then."""
    with pytest.raises(DownloadError) as error:
        fetch(server, target, size, sha256)
    sentence = str(error.value)
    assert not target.exists()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def left_behind(target: Path) -> set[str]:
    return {path.name for path in target.parent.iterdir()} if target.parent.exists() else set()


def broken_half_way(server: Behaviour, target: Path) -> None:
    server.cut_after = HALF
    assert "broke after 0.3 MB of 0.7 MB; try again to resume" in refused(server, target)
    server.cut_after = None
    server.requests.clear()


def test_a_file_arrives_whole_with_progress_and_nothing_is_left_beside_it(server, target):
    seen = fetch(server, target, len(BODY), SHA256)
    assert target.read_bytes() == BODY
    assert left_behind(target) == {"model.pkl"}
    done = [step.done for step in seen if step.total == len(BODY) and " of " in step.text]
    assert done == sorted(done)
    assert server.requests[0][1]["User-Agent"] == "outis"


def test_a_file_that_is_there_and_right_is_not_fetched_again(server, target):
    fetch(server, target)
    fetch(server, target, len(BODY), SHA256)
    assert len(server.requests) == 1


@pytest.mark.parametrize("spoilt", [BODY[:-1], b"x" + BODY[1:]], ids=["short", "changed"])
def test_a_file_that_is_there_and_wrong_is_fetched_again(server, target, spoilt):
    target.parent.mkdir()
    target.write_bytes(spoilt)
    fetch(server, target, len(BODY), SHA256)
    assert target.read_bytes() == BODY


def test_a_cut_connection_says_so_and_the_next_try_asks_for_the_rest_alone(server, target):
    broken_half_way(server, target)
    fetch(server, target, sha256=SHA256)
    assert server.ranges_asked == [f"bytes={HALF}-"]
    assert target.read_bytes() == BODY
    assert left_behind(target) == {"model.pkl"}


def test_a_server_that_knows_no_ranges_sends_all_again(server, target):
    broken_half_way(server, target)
    server.ranges = False
    fetch(server, target, sha256=SHA256)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("other", [BODY[::-1], BODY[:1000]], ids=["other bytes", "shorter"])
def test_a_file_that_changed_meanwhile_is_fetched_from_the_front(server, target, other):
    broken_half_way(server, target)
    server.body, server.etag = other, '"two"'
    fetch(server, target)
    assert target.read_bytes() == other


def test_a_file_that_became_shorter_under_the_same_etag_is_fetched_from_the_front(server, target):
    broken_half_way(server, target)
    server.body = BODY[:1000]
    fetch(server, target)
    assert server.ranges_asked == [f"bytes={HALF}-", None]
    assert target.read_bytes() == BODY[:1000]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_strong_validator_nothing_is_gone_on_from(server, target, etag):
    server.etag = etag
    broken_half_way(server, target)
    fetch(server, target)
    assert server.ranges_asked == [None]
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    "note", ["", "[", "[]", "{}", '{"address": 1}', '{"address": "http://127.0.0.1/model.pkl", "validator": "a\\nb"}']
)
def test_a_damaged_note_counts_as_none(server, target, note):
    broken_half_way(server, target)
    target.with_name("model.pkl.part.json").write_text(note)
    fetch(server, target, sha256=SHA256)
    assert server.ranges_asked == [None]


def test_a_wrong_checksum_leaves_nothing(server, target):
    server.body = BODY[::-1]
    assert "its checksum differs" in refused(server, target, len(BODY), SHA256)
    assert left_behind(target) == set()


def test_a_resumed_file_is_checked_from_its_first_byte(server, target):
    broken_half_way(server, target)
    part = target.with_name("model.pkl.part")
    part.write_bytes(b"x" + part.read_bytes()[1:])
    assert "its checksum differs" in refused(server, target, sha256=SHA256)
    fetch(server, target, sha256=SHA256)


def test_a_wrong_length_is_refused_before_the_first_byte(server, target):
    assert "offers a file of 700,000 bytes where 5 were expected" in refused(server, target, 5)
    assert left_behind(target) == set()


def test_a_length_that_is_a_lie_counts_as_a_cut(server, target):
    server.told_length = len(BODY) + 10
    assert "broke after" in refused(server, target)


def test_a_file_of_unknown_length_arrives_too(server, target):
    server.told_length = None
    fetch(server, target)
    assert target.read_bytes() == BODY


def test_a_file_without_end_is_given_up_at_the_limit(server, target, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 100_000)
    server.told_length = None
    assert "More than" in refused(server, target)
    assert left_behind(target) == set()


def test_a_file_that_is_told_to_be_too_large_is_refused(server, target, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 100_000)
    assert "the limit is" in refused(server, target)


def test_a_redirect_is_followed(server, target):
    server.redirect = "/there.pkl"
    fetch(server, target, sha256=SHA256)
    assert [path for path, _ in server.requests] == ["/model.pkl", "/there.pkl"]


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "javascript:1", "//", "/again"])
def test_a_redirect_to_anything_but_the_web_or_in_a_circle_is_refused(server, target, to):
    server.redirect = to
    refused(server, target)
    assert len(server.requests) < 15
    assert left_behind(target) <= {"model.pkl.part", "model.pkl.part.json"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "no file at this URL"),
        (403, "denied access"),
        (401, "sign in"),
        (503, "server error (503)"),
        (418, "418"),
    ],
)
def test_a_refusal_is_told_in_words(server, target, status, words):
    server.status = status
    assert words in refused(server, target)


def test_a_web_page_is_no_model(server, target):
    server.content_type = "text/html; charset=utf-8"
    assert "sent a web page instead of a model" in refused(server, target)


def test_a_server_is_trusted_if_the_system_trusts_it(server, target, monkeypatch):
    """python.org's Python for macOS has no certificates that urllib would know."""
    asked = []

    class System(truststore.SSLContext):
        def wrap_socket(self, sock, *_, server_hostname=None, **__):
            asked.append((server_hostname, self.verify_mode, self.check_hostname))
            refusal = ssl.SSLCertVerificationError(1, "certificate verify failed")
            refusal.verify_message = "self-signed certificate"
            raise refusal

    monkeypatch.setattr(truststore, "SSLContext", System)
    server.address = server.address.replace("http:", "https:")
    sentence = refused(server, target)
    assert asked == [("127.0.0.1", ssl.CERT_REQUIRED, True)]
    assert sentence == "The certificate of 127.0.0.1 is not trusted (self-signed certificate); check the URL."


def test_a_server_that_is_not_there_is_told(target):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/model.pkl"
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 could not be reached"):
        finish(downloading(address, target))


def test_a_silent_server_is_given_up(server, target, monkeypatch):
    monkeypatch.setattr(transfer, "PATIENCE", 0.1)
    server.wait_after = HALF
    assert "has not responded" in refused(server, target)


def test_cancelling_keeps_what_has_arrived_for_the_next_try(server, target):
    server.wait_after = HALF
    job = downloading(server.address, target)
    while next(job).done < HALF:
        pass
    job.close()
    assert left_behind(target) == {"model.pkl.part", "model.pkl.part.json"}
    server.wait_after = None
    server.go_on.set()
    fetch(server, target, sha256=SHA256)
    assert server.ranges_asked == [None, f"bytes={HALF}-"]


def test_no_step_waits_for_a_slow_server(server, target, monkeypatch):
    waits: list[float] = []
    take = transfer.Transfer.take
    monkeypatch.setattr(transfer.Transfer, "take", lambda self, seconds: waits.append(seconds) or take(self, seconds))
    server.wait_after = HALF
    job = downloading(server.address, target)
    for _ in range(20):
        next(job)
    job.close()
    assert max(waits) <= download.STEP


def test_a_disk_without_room_is_told_before_the_first_byte(server, target, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 0))
    assert "The disk has 0.0 MB free" in refused(server, target)


class FullDisk(io.FileIO):
    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_fills_up_meanwhile_is_told(server, target, monkeypatch):
    really = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, mode="r", **how: FullDisk(self, "a+") if mode == "a+b" else really(self, mode, **how)
    )
    assert "the disk is full; free some space and try again" in refused(server, target)


def test_a_server_that_is_not_there_leaves_no_folder(tmp_path: Path) -> None:
    target = tmp_path / "models" / "abc" / "model.pkl"
    with pytest.raises(DownloadError):
        finish(downloading("http://127.0.0.1:9/model.pkl", target))
    assert not (tmp_path / "models").exists()


def test_a_second_download_of_the_same_file_is_refused_and_the_first_arrives_whole(server, target):
    server.wait_after = HALF
    first = downloading(server.address, target)
    while not (target.with_name("model.pkl.part").exists() and target.with_name("model.pkl.part").stat().st_size):
        next(first)
    server.wait_after = None
    assert "is being downloaded by another window or command" in refused(server, target)
    first.close()
    fetch(server, target, len(BODY), SHA256)
    assert target.read_bytes() == BODY
    assert left_behind(target) == {"model.pkl"}


def test_two_processes_that_download_the_same_file_leave_it_right(server, target):
    server.wait_after = HALF
    script = "import sys; from pathlib import Path; from generator.hub.download import downloading\n"
    script += "list(downloading(sys.argv[1], Path(sys.argv[2])))"
    first = downloading(server.address, target)
    while not (target.with_name("model.pkl.part").exists() and target.with_name("model.pkl.part").stat().st_size):
        next(first)
    server.wait_after = None
    other = subprocess.run([sys.executable, "-c", script, server.address, str(target)], capture_output=True, text=True)
    assert "is being downloaded by another" in other.stderr
    first.close()
    assert target.with_name("model.pkl.part").read_bytes() == BODY[:HALF]


def test_bytes_that_another_program_put_into_the_part_are_noticed(server, target):
    part = target.with_name("model.pkl.part")
    job = downloading(server.address, target)
    server.wait_after = HALF
    while not (part.exists() and part.stat().st_size):
        next(job)
    with part.open("ab") as file:
        file.write(b"foreign")
    server.told_length = None
    server.go_on.set()
    with pytest.raises(DownloadError, match="changed by another program"):
        finish(job)
    assert left_behind(target) == set()
