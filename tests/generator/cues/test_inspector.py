"""Six looks in order, their places among others, droplets where a network makes them, and the figures of a trial."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from generator.attributes.distribution import distribution_of
from generator.config import StyleGAN1Config
from generator.cues import droplets, standards
from generator.cues.cue import NAMES, TEXTS, Look
from generator.cues.evidence import Evidence, Workings, not_judged
from generator.cues.inspector import NO_FACE, Inspector
from generator.cues.standards import Standards, distribution, load, of_model, save, shipped, store
from generator.cues.trial import Row, auc, markdown
from generator.cues.workings import workings_of
from generator.errors import DirectionError
from generator.networks import Generator
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine
from tests.support.models import random_generator

REFERENCE = np.load(Path(__file__).parents[2] / "data" / "seen-faces.npz")
STYLEGAN1 = StyleGAN1Config(64, z_dim=32, w_dim=32, mapping_layers=2, channel_base=512, channel_max=16)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    face = Inspector().face(REFERENCE["images"][0])
    assert face is not None
    return Evidence(face)


def some(score: float) -> tuple[Look, ...]:
    return tuple(Look(name, score) for name in NAMES)


def test_there_are_six_cues_in_order_each_with_words() -> None:
    cues = Inspector(shipped())(REFERENCE["images"][0])
    assert tuple(cue.name for cue in cues) == NAMES == tuple(TEXTS)
    for cue in cues:
        assert (cue.percentile is None) == (cue.score is None)
        if cue.heat is not None:
            assert cue.heat.shape == (256, 256)
            assert 0 <= cue.heat.min() <= cue.heat.max() <= 1


def test_without_a_face_nothing_is_judged() -> None:
    cues = Inspector(shipped())(np.full((200, 300, 3), 90, np.uint8))
    assert {(cue.score, cue.percentile, cue.reason) for cue in cues} == {(None, None, NO_FACE)}


def test_the_box_is_about_the_hottest_place_in_pixels_of_the_picture(evidence: Evidence) -> None:
    heat = np.zeros((256, 256), np.float32)
    heat[100:104, 50:60] = 2
    look = evidence.judged("hair", 1.0, heat)
    left, top, right, _ = evidence.square
    scale = (right - left) / 256
    assert look.box == pytest.approx((left + 50 * scale, top + 100 * scale, left + 60 * scale, top + 104 * scale))
    assert look.heat is not None
    assert look.heat.max() == 1
    assert evidence.judged("hair", 1.0, np.zeros((256, 256), np.float32)).box is None


def test_a_cue_is_flagged_above_the_limit_among_photographs() -> None:
    compared = Standards(distribution([some(score) for score in range(101)], "photographs"))
    assert [compared.cue(Look("hair", score)).percentile for score in (-1, 30, 500)] == pytest.approx([0, 30, 100])
    assert not compared.cue(Look("hair", 96.0)).is_flagged
    assert compared.cue(Look("hair", 96.5)).is_flagged
    assert not compared.cue(not_judged("hair", "Bald.")).is_flagged
    assert compared.cue(Look("hair", 3.0)).among is None


def test_scores_of_a_model_are_known_once_they_were_learnt(tmp_path: Path) -> None:
    own = distribution([some(score) for score in range(5)], "ab" * 32)
    assert of_model(own.model).own is None
    store(own)
    found = of_model(own.model).own
    assert found is not None
    np.testing.assert_allclose(found.quantiles, own.quantiles)
    standards.cache_path(own.model).write_text("{")
    assert of_model(own.model).own is None


def test_what_ships_has_every_row_of_photographs_and_the_model(faces: Generator) -> None:
    found = of_model(faces.hash)
    assert found.real is not None
    assert found.own is not None
    assert (found.real.faces, found.own.faces) == (500, 500)
    assert np.isfinite(found.real.quantiles).all()
    unknown = [name for name in NAMES if np.isnan(found.own.of(name)).any()]
    assert unknown == ["droplets"]


@pytest.mark.parametrize("change", [{"format": "other"}, {"version": 2}, {"real": {}}, {"real": {"quantiles": 1}}])
def test_a_damaged_file_is_refused_in_one_sentence(change: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    save(path, {}, real=distribution_of(np.ones((3, 6)), "photographs", NAMES))
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(DirectionError, match=r"^c\.json holds no scores of cues; inspect the model again\.$"):
        load(path, "real")


def test_a_spot_apart_from_the_face_is_a_droplet_by_pixels(evidence: Evidence) -> None:
    assert droplets.look(with_spot(evidence)).score > 2 + droplets.look(evidence).score  # type: ignore[operator]


def with_spot(evidence: Evidence, workings: Workings | None = None) -> Evidence:
    pixels = evidence.pixels.copy()
    pixels[np.hypot(*(np.mgrid[:256, :256] - np.array([25, 230])[:, None, None])) < 5] = 255 * (
        pixels[25, 230].mean() < 128
    )
    face = Inspector().face(pixels)
    assert face is not None
    return Evidence(face, workings)


@pytest.mark.parametrize(("row", "column", "counts"), [(6, 57, True), (40, 10, False)])
def test_where_the_network_is_known_only_spots_that_it_made_count(
    evidence: Evidence, row: int, column: int, counts: bool
) -> None:
    maps = np.random.default_rng(0).standard_normal((16, 64, 64)).astype(np.float32)
    maps[:, row, column] = 40
    look = droplets.look(with_spot(evidence, Workings("stylegan1", {64: maps})))
    assert look.score is not None
    assert (look.score > 2) == counts


def test_a_network_that_normalises_no_maps_makes_no_droplets(evidence: Evidence) -> None:
    look = droplets.look(Evidence(evidence.face, Workings("stylegan2")))
    assert (look.score, look.reason) == (
        None,
        "This network does not normalise its feature maps, and makes no droplets.",
    )


def test_stylegan1_gives_its_maps_and_stylegan2_need_not(tiny: Generator) -> None:
    recipe = Recipe(source=SeedSource(3))
    found = workings_of(Engine(random_generator(STYLEGAN1), "cpu"), recipe)
    assert (found.family, {size: maps.shape[1:] for size, maps in found.maps.items()}) == (
        "stylegan1",
        {32: (32, 32), 64: (64, 64)},
    )
    assert workings_of(Engine(tiny, "cpu"), recipe).maps == {}


def test_the_area_under_the_curve_is_the_share_of_pairs_in_order() -> None:
    assert auc(np.array([1.0, 2, 3]), np.array([2.0, 4])) == pytest.approx((1.5 + 3) / 6)
    assert np.isnan(auc(np.array([]), np.array([1.0])))


def test_a_row_of_the_table_says_how_many_were_judged_and_flagged() -> None:
    row = Row("hair", 2.0, np.arange(4.0), np.array([1.0, 3, 4]), (5, 3))
    assert markdown([row]).splitlines()[2] == "| hair | 4 of 5 | 3 of 3 | 0.75 | 25.0 % | 66.7 % |"
