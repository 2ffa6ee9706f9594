"""The compute thread, with an engine that is held: newest wins, jobs between frames, cancelling, failing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from types import GeneratorType

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.compute_thread import HOLDS_LESS, Compute, JobCancelled, JobDone, JobFailed, JobProgress
from explorer.compute.preview_size import THUMBNAIL_RESOLUTION
from explorer.messages import Quality, RenderRequest, Role
from generator.errors import ExportError
from generator.progress import finish
from tests.support import compute_fixtures
from tests.support.compute_fixtures import Answers, FakeEngine, Gate, Steps, host_with, seed_of, seeded, work_of_moves

CPU_ALLOCATOR = "[enforce fail at alloc_cpu.cpp:118] . DefaultCPUAllocator: can't allocate memory: you tried 9 bytes."


class OutOfMemoryError(RuntimeError):
    """Named as torch names its own."""


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def compute(qtbot: QtBot, engine: FakeEngine) -> Iterator[Compute]:
    made = Compute(host_with(engine))
    made.start()
    yield made
    engine.gate.open()
    assert made.close()


@pytest.fixture
def answers(compute: Compute) -> Answers:
    return Answers(compute)


@pytest.fixture
def ask(compute: Compute) -> Callable[..., None]:
    ids = count(1)

    def ask(seed: int, epoch: int = 1, **rest: Quality | Role) -> None:
        compute.request(RenderRequest(next(ids), epoch, seeded(seed), **rest))  # type: ignore[arg-type]

    return ask


def shown(answers: Answers) -> list[int]:
    return [seed_of(result.request.recipe) for result in answers.rendered]


def test_a_hundred_moves_while_one_frame_renders_become_one_more_frame_of_the_last(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    engine.gate.shut()
    ask(0)
    engine.gate.wait_reached()
    for seed in range(1, 101):
        ask(seed)
    engine.gate.open()
    qtbot.waitUntil(lambda: shown(answers) == [0, 100])
    assert engine.seeds == [0, 100]


def test_a_full_frame_is_given_up_for_a_later_preview_and_for_nothing_else(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    for first, second in [(Quality.FULL, Quality.PREVIEW), (Quality.FULL, Quality.FULL), (Quality.PREVIEW,) * 2]:
        engine.gate.shut()
        ask(1, quality=first)
        engine.gate.wait_reached()
        ask(2, quality=second)
        engine.gate.open()
        qtbot.waitUntil(lambda: 2 in shown(answers))
        assert (shown(answers) == [2]) == (first is not second)
        assert answers.failed == []
        answers.rendered.clear()


def test_a_face_drawn_in_advance_is_there_at_once_whole_and_as_often_as_asked_for(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    ask(7, role=Role.NEXT)
    qtbot.waitUntil(lambda: engine.ahead == [(7, None)])
    ask(7, quality=Quality.PREVIEW)
    qtbot.waitUntil(lambda: shown(answers) == [7])
    ask(7)
    qtbot.waitUntil(lambda: shown(answers) == [7, 7])
    assert engine.rendered == []
    assert not np.shares_memory(answers.rendered[0].pixels, answers.rendered[1].pixels)
    ask(8)
    qtbot.waitUntil(lambda: shown(answers) == [7, 7, 8])
    assert engine.seeds == [8]


def test_a_face_drawn_in_advance_is_given_up_for_whatever_is_asked_for(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    engine.gate.shut()
    ask(7, role=Role.NEXT)
    engine.gate.wait_reached()
    ask(1)
    engine.gate.open()
    qtbot.waitUntil(lambda: shown(answers) == [1])
    assert engine.ahead == []


def test_a_face_drawn_in_advance_that_gave_way_to_a_job_is_drawn_after_it(
    qtbot: QtBot, engine: FakeEngine, compute: Compute, ask: Callable[..., None], answers: Answers
) -> None:
    engine.gate.shut()
    ask(7, role=Role.NEXT)
    engine.gate.wait_reached()
    compute.submit(1, Steps(1))
    engine.gate.open()
    qtbot.waitUntil(lambda: engine.ahead == [(7, None)])


def test_a_face_that_is_drawn_in_advance_already_is_not_drawn_again(engine: FakeEngine) -> None:
    host = host_with(engine)
    for seed in (7, 7, 8):
        host.prepare(seeded(seed), lambda: False)
    assert engine.ahead == [(7, None), (8, None)]


def test_a_face_that_cannot_be_drawn_in_advance_is_told_only_when_it_is_asked_for(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    engine.errors = [ExportError("No."), ExportError("No, still.")]
    ask(7, role=Role.NEXT)
    qtbot.waitUntil(lambda: "could not be rendered in advance" in caplog.text)
    assert answers.failed == []
    ask(7)
    qtbot.waitUntil(lambda: len(answers.failed) == 1)
    assert answers.failed[0].failure.sentence == "No, still."


def test_the_gui_turns_while_a_frame_is_held(qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None]) -> None:
    engine.gate.shut()
    ask(0)
    engine.gate.wait_reached()
    assert work_of_moves(qtbot, ask) < 50


def test_frames_are_rendered_off_the_gui_thread_with_pixels_time_and_w_plus(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    ask(7)
    qtbot.waitUntil(lambda: len(answers.rendered) == 1)
    result = answers.rendered[0]
    assert engine.threads == {"compute"}
    assert result.milliseconds > 0
    assert (result.pixels == 7).all()
    assert result.w_plus is not None
    assert np.array_equal(result.w_plus, np.full((14, 8), 7))


def test_what_is_prepared_once_is_not_in_the_time_of_the_first_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, seconds = FakeEngine(), [0.0]
    monkeypatch.setattr(compute_fixtures, "perf_counter", lambda: seconds[0])
    engine.prepare = lambda preview: seconds.__setitem__(0, seconds[0] + 5)
    assert host_with(engine).render(RenderRequest(1, 1, seeded(1))).milliseconds == 0
    assert seconds[0] > 0


def test_requests_of_another_epoch_are_not_rendered(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    ask(1, epoch=2, role=Role.LIVE)
    ask(2, role=Role.FIRST_THUMBNAIL)
    qtbot.waitUntil(lambda: shown(answers) == [2])
    assert [*engine.rendered, *engine.ahead] == [(2, None)]


def test_previews_are_smaller_and_thumbnails_have_a_size_of_their_own(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    ask(1, quality=Quality.PREVIEW)
    ask(2, quality=Quality.PREVIEW, role=Role.FIRST_THUMBNAIL)
    qtbot.waitUntil(lambda: len(answers.rendered) == 2)
    assert sorted(engine.rendered) == [(1, 128), (2, THUMBNAIL_RESOLUTION)]


def test_frames_are_served_between_the_steps_of_a_job(
    qtbot: QtBot, compute: Compute, ask: Callable[..., None], answers: Answers
) -> None:
    steps = Steps(3)
    steps.gate.shut()
    compute.submit(1, steps)
    steps.gate.wait_reached()
    ask(5)
    steps.gate.open()
    qtbot.waitUntil(lambda: bool(answers.of(JobDone)))
    assert shown(answers) == [5]
    assert steps.done == [0, 1, 2]
    assert answers.of(JobDone) == [JobDone(1, "the result")]


def test_a_job_goes_on_while_frames_never_stop(
    qtbot: QtBot, compute: Compute, ask: Callable[..., None], answers: Answers
) -> None:
    steps = Steps(2)
    compute.submit(1, steps)
    seeds = count()

    def job_done_under_constant_requests() -> bool:
        ask(next(seeds))
        return bool(answers.of(JobDone))

    qtbot.waitUntil(job_done_under_constant_requests)
    assert answers.rendered


def test_two_jobs_advance_in_turn(qtbot: QtBot, compute: Compute, answers: Answers) -> None:
    order: list[str] = []
    one = Steps(9, before_step=lambda: order.append("one"))
    other = Steps(9, before_step=lambda: order.append("other"))
    one.gate.shut()
    compute.submit(1, one)
    one.gate.wait_reached()
    compute.submit(2, other)
    one.gate.open()
    qtbot.waitUntil(lambda: len(answers.of(JobDone)) == 2)
    assert order[3:15] in (["one", "other"] * 6, ["other", "one"] * 6)


def test_progress_is_reported_before_the_first_step_is_over(qtbot: QtBot, compute: Compute, answers: Answers) -> None:
    steps = Steps(2)
    steps.gate.shut()
    compute.submit(1, steps)
    qtbot.waitUntil(lambda: bool(answers.of(JobProgress)))
    assert [report.progress.text for report in answers.reports if isinstance(report, JobProgress)] == ["step 0"]
    steps.gate.open()


def test_cancelling_takes_effect_within_one_step(qtbot: QtBot, compute: Compute, answers: Answers) -> None:
    steps = Steps(1000)
    steps.gate.shut()
    compute.submit(1, steps)
    steps.gate.wait_reached()
    compute.cancel(1)
    steps.gate.open()
    qtbot.waitUntil(lambda: answers.of(JobCancelled) == [JobCancelled(1)])
    assert steps.done == [0]
    assert steps.closed.is_set()


def test_a_fault_of_ours_is_told_with_its_traceback_and_the_thread_goes_on(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    engine.errors = [ZeroDivisionError("unforeseen")]
    ask(1)
    qtbot.waitUntil(lambda: bool(answers.failed))
    failure = answers.failed[0].failure
    assert "Internal error in Outis (ZeroDivisionError)" in failure.sentence
    assert "unforeseen" in failure.details
    ask(2)
    qtbot.waitUntil(lambda: shown(answers) == [2])


def test_an_error_for_the_user_ends_its_job_with_its_own_sentence(
    qtbot: QtBot, compute: Compute, answers: Answers
) -> None:
    def refuse() -> None:
        raise ExportError("The disk is full; free some space.")

    compute.submit(1, Steps(2, before_step=refuse))
    qtbot.waitUntil(lambda: bool(answers.of(JobFailed)))
    report = answers.of(JobFailed)[0]
    assert isinstance(report, JobFailed)
    assert report.failure.sentence == "The disk is full; free some space."


@pytest.mark.parametrize("error", [MemoryError(), OutOfMemoryError("CUDA out of memory"), RuntimeError(CPU_ALLOCATOR)])
def test_a_frame_that_runs_out_of_memory_once_is_tried_again(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers, error: Exception
) -> None:
    engine.errors = [error]
    ask(1)
    qtbot.waitUntil(lambda: shown(answers) == [1])
    assert answers.failed == []
    assert engine.holds_less
    assert answers.notices == [HOLDS_LESS]
    engine.errors = [error]
    ask(2)
    qtbot.waitUntil(lambda: shown(answers) == [1, 2])
    assert answers.notices == [HOLDS_LESS]  # once is enough


@pytest.mark.parametrize(
    ("errors", "word"),
    [
        ([OutOfMemoryError("CUDA out of memory")] * 2, "ran out of memory"),
        ([RuntimeError("CUDA error: device-side assert triggered")], "stopped answering"),
    ],
)
def test_a_device_that_gives_up_is_left_for_the_cpu(qtbot: QtBot, errors: list[Exception], word: str) -> None:
    engine = FakeEngine(on_cpu=False)
    engine.errors = list(errors)
    compute = Compute(host_with(engine))
    answers = Answers(compute)
    compute.start()
    compute.request(RenderRequest(1, 1, seeded(1)))
    qtbot.waitUntil(lambda: bool(answers.reloads))
    assert compute.close()
    assert (answers.reloads[0].path, answers.reloads[0].device) == ("fake.safetensors", "cpu")
    assert word in answers.reloads[0].reason
    assert len(answers.failed) == 1


def test_a_cpu_without_memory_says_so_and_is_not_left(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    engine.errors = [MemoryError(), MemoryError()]
    ask(1)
    qtbot.waitUntil(lambda: bool(answers.failed))
    assert "not enough memory" in answers.failed[0].failure.sentence
    assert answers.reloads == []


def test_a_job_that_fails_when_it_is_cancelled_stops_nothing(
    qtbot: QtBot, compute: Compute, ask: Callable[..., None], answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate()

    class Stubborn(Steps):
        def run(self, host: object) -> GeneratorType[object, None, object]:  # type: ignore[override]
            try:
                while True:
                    yield from super().run(host)  # type: ignore[arg-type]
            finally:
                raise OSError("cannot clean up")

    gate.shut()
    compute.submit(1, Stubborn(1000, gate))
    gate.wait_reached()
    compute.cancel(1)
    gate.open()
    qtbot.waitUntil(lambda: bool(answers.of(JobCancelled)))
    ask(3)
    qtbot.waitUntil(lambda: shown(answers) == [3])
    assert "Cancelling job 1 failed" in caplog.text


def test_a_device_that_refuses_to_empty_its_cache_does_not_hinder_the_next_model(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    host, following = host_with(FakeEngine()), FakeEngine("b" * 64)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.empty_cache", refuse)
    facts = finish(host.switch_to(following, "other.safetensors"))  # type: ignore[arg-type]
    assert (facts.epoch, host.epoch) == (2, 2)
    assert host.reduce_memory()
    assert (host.render(RenderRequest(1, 2, seeded(9))).pixels == 9).all()


def test_a_request_of_a_model_that_is_gone_is_answered(
    qtbot: QtBot, ask: Callable[..., None], answers: Answers
) -> None:
    ask(1, epoch=7)
    qtbot.waitUntil(lambda: [failed.request.epoch for failed in answers.failed] == [7])


def test_a_device_that_fails_frame_after_frame_is_left_once(qtbot: QtBot) -> None:
    engine = FakeEngine(on_cpu=False)
    engine.errors = [RuntimeError("CUDA error: device-side assert triggered") for _ in range(5)]
    compute = Compute(host_with(engine))
    answers = Answers(compute)
    compute.start()
    for number in range(1, 6):
        compute.request(RenderRequest(number, 1, seeded(number)))
        qtbot.waitUntil(lambda number=number: len(answers.failed) == number)  # type: ignore[misc]
    assert compute.close()
    assert len(answers.reloads) == 1


def test_what_the_engine_gives_up_while_it_draws_is_told_once(
    qtbot: QtBot, engine: FakeEngine, ask: Callable[..., None], answers: Answers
) -> None:
    engine.prepare = lambda preview: setattr(engine, "notice", "CUDA graphs do not work here.")
    for seed in (1, 2):
        ask(seed)
        qtbot.waitUntil(lambda seed=seed: shown(answers)[-1:] == [seed])  # type: ignore[misc]
    qtbot.waitUntil(lambda: answers.notices == ["CUDA graphs do not work here."])
