"""Latents as files: what Outis writes other tools read, what other tools write Outis reads, and nothing runs code."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator.config import GeneratorConfig
from generator.errors import ExportError, LatentError, RecipeError
from generator.formats.latent_file import Latents, from_text, save_latents, to_text
from generator.formats.open_face import Opened, check_fits, read_file
from generator.recipe.recipe import Direction, DirectionEdit, LatentSource, Mix, Recipe, SeedSource, Truncation, pack

CONFIG = GeneratorConfig(img_resolution=32, z_dim=16, w_dim=24)
HASH, OTHER = "a" * 64, "b" * 64


def floats(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.RandomState(0).randn(*shape).astype(np.float32)


LATENTS = Latents(floats(1, 16), floats(1, 24), floats(8, 24))
RECIPE = Recipe(HASH, SeedSource(85), Truncation(0.5, 8))


class Bomb:
    """A pickle of it writes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def source_of(path: Path) -> LatentSource:
    opened = read_file(path)
    assert not opened.has_recipe
    assert opened.recipe == Recipe(source=opened.recipe.source, truncation=Truncation(1.0))
    assert isinstance(opened.recipe.source, LatentSource)
    assert opened.recipe.source.name == path.name
    return opened.recipe.source


def torch_file(path: Path, value: Any) -> Path:
    torch.save(value, path)
    return path


def test_npz_holds_named_float32_arrays_the_recipe_and_the_model(tmp_path: Path) -> None:
    save_latents(tmp_path / "face.npz", LATENTS, RECIPE)
    with np.load(tmp_path / "face.npz", allow_pickle=False) as file:
        assert sorted(file) == ["model", "recipe", "w", "w_plus", "z"]
        for name in ("z", "w", "w_plus"):
            assert file[name].dtype == np.float32
            assert np.array_equal(file[name], getattr(LATENTS, name))
        assert str(file["model"]) == HASH
        assert json.loads(str(file["recipe"]))["source"] == {"seed": 85, "label": None}
    assert read_file(tmp_path / "face.npz") == Opened(str(tmp_path / "face.npz"), RECIPE, True)


def test_an_npz_that_lost_its_recipe_still_tells_its_model(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", w_plus=np.zeros((14, 8), np.float32), model=np.array("1" * 64))
    assert read_file(tmp_path / "a.npz").recipe.model == "1" * 64
    np.savez(tmp_path / "b.npz", w_plus=np.zeros((14, 8), np.float32), model=np.array(3))  # another tool's
    assert read_file(tmp_path / "b.npz").recipe.model == ""


def test_npz_of_a_stored_w_plus_has_no_z_and_no_w(tmp_path: Path) -> None:
    save_latents(tmp_path / "face.npz", Latents(None, None, LATENTS.w_plus), RECIPE)
    with np.load(tmp_path / "face.npz") as file:
        assert sorted(file) == ["model", "recipe", "w_plus"]


def test_npy_and_pt_hold_w_plus_alone(tmp_path: Path) -> None:
    for suffix in (".npy", ".pt"):
        save_latents(tmp_path / f"face{suffix}", LATENTS, RECIPE)
        source = source_of(tmp_path / f"face{suffix}")
        assert source.space == "w+"
        assert np.array_equal(source.array, LATENTS.w_plus)
    assert np.array_equal(np.load(tmp_path / "face.npy"), LATENTS.w_plus)
    tensor = torch.load(tmp_path / "face.pt", weights_only=True)
    assert tensor.shape == (8, 24)
    assert tensor.dtype == torch.float32


def test_latents_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"use \.npz, \.npy or \.pt"):
        save_latents(tmp_path / "face.pkl", LATENTS, RECIPE)
    with pytest.raises(ExportError, match="folder does not exist"):
        save_latents(tmp_path / "missing" / "face.npz", LATENTS, RECIPE)
    assert not [file for file in tmp_path.iterdir() if file.is_file()]


def test_a_latent_goes_through_the_clipboard_bit_for_bit(tmp_path: Path) -> None:
    text = to_text(LATENTS.w_plus)
    assert np.array_equal(from_text(text), LATENTS.w_plus)
    assert np.array_equal(np.array(json.loads(text), np.float32), LATENTS.w_plus)
    (tmp_path / "latent.txt").write_text(text)
    assert np.array_equal(source_of(tmp_path / "latent.txt").array, LATENTS.w_plus)


