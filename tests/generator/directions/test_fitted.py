"""What a file holds becomes a direction of a model: one sigma long, its shapes checked, as the user chooses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from generator.config import GeneratorConfig
from generator.directions.fitted import doubt_of, drawn, fitted
from generator.directions.foreign import read_directions
from generator.errors import DirectionError
from generator.recipe import latent
from generator.recipe.layers import Layers
from generator.recipe.recipe import DirectionEdit, Floats
from tests.support import direction_files as files
from tests.support.direction_files import LAYERS, D, noise, npy, npz, pt, unit

CONFIG = GeneratorConfig(img_resolution=32, z_dim=D, w_dim=D)
SPREAD = np.linspace(1, 4, D, dtype=np.float32)


def mapping(z: Floats) -> Floats:
    """W whose deviations grow from axis to axis, around a mean of 5."""
    return np.asarray(SPREAD * z + 5, np.float32)


def test_a_direction_becomes_one_sigma_long_whatever_its_length_was(tmp_path: Path) -> None:
    vector = np.zeros((1, D))
    vector[0, -1] = 0.3
    direction = fitted(read_directions(npy(tmp_path, "a.npy", vector)), mapping, CONFIG)
    assert direction.array[-1] == pytest.approx(4, rel=0.03)
    assert direction.array[:-1] == pytest.approx(0)


def test_rows_share_one_scale(tmp_path: Path) -> None:
    rows = np.zeros((LAYERS, D), np.float32)
    rows[:, 0], rows[4:, 1] = 1, 1e-3
    direction = fitted(read_directions(npy(tmp_path, "a.npy", rows)), mapping, CONFIG)
    assert (direction.rows, direction.layers) == (LAYERS, Layers.ALL)
    assert direction.array[:, 0] == pytest.approx(1, rel=0.03)
    assert direction.array[7, 1] == pytest.approx(1e-3, rel=0.03)


def test_name_component_layers_and_sign_are_chosen(tmp_path: Path) -> None:
    file = read_directions(npz(tmp_path, "a.npz", **files.ganspace_components()))
    plain = fitted(file, mapping, CONFIG, component=3)
    chosen = fitted(file, mapping, CONFIG, "mine", 3, Layers.parse("0-2,5"), -1)
    assert (plain.name, chosen.name, str(chosen.layers)) == ("pc3", "mine", "0-2,5")
    assert chosen.array == pytest.approx(-plain.array)


def test_a_file_of_components_asks_for_a_number(tmp_path: Path) -> None:
    file = read_directions(npz(tmp_path, "a.npz", **files.ganspace_components()))
    with pytest.raises(DirectionError, match="5 directions; choose one of them by its number, 0 to 4"):
        fitted(file, mapping, CONFIG)
    with pytest.raises(DirectionError, match="no component 5"):
        fitted(file, mapping, CONFIG, component=5)


@pytest.mark.parametrize(("shape", "told"), [((1, 16), "[1, 16]"), ((14, D), f"[14, {D}]")])
def test_wrong_shapes_are_both_named(tmp_path: Path, shape: tuple[int, int], told: str) -> None:
    file = read_directions(npy(tmp_path, "a.npy", noise(*shape)))
    with pytest.raises(DirectionError) as refusal:
        fitted(file, mapping, CONFIG)
    assert told in str(refusal.value)
    assert f"[1, {D}] or [{LAYERS}, {D}]" in str(refusal.value)


def test_equal_rows_fit_a_model_of_other_layers(tmp_path: Path) -> None:
    rows = np.repeat(unit(1, D), 18, 0)
    assert fitted(read_directions(npy(tmp_path, "a.npy", rows)), mapping, CONFIG).rows == 1


def test_a_table_sets_a_component_of_every_face_to_its_value(tmp_path: Path) -> None:
    components = files.e4e_pca(tmp_path)
    smile = read_directions(files.configs(tmp_path)).directions[0]
    held = torch.load(components)
    direction = fitted(smile, mapping, CONFIG)
    ws = torch.tensor(noise(2, LAYERS, D, seed=3))
    moved = latent.move(ws, [DirectionEdit(direction, 1.0)])
    place = (moved - held["mean"]) @ held["comp"][4] / held["std"][4]
    assert place[:, 2:5] == pytest.approx(np.full((2, 3), -20.0), abs=1e-3)
    assert torch.equal(moved[:, [0, 1, 5, 6, 7]], ws[:, [0, 1, 5, 6, 7]])


def test_a_direction_without_spread_is_refused(tmp_path: Path) -> None:
    file = read_directions(npy(tmp_path, "a.npy", unit(1, D)))
    with pytest.raises(DirectionError, match="does not vary"):
        fitted(file, np.zeros_like, CONFIG)


def test_the_latent_of_a_face_is_doubted_and_a_direction_is_not(tmp_path: Path) -> None:
    w = drawn(mapping, CONFIG, 500)
    face = read_directions(npy(tmp_path, "face.npy", w[:LAYERS])).directions[0]
    assert "as long" in doubt_of(face, w)
    assert "latent of a face" in doubt_of(face, w)
    direction = read_directions(pt(tmp_path, "age.pt", torch.tensor(unit(1, D)))).directions[0]
    assert doubt_of(direction, w) == ""
    z = read_directions(npy(tmp_path, "z.npy", noise(1, D))).directions[0]
    assert "z of a face" in doubt_of(z, drawn(lambda z: z, CONFIG, 500))
