"""Enlarging: by the network in tiles, the same bytes again, in short steps, and calm in eyes and teeth."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from time import monotonic
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from generator.errors import ExportError
from generator.faces.finder import FaceFinder
from generator.pictures import enlarge
from generator.pictures.aside import Pulse, aside
from generator.pictures.calm import CALM, calmed
from generator.pictures.guided_filter import Floats
from generator.progress import finish

IMAGES = np.load(Path(__file__).parents[2] / "data" / "seen-faces.npz")["images"]
PART = np.ascontiguousarray(IMAGES[0][96:120, 100:128])  # 24 x 28


def nearest(network: object, tile: Floats) -> Floats:
    """What stands in for the network where only the tiles matter."""
    return tile.repeat(4, 0).repeat(4, 1)


def test_the_network_keeps_the_picture_and_sharpens_it() -> None:
    large = finish(enlarge.enlarging(PART, 4))
    assert large.shape == (96, 112, 3)
    small = large.reshape(24, 4, 28, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - PART).mean() < 6
    lanczos = np.asarray(Image.fromarray(PART).resize((112, 96), Image.Resampling.LANCZOS))
    assert not np.array_equal(large, lanczos)
    assert np.array_equal(finish(enlarge.enlarging(PART, 4)), large)


def test_half_of_it_is_the_mean_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enlarge, "_through", nearest)
    assert np.array_equal(finish(enlarge.enlarging(PART, 2)), PART.repeat(2, 0).repeat(2, 1))


@pytest.mark.parametrize("shape", [(1, 1), (40, 300), (129, 128), (257, 130)])
def test_tiles_together_are_the_picture(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enlarge, "_through", nearest)
    pixels = np.random.RandomState(0).randint(0, 256, (*shape, 3)).astype(np.uint8)
    assert np.array_equal(finish(enlarge.enlarging(pixels, 4)), pixels.repeat(4, 0).repeat(4, 1))


def test_a_tile_that_differs_fades_into_its_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    brightness = iter((0.2, 0.8))
    monkeypatch.setattr(enlarge, "_through", lambda network, tile: nearest(network, 0 * tile + next(brightness)))
    large = finish(enlarge.enlarging(np.zeros((20, 200, 3), np.uint8), 4)).astype(int)
    assert (large[0, 0, 0], large[0, -1, 0]) == (51, 204)
    assert np.abs(np.diff(large[0, :, 0])).max() <= 2


def test_a_picture_that_would_be_too_large_is_refused_before_any_work() -> None:
    with pytest.raises(ExportError, match="16384 pixels; the limit is 16383"):
        finish(enlarge.enlarging(np.zeros((1, 4096, 3), np.uint8), 4))


def test_without_the_package_it_is_resampled_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enlarge, "find_spec", lambda name: None)
    assert "outis[enlarge]" in enlarge.why_not()
    assert enlarge.method() == "Lanczos resampling"
    lanczos = np.asarray(Image.fromarray(PART).resize((112, 96), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(finish(enlarge.enlarging(PART, 4)) - lanczos).max() <= 1


def test_with_the_package_nothing_is_missing() -> None:
    assert (enlarge.why_not(), enlarge.method()) == ("", "Real-ESRGAN x4plus")


def test_a_cancelled_job_ends_at_the_next_tile(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, ended, tiles = Event(), Event(), Event(), []

    def held(network: object, tile: Floats) -> Floats:
        tiles.append(tile.shape)
        begun.set()
        assert go_on.wait(30)
        ended.set()
        return nearest(network, tile)

    monkeypatch.setattr(enlarge, "_through", held)
    job = enlarge.enlarging(np.zeros((20, 500, 3), np.uint8), 4)
    while not begun.is_set():
        next(job)
    job.close()  # without waiting for the tile
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(30)
    assert len(tiles) == 1


def test_steps_are_short_while_a_tile_is_in_the_network() -> None:
    job, times = enlarge.enlarging(PART, 4), [monotonic()]
    for _ in job:
        times.append(monotonic())
    assert len(times) > 3  # the network takes a second


def test_an_error_of_the_work_comes_out_of_the_job() -> None:
    def work(pulse: Pulse) -> None:
        pulse(1, 2)
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        finish(aside(work, "Working"))


def test_eyes_and_teeth_are_mostly_resampled_and_skin_is_not() -> None:
    face = FaceFinder().find(IMAGES[0])
    assert face is not None
    share = calmed(np.zeros((512, 512, 3), np.float32), np.ones((512, 512, 3), np.float32), face)[..., 0]
    (x, y), (u, v) = (2 * face.irises[0, 0, :2]).astype(int), (2 * face.point("nose-tip")[:2]).astype(int)
    assert share[y, x] == pytest.approx(CALM, abs=0.1)
    assert share[v, u] == 0
    assert share.mean() < 0.05


@pytest.mark.parametrize(
    ("library", "kinds", "expected"),
    [
        (None, None, False),
        ("libvulkan.so.1", [], False),
        ("libvulkan.so.1", [3], False),
        ("libvulkan.so.1", [3, 0], True),
    ],
)
def test_a_card_is_used_unless_the_processor_imitates_it_and_without_vulkan_nobody_asks(
    library: str | None, kinds: list[int] | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ncnn

    monkeypatch.setattr(enlarge.sys, "platform", "linux")
    monkeypatch.setattr(enlarge, "find_library", {"vulkan": library}.get)
    cards = None if kinds is None else [SimpleNamespace(type=lambda kind=kind: kind) for kind in kinds]
    monkeypatch.setattr(ncnn, "get_gpu_count", lambda: len(cards))
    monkeypatch.setattr(ncnn, "get_gpu_info", lambda number: cards[number])
    assert enlarge._has_card() is expected