@pytest.mark.parametrize(
    "text",
    [
        *("[[1, 2], [3]]", "[null]", '[{"a": 1}]', "[1e999]", "[]", "[", "[[[[1]]"),
        pytest.param(f"[{10**400}]", id="huge number"),
        pytest.param("[" + "1, " * 2_000_000, id="long"),
    ],
)
def test_a_text_that_is_no_latent_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "latent.json").write_text(text)
    with pytest.raises((LatentError, RecipeError)):
        read_file(tmp_path / "latent.json")


@pytest.mark.parametrize(
    ("shape", "space", "rows"),
    [((24,), "w", 1), ((1, 24), "w", 1), ((1, 1, 24), "w", 1), ((8, 24), "w+", 8), ((1, 8, 24), "w+", 8)],
)
@pytest.mark.parametrize("suffix", [".npy", ".npz", ".pt"])
def test_every_usual_shape_is_read(tmp_path: Path, shape: tuple[int, ...], space: str, rows: int, suffix: str) -> None:
    values, path = floats(*shape), tmp_path / f"latent{suffix}"
    if suffix == ".npy":
        np.save(path, values)
    elif suffix == ".npz":
        np.savez(path, w=values)  # as the projector of StyleGAN2-ADA and StyleGAN3 does
    else:
        torch.save(torch.from_numpy(values), path)
    source = source_of(path)
    assert (source.space, source.rows) == (space, rows)
    assert np.array_equal(source.array.ravel(), values.ravel())


def test_z_is_kept_as_z(tmp_path: Path) -> None:
    np.savez(tmp_path / "seed.npz", z=floats(1, 16))
    assert source_of(tmp_path / "seed.npz").space == "z"


@pytest.mark.parametrize("dtype", ["<f2", ">f4", "<f8"])
def test_other_floats_are_read_as_float32(tmp_path: Path, dtype: str) -> None:
    np.save(tmp_path / "latent.npy", np.asfortranarray(floats(8, 24).astype(dtype)))
    assert np.array_equal(source_of(tmp_path / "latent.npy").array, floats(8, 24).astype(dtype).astype(np.float32))


@pytest.mark.parametrize("key", ["latent", "w", "latents"])
def test_dicts_of_tensors_are_read(tmp_path: Path, key: str) -> None:
    value = {key: torch.from_numpy(floats(8, 24)).bfloat16().requires_grad_(), "noise": [torch.zeros(2)]}
    for content in (value, {"photo.png": value}, torch.nn.Parameter(torch.zeros(8, 24))):
        assert source_of(torch_file(tmp_path / "latent.pt", content)).rows == 8


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (torch.zeros(3, 8, 24), "3 latents [8, 24]"),
        (torch.zeros(8, 24, dtype=torch.int64), "should be one tensor"),
        ({"g_ema": {"a": torch.zeros(2)}}, "its arrays are g_ema"),
        (torch.zeros(1).expand(10**6, 10**6), "MB of numbers"),
        (torch.full((8, 24), torch.nan), "not finite"),
        (torch.tensor(1.0), "one number"),
        (torch.zeros(0, 24), "0 values"),
        (torch.zeros(8, 24).to_sparse(), "asks for torch._utils._rebuild_sparse_tensor"),
        (torch.zeros(8, 24, dtype=torch.complex64), "a kind that no model has: torch.ComplexFloatStorage"),
        ("text", "should be one tensor"),
    ],
)
def test_torch_files_without_one_latent_are_refused(tmp_path: Path, value: Any, words: str) -> None:
    with pytest.raises((LatentError, RecipeError)) as error:
        read_file(torch_file(tmp_path / "latent.pt", value))
    assert words in str(error.value)


