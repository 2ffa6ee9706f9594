"""`outis animate` on the tiny model: from faces, seeds, motions and timelines to videos, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer.cli import animation, main
from explorer.cli.motion_options import AskedMotion, parse_easing, parse_motion
from explorer.document.argument_types import NotationError
from generator.formats.image_encode import save_image
from generator.formats.open_face import read_file
from generator.motion.easing import SMOOTH, Easing
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import from_json, to_json
from generator.networks import Generator
from generator.progress import Progress
from generator.recipe.direction_files import save_mine
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.recipe import Direction, Recipe, SeedSource, Truncation, pack
from generator.video.exporting import VideoDone
from generator.video.options import VideoOptions
from generator.video.reading import timeline_of
from generator.video.sound import Sound
from tests.support.videos import decoded, difference

Animate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def animate(
    tmp_path: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Animate:
    """options -> (exit code, stdout, stderr), in a folder of this test."""
    monkeypatch.chdir(tmp_path)

    def run(*options: object) -> tuple[int, str, str]:
        code = main(["animate", "--model", str(tiny_checkpoint), "--device", "cpu", *map(str, options)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def asked(animate: Animate, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Timeline]:
    """options -> the timeline that is written."""
    timelines: list[Timeline] = []

    def noting(path: str, timeline: Timeline, options: VideoOptions, *_rest: object) -> Iterator[Progress]:
        yield Progress(0, 1, "")
        timelines.append(timeline)
        return VideoDone(path, 0, 0.0)  # type: ignore[return-value]

    monkeypatch.setattr(animation, "exporting", noting)

    def run(*options: object) -> Timeline:
        code, out, err = animate(*options, "--out", "a.mp4")
        assert (code, out, err) == (0, "a.mp4\n", "")
        return timelines[-1]

    return run


@pytest.fixture
def smile(tiny: Generator) -> Direction:
    """A direction of the tiny model, in the user's library."""
    direction = Direction("smile", pack(np.ones(32, np.float32)))
    folder = DirectionLibrary(tiny.hash, (NamedDirection(direction, "Smile", "less", "more", ""),))
    save_mine(folder)
    return direction


def seeds_of(timeline: Timeline) -> dict[float, object]:
    return {face.time: face.recipe.source for face in timeline.keyframes}


LOOP = ["--seeds", "1,5,9", "--seconds", 0.5, "--loop", "--path", "smooth"]
SMALL = ["--fps", 10, "--size", 64, "--quality", 95]


def test_a_loop_of_seeds_is_a_video_that_players_show(animate: Animate) -> None:
    assert animate(*LOOP, *SMALL, "--out", "a.mp4") == (0, "a.mp4\n", "")
    frames = decoded(Path("a.mp4"))
    assert (len(frames), frames[0].shape) == (15, (64, 64, 3))
    assert difference(frames[0], frames[-1]) < 3 < difference(frames[0], frames[7])


def test_a_video_opens_as_its_timeline_and_becomes_the_same_video(animate: Animate) -> None:
    assert animate(*LOOP, *SMALL, "--out", "a.mp4")[0] == 0
    timeline = timeline_of("a.mp4")
    assert seeds_of(timeline) == {0: SeedSource(1), 0.5: SeedSource(5), 1: SeedSource(9)}
    assert (timeline.duration, timeline.path, timeline.loop) == (1.5, "smooth", True)
    assert animate("--timeline", "a.mp4", *SMALL, "--out", "b.mp4")[0] == 0
    assert Path("a.mp4").read_bytes() == Path("b.mp4").read_bytes()


