"""The queue from the GUI thread to the compute thread. Plain `threading`, no Qt.

Renders have one slot for each role and the newest wins: a hundred moves of a slider while one frame renders become
one more frame, of the last move. Orders about jobs are all kept and come first, because they take no time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Condition
from typing import Any

from explorer.compute.jobs import Task
from explorer.messages import Quality, RenderRequest, Role


@dataclass(frozen=True)
class StartJob:
    id: int
    task: Task[Any]


@dataclass(frozen=True)
class CancelJob:
    id: int


Order = StartJob | CancelJob


class Mailbox:
    """Thread-safe: any thread may call any method."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._orders: deque[Order] = deque()
        self._renders: dict[Role, RenderRequest] = {}
        self._closing = False

    @property
    def closing(self) -> bool:
        return self._closing

    def post(self, request: RenderRequest) -> None:
        """Request a frame in place of the previous request of the same role."""
        with self._condition:
            self._renders[request.role] = request
            self._condition.notify()

    def requeue(self, request: RenderRequest) -> None:
        """Requeue a frame that was cancelled for an order; one that a newer frame has replaced is dropped."""
        with self._condition:
            if not self._renders:
                self._renders[request.role] = request

    def order(self, order: Order) -> None:
        with self._condition:
            self._orders.append(order)
            self._condition.notify()

    def close(self) -> None:
        """Let nothing more be taken; a waiting `take` returns."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()

    def drain_orders(self) -> tuple[Order, ...]:
        """Remove and return the orders that `close` left unread."""
        with self._condition:
            orders = tuple(self._orders)
            self._orders.clear()
            return orders

    def is_superseded(self, request: RenderRequest) -> bool:
        """Whether the full frame that is being rendered may be cancelled: a preview of a later move waits behind it, or
        the thread is to stop. Never for another full frame: moves that keep coming would then leave none to be seen.
        What is rendered in advance is cancelled for anything else."""
        if self._closing:
            return True
        if request.role is Role.NEXT:
            with self._condition:
                others = [waiting for waiting in self._renders.values() if waiting.recipe != request.recipe]
                return bool(self._orders or others)
        waiting = self._renders.get(request.role)
        return request.quality is Quality.FULL and waiting is not None and waiting.quality is Quality.PREVIEW

    def take(self, wait: bool) -> Order | RenderRequest | None:
        """The next thing to do; None if there is none (only without `wait`) or after `close`."""
        with self._condition:
            if wait:
                self._condition.wait_for(lambda: self._closing or self._orders or self._renders)
            if self._closing:
                return None
            return self._orders.popleft() if self._orders else self._next_render()

    def _next_render(self) -> RenderRequest | None:
        first = next((role for role in Role if role in self._renders), None)  # Role lists the most urgent first
        return None if first is None else self._renders.pop(first)
