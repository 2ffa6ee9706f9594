"""The timeline as a value: its frames, its edits, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import MotionError
from generator.motion.easing import SMOOTH
from generator.motion.timeline import Key, Keyframe, Lane, Timeline
from generator.recipe.recipe import Direction, Recipe, SeedSource, pack

PACE = pack(np.array([0, 0.2, 1], np.float32))
SMILE = Direction("smile", pack(np.ones(4, np.float32)))
OLD = Direction("old", pack(np.zeros(4, np.float32)))


def face(seed: int) -> Recipe:
    return Recipe(source=SeedSource(seed))


def at(*times: float, loop: bool = False, duration: float = 8) -> Timeline:
    """Faces 1, 2, ... at these times."""
    faces = (Keyframe(time, face(seed)) for seed, time in enumerate(times, 1))
    return Timeline(tuple(faces), duration=duration, loop=loop, pace=PACE)


def shown(timeline: Timeline) -> dict[float, int]:
    """The seeds by their times."""
    return {face.time: face.recipe.source.seed for face in timeline.keyframes}  # type: ignore[union-attr]


def test_frames_are_at_equal_times_and_a_loop_ends_where_it_began() -> None:
    assert at(0, 4).frame_times(0.5) == (0, 2, 4, 6)
    assert at(0, 4, loop=True).frame_times(0.5) == pytest.approx((0, 8 / 3, 16 / 3, 8))
    assert at(0, loop=True).frame_times(0.125) == (0,)


@given(duration=st.floats(0.1, 200), fps=st.floats(10, 60), loop=st.booleans())
def test_as_many_frames_as_seconds_have(duration: float, fps: float, loop: bool) -> None:
    timeline = Timeline(duration=duration, loop=loop)
    times = timeline.frame_times(fps)
    assert len(times) == timeline.frame_count(fps) == round(duration * fps)
    assert times[0] == 0
    assert times[-1] == duration if loop and len(times) > 1 else times[-1] < duration + 1e-9


@pytest.mark.parametrize(
    ("duration", "fps", "sentence"),
    [
        (0, 30, "The timeline lasts 0 s, which is no frame; make it longer."),
        (3600, 240, "864000 frames are too many: at most 36000; make it shorter."),
        (1, 0, r"0 frames a second are not in 0..240."),
        (1, float("nan"), r"nan frames a second are not in 0..240."),
    ],
)
def test_no_frames_and_too_many_are_refused(duration: float, fps: float, sentence: str) -> None:
    with pytest.raises(MotionError, match=sentence):
        Timeline(duration=duration).frame_count(fps)


def test_faces_are_added_after_the_last_and_a_loop_has_time_to_return() -> None:
    timeline = Timeline().with_face(face(1), "Anna").with_face(face(2)).with_face(face(3), gap=0.5)
    assert (shown(timeline), timeline.duration) == ({0: 1, 2: 2, 2.5: 3}, 2.5)
    assert timeline.keyframes[0].name == "Anna"
    loop = Timeline(loop=True).with_face(face(1)).with_face(face(2))
    assert (shown(loop), loop.duration) == ({0: 1, 2: 2}, 4)
    assert timeline.looping().duration == 3.75
    assert timeline.looping().looping() == timeline.looping()
    assert timeline.looping().looping(False).loop is False


def test_faces_are_moved_removed_and_eased() -> None:
    timeline = at(0, 2, 4)
    assert shown(timeline.moved(0, 3)) == {2: 2, 3: 1, 4: 3}
    assert timeline.moved(2, 9).duration == 9
    assert shown(timeline.without(1)) == {0: 1, 4: 3}
    assert [key.easing.kind for key in timeline.eased(1, SMOOTH).keyframes] == ["linear", "smooth", "linear"]
    changed = [timeline.moved(0, 1), timeline.without(0), timeline.eased(0, SMOOTH), timeline.with_face(face(4))]
    assert [other.pace for other in changed] == [b""] * 4


def test_a_lane_takes_the_place_of_the_one_with_the_same_value() -> None:
    lanes = [Lane("direction", (Key(0, 1),), SMILE), Lane("direction", (), OLD), Lane("x", ())]
    timeline = at(0)
    for lane in lanes:
        timeline = timeline.with_lane(lane)
    assert timeline.lanes == tuple(lanes)
    other = Lane("direction", (Key(9, 2),), SMILE)
    assert timeline.with_lane(other).lanes == (other, *lanes[1:])
    assert timeline.with_lane(other).duration == 9
    assert timeline.without_lane(1).lanes == (lanes[0], lanes[2])
    assert timeline.with_lane(other).pace == PACE  # lanes run by the clock


def test_keys_are_added_moved_and_removed_in_the_order_of_their_times() -> None:
    timeline = at(0).with_lane(Lane("truncation", (Key(1, 0.5), Key(3, 1))))
    added = timeline.with_key(0, Key(2, 0.7)).with_key(0, Key(3, 0.9))
    assert [(key.time, key.value) for key in added.lanes[0].keys] == [(1, 0.5), (2, 0.7), (3, 0.9)]
    assert [(key.time, key.value) for key in added.key_moved(0, 0, 2.5, 0.1).lanes[0].keys] == [
        (2, 0.7),
        (2.5, 0.1),
        (3, 0.9),
    ]
    assert [key.time for key in added.without_key(0, 1).lanes[0].keys] == [1, 3]


@given(duration=st.floats(0.1, 3600))
def test_another_duration_scales_every_time(duration: float) -> None:
    timeline = at(0, 2, 8).with_lane(Lane("x", (Key(4, 1), Key(8, 2)))).lasting(duration)
    assert timeline.duration == timeline.keyframes[2].time == timeline.lanes[0].keys[1].time == duration
    assert timeline.keyframes[1].time == pytest.approx(duration / 4)
    assert timeline.lanes[0].keys[0].time == pytest.approx(duration / 2)
    assert timeline.pace == PACE


def test_a_face_alone_can_last_longer() -> None:
    assert at(0, duration=0).lasting(5).duration == 5


def test_faces_snap_to_the_beat_beside_them_in_order() -> None:
    beats = [0.5, 1, 1.5, 3.9, 7, 8, 8.5]
    assert shown(at(0, 0.1, 4).on_beats(beats)) == {0.5: 1, 1: 2, 3.9: 3}
    assert shown(at(0, 7.6, 7.8).on_beats(beats)) == {0.5: 1, 7: 2, 8: 3}
    assert shown(at(0, 7.6, 7.8, loop=True).on_beats(beats)) == {0.5: 1, 3.9: 2, 7: 3}  # 8 is where it begins again
    with pytest.raises(MotionError, match="There are 1 beats for 3 faces"):
        at(0, 1, 2).on_beats([1, 9])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"duration": 3601.0}, r"A timeline lasts 0..3600 s, not 3601 s."),
        ({"duration": float("nan")}, r"A timeline lasts 0..3600 s, not nan s."),
        ({"path": "zigzag"}, "There is no path 'zigzag'; use straight, arc, smooth, even."),
        ({"beats": -1.0}, r"-1 beats a minute are not in 0..1000."),
        ({"sound": "a" * 5000}, "The path of the sound is too long"),
        ({"duration": 3.0}, "Of the faces, the last is at 4 s, after the end at 3 s."),
        ({"duration": 4.0, "loop": True}, "which leaves no time to return to the first; make it longer."),
        ({"pace": b"abc"}, "The pace of the timeline is damaged"),
        ({"pace": pack(np.array([0, 0.5, 0.4, 1], np.float32))}, "The pace of the timeline is damaged"),
        ({"pace": pack(np.array([0, float("nan"), 1], np.float32))}, "The pace of the timeline is damaged"),
        ({"lanes": (Lane("x", ()), Lane("x", (), off=True))}, "Two lanes of a timeline have the same value"),
        ({"lanes": (Lane("x", (Key(9, 1),)),)}, "Of the keys of the lane 'x', the last is at 9 s, after the end"),
    ],
)
def test_what_does_not_fit_together_is_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(MotionError, match=sentence):
        replace(at(0, 4), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("times", [(1, 1), (2, 1), (-1, 1), (0, float("inf")), (float("nan"), 1)])
def test_times_that_do_not_ascend_are_refused(times: tuple[float, float]) -> None:
    with pytest.raises(MotionError, match="Of the faces, one"):
        at(*times)
    with pytest.raises(MotionError, match="Of the keys of the lane 'x', one"):
        Lane("x", tuple(Key(time, 0) for time in times))


@pytest.mark.parametrize(
    ("kind", "value", "direction"),
    [
        ("psi", 1, None),
        ("direction", 1, None),
        ("x", 1, SMILE),
        ("direction", 1001, SMILE),
        ("truncation", -11, None),
        ("noise", -1, None),
        ("noise", 2**32, None),
        ("y", 11, None),
        ("degrees", float("nan"), None),
    ],
)
def test_a_lane_of_what_no_recipe_can_have_is_refused(kind: str, value: float, direction: Direction | None) -> None:
    with pytest.raises(MotionError):
        Lane(kind, (Key(0, value),), direction)


def test_more_than_the_limits_is_refused() -> None:
    with pytest.raises(MotionError, match="at most 1000 faces, not 1001"):
        at(*(i / 1000 for i in range(1001)))
    many = tuple(Key(i / 10_000, 0) for i in range(5001))
    with pytest.raises(MotionError, match="at most 10000 keys, not 10002"):
        replace(at(0), lanes=(Lane("x", many), Lane("y", many)))
    some = (Lane("direction", (), replace(SMILE, name=f"{i}")) for i in range(65))
    with pytest.raises(MotionError, match="at most 64 lanes, not 65"):
        replace(at(0), lanes=tuple(some))


def test_faces_of_two_models_are_refused() -> None:
    faces = (Keyframe(0, replace(face(1), model="a")), Keyframe(1, face(2)), Keyframe(2, replace(face(3), model="b")))
    assert Timeline(faces[:2], duration=2)
    with pytest.raises(MotionError, match="different models"):
        Timeline(faces, duration=2)