def test_a_folder_has_pictures_that_are_faces_and_several_processes_share_it(
    animate: Animate, tiny: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    for rank in (0, 1):
        monkeypatch.setenv("RANK", str(rank))
        assert animate("--seeds", "3,4", "--seconds", 0.4, "--fps", 10, "--out", "frames") == (0, "frames\n", "")
    pictures = sorted(Path("frames").glob("*.png"))
    assert len(pictures) == 4
    recipes = [read_file(picture).recipe for picture in pictures]
    assert recipes[0] == Recipe(tiny.hash, SeedSource(3))
    assert len(set(recipes)) == 4
    code, _, error = animate("--seeds", "3,4", "--out", "a.mp4")
    assert (code, "name a folder, or run it without the launcher" in error) == (2, True)


def test_faces_of_files_follow_each_other_with_their_names(asked: Callable[..., Timeline], tiny: Generator) -> None:
    for name, seed in (("Anna", 3), ("Bert", 4)):
        save_image(f"{name}.png", np.zeros((8, 8, 3), np.uint8), Recipe(tiny.hash, SeedSource(seed)))
    timeline = asked("--faces", "Bert.png", "Anna.png", "--seconds", 3, "--easing", "smooth")
    assert seeds_of(timeline) == {0: SeedSource(4), 3: SeedSource(3)}
    assert [(face.name, face.easing) for face in timeline.keyframes] == [("Bert", SMOOTH), ("Anna", SMOOTH)]
    assert (timeline.duration, timeline.path, timeline.loop) == (3, "straight", False)


def test_motions_are_lanes_beside_the_faces(asked: Callable[..., Timeline], smile: Direction) -> None:
    motions = ["sweep=smile", "shimmer", "around=0.5"]
    timeline = asked("--seeds", "1,2", "--motion", *motions, "--truncation", 0.5)
    assert [lane.title for lane in timeline.lanes] == ["smile", "noise", "circle-1", "circle-2"]
    assert (timeline.duration, timeline.loop) == (4, True)
    assert timeline.lanes[0].keys[1].time == 2
    assert timeline.keyframes[0].recipe.truncation == Truncation(0.5)
    grown = asked("--seeds", "1", "--motion", "from-average")
    assert (grown.duration, grown.loop, grown.lanes[0].kind) == (2, False, "truncation")
    assert asked("--seeds", "1-3", "--motion", "walk").path == "smooth"


def test_a_random_walk_begins_at_the_seed_and_lasts_as_asked(asked: Callable[..., Timeline]) -> None:
    timeline = asked("--seeds", "7", "--motion", "wander=6")
    assert (timeline.duration, len(timeline.keyframes)) == (6, 4)
    assert timeline.keyframes[0].recipe.source == SeedSource(7)


def test_an_even_path_is_measured_before_it_is_written(asked: Callable[..., Timeline]) -> None:
    timeline = asked("--seeds", "1-3", "--seconds", 0.5, "--fps", 20, "--path", "even")
    assert len(timeline.pace) == 4 * 21
    Path("a.timeline.json").write_text(to_json(timeline), encoding="utf-8")


def test_a_timeline_is_taken_as_it_is_but_for_what_the_options_say(
    asked: Callable[..., Timeline], monkeypatch: pytest.MonkeyPatch, tiny: Generator
) -> None:
    stored = Timeline().with_face(Recipe(tiny.hash, SeedSource(1))).with_face(Recipe(tiny.hash, SeedSource(2)))
    monkeypatch.setattr(animation, "timeline_of", lambda path: from_json(to_json(stored)))
    assert asked("--timeline", "a") == stored
    changed = asked("--timeline", "a", "--path", "arc", "--loop")
    assert (changed.path, changed.duration, changed.keyframes) == ("arc", 4, stored.keyframes)


def test_the_timeline_is_fitted_to_the_sound_and_its_faces_to_the_beats(
    asked: Callable[..., Timeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "read_sound", lambda path: Sound(9.0, (0.25, 1.0, 4.0, 8.5)))
    given = ["--seeds", "1-3", "--seconds", 1, "--sound", "a.mp3"]
    assert asked(*given).duration == 2
    fitted = asked(*given, "--fit-sound", "--on-beats")
    assert (fitted.duration, list(seeds_of(fitted)), fitted.sound) == (9, [0.25, 4, 8.5], "a.mp3")


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--out", "a.mp4"], 2, "Which faces? Give one of --faces FILE ..., --seeds 1,5-9 and --timeline FILE."),
        (["--seeds", "1", "--faces", "a.png", "--out", "a.mp4"], 2, "Which faces?"),
        (["--timeline", "a", "--seconds", "2", "--out", "a.mp4"], 2, "--seconds is for faces: a timeline has"),
        (["--faces", "a", "--psi", "1", "--out", "a.mp4"], 2, "--truncation is for --seeds"),
        (["--seeds", "1", "--fit-sound", "--out", "a.mp4"], 2, "need a sound: add --sound FILE."),
        (["--seeds", "1", "--sound", "a.mp3", "--out", "a.gif"], 2, "A GIF has no sound"),
        (["--seeds", "1", "--out", "a.mp5"], 2, "Videos cannot be written as '.mp5'; did you mean .mp4?"),
        (["--seeds", "1", "--out", ""], 2, "--out is empty"),
        (["--seeds", "1", "--quality", "101", "--out", "a"], 2, "A quality of 101 is not possible"),
        (["--seeds", "1", "--seconds", "0", "--out", "a"], 2, "--seconds: 0 seconds are not above 0."),
        (["--seeds", "1,2", "--motion", "wander", "--out", "a"], 2, "A random walk begins at one seed"),
        (["--seeds", "1", "--motion", "walk", "walk", "--out", "a"], 2, "the same motion twice"),
        (["--seeds", "1", "--motion", "shimer", "--out", "a"], 2, "'shimer' is not a motion; did you mean shimmer?"),
        (["--seeds", "1", "--motion", "sweep=smiel", "--out", "a.mp4"], 1, "no direction 'smiel'; did you mean smile?"),
        (["--seeds", "1", "--path", "even", "--out", "a.mp4"], 1, "An even pace needs at least two faces"),
        (["--seeds", "1-1001", "--out", "a.mp4"], 1, "A timeline has at most 1000 faces, not 1001."),
        (["--seeds", "1,2", "--seconds", "3600", "--loop", "--out", "a.mp4"], 1, "lasts 0..3600 s, not 7200 s."),
        (["--faces", "gone.png", "--out", "a.mp4"], 1, "gone.png: The file does not exist."),
    ],
)
def test_a_mistake_is_answered_with_one_sentence_and_writes_nothing(
    options: list[str], code: int, sentence: str, animate: Animate, smile: Direction
) -> None:
    found, out, error = animate(*options)
    assert (found, out) == (code, "")
    assert error.startswith("outis: ")
    assert sentence in error
    assert (error.count("\n"), error.endswith("See `outis animate --help`.\n")) == (1, code == 2)
    assert not {path.name for path in Path().iterdir()} & {"a", "a.mp4", "a.gif", "a.mp5"}


def test_motions_and_easings_are_written_as_the_help_says() -> None:
    assert parse_motion("around") == AskedMotion("around")
    assert parse_motion("around=0.3").number(1) == 0.3
    assert parse_easing("0.3,0,0.2,1") == Easing("curve", (0.3, 0.0, 0.2, 1.0))
    for text in ("around=", "around=x", "around=nan", "around=11", "wander=0", "shimmer=2", "sweep", "x" * 10_000):
        with pytest.raises(NotationError):
            parse_motion(text)
    for text in ("1,2", "1,2,3,x", "0,0,nan,1", "curves"):
        with pytest.raises(NotationError):
            parse_easing(text)
