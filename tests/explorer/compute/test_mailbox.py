"""The mailbox: newest wins in every role, orders first, closing wakes whoever waits."""

from __future__ import annotations

import threading
from dataclasses import replace

from explorer.compute.mailbox import CancelJob, Mailbox, StartJob
from explorer.messages import Quality, RenderRequest, Role
from tests.support.compute_fixtures import Steps, seeded


def request(number: int, role: Role = Role.LIVE) -> RenderRequest:
    return RenderRequest(number, 1, seeded(number), role=role)


def test_the_newest_request_replaces_the_one_before_it() -> None:
    mailbox = Mailbox()
    for number in range(100):
        mailbox.post(request(number))
    assert mailbox.take(wait=False) == request(99)
    assert mailbox.take(wait=False) is None


def test_every_role_has_its_slot_and_live_comes_first() -> None:
    mailbox = Mailbox()
    mailbox.post(request(1, Role.FIRST_THUMBNAIL))
    mailbox.post(request(2, Role.BEFORE))
    mailbox.post(request(3))
    assert [mailbox.take(wait=False) for _ in range(3)] == [
        request(3),
        request(2, Role.BEFORE),
        request(1, Role.FIRST_THUMBNAIL),
    ]


def test_orders_are_all_kept_and_come_before_frames() -> None:
    mailbox, steps = Mailbox(), Steps(1)
    mailbox.post(request(1))
    mailbox.order(StartJob(1, steps))
    mailbox.order(CancelJob(1))
    assert [mailbox.take(wait=False) for _ in range(3)] == [StartJob(1, steps), CancelJob(1), request(1)]


def test_waiting_ends_with_the_next_request() -> None:
    mailbox, taken = Mailbox(), []
    waiting = threading.Thread(target=lambda: taken.append(mailbox.take(wait=True)))
    waiting.start()
    mailbox.post(request(7))
    waiting.join(5)
    assert taken == [request(7)]


def test_closing_wakes_whoever_waits_and_gives_out_nothing_more() -> None:
    mailbox, taken = Mailbox(), []
    waiting = threading.Thread(target=lambda: taken.append(mailbox.take(wait=True)))
    waiting.start()
    mailbox.close()
    waiting.join(5)
    mailbox.post(request(1))
    assert not waiting.is_alive()
    assert (taken, mailbox.take(wait=True)) == ([None], None)


def test_anything_else_outdates_a_face_drawn_in_advance() -> None:
    for role in (Role.LIVE, Role.BEFORE, Role.SECOND_THUMBNAIL):
        mailbox, ahead = Mailbox(), request(1, Role.NEXT)
        assert not mailbox.is_superseded(ahead)
        mailbox.post(replace(ahead, role=role))  # the very same face: going on is the shortest way to it
        assert not mailbox.is_superseded(ahead)
        mailbox.post(request(2, role))
        assert mailbox.is_superseded(ahead)
    mailbox = Mailbox()
    mailbox.order(CancelJob(1))
    assert mailbox.is_superseded(ahead)


def test_only_a_preview_of_the_same_role_or_the_end_outdates_a_full_frame() -> None:
    mailbox, full = Mailbox(), request(1)
    assert not mailbox.is_superseded(full)
    mailbox.post(replace(request(2, Role.BEFORE), quality=Quality.PREVIEW))
    mailbox.post(request(3))
    assert not mailbox.is_superseded(full)
    mailbox.post(replace(request(4), quality=Quality.PREVIEW))
    assert mailbox.is_superseded(full)
    assert not mailbox.is_superseded(replace(full, quality=Quality.PREVIEW))
    mailbox.close()
    assert mailbox.is_superseded(replace(full, quality=Quality.PREVIEW))
