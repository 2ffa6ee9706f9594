"""Seeing faces: the numbers are those of Google's own runtime, and what is seen moves with the picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from generator.errors import CheckpointError
from generator.faces import detector, networks
from generator.faces.crop import Crop
from generator.faces.finder import FaceFinder, SeenFace
from generator.faces.points import LEFT_EYE, MIRRORED, OUTLINE, POINTS, RIGHT_EYE
from generator.faces.small_network import SmallNetwork

REFERENCE = np.load(Path(__file__).parents[2] / "data" / "seen-faces.npz")
IMAGES = REFERENCE["images"]
FINDER = FaceFinder()


@pytest.fixture(scope="module")
def seen() -> SeenFace:
    face = FINDER.find(IMAGES[0])
    assert face is not None
    return face


def found(pixels: np.ndarray) -> SeenFace:
    face = FINDER.find(np.ascontiguousarray(pixels))
    assert face is not None
    return face


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """Mean distance of points in pixels."""
    return float(np.linalg.norm((a - b)[:, :2], axis=1).mean())


@pytest.mark.parametrize("i", range(2))
def test_mesh_and_mask_are_those_of_the_original_runtime(i: int) -> None:
    crop = Crop.of_box(*map(float, REFERENCE["boxes"][i]))
    (points,), (presence,) = networks.meshes(crop.cut(IMAGES[i], networks.MESH_SIDE)[None])
    np.testing.assert_allclose(crop.to_picture(points, networks.MESH_SIDE), REFERENCE["meshes"][i], atol=0.1)
    np.testing.assert_allclose(networks.person_mask(IMAGES[i]), REFERENCE["masks"][i] / 255, atol=0.01)
    assert presence > 0.99


@pytest.mark.parametrize("i", range(2))
def test_the_finder_sees_the_same_face_without_being_told_where_it_is(i: int) -> None:
    assert apart(found(IMAGES[i]).mesh, REFERENCE["meshes"][i]) < 1.0
    np.testing.assert_allclose(found(IMAGES[i]).mask, REFERENCE["masks"][i] / 255, atol=0.01)


def test_a_picture_without_a_face_has_none() -> None:
    assert FINDER.find(np.full((256, 256, 3), 128, np.uint8)) is None
    assert FINDER.find_all(np.zeros((40, 300, 3), np.uint8)) == []
    assert FINDER.track(np.zeros((256, 256, 3), np.uint8), None) is None


def test_every_face_of_a_large_picture_is_found_once_the_largest_first() -> None:
    picture = np.full((900, 1400, 3), 90, np.uint8)
    small = np.array(Image.fromarray(IMAGES[1]).resize((160, 160)))
    large = np.array(Image.fromarray(IMAGES[0]).resize((512, 512)))
    picture[100:612, 60:572], picture[500:660, 1100:1260] = large, small
    faces = FINDER.find_all(picture)
    assert len(faces) == 2
    assert apart(faces[0].mesh, REFERENCE["meshes"][0] * 2 + [60, 100, 0]) < 4
    assert apart(faces[1].mesh, REFERENCE["meshes"][1] * 0.625 + [1100, 500, 0]) < 1.5
    assert apart(found(picture).mesh, faces[0].mesh) < 2


def test_a_face_is_followed_without_the_detector(seen: SeenFace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "largest", None)
    moved = np.roll(IMAGES[0], (6, -9), axis=(0, 1))
    last = FINDER.track(IMAGES[0], seen)
    then = FINDER.track(moved, last)
    assert last is not None
    assert then is not None
    assert apart(then.mesh, last.mesh + np.array([-9, 6, 0])) < 1


def test_a_lost_face_is_found_again(seen: SeenFace) -> None:
    then = FINDER.track(np.ascontiguousarray(np.pad(IMAGES[0], ((0, 0), (400, 0), (0, 0)))), seen)
    assert then is not None
    assert apart(then.mesh, seen.mesh + np.array([400, 0, 0])) < 2


def test_a_turned_picture_has_a_turned_mesh(seen: SeenFace) -> None:
    turned = np.array(Image.fromarray(IMAGES[0]).rotate(-25, Image.Resampling.BICUBIC))
    angle = np.radians(25)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert apart(found(turned).mesh[:, :2], (seen.mesh[:, :2] - 128) @ matrix.T + 128) < 1.5


def test_left_and_right_are_the_persons_own_and_change_places_in_the_mirror(seen: SeenFace) -> None:
    mirrored = found(IMAGES[0][:, ::-1])
    assert seen.point("eye-outer-right")[0] < seen.point("eye-outer-left")[0]
    flipped = [256, 0, 0] + mirrored.point("mouth-left") * [-1, 1, 1]
    assert apart(flipped[None], seen.point("mouth-right")[None]) < 3
    centres = [[256, 0]] + mirrored.irises[::-1, 0, :2] * [[-1, 1]]
    assert np.abs(centres - seen.irises[:, 0, :2]).max() < 1


def test_a_steady_mesh_is_that_of_the_mirror_image(seen: SeenFace) -> None:
    mirrored = FINDER.steady(found(IMAGES[0][:, ::-1]))
    flipped = [256, 0, 0] + mirrored.mesh[list(MIRRORED)] * [-1, 1, 1]
    assert apart(flipped, FINDER.steady(seen).mesh) < 0.5


def test_irises_lie_between_the_lids(seen: SeenFace) -> None:
    for iris, eye in zip(seen.irises, (RIGHT_EYE, LEFT_EYE), strict=True):
        low, high = seen.mesh[list(eye), :2].min(axis=0), seen.mesh[list(eye), :2].max(axis=0)
        assert (low - 1 < iris[0, :2]).all()
        assert (iris[0, :2] < high + 1).all()


def test_names_and_rings_are_points_of_the_mesh() -> None:
    assert len(set(POINTS.values())) == len(POINTS)
    assert set(POINTS.values()) | set(OUTLINE) <= set(range(networks.POINTS))


def test_a_crop_leads_back_to_the_picture() -> None:
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[30:32, 70:72] = 255
    for mirrored in (False, True):
        crop = Crop(64, 33, 50, 0.4, mirrored)
        y, x = np.unravel_index(crop.cut(pixels, 100)[..., 0].astype(int).argmax(), (100, 100))
        back = crop.to_picture(np.array([[x + 0.5, y + 0.5, 4.0]], np.float32), 100)[0]
        np.testing.assert_allclose(back, [71, 31, 2], atol=0.8)


def graph(**operation: object) -> dict[str, object]:
    shape = [1, 4, 4, 2]
    outputs = {"outputs": [1], "output_shapes": [shape]}
    return {"input": 0, "input_shape": shape, **outputs, "operations": [{"inputs": [0], "output": 1, **operation}]}


def ran(pixels: torch.Tensor, tensors: dict[str, torch.Tensor] | None = None, **operation: object) -> torch.Tensor:
    return SmallNetwork(graph(**operation), tensors or {})(pixels)[0]


@pytest.mark.parametrize("size", [(4, 4), (5, 6), (7, 4)])
def test_the_odd_pixel_of_same_padding_stands_right_and_below(size: tuple[int, int]) -> None:
    weight, pixels = torch.zeros(1, 1, 3, 3), torch.rand(1, *size, 1)
    weight[0, 0, 1, 1] = 1  # the middle of the kernel: on an even size it starts one pixel further in
    conv = {"op": "conv_2d", "weight": "w", "bias": "b", "stride": 2, "padding": "same", "activation": ""}
    first = [1 - length % 2 for length in size]
    answer = ran(pixels, {"w": weight, "b": torch.zeros(1)}, **conv)
    torch.testing.assert_close(answer, pixels[:, first[0] :: 2, first[1] :: 2])
    pooled = ran(-pixels, op="max_pool_2d", kernel=[2, 2], stride=2, padding="same")
    assert pooled.shape[1:3] == tuple(-(-length // 2) for length in size)
    assert (pooled <= 0).all()
    assert torch.isfinite(pooled).all()


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "softmax"},
        {"op": "add", "activation": "relu"},
        {"op": "relu", "slope": 0.1},
        {"op": "pad", "pads": [[0, 0], [1, 1], [0, 0], [0, 0]]},
        {"op": "average_pool_2d", "kernel": [2, 2], "stride": 2, "padding": "same"},
        {"op": "resize_bilinear", "size": [8, 8], "align_corners": True, "half_pixel": False},
        {"op": "max_pool_2d", "kernel": [2, 2], "stride": 2, "padding": "reflect"},
    ],
)
def test_a_graph_that_is_not_understood_is_refused_in_one_sentence(
    operation: dict[str, object], tmp_path: Path
) -> None:
    metadata = {"format": "small-graph 1", "graph": json.dumps(graph(**operation))}
    safetensors.torch.save_file({"x": torch.zeros(1)}, tmp_path / "odd.safetensors", metadata)
    with pytest.raises(CheckpointError, match=r"odd.safetensors is not a network .* install Outis again\."):
        SmallNetwork.read(tmp_path / "odd.safetensors")


def test_a_file_that_is_no_network_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "no.safetensors").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match=r"no.safetensors is not a network"):
        SmallNetwork.read(tmp_path / "no.safetensors")
