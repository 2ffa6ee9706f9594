"""The timeline: faces at moments, lanes of values beside them, and how one face becomes the next.

Plain frozen values: an edit is a method that returns another timeline. What a moment looks like is computed by
`generator.motion.frames`; files are read and written by `generator.motion.timeline_json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite
from typing import TypeVar

import numpy as np

from generator.errors import MotionError
from generator.motion.easing import LINEAR, Easing
from generator.recipe.recipe import MAX_AMOUNT, MAX_DEGREES, MAX_SEED, MAX_SHIFT, Direction, Floats, Recipe
from generator.recipe.recipe_json import is_text

T = TypeVar("T")
PATHS = ("straight", "arc", "smooth", "even")
MAX_SECONDS = 3600.0
MAX_FRAMES = 36_000  # twenty minutes at 30 frames a second
MAX_FPS = 240.0
MAX_BEATS = 1000.0  # a minute
MAX_KEYFRAMES = 1000
MAX_LANES = 64
MAX_KEYS = 10_000  # of all lanes together
MAX_NAME = 4096  # characters of the path of a sound, or the name of a face
GAP = 2.0  # seconds between two faces

LANES: dict[str, tuple[float, float]] = {  # kind: the smallest and the largest value
    "direction": (-MAX_AMOUNT, MAX_AMOUNT),
    "truncation": (-10, 10),
    "noise": (0, MAX_SEED),
    "x": (-MAX_SHIFT, MAX_SHIFT),
    "y": (-MAX_SHIFT, MAX_SHIFT),
    "degrees": (-MAX_DEGREES, MAX_DEGREES),
}


@dataclass(frozen=True)
class Keyframe:
    """A face at a moment."""

    time: float  # seconds
    recipe: Recipe
    name: str = ""
    easing: Easing = LINEAR  # towards the next face; of the last one, in a loop, towards the first


@dataclass(frozen=True)
class Key:
    """A value at a moment."""

    time: float  # seconds
    value: float
    easing: Easing = LINEAR  # towards the next key, as of a `Keyframe`


@dataclass(frozen=True)
class Lane:
    """One value over time, beside the faces; before its first key and after its last it stays as it is there.

    "direction": sigma that are added to the face along `direction`. "truncation": the psi of every face, instead of its
    own. "noise": the seed of a random noise image, rounded down. "x", "y", "degrees": these of the transform, instead
    of the face's (StyleGAN3). Raises `MotionError` for a value that no recipe can have.
    """

    kind: str  # of LANES
    keys: tuple[Key, ...]  # by time
    direction: Direction | None = None  # only of the kind "direction"
    off: bool = False  # kept, without effect

    def __post_init__(self) -> None:
        _check(self.kind in LANES, f"There is no lane {self.kind[:40]!r}; use {', '.join(LANES)}.")
        fits = (self.kind == "direction") == (self.direction is not None)
        _check(fits, "A lane has a direction if it moves along one, and only then.")
        low, high = LANES[self.kind]
        for key in self.keys:
            _check(low <= key.value <= high, f"The {self.kind} {key.value:g} of a lane is not in {low:g}..{high:g}.")
        _check_times([key.time for key in self.keys], f"keys of the lane {self.title!r}")

    @property
    def title(self) -> str:
        """What it is called in sentences: the name of its direction, or its kind."""
        return self.kind if self.direction is None else self.direction.name[:80]

    @property
    def is_active(self) -> bool:
        """Whether it has an effect."""
        return bool(self.keys) and not self.off


@dataclass(frozen=True)
class Timeline:
    """Faces and lanes over `duration` seconds.

    In a loop the moments lie on a circle: after `duration` the first moment comes again. Raises `MotionError` with one
    sentence for times that are not in order or do not fit, and for anything beyond the limits of this module.
    """

    keyframes: tuple[Keyframe, ...] = ()  # by time, no two at the same
    lanes: tuple[Lane, ...] = ()  # one of each kind, and one for each direction
    duration: float = 0.0  # seconds
    path: str = "straight"  # of PATHS: see `generator.motion.frames`
    loop: bool = False
    beats: float = 0.0  # a minute, for the ruler; 0 = it shows seconds
    sound: str = ""  # path of a sound file; "" = none
    pace: bytes = b""  # float32, little-endian: places 0..1 on the path at uniform times; b"" = not measured

    def __post_init__(self) -> None:
        _check(0 <= self.duration <= MAX_SECONDS, f"A timeline lasts 0..{MAX_SECONDS:g} s, not {self.duration:g} s.")
        _check(self.path in PATHS, f"There is no path {self.path[:40]!r}; use {', '.join(PATHS)}.")
        _check(0 <= self.beats <= MAX_BEATS, f"{self.beats:g} beats a minute are not in 0..{MAX_BEATS:g}.")
        _check(_is_name(self.sound), "The path of the sound is too long, or not Unicode text.")
        self._check_faces()
        self._check_lanes()
        _check(_is_pace(self.pace), "The pace of the timeline is damaged; leave it out, and it is measured again.")

    def _check_faces(self) -> None:
        count = len(self.keyframes)
        _check(count <= MAX_KEYFRAMES, f"A timeline has at most {MAX_KEYFRAMES} faces, not {count}.")
        fine = all(_is_name(face.name) for face in self.keyframes)
        _check(fine, "The name of a face is too long, or not Unicode text.")
        self._check_fits([face.time for face in self.keyframes], "faces")
        models = {face.recipe.model for face in self.keyframes} - {""}
        _check(len(models) <= 1, "The faces of a timeline were made with different models; use those of one.")

    def _check_lanes(self) -> None:
        lanes, keys = len(self.lanes), sum(len(lane.keys) for lane in self.lanes)
        _check(lanes <= MAX_LANES, f"A timeline has at most {MAX_LANES} lanes, not {lanes}.")
        _check(keys <= MAX_KEYS, f"The lanes of a timeline have at most {MAX_KEYS} keys, not {keys}.")
        for lane in self.lanes:
            self._check_fits([key.time for key in lane.keys], f"keys of the lane {lane.title!r}")
        kinds = {(lane.kind, lane.direction) for lane in self.lanes}
        _check(len(kinds) == lanes, "Two lanes of a timeline have the same value; use one.")

    def _check_fits(self, times: Sequence[float], what: str) -> None:
        _check_times(times, what)
        if not times:
            return
        late = f"Of the {what}, the last is at {times[-1]:g} s"
        _check(times[-1] <= self.duration, f"{late}, after the end at {self.duration:g} s.")
        if self.loop and len(times) > 1:
            back = self.duration + times[0] - times[-1]
            _check(back > 0, f"{late}, the end of a loop, which leaves no time to return to the first; make it longer.")

    # Frames

    def frame_count(self, fps: float) -> int:
        """The frames of the timeline, at least 1. Raises `MotionError` if there are none, or too many."""
        _check(0 < fps <= MAX_FPS, f"{fps:g} frames a second are not in 0..{MAX_FPS:g}.")
        count = round(self.duration * fps)
        _check(count > 0, f"The timeline lasts {self.duration:g} s, which is no frame; make it longer.")
        _check(count <= MAX_FRAMES, f"{count} frames are too many: at most {MAX_FRAMES}; make it shorter.")
        return count

    def frame_times(self, fps: float) -> tuple[float, ...]:
        """The moments of the frames. In a loop the first and the last frame are the same moment of the circle."""
        count = self.frame_count(fps)
        if self.loop and count > 1:
            return tuple(self.duration * (frame / (count - 1)) for frame in range(count))
        return tuple(frame / fps for frame in range(count))

    # Edits

    def with_face(self, recipe: Recipe, name: str = "", gap: float = GAP) -> Timeline:
        """With a face `gap` seconds after the last one; the first is at 0. In a loop, another gap follows it."""
        time = self.keyframes[-1].time + gap if self.keyframes else 0.0
        end = time + gap if self.loop else time
        return self._faces((*self.keyframes, Keyframe(time, recipe, name)), max(self.duration, end))

    def moved(self, index: int, time: float) -> Timeline:
        """With face `index` at another time, which may change the order; the timeline grows where needed."""
        return self._faces(_replaced(self.keyframes, index, replace(self.keyframes[index], time=time)), time)

    def without(self, index: int) -> Timeline:
        """Without face `index`."""
        return self._faces((*self.keyframes[:index], *self.keyframes[index + 1 :]))

    def eased(self, index: int, easing: Easing) -> Timeline:
        """With another easing from face `index` to the next."""
        return self._faces(_replaced(self.keyframes, index, replace(self.keyframes[index], easing=easing)))

    def with_lane(self, lane: Lane) -> Timeline:
        """With `lane` in place of the one with the same value, or as the last one."""
        place = self._place_of(lane)
        end = max([self.duration, *(key.time for key in lane.keys)])
        return replace(self, lanes=(*self.lanes[:place], lane, *self.lanes[place + 1 :]), duration=end)

    def without_lane(self, index: int) -> Timeline:
        """Without lane `index`."""
        return replace(self, lanes=(*self.lanes[:index], *self.lanes[index + 1 :]))

    def with_key(self, lane: int, key: Key) -> Timeline:
        """With `key` on lane number `lane`, in place of one at the same time."""
        others = (other for other in self.lanes[lane].keys if other.time != key.time)
        return self._keys(lane, (*others, key))

    def without_key(self, lane: int, index: int) -> Timeline:
        """Without key `index` of lane number `lane`."""
        keys = self.lanes[lane].keys
        return self._keys(lane, (*keys[:index], *keys[index + 1 :]))

    def key_moved(self, lane: int, index: int, time: float, value: float) -> Timeline:
        """With key `index` of lane number `lane` at another time and value."""
        keys = self.lanes[lane].keys
        return self._keys(lane, _replaced(keys, index, replace(keys[index], time=time, value=value)))

    def looping(self, loop: bool = True) -> Timeline:
        """As a loop, or not. A loop lasts longer where that is needed to return from the last face to the first."""
        if not loop:
            return replace(self, loop=False)
        tracks = [[face.time for face in self.keyframes], *([key.time for key in lane.keys] for lane in self.lanes)]
        full = any(len(times) > 1 and times[-1] >= self.duration + times[0] for times in tracks)
        gap = self.duration / max(len(self.keyframes) - 1, 1)
        return replace(self, loop=True, duration=self.duration + gap if full else self.duration)

    def lasting(self, duration: float) -> Timeline:
        """Lasting `duration` seconds: every time is scaled."""
        scale = duration / self.duration if self.duration else 0.0
        faces = tuple(replace(face, time=min(face.time * scale, duration)) for face in self.keyframes)
        lanes = (replace(lane, keys=tuple(_scaled(key, scale, duration) for key in lane.keys)) for lane in self.lanes)
        return replace(self, keyframes=faces, lanes=tuple(lanes), duration=duration)

    def on_beats(self, times: Sequence[float]) -> Timeline:
        """With each face at the beat next to it, in the same order and no two at the same one.

        times: of the beats, seconds, ascending. Raises `MotionError` if there are fewer beats than faces.
        """
        beats = [time for time in times if 0 <= time < self.duration or (time == self.duration and not self.loop)]
        count = len(self.keyframes)
        _check(len(beats) >= count, f"There are {len(beats)} beats for {count} faces; use a longer sound.")
        placed, first = [], 0
        for index, face in enumerate(self.keyframes):
            last = len(beats) - count + index  # the others need the beats after it
            nearest = min(range(first, last + 1), key=lambda beat: abs(beats[beat] - face.time))
            placed.append(replace(face, time=beats[nearest]))
            first = nearest + 1
        return self._faces(tuple(placed))

    def _faces(self, faces: tuple[Keyframe, ...], end: float = 0.0) -> Timeline:
        """With these faces in the order of their times; their pace is not measured yet."""
        ordered = tuple(sorted(faces, key=lambda face: face.time))
        return replace(self, keyframes=ordered, duration=max(self.duration, end), pace=b"")

    def _keys(self, lane: int, keys: Sequence[Key]) -> Timeline:
        return self.with_lane(replace(self.lanes[lane], keys=tuple(sorted(keys, key=lambda key: key.time))))

    def _place_of(self, lane: Lane) -> int:
        same = ((other.kind, other.direction) == (lane.kind, lane.direction) for other in self.lanes)
        return next((place for place, found in enumerate(same) if found), len(self.lanes))


def places_of(pace: bytes) -> Floats:
    """The places of a timeline's `pace`, float32 `[K + 1]`: 0 is its first face, 1 the end of its path."""
    return np.frombuffer(pace, dtype="<f4")


def _is_pace(pace: bytes) -> bool:
    """Whether it leads from 0 to 1 and never back."""
    if not pace:
        return True
    if len(pace) % 4 or not 8 <= len(pace) <= 4 * (MAX_FRAMES + 1):
        return False
    places = places_of(pace)
    return bool(places[0] == 0 and places[-1] == 1 and np.all(np.diff(places) >= 0))


def _is_name(text: str) -> bool:
    return len(text) <= MAX_NAME and is_text(text)


def _check(condition: bool, sentence: str) -> None:
    if not condition:
        raise MotionError(sentence)


def _check_times(times: Sequence[float], what: str) -> None:
    for time in times:
        _check(isfinite(time) and 0 <= time <= MAX_SECONDS, f"Of the {what}, one is at {time:g} s, not in 0..3600 s.")
    for before, after in pairwise(times):
        _check(
            before < after, f"Of the {what}, one at {after:g} s follows one at {before:g} s; each needs a later time."
        )


def _replaced(values: tuple[T, ...], index: int, value: T) -> tuple[T, ...]:
    return (*values[:index], value, *values[index + 1 :])


def _scaled(key: Key, scale: float, duration: float) -> Key:
    return replace(key, time=min(key.time * scale, duration))