def test_no_file_runs_code(tmp_path: Path) -> None:
    touched, objects = tmp_path / "touched", np.array([Bomb(tmp_path / "touched")], dtype=object)
    (tmp_path / "bare.pt").write_bytes(pickle.dumps(Bomb(touched)))
    torch.save(Bomb(touched), tmp_path / "zip.pt")
    torch.save(Bomb(touched), tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    np.save(tmp_path / "objects.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "objects.npz", w=objects)
    for name in ("bare.pt", "zip.pt", "old.pt", "objects.npy", "objects.npz"):
        with pytest.raises(LatentError, match=r"objects|could run code|nothing was executed"):
            read_file(tmp_path / name)
        assert not touched.exists()
    np.load(tmp_path / "objects.npy", allow_pickle=True)
    assert touched.exists(), "the bombs of this test are duds"


def rewritten(data: bytes, changes: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """The archive with other members; a name in `changes` is matched at the end of the member's name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            changed = next((value for end, value in changes.items() if name.endswith(end)), old.read(name))
            new.writestr(name, changed)
    return out.getvalue()


@pytest.fixture
def pt_data() -> bytes:
    file = io.BytesIO()
    torch.save(torch.from_numpy(floats(8, 24)), file)
    return file.getvalue()


def test_torch_files_that_ask_for_memory_are_refused(tmp_path: Path, pt_data: bytes) -> None:
    hungry = b"\x80\x02c__builtin__\nbytearray\nJ\xff\xff\xff\x7f\x85R."  # torch itself would make it
    cases = {
        rewritten(pt_data, {"data.pkl": hungry}): "contains no latent",
        rewritten(pt_data, {"data.pkl": b"\x80\x02(i__builtin__\nbytearray\n."}): "opcode b'i'",
        rewritten(pt_data, {"data.pkl": b"\x80\x00N."}): "pickle of protocol 0",
        rewritten(pt_data, {"data.pkl": b"\x80\x02"}): "is truncated",
        rewritten(pt_data, {}, zipfile.ZIP_DEFLATED): "is a compressed torch archive",
    }
    for data, words in cases.items():
        (tmp_path / "latent.pt").write_bytes(data)
        with pytest.raises(LatentError, match=words):
            read_file(tmp_path / "latent.pt")


def test_torch_files_whose_storage_is_smaller_than_they_say_are_refused(tmp_path: Path, pt_data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(pt_data)) as archive:
        program = next(archive.read(name) for name in archive.namelist() if name.endswith("data.pkl"))
    longer = program.replace(b"K\xc0", b"J\xff\xff\xff\x7f", 1)  # 8 * 24 elements become 2**31 - 1
    assert longer != program
    for changes in ({"data.pkl": longer}, {"data/0": b""}, {"data/0": b"\0" * 100}):
        (tmp_path / "latent.pt").write_bytes(rewritten(pt_data, changes))
        with pytest.raises(LatentError, match="damaged"):
            read_file(tmp_path / "latent.pt")


def npy(header: str, body: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + body


@pytest.mark.parametrize(
    "data",
    [
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000), }"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -4), }", b"\0" * 16),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", b"\0" * 15),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"\0" * 8),
        npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", b"\0" * 4),
        npy("{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }", b"\0" * 3),
        npy("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", b"\xff" * 4),
        npy("(" * 2000),
        npy("{'descr': __import__('os').abort()}"),
        b"\x93NUMPY",
        b"\x93NUMPY\x09\x00\x02\x00{}",
    ],
)
def test_numpy_headers_that_lie_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "latent.npy").write_bytes(data)
    with pytest.raises(LatentError):
        read_file(tmp_path / "latent.npy")


def test_zip_bombs_are_refused_before_they_unpack(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "w.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (40000000,), }", bytes(160 * 10**6))
        )
    (tmp_path / "bomb.npz").write_bytes(file.getvalue())
    with pytest.raises(LatentError, match="unpacks to more than"):
        read_file(tmp_path / "bomb.npz")
    (tmp_path / "many.npz").write_bytes(b"PK\x03\x04" + b"PK\x01\x02" * 1000)
    with pytest.raises(LatentError, match="more than 200 members"):
        read_file(tmp_path / "many.npz")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_with_two_members_of_one_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.npz", "w") as archive:
        archive.writestr("w.npy", b"1")
        archive.writestr("w.npy", b"2")
    with pytest.raises(LatentError, match="two members of the same name"):
        read_file(tmp_path / "two.npz")


def test_an_archive_without_a_latent_names_its_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", images=floats(2), labels=floats(2))
    with pytest.raises(LatentError, match="its arrays are images, labels"):
        read_file(tmp_path / "other.npz")


@pytest.mark.parametrize("recipe", [np.arange(3), np.array(["a", "b"]), np.array("{}"), np.array(1.5)])
def test_an_archive_with_a_broken_recipe_is_refused(tmp_path: Path, recipe: np.ndarray[Any, Any]) -> None:
    np.savez(tmp_path / "face.npz", recipe=recipe, w_plus=LATENTS.w_plus)
    with pytest.raises(RecipeError, match=r"^face\.npz: "):
        read_file(tmp_path / "face.npz")


@pytest.mark.parametrize("content", [b"", b"\0", b"%PDF-1.7", b"GIF89a", b"\x80\x04N.", b"hello", b"\xff\xfe{\0}\0"])
def test_unknown_and_empty_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises((RecipeError, LatentError), match=r"^file: .*\.$"):
        read_file(tmp_path / "file")


def test_folders_missing_files_and_devices_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", Path("/dev/zero"), Path("nul\0"), Path("x" * 5000)):
        with pytest.raises(RecipeError, match=r"\.$"):
            read_file(path)
    with pytest.raises(RecipeError, match="is a device"):
        read_file("/dev/zero")


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(RecipeError, match="more than 256000000 bytes"):
        read_file(tmp_path / "huge.png")


def test_a_file_is_known_by_its_content_and_not_by_its_suffix(tmp_path: Path) -> None:
    save_latents(tmp_path / "face.npz", LATENTS, RECIPE)
    (tmp_path / "face.npz").rename(tmp_path / "face.png")
    assert read_file(tmp_path / "face.png").recipe == RECIPE


def opened(recipe: Recipe, has_recipe: bool = True) -> Opened:
    return Opened("folder/face.png", recipe, has_recipe)


def latent(space: Any, *shape: int) -> LatentSource:
    return LatentSource.from_array(space, floats(*shape))


@pytest.mark.parametrize("source", [SeedSource(1), latent("z", 1, 16), latent("w", 1, 24), latent("w+", 8, 24)])
def test_what_fits_the_model_is_taken(source: Any) -> None:
    for model in (HASH, ""):
        check_fits(opened(Recipe(model, source, mix=Mix(source, (1.0,)))), HASH, CONFIG)


def test_a_file_of_another_model_is_refused_naming_both() -> None:
    with pytest.raises(RecipeError, match=r"^face\.png was made with model b{12}, but the open model is a{12}; "):
        check_fits(opened(Recipe(OTHER)), HASH, CONFIG)


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe(source=latent("w+", 14, 24)), "[14, 24], but the open model takes [8, 24]"),
        (Recipe(source=latent("w+", 8, 512)), "[8, 512], but the open model takes [8, 24]"),
        (Recipe(source=latent("w", 1, 512)), "[1, 512], but the open model takes [1, 24]"),
        (Recipe(source=latent("z", 1, 24)), "[1, 24], but the open model takes [1, 16]"),
        (Recipe(mix=Mix(latent("w", 1, 512), ())), "[1, 512], but the open model takes [1, 24]"),
        (Recipe(source=SeedSource(1, label=0)), "class 0, but the open model has 0 classes"),
        (
            Recipe(directions=(DirectionEdit(Direction("age", pack(floats(512))), 1.0),)),
            "'age' has shape [512], and the model takes [24] or [8, 24]",
        ),
    ],
)
def test_shapes_of_another_model_are_refused_with_both_shapes(recipe: Recipe, words: str) -> None:
    with pytest.raises((LatentError, RecipeError)) as error:
        check_fits(opened(recipe), HASH, CONFIG)
    assert words in str(error.value)
    assert str(error.value).startswith("face.png: ")


def test_with_a_configuration_a_latent_that_does_not_fit_is_refused_on_reading(tmp_path: Path) -> None:
    np.save(tmp_path / "latent.npy", floats(18, 512))
    assert read_file(tmp_path / "latent.npy").recipe.source
    with pytest.raises(LatentError, match=r"latent\.npy: .*\[18, 512\].*\[8, 24\]"):
        read_file(tmp_path / "latent.npy", CONFIG)


def test_reading_and_writing_pictures_needs_no_torch(tmp_path: Path) -> None:
    program = f"""
import sys
import numpy as np
from generator.render import contact_sheet
from generator.formats import latent_file
from generator.formats.image_encode import save_image
from generator.formats.open_face import read_file
from generator.recipe.recipe import Recipe
save_image({str(tmp_path / "face.png")!r}, np.zeros((8, 8, 3), np.uint8), Recipe())
read_file({str(tmp_path / "face.png")!r})
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
