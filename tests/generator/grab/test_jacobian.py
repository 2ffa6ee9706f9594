"""A Jacobian is kept by the hash of its model, and a damaged file counts as none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generator.errors import LatentError
from generator.faces.points import HELD_COUNT
from generator.grab import jacobian
from generator.grab.jacobian import COLOURS, Jacobian
from generator.grab.moves import NAME, MoveSpace, grabbed
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, pack
from weights import FACES


def made(model: str = "a" * 64) -> Jacobian:
    random = np.random.default_rng(0)
    space = MoveSpace(random.normal(size=(2, 6, 4)).astype(np.float32))
    n = space.size
    points, colours = random.normal(size=(2 * HELD_COUNT, n)), random.normal(size=(COLOURS, n))
    return Jacobian(model, space, points.astype(np.float32), colours.astype(np.float32), np.eye(n, dtype=np.float32))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(jacobian, "user_cache_dir", lambda _: str(tmp_path))
    return tmp_path


def test_stored_jacobian_is_known_by_the_hash_of_its_model(cache: Path) -> None:
    jacobian.store(made())
    found = jacobian.known("a" * 64, num_ws=6, w_dim=4)
    assert found is not None
    np.testing.assert_allclose(found.points, made().points, atol=2e-3)
    assert jacobian.known("b" * 64, num_ws=6, w_dim=4) is None


def test_jacobian_of_another_shape_is_not_used(cache: Path) -> None:
    jacobian.store(made())
    assert jacobian.known("a" * 64, num_ws=8, w_dim=4) is None


def test_damaged_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.grab.npz"
    jacobian.save(made(), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(LatentError):
        jacobian.load(path)


def test_shipped_model_has_a_small_jacobian() -> None:
    path = FACES.with_name("faces-256.grab.npz")
    assert path.stat().st_size < 3_000_000
    assert jacobian.load(path).space.num_ws == 14


def test_a_move_is_a_direction_with_a_row_for_each_layer() -> None:
    space = made().space
    move = np.arange(space.size, dtype=np.float64)
    direction = space.direction(move)
    assert (direction.name, direction.rows) == (NAME, 6)
    expected = sum(amount * cut for amount, cut in zip(move, space.cut, strict=True))
    np.testing.assert_allclose(direction.array, expected, rtol=1e-5)


def test_second_grab_goes_on_from_the_first() -> None:
    start, more = np.ones((6, 4), np.float32), np.arange(24, dtype=np.float32).reshape(6, 4)
    (edit,) = grabbed(grabbed(Recipe(), start), more).directions
    np.testing.assert_array_equal(edit.direction.array, start + more)
    assert edit.amount == 1


def test_direction_of_the_users_own_that_is_called_grab_is_left_alone() -> None:
    row = np.ones(4, np.float32)
    own = tuple(DirectionEdit(Direction(NAME, pack(row), layers), 2.0) for layers in (Layers.of([1]), Layers.ALL))
    assert grabbed(Recipe(directions=own), np.ones((6, 4), np.float32)).directions[:2] == own
