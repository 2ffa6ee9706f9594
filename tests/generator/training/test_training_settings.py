"""The settings of a training: what they promise, and what they refuse in one sentence."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import TrainingError
from generator.training.augment import KINDS
from generator.training.settings import AUGMENTATIONS, PRESETS, Stage, TrainingSettings

FACES, SMALL = PRESETS["faces"], PRESETS["small"]
RANDOM_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_the_faces_preset_is_the_recipe_that_gave_the_shipped_faces() -> None:
    assert FACES.stages == (Stage(64, 430_000, 256), Stage(128, 540_000, 128), Stage(256, 262_000, 64))
    assert (FACES.channel_base, FACES.channel_max, FACES.mapping_layers, FACES.mixing) == (8192, 384, 8, 0.7)
    assert (FACES.learning_rate, FACES.beta2, FACES.fade_images) == (0.0025, 0.99, 20_000)
    assert (FACES.projected_weight, FACES.projected_learning_rate) == (0.5, 0.0002)
    assert (FACES.augment, FACES.augment_target) == (0.5, None)
    assert (FACES.ema_images, FACES.ema_share, FACES.r1_interval) == (10_000, 0.05, 16)


def test_the_augmentations_to_choose_from_are_those_that_there_are() -> None:
    assert set(AUGMENTATIONS) == set(KINDS)


@pytest.mark.parametrize("resolution", [64, 128, 256])
def test_r1_goes_with_the_square_of_the_resolution(resolution: int) -> None:
    assert FACES.gamma(resolution) == (resolution / 256) ** 2


@pytest.mark.parametrize("settings", PRESETS.values(), ids=PRESETS)
def test_settings_come_back_from_json_as_they_were(settings: TrainingSettings) -> None:
    assert TrainingSettings.from_text(json.dumps(settings.to_json())) == settings


@given(st.integers(0, 200_000))
def test_every_moment_lies_in_the_stage_that_has_begun_and_the_fade_begins_with_it(images: int) -> None:
    index = SMALL.stage_at(images)
    assert SMALL.start_of(index) <= images
    if index + 1 < len(SMALL.stages):
        assert images < SMALL.start_of(index + 1)
    assert 0 <= SMALL.fade_at(images) <= 1


def test_a_stage_is_rounded_up_to_whole_batches() -> None:
    settings = replace(SMALL, stages=(Stage(8, 10, 4), Stage(16, 9, 3)))
    assert (settings.start_of(1), settings.total_images) == (12, 21)


def test_a_new_block_fades_in_linearly_and_the_first_one_is_there_at_once() -> None:
    settings = replace(SMALL, stages=(Stage(8, 10, 5), Stage(16, 100, 5)), fade_images=20)
    assert [settings.fade_at(images) for images in (0, 5, 10, 15, 30, 50)] == [1.0, 1.0, 0.0, 0.25, 1.0, 1.0]


@pytest.mark.parametrize(
    "settings", [FACES.with_total(2_000), replace(SMALL, fade_images=10**9)], ids=["short", "slow"]
)
def test_a_block_is_faded_in_before_its_stage_ends(settings: TrainingSettings) -> None:
    for index, stage in enumerate(settings.stages[1:], start=1):
        last_step = settings.start_of(index) + (math.ceil(stage.images / stage.batch) - 1) * stage.batch
        assert settings.fade_at(settings.start_of(index)) == 0
        assert settings.fade_at(last_step) == 1


def test_a_longer_or_shorter_training_fades_for_as_much_of_it() -> None:
    assert [FACES.with_total(images).fade_images for images in (123_200, 1_232_000)] == [2_000, 20_000]


def test_resolution_total_and_batch_can_be_chosen() -> None:
    assert FACES.up_to(128).stages == FACES.stages[:2]
    assert [stage.images for stage in FACES.with_total(1_232).stages] == [430, 540, 262]
    assert {stage.batch for stage in FACES.with_batch(8).stages} == {8}
    with pytest.raises(TrainingError, match="No stage of the settings has 100 px"):
        FACES.up_to(100)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stages": []}, "no stages"),
        ({"stages": [{"resolution": 12, "images": 1, "batch": 1}]}, "power of two"),
        ({"stages": [{"resolution": 8, "images": 1}]}, "no 'batch'"),
        ({"stages": [{"resolution": r, "images": 1, "batch": 1} for r in (8, 32)]}, "twice the last"),
        ({"stages": 3}, "must be a list"),
        ({"mixing": 1.5}, "from 0 to 1"),
        ({"mixing": float("nan")}, "from 0 to 1"),
        ({"seed": True}, "a whole number"),
        ({"seed": 1.0}, "a whole number"),
        ({"learning_rate": "fast"}, "must be a number"),
        ({"augmentations": ["mirror"]}, "not an augmentation"),
        ({"frechet_space": "inception"}, "not a feature space"),
        ({"colour": "blue"}, "'colour' is unknown"),
        ({"channel_base": 16}, "leaves no channels"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TrainingError, match=sentence):
        TrainingSettings.from_json(SMALL.to_json() | change)


@given(RANDOM_JSON)
def test_whatever_stands_in_a_settings_file_is_settings_or_refused(values: Any) -> None:
    with suppress(TrainingError):
        assert TrainingSettings.from_json(values).total_images > 0


@given(st.sampled_from(sorted(SMALL.to_json())), RANDOM_JSON)
def test_any_value_of_any_setting_is_taken_or_refused(name: str, value: Any) -> None:
    with suppress(TrainingError):
        settings = TrainingSettings.from_json(SMALL.to_json() | {name: value})
        assert TrainingSettings.from_json(settings.to_json()) == settings


def test_text_that_is_no_json_is_refused() -> None:
    for text in ("", "{", "[" * 100_000):
        with pytest.raises(TrainingError, match="not valid JSON"):
            TrainingSettings.from_text(text)


def test_a_short_training_still_tells_how_it_goes_and_a_long_one_no_more_than_before() -> None:
    short = SMALL.with_total(4_000)
    assert (short.snapshot_images, short.sample_images, short.step_images) == (1_000, 500, 100)
    assert SMALL.with_total(10**6).snapshot_images == SMALL.snapshot_images
