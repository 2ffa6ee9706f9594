"""What will be measured of a face is told from its w."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import weights
from generator.attributes.catalogue import MEASURES
from generator.errors import DirectionError, LatentError
from generator.networks import Generator
from generator.people import learning, predictor
from generator.people.predictor import Predictor
from generator.people.screening import log_chance
from generator.progress import finish
from generator.recipe.latent import z_from_seed
from generator.recipe.recipe import Recipe, SeedSource

D, NAMES = 12, ("straight", "bent", "chance", "seldom", "never")


def mapping(z: np.ndarray) -> np.ndarray:
    return np.asarray(3 * z[:, ::-1] + 1, np.float32)


class Eye:
    """Measures w itself: a sum, a square, what nothing tells, and what few faces or none have."""

    names = NAMES

    def render(self, recipe: Recipe) -> np.ndarray:
        assert isinstance(recipe.source, SeedSource)
        w = mapping(z_from_seed(recipe.source.seed, D))[0]
        return np.append(recipe.truncation.psi * (w - 1), recipe.source.seed)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        noise = np.random.default_rng(int(pixels[-1])).normal()
        seldom = 1.0 if pixels[-1] % 3 == 0 else np.nan
        return np.array([5 + 2 * pixels[0] - pixels[1], pixels[2] ** 2, noise, seldom, np.nan])


@pytest.fixture(scope="module")
def learnt() -> Predictor:
    eye = Eye()
    return finish(learning.learning(eye.render, eye, mapping, D, "ab" * 32, np.ones(D, np.float32), 600))


def test_it_predicts_sums_and_squares_of_w_and_knows_what_nobody_can_predict(learnt: Predictor) -> None:
    assert learnt.names == ("straight", "bent", "chance")
    w = 0.7 * (mapping(np.concatenate([z_from_seed(seed, D) for seed in range(200)])) - 1)
    straight, bent, _ = learnt.predict((w + 1).astype(np.float32)).T
    assert np.corrcoef(straight, 5 + 2 * w[:, 0] - w[:, 1])[0, 1] > 0.999
    assert np.corrcoef(bent, w[:, 2] ** 2)[0, 1] > 0.98
    assert learnt.explained[0] > 0.99
    assert learnt.explained[1] > 0.9
    assert abs(learnt.explained[2]) < 0.1


def test_its_residual_is_that_of_faces_left_out(learnt: Predictor) -> None:
    assert learnt.residual[2] == pytest.approx(1, abs=0.1)
    assert learnt.residual[2] >= learnt.scale[2] * 0.97  # a regression with 90 slopes would fit 600 faces better


def test_the_shortest_way_to_more_is_one_sigma_long_and_as_good_as_it_says(learnt: Predictor) -> None:
    direction, more = learnt.toward("straight")
    step = direction.array
    assert np.linalg.norm(step / 3) == pytest.approx(1, rel=0.05)  # W has a deviation of 3 on every axis
    assert 2 * step[0] - step[1] == pytest.approx(more, rel=0.05)
    assert more == pytest.approx(3 * math.sqrt(5), rel=0.05)


def test_a_model_without_faces_is_refused_after_a_few() -> None:
    eye, drawn = Eye(), []

    class Blind:
        names = NAMES

        def __call__(self, pixels: np.ndarray) -> np.ndarray:
            drawn.append(pixels)
            return np.full(len(NAMES), np.nan)

    with pytest.raises(DirectionError, match="No faces are seen in the pictures of this model"):
        finish(learning.learning(eye.render, Blind(), mapping, D, "", np.ones(D, np.float32), 600))
    assert len(drawn) == 16


def test_what_was_learnt_once_is_known_from_then_on(learnt: Predictor) -> None:
    assert predictor.known(learnt.model, D) is None
    predictor.store(learnt)
    found = predictor.known(learnt.model, D)
    assert found is not None
    assert (found.names, found.faces) == (learnt.names, 600)
    w = mapping(z_from_seed(1, D))
    np.testing.assert_allclose(found.predict(w), learnt.predict(w), rtol=2e-2)
    assert predictor.known(learnt.model, D + 1) is None


def test_a_damaged_file_is_refused_and_counts_as_none(learnt: Predictor) -> None:
    predictor.store(learnt)
    path = predictor.cache_path(learnt.model)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(LatentError, match="is damaged"):
        predictor.load(path)
    assert predictor.known(learnt.model, D) is None


@pytest.mark.parametrize("name", ["mean", "slopes", "curvatures", "residual", "components"])
def test_arrays_that_do_not_fit_are_refused(name: str, learnt: Predictor, tmp_path: Path) -> None:
    values = vars(learnt) | {name: getattr(learnt, name)[:-1]}
    predictor.save(Predictor(**{field: values[field] for field in Predictor.__dataclass_fields__}), tmp_path / "p.npz")
    with pytest.raises(LatentError, match=r"p\.npz is damaged"):
        predictor.load(tmp_path / "p.npz")


def test_the_shipped_model_has_a_small_one_of_every_measure(faces: Generator) -> None:
    found = predictor.known(faces.hash, faces.config.w_dim)
    assert found is not None
    assert found.names == tuple(measure.name for measure in MEASURES)
    assert Path(weights.FACES).with_suffix(predictor.SUFFIX).stat().st_size < 1_500_000
    assert found.explained[found.index("yaw")] > 0.7


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, math.inf), (2.0, 2.5), (-math.inf, -3.0), (-0.1, 4.0)])
def test_the_chance_of_a_band_is_that_of_a_normal_number(low: float, high: float) -> None:
    def below(x: float) -> float:
        return 0.5 * math.erfc(-x / math.sqrt(2))

    (found,) = log_chance(np.array([low]), np.array([high]))
    assert math.exp(found) == pytest.approx(below(high) - below(low), rel=1e-9)


def test_chances_are_told_apart_however_small_they_are() -> None:
    far = np.array([20.0, 30.0, 40.0])
    above, below = log_chance(far, far + 1), log_chance(-far - 1, -far)
    np.testing.assert_allclose(above, below)
    assert np.isfinite(above).all()
    assert (np.diff(above) < -100).all()


def test_the_docs_say_how_well_each_measure_is_predicted(faces: Generator) -> None:
    found = predictor.known(faces.hash, faces.config.w_dim)
    assert found is not None
    rows = zip(found.names, found.explained, found.residual, found.scale, strict=True)
    lines = [f"| `{name}` | {share:.2f} | {residual:.3g} | {scale:.3g} |" for name, share, residual, scale in rows]
    table = "\n".join(["| measure | R² | residual | deviation of faces |", "| --- | --- | --- | --- |", *lines])
    text = (Path(weights.__file__).parents[1] / "docs" / "people-method.md").read_text(encoding="utf-8")
    assert text.split("<!-- predictor -->\n")[1].split("\n<!-- end -->")[0] == table
