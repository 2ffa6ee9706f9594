"""Directions in the wild: every family of files opens as what it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from generator.directions.foreign import Found, FoundFile, read_directions
from generator.errors import DirectionError
from generator.recipe.direction_files import save_library
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, pack
from tests.support import direction_files as files
from tests.support.direction_files import LAYERS, D, noise, npy, npz, orthonormal, pkl, pt, unit


def one(path: Path) -> Found:
    found = read_directions(path)
    assert len(found.directions) == 1
    return found.directions[0]


def test_a_boundary_of_interfacegan_is_one_row_for_all_layers(tmp_path: Path) -> None:
    vector = unit(1, D).astype(np.float64)
    found = one(npy(tmp_path, "stylegan_ffhq_age_w_boundary.npy", vector))
    assert (found.name, found.space, found.layers) == ("age", "w", Layers.ALL)
    assert found.rows == pytest.approx(vector)
    assert found.sentence == "Direction 'age' in W, one row for all layers, from InterFaceGAN."


def test_a_boundary_of_stylegan3_editing_is_in_w(tmp_path: Path) -> None:
    assert one(npy(tmp_path, "Smiling_boundary.npy", unit(1, D))).name == "Smiling"


def test_a_boundary_in_z_is_refused_unless_the_user_knows_better(tmp_path: Path) -> None:
    path = npy(tmp_path, "stylegan_ffhq_age_boundary.npy", unit(1, D))
    with pytest.raises(DirectionError, match=r"^stylegan_ffhq_age_boundary\.npy: .* in Z"):
        read_directions(path)
    assert read_directions(path, certain=True).directions[0].name == "age"


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16, ">f4"])
def test_equal_rows_are_one_row(tmp_path: Path, kind: str) -> None:
    vector = 0.5 * unit(D)
    found = one(npy(tmp_path, "smile.npy", np.repeat(vector[None], LAYERS, 0).astype(kind)))
    assert found.rows.shape == (1, D)
    assert "8 equal rows" in found.sentence


@pytest.mark.parametrize("shape", [(LAYERS, D), (1, LAYERS, D), (LAYERS, 1, D)])
def test_rows_that_differ_are_kept_layer_by_layer(tmp_path: Path, shape: tuple[int, ...]) -> None:
    walk = 0.3 * noise(LAYERS, D)
    found = one(npy(tmp_path, "rotate2d.npy", walk.reshape(shape)))
    assert (found.space, found.layers) == ("w+", Layers.ALL)
    assert found.rows == pytest.approx(walk)


def test_rows_of_zeros_are_layers_that_stay(tmp_path: Path) -> None:
    rows = np.repeat(unit(1, D), LAYERS, 0)
    rows[[3, 6, 7]] = 0
    found = one(npy(tmp_path, "a.npy", rows))
    assert (found.rows.shape, str(found.layers)) == ((1, D), "0-2,4-5")


@pytest.mark.parametrize("legacy", [False, True])
def test_a_tensor_of_e4e_opens_in_both_formats_of_torch(tmp_path: Path, legacy: bool) -> None:
    value = torch.tensor(unit(1, D))
    path = pt(tmp_path, "age.pt", value, _use_new_zipfile_serialization=not legacy)
    assert one(path).rows == pytest.approx(value.numpy())


def test_a_view_smaller_than_its_storage_opens(tmp_path: Path) -> None:
    matrix = torch.tensor(orthonormal(D))
    assert one(pt(tmp_path, "upper_length.pt", matrix[5:6])).rows == pytest.approx(matrix[5:6].numpy())


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_an_edit_of_ganspace_acts_before_its_exclusive_end(tmp_path: Path, protocol: int) -> None:
    found = one(pkl(tmp_path, "light.pkl", files.ganspace_edit(), protocol))
    assert (found.name, str(found.layers), found.space) == ("Light direction", "2-5", "w")
    assert found.rows == pytest.approx(3 * unit(1, D))


def test_an_edit_of_feature_maps_moves_by_its_latent_component(tmp_path: Path) -> None:
    edit = files.ganspace_edit(act_comp=noise(1, 4, 4, 4), lat_stdev=np.float32(2.0))
    assert one(pkl(tmp_path, "a.pkl", edit)).rows == pytest.approx(2 * unit(1, D))


def test_an_edit_of_ganspace_in_z_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectionError, match=r"a\.pkl: it is a GANSpace direction in Z"):
        read_directions(pkl(tmp_path, "a.pkl", files.ganspace_edit(latent_space="Z")))


def test_components_of_ganspace_are_numbered_and_scaled(tmp_path: Path) -> None:
    found = read_directions(npz(tmp_path, "stylegan2-ffhq_style_ipca.npz", **files.ganspace_components()))
    assert (len(found.directions), found.numbered, found.kind) == (5, True, "GANSpace")
    assert found.directions[1].rows == pytest.approx(4 * orthonormal(5)[1:2])


def test_components_of_feature_maps_give_those_of_the_latents(tmp_path: Path) -> None:
    components = files.ganspace_components(act_comp=noise(5, 4, 2, 2))
    assert len(read_directions(npz(tmp_path, "a.npz", **components)).directions) == 5


def test_the_components_of_e4e_are_numbered_and_scaled(tmp_path: Path) -> None:
    found = read_directions(files.e4e_pca(tmp_path))
    assert len(found.directions) == 6
    assert found.directions[0].rows == pytest.approx(6 * orthonormal(6)[:1])


def test_other_files_beside_a_table_of_edits_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a_model.pt").write_bytes(b"")
    files.e4e_pca(tmp_path, name="cars.pt")
    table = files.configs(tmp_path, "smile\t4\t4\t5\t-20\n")
    assert len(read_directions(table).directions) == 1
    with pytest.raises(DirectionError, match=r"a_model\.pt is no PCA file; give a \.pt"):
        read_directions(table, beside=tmp_path / "a_model.pt")


def test_a_table_of_edits_sets_components_of_the_file_beside_it(tmp_path: Path) -> None:
    files.e4e_pca(tmp_path)
    smile, eyes = read_directions(files.configs(tmp_path)).directions
    assert (smile.name, str(smile.layers), eyes.name, str(eyes.layers)) == ("smile", "2-4", "eyes", "0-2")
    assert smile.target is not None
    assert smile.target.value == -20
    assert np.frombuffer(smile.target.center, "<f4") == pytest.approx(noise(D))
    assert smile.rows == pytest.approx(2 * orthonormal(6)[4:5])


def test_the_file_of_components_can_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    components = files.e4e_pca(tmp_path / "other", name="cars.pt")
    table = files.configs(tmp_path)
    with pytest.raises(DirectionError, match="PCA file"):
        read_directions(table)
    assert len(read_directions(table, beside=components).directions) == 2


def test_eigenvectors_are_columns(tmp_path: Path) -> None:
    matrix = torch.tensor(orthonormal(D))
    found = read_directions(pt(tmp_path, "factor.pt", {"ckpt": "550000.pt", "eigvec": matrix}))
    assert len(found.directions) == D
    assert found.directions[3].rows[0] == pytest.approx(matrix[:, 3].numpy())


def test_components_of_chunkmogrify_are_columns(tmp_path: Path) -> None:
    some = torch.tensor(orthonormal(6)).t()  # [D, 6], column by column
    found = read_directions(pt(tmp_path, "b64_conv0.pt", some))
    assert found.directions[2].rows[0] == pytest.approx(some[:, 2].numpy())
    square = torch.tensor(orthonormal(D)).t()
    found = read_directions(pt(tmp_path, "all.pt", square))
    assert found.directions[2].rows[0] == pytest.approx(square[:, 2].numpy())


def test_rows_of_length_one_are_components(tmp_path: Path) -> None:
    found = read_directions(npy(tmp_path, "plan_model_xcomp.npy", orthonormal(7)))
    assert (len(found.directions), found.numbered) == (7, True)
    assert found.directions[2].rows == pytest.approx(orthonormal(7)[2:3])


def test_rows_of_length_one_that_point_the_same_way_are_one_direction(tmp_path: Path) -> None:
    rows = unit(1, D) + 0.1 * noise(LAYERS, D, seed=1) / np.sqrt(D)
    found = one(npy(tmp_path, "age.npy", rows / np.linalg.norm(rows, axis=1, keepdims=True)))
    assert (found.space, found.rows.shape) == ("w+", (LAYERS, D))


@pytest.mark.parametrize("shape", [(1, D), (D,)])
def test_a_dictionary_of_vectors_gives_each_its_name(tmp_path: Path, shape: tuple[int, ...]) -> None:
    held = {"31_Smiling": torch.tensor(unit(*shape)), "39_Young": torch.tensor(unit(*shape, seed=1))}
    found = read_directions(pt(tmp_path, "boundary.pt", held))
    assert [each.name for each in found.directions] == ["Smiling", "Young"]
    assert found.directions[1].rows == pytest.approx(unit(1, D, seed=1))


def test_a_dictionary_of_numpy_arrays_in_a_torch_file_opens(tmp_path: Path) -> None:
    found = read_directions(pt(tmp_path, "factorT.pt", {"smile": unit(1, D), "age": unit(1, D, seed=1)}))
    assert len(found.directions) == 2


def test_idinvert_names_its_layers(tmp_path: Path) -> None:
    found = one(files.idinvert(tmp_path))
    assert (found.name, found.space, str(found.layers), found.rows.shape) == ("age", "w+", "2-4,7", (LAYERS, D))
    assert found.rows[3] == pytest.approx(noise(1, LAYERS, D)[0, 3])


def test_a_safetensors_file_gives_each_tensor_its_name(tmp_path: Path) -> None:
    save_file({"smile": unit(1, D), "walk": noise(LAYERS, D)}, tmp_path / "a.safetensors")
    found = read_directions(tmp_path / "a.safetensors")
    assert {each.name: each.rows.shape for each in found.directions} == {"smile": (1, D), "walk": (LAYERS, D)}


def test_a_library_of_outis_keeps_its_words_and_lengths(tmp_path: Path) -> None:
    entry = NamedDirection(Direction("age", pack(7 * unit(D)), Layers.span(0, 3)), "Age", "younger", "older", "")
    save_library(DirectionLibrary("a" * 64, (entry,)), tmp_path / "a.json")
    found = one(tmp_path / "a.json")
    assert (found.entry, found.exact, str(found.layers)) == (entry, True, "0-3")
    assert found.rows == pytest.approx(7 * unit(1, D))


def test_what_a_file_holds_is_said_in_words(tmp_path: Path) -> None:
    found = read_directions(pt(tmp_path, "a.pt", {"smile": unit(1, D), "age": unit(1, D)}))
    assert found.sentence == "2 directions, directions by name: smile, age."
    assert isinstance(found, FoundFile)


def nothing(folder: Path) -> Path:
    (folder / "a.npy").write_bytes(b"")
    return folder / "a.npy"


def text(name: str, content: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(content)
        return folder / name

    return write


def folder_of_styles(folder: Path) -> Path:
    pkl(folder, "style_vect_mean_0.pkl", noise(1, 512))
    return folder


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (nothing, "it is empty"),
    "absent": (lambda folder: folder / "none.npy", "does not exist"),
    "folder": (lambda folder: folder, "is a folder"),
    "folder of styles": (folder_of_styles, "StyleSpace"),
    "style of a layer": (lambda f: pkl(f, "style_vect_mean_3.pkl", noise(1, 512)), "StyleSpace"),
    "styles": (lambda f: pt(f, "s.pt", files.styles()), "StyleSpace"),
    "mean and deviation of styles": (
        lambda f: pkl(f, "S_mean_std", [[s[0].numpy() for s in files.styles()]] * 2),
        "StyleSpace",
    ),
    "samples of styles": (
        lambda f: pkl(f, "S", (["b4"] * 26, [s.numpy().repeat(4, 0) for s in files.styles()])),
        "StyleSpace",
    ),
    "region table": (lambda f: pkl(f, "semantic_top_32", [noise(512, 11) for _ in range(26)]), "StyleSpace"),
    "text edit": (lambda f: npy(f, "0.1.npy", noise(6048)), "StyleSpace"),
    "styles of CLIP": (lambda f: npy(f, "fs3.npy", noise(6048, 16)), "StyleSpace"),
    "channels": (text("statis.csv", "channel,strength\n3,2.0\n"), "StyleSpace"),
    "mapper": (files.mapper, "mapper network"),
    "P space": (lambda f: npz(f, "ffhq_PCA.npz", X_mean=noise(D), X_comp=noise(D, D), X_stdev=noise(D)), "P space"),
    "statistics": (text("conv0_m_b3.txt", "0.1 0.2 0.3\n" * 20), "statistics of feature maps"),
    "z as text": (text("0000.txt", "0.12\n" * D), "as tools write z"),
    "centroids": (lambda f: npy(f, "centroid_001-32clusters.npy", noise(1, LAYERS, D)), "a face, not a direction"),
    "walk of BigGAN": (lambda f: pkl(f, "w.pkl", {"w_zoom": noise(2, 128, 3)}), "a direction has one row"),
    "web page": (text("age.npy", "<!DOCTYPE html><html>"), "web page"),
    "LFS": (text("age.npy", "version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"),
    "latents": (lambda f: npy(f, "latents.npy", noise(3, LAYERS, D)), r"\[3, 8, 32\]"),
    "photos": (lambda f: pt(f, "p.pt", {"a.jpg": {"latent": noise(LAYERS, D), "noise": []}}), "a latent"),
    "many rows": (lambda f: npy(f, "a.npy", 3 * noise(300, D)), "300 rows"),
    "zeros": (lambda f: npy(f, "a.npy", np.zeros((1, D))), "only zeros"),
    "text in an array": (lambda f: npy(f, "a.npy", np.array(["a", "b"])), "not numbers|no numbers"),
    "not finite": (lambda f: npy(f, "a.npy", np.full((1, D), np.nan)), "not all finite"),
    "a table without lines": (text("a.csv", "a;b;c\n1;2;3\n"), "no direction"),
    "a component too far": (
        lambda f: (files.e4e_pca(f), files.configs(f, "smile\t46\t4\t5\t-20\n"))[1],
        "component 46, and the PCA file has 6",
    ),
    "protocol 0": (lambda f: pkl(f, "a.pkl", {"a": 1}, 0), "protocol 0"),
    "model": (
        lambda f: pt(f, "a.pt", {f"g.{i}.weight": torch.zeros(2, 2) for i in range(20)}),
        "a model, not directions",
    ),
    "payload": (lambda f: pkl(f, "a.pkl", {"a": print}), "nothing was executed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_direction_is_refused_by_its_name(tmp_path: Path, case: str) -> None:
    write, words = REFUSED[case]
    path = write(tmp_path)
    with pytest.raises(DirectionError, match=words) as refusal:
        read_directions(path)
    assert str(refusal.value).startswith(path.name)
    assert str(refusal.value).endswith((".", "`"))
