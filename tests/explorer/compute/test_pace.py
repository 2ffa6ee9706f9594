"""How large a preview is, how frames are timed, and what failures are called."""

from __future__ import annotations

import errno
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from explorer.compute.preview_size import PreviewSize
from explorer.control.frame_times import FrameTimes
from explorer.error_messages import describe_error, is_device_lost, is_out_of_memory
from explorer.messages import Grab, Quality, RenderRequest, RenderResult
from generator.errors import LatentError
from tests.support.compute_fixtures import seeded


def settled(size: PreviewSize, milliseconds_at_64: float, frames: int = 30) -> int:
    """The resolution after some frames on a machine whose frames cost by their area."""
    for _ in range(frames):
        size.record(milliseconds_at_64 * (size.resolution / 64) ** 2)
    return size.resolution


@pytest.mark.parametrize(
    ("milliseconds_at_64", "resolution"), [(0.1, 512), (3.0, 256), (14, 128), (50, 64), (100, 32), (900, 32)]
)
def test_a_preview_is_as_large_as_the_machine_can_draw_fluently(milliseconds_at_64: float, resolution: int) -> None:
    assert settled(PreviewSize(1024), milliseconds_at_64) == resolution


def test_a_machine_that_becomes_free_gets_larger_previews_again() -> None:
    size = PreviewSize(256)
    assert settled(size, 100) == 32
    assert settled(size, 14) == 128


def test_one_slow_frame_changes_nothing() -> None:
    size = PreviewSize(256)
    size.record(500)
    size.record(20)
    size.record(500)
    assert size.resolution == 128


def test_the_size_does_not_swing_to_and_fro() -> None:
    size = PreviewSize(1024)
    settled(size, 9)
    seen = {settled(size, 9, frames=1) for _ in range(100)}
    assert len(seen) == 1


def test_a_tiny_model_has_tiny_previews() -> None:
    assert PreviewSize(8).resolution == 4
    assert PreviewSize(32).resolution == 16


def test_a_network_that_cannot_stop_early_begins_with_a_quarter_and_shrinks_at_once() -> None:
    size = PreviewSize(512, begins_small=True)
    assert size.resolution == 128
    size.record(600)
    assert size.resolution == 128  # it was being prepared
    size.record(600)
    assert size.resolution == 64
    for _ in range(9):
        size.record(600)
    assert size.resolution == 64  # half of it would hardly be quicker


@pytest.mark.parametrize(("pixels", "sizes"), [(256, (64, 32)), (512, (128, 64)), (1024, (128, 64)), (32, (16, 16))])
def test_what_may_be_drawn_next_and_at_last_is_known_in_advance(pixels: int, sizes: tuple[int, int]) -> None:
    assert PreviewSize(pixels, begins_small=True).sizes == sizes


seeds = count()


def frame_of(milliseconds: float, quality: Quality = Quality.FULL) -> RenderResult:
    request = RenderRequest(1, 1, seeded(next(seeds)), quality)
    return RenderResult(request, np.zeros((4, 4, 3), np.uint8), milliseconds)


def test_the_rate_is_that_of_the_frames_shown_in_one_run() -> None:
    times = FrameTimes()
    rates = [times.record(frame_of(10), now=0.1 * i).frames_per_second for i in range(5)]
    assert rates == pytest.approx([0, 0, 0, 10, 10])
    assert times.record(frame_of(20), now=9.0).frames_per_second == 0


def test_a_slow_first_frame_does_not_count_as_the_time_of_a_full_one() -> None:
    times = FrameTimes()
    for milliseconds in (900, 30, 40):
        times.record(frame_of(milliseconds))
    times.record(frame_of(5, Quality.PREVIEW))
    assert times.full_milliseconds == 30
    times.forget()
    assert times.full_milliseconds == 0


def test_the_same_face_again_is_not_the_time_of_a_full_frame() -> None:
    times, slow = FrameTimes(), frame_of(2400)
    times.record(slow)
    times.record(replace(slow, milliseconds=9.6))  # it was cached
    assert times.full_milliseconds == 2400


def test_finding_the_recipe_of_a_pull_does_not_make_a_slider_show_previews() -> None:
    times, pull = FrameTimes(), frame_of(90)
    times.record(frame_of(50))
    for _ in range(3):
        times.record(replace(pull, request=replace(pull.request, grab=Grab(drag=1, pulls=((0, 0.5, 0.5),)))))
    assert times.full_milliseconds == 50


def test_the_sentence_of_our_own_errors_is_shown_as_it_is() -> None:
    assert describe_error(LatentError("It has 3 rows.")).sentence == "It has 3 rows."


def test_a_full_disk_is_named() -> None:
    assert "disk is full" in describe_error(OSError(errno.ENOSPC, "No space left on device")).sentence


def test_memory_and_devices_are_told_apart() -> None:
    assert is_out_of_memory(MemoryError())
    for words in ("MPS backend out of memory (MPS allocated: 8.00 GB)", "CUDA error: out of memory"):
        assert is_out_of_memory(RuntimeError(words))
        assert not is_device_lost(RuntimeError(words))
    assert is_device_lost(RuntimeError("CUDA error: an illegal memory access was encountered"))
    assert not is_device_lost(RuntimeError("shape mismatch"))
    assert not is_out_of_memory(RuntimeError("shape mismatch"))
