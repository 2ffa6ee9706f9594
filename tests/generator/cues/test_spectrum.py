"""Radial spectra: what a pattern of one fineness is in them, what does not change them, and bands of many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generator.attributes.distribution import distribution_of
from generator.cues.cue import NAMES
from generator.cues.spectrum import Band, band_of, radial_spectrum
from generator.cues.standards import load_band, of_model, of_photographs, save, shipped, store
from generator.errors import DirectionError

NOISE = np.random.default_rng(0).normal(50, 5, (256, 256)).astype(np.float32)
SCORES = distribution_of(np.ones((3, len(NAMES))), "cd" * 32, NAMES)


def grey(light: np.ndarray) -> np.ndarray:
    """L*a*b* without colour."""
    return np.dstack([light, 0 * light, 0 * light]).astype(np.float32)


def waves(cycles: float, angle: float) -> np.ndarray:
    down, right = np.mgrid[:256, :256] / 256
    return np.asarray(50 + 20 * np.sin(2 * np.pi * cycles * (np.cos(angle) * right + np.sin(angle) * down)))


@pytest.mark.parametrize(("cycles", "angle"), [(12, 0.0), (40, 0.6), (100, 2.0)])
def test_waves_are_a_peak_at_their_number_of_cycles_whichever_way_they_run(cycles: int, angle: float) -> None:
    spectrum = radial_spectrum(grey(waves(cycles, angle)))
    assert spectrum.shape == (128,)
    assert spectrum.argmax() == cycles - 1
    assert spectrum.max() - np.median(spectrum) > 40


def test_contrast_and_brightness_change_nothing_and_no_detail_is_the_least_there_is() -> None:
    np.testing.assert_allclose(radial_spectrum(grey(0.3 * NOISE + 20)), radial_spectrum(grey(NOISE)), atol=1e-2)
    assert (radial_spectrum(grey(np.full((256, 256), 40.0))) == -120).all()


def test_copied_pixels_and_blur_are_seen_at_the_fine_end() -> None:
    copied = np.kron(NOISE[:128, :128], np.ones((2, 2)))
    fine = radial_spectrum(grey(copied))[110:].mean()
    assert fine < radial_spectrum(grey(NOISE))[110:].mean() - 5


def test_a_spectrum_is_outside_a_band_by_the_share_of_its_frequencies() -> None:
    band = band_of([np.full(128, float(level)) for level in range(-60, -39)])
    assert band is not None
    assert (band.low[0], band.middle[0], band.high[0]) == (-59, -50, -41)
    assert band.outside(np.repeat([-70.0, -50.0, -50.0, -30.0], 32)) == (0.25, 0.25)
    assert band_of([]) is None


def test_bands_that_ship_are_of_photographs_and_of_the_shipped_model() -> None:
    found = shipped()
    for band in (found.real_band, found.own_band):
        assert band is not None
        assert (band.low < band.middle).all()
        assert (band.middle < band.high).all()
    assert of_photographs().own_band is None


def test_a_models_band_is_kept_with_its_scores_and_older_files_have_none(tmp_path: Path) -> None:
    band = Band(*(np.linspace(-20, -80, 128) + shift for shift in (-4, 0, 4)))
    store(SCORES, band)
    kept = of_model(SCORES.model).own_band
    assert kept is not None
    np.testing.assert_allclose(kept.middle, band.middle, atol=0.005)
    store(SCORES)
    assert (of_model(SCORES.model).own is None, of_model(SCORES.model).own_band) == (False, None)


def test_a_damaged_spectrum_is_refused_in_one_sentence(tmp_path: Path) -> None:
    save(tmp_path / "c.json", {"real": Band(*[np.zeros(3)] * 3)}, real=SCORES)
    with pytest.raises(DirectionError, match=r"^c\.json holds no spectra; inspect the model again\.$"):
        load_band(tmp_path / "c.json", "real")
