"""Background and hair: rules of textures, fitted, kept, and applied where they belong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from generator.cues import rules
from generator.cues.texture import CELL, expanded, shares, textures
from generator.errors import DatasetError, DirectionError

GRAINS = np.random.default_rng(0)


def colours(lightness: np.ndarray) -> np.ndarray:
    return np.stack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)], axis=-1).astype(np.float32)


def grain(sharp: int) -> np.ndarray:
    """Noise of grains `sharp` pixels wide, [256, 256]."""
    side = 256 // sharp
    return 50 + 20 * np.kron(GRAINS.standard_normal((side, side)), np.ones((sharp, sharp)))


def test_a_patch_is_told_by_its_own_surroundings_only() -> None:
    plain, half = np.full((256, 256), 50.0), np.full((256, 256), 50.0)
    half[:, 192:] = grain(2)[:, 192:]
    difference = np.abs(textures(colours(half)) - textures(colours(plain))).max(axis=0)
    assert difference[:, :12].max() < 0.05
    assert difference[:, 26:].min() > 1


def test_stripes_are_coherent_and_grains_are_not() -> None:
    stripes = np.broadcast_to(50 + 20 * np.sin(np.arange(256) / 2), (256, 256))
    coherent = textures(colours(stripes)) - textures(colours(grain(2)))
    assert (coherent.mean(axis=(1, 2)) > 0.5).any()


def test_a_fitted_rule_tells_other_pictures_apart(tmp_path: Path) -> None:
    def patches(sharp: int) -> np.ndarray:
        return textures(colours(grain(sharp))).reshape(-1, 1024).T[::32]

    fine, coarse = ([patches(sharp) for _ in range(6)] for sharp in (2, 4))
    rule = rules.fitted(fine, coarse)
    assert rule(patches(4)).mean() > rule(patches(2)).mean() + 1
    rules.save(tmp_path / "textures.json", dict.fromkeys(rules.RULED, rule))
    kept = rules.loaded(tmp_path / "textures.json")["hair"]
    np.testing.assert_allclose(kept(fine[0]), rule(fine[0]), rtol=1e-3)


def test_a_rule_needs_two_pictures_of_each_kind() -> None:
    one = [textures(colours(grain(2))).reshape(-1, 1024).T]
    with pytest.raises(
        DatasetError, match="Too few of the pictures show enough to fit a rule to: 1 photographs, 2 faces"
    ):
        rules.fitted(one, one * 2)


def test_products_of_all_pairs_are_there_once() -> None:
    values = expanded(np.array([[1.0, 2.0, -9.0]]))
    np.testing.assert_array_equal(values, [[1, 2, -4, 1, 2, -4, 4, -8, 16]])


def test_a_cell_has_the_share_of_a_region_that_lies_in_it() -> None:
    region = np.zeros((256, 256), bool)
    region[: CELL // 2, :CELL] = True
    assert shares(region)[0, 0] == 0.5
    assert shares(region).sum() == 0.5


@pytest.mark.parametrize("change", [{"format": "other"}, {"rules": {}}, {"rules": {"background": {"mean": [1]}}}])
def test_a_damaged_file_of_rules_is_refused_in_one_sentence(change: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "textures.json"
    path.write_text(json.dumps({**json.loads(rules.FILE.read_text()), **change}))
    with pytest.raises(DirectionError, match=r"^textures\.json holds no rules of textures; install Outis again\.$"):
        rules.loaded(path)
