"""Results of tasks that arrive in parts."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from explorer.compute.jobs import Control, JobSteps, Partial, Task
from explorer.compute.model_host import ModelHost
from tests.support.compute_fixtures import Gate
from tests.support.controller_rig import Rig


class Parts(Task[None]):
    """Yields a part, waits, yields another."""

    def __init__(self) -> None:
        self.gate, self.delivered = Gate(), []

    def run(self, host: ModelHost) -> JobSteps[None]:
        yield Partial("first")
        self.gate.pass_through()
        yield Partial("second")

    def deliver_partial(self, value: str, control: Control) -> None:
        self.delivered.append(value)


def test_parts_of_a_result_arrive_before_the_rest_is_there(qtbot: QtBot, rig: Rig) -> None:
    task = Parts()
    task.gate.shut()
    rig.controller.submit(task)
    qtbot.waitUntil(lambda: task.delivered == ["first"])
    task.gate.open()
    qtbot.waitUntil(lambda: task.delivered == ["first", "second"])


def test_parts_of_a_cancelled_task_are_not_delivered(qtbot: QtBot, rig: Rig) -> None:
    task = Parts()
    task.gate.shut()
    rig.controller.submit(task)
    task.gate.wait_reached()
    rig.controller.cancel(Parts)
    task.gate.open()
    rig.controller.copy_latent()  # whose answer comes after those of the task
    qtbot.waitUntil(lambda: rig.said == ["The latent is on the clipboard."])
    assert "second" not in task.delivered
