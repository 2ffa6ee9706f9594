"""What a training says, line by line, and what is kept of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.training.curves import Curve
from generator.training.events import End, Notice, Rollback, Samples, Snapshot, Start, Step, parse
from generator.training.history import History, duration

STEP = {
    "kind": "step", "images": 640, "resolution": 64, "fade": 0.5, "loss_g": 1.5, "loss_d": 0.7, "r1": None,
    "real_sign": 0.2, "augment": 0.1, "images_per_second": 40.0, "seconds": 16.0,
}  # fmt: skip

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
KINDS = st.sampled_from(["start", "step", "samples", "snapshot", "rollback", "notice", "end"])


def line(**values: object) -> str:
    return json.dumps(values)


def step(images: int, **values: object) -> str:
    return json.dumps(STEP | {"images": images} | values)


@given(st.text() | st.builds(json.dumps, VALUES))
def test_any_text_is_an_event_or_a_counted_line(text):
    history = History()
    event = history.take_line(text)
    assert history.unreadable == (event is None)


@given(
    KINDS, st.dictionaries(st.sampled_from([*STEP, "path", "reason", "sentence", "frechet", "total_images"]), VALUES)
)
def test_a_line_with_any_values_is_an_event_or_a_counted_line(kind, values):
    text = json.dumps(STEP | values | {"kind": kind})
    history = History()
    event = history.take_line(text)
    assert history.unreadable == (event is None)
    assert history.status(True) or history.step is None


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (line(kind="start", run="r", images=0, total_images=9000, settings={}), Start(0, 9000)),
        (json.dumps(STEP), Step(640, 64, 0.5, 1.5, 0.7, 0.2, 0.1, 40.0)),
        (line(kind="samples", images=5, path="samples/5.png"), Samples(5, "samples/5.png")),
        (line(kind="snapshot", images=5, path="s/5.safetensors", frechet=None), Snapshot(5, "s/5.safetensors", None)),
        (line(kind="rollback", images=5, reason="a loss was not finite"), Rollback(5, "a loss was not finite")),
        (line(kind="notice", images=5, sentence="No graphs."), Notice(5, "No graphs.")),
        (line(kind="end", images=5, reason="stopped", sentence="Saved."), End(5, "stopped", "Saved.")),
    ],
)
def test_every_kind_of_line_is_understood(text, event):
    assert parse(text) == event


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.png", "a/../../b.png", "..\\b.png", "C:\\b.png", "a\0b"])
def test_a_path_that_leads_out_of_the_run_folder_is_no_event(path):
    assert parse(line(kind="samples", images=5, path=path)) is None


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1e999", "true", '"1"', "[" * 100_000])
def test_a_number_that_is_none_is_no_event(number):
    assert parse(json.dumps(STEP).replace("1.5", number)) is None


def test_a_curve_keeps_its_ends_and_its_mean_however_long_it_gets():
    curve = Curve(limit=100)
    for x in range(10_000):
        curve.add(x, x % 2)
    assert len(curve.x) < 100
    assert curve.x[0] < 200
    assert curve.x[-1] > 9_700
    assert curve.x == sorted(curve.x)
    assert all(abs(y - 0.5) < 1e-9 for y in curve.y)


@given(st.lists(st.integers(0, 1000), max_size=200), st.integers(2, 20))
def test_a_curve_is_bounded_and_goes_forward_whatever_is_added(xs, limit):
    curve = Curve(limit)
    for x in xs:
        curve.add(x, 1.0)
        assert len(curve.x) == len(curve.y) <= limit
        assert all(one < other for one, other in zip(curve.x, curve.x[1:], strict=False))


def test_what_was_rolled_back_is_replaced_by_what_comes_again():
    history = History.of(
        [
            *(step(images) for images in (10, 20, 30)),
            line(kind="samples", images=30, path="first.png"),
            line(kind="rollback", images=10, reason="a loss was not finite"),
            *(step(images, loss_g=9.0) for images in (20, 30)),
            line(kind="samples", images=30, path="second.png"),
        ]
    )
    assert history.curves["loss_g"].x == [10, 20, 30]
    assert history.curves["loss_g"].y == [1.5, 9.0, 9.0]
    assert [samples.path for samples in history.samples] == ["second.png"]


def test_the_last_notice_is_kept_until_the_training_is_resumed():
    history = History.of([line(kind="notice", images=5, sentence=sentence) for sentence in ("First.", "Last.")])
    assert history.notice == Notice(5, "Last.")
    history.take_line(line(kind="start", images=5, total_images=9))
    assert history.notice is None


def test_the_status_tells_stage_fade_throughput_and_what_is_left():
    history = History.of([line(kind="start", images=0, total_images=4640), step(640)])
    parts = history.status(True).split("   ·   ")
    assert parts == ["64 px", "fading in 50%", "640 of 4,640 images", "40 images/s", "2 min left"]
    assert "left" not in history.status(False)


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (720, "12 min"), (12_000, "3 h 20 min"), (432_000, "5 days")]
)
def test_durations_are_for_people(seconds, text):
    assert duration(seconds) == text


def test_the_status_tells_how_many_classes_are_learnt() -> None:
    start = line(kind="start", run="r", images=0, total_images=9000, settings={}, classes=3)
    assert History.of([start]).status(training=False) == "0 of 9,000 images   ·   3 classes"
