"""Capturing work, with a stand-in for the card: what it costs, and what is left when it fails."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from generator.render.cuda.cuda_graph import WARM_UP_RUNS, CaptureSpace, GraphsFail, capture_graph
from tests.support.fake_card import FakeCard

CARD = torch.device("cuda", 1)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> FakeCard:
    return FakeCard(monkeypatch)


def test_work_is_captured_on_its_card_and_then_replayed(card: FakeCard) -> None:
    ran: list[int] = []
    replay = capture_graph(partial(ran.append, 1), CaptureSpace(CARD))
    assert (len(ran), card.index) == (WARM_UP_RUNS + 1, 1)
    replay()
    assert (len(ran), card.replays) == (WARM_UP_RUNS + 1, 1)


def test_graphs_of_one_space_need_the_memory_of_the_largest(card: FakeCard) -> None:
    space = CaptureSpace(CARD)
    for size in (30, 100, 60):
        capture_graph(partial(card.allocate, size), space)
    assert card.held == 100


def test_graphs_that_die_apart_share_nothing(card: FakeCard) -> None:
    one, other = CaptureSpace(CARD), CaptureSpace(CARD)
    assert one.stream is not other.stream
    assert one.pool != other.pool


def test_what_other_threads_do_does_not_spoil_a_capture(card: FakeCard) -> None:
    capture_graph(lambda: None, CaptureSpace(CARD))
    assert card.mode == "thread_local"


@pytest.mark.parametrize("spoilt", [True, False])
def test_a_failed_capture_tells_the_first_error_and_leaves_the_allocator_as_it_was(
    card: FakeCard, spoilt: bool
) -> None:
    def work() -> None:
        if card.underway:
            card.spoilt = spoilt
            raise RuntimeError("CUDA error: operation not permitted when stream is capturing")

    with pytest.raises(GraphsFail, match="not permitted"):
        capture_graph(work, CaptureSpace(CARD))
    card.empty_cache()


def test_a_capture_that_cannot_end_leaves_the_allocator_as_it_was(card: FakeCard) -> None:
    card.spoilt = True
    with pytest.raises(GraphsFail, match="previous error during capture"):
        capture_graph(lambda: None, CaptureSpace(CARD))
    card.empty_cache()
