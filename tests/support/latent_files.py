"""Small files of latents as public tools write them, made from scratch, with what each is for a 14-layer model.

The numbers are like those of a real model: w lie around an average face that is 15.8 long, 8 to 16 from it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from generator.config import GeneratorConfig
from generator.formats.array_readings import Yardstick
from generator.recipe.recipe import Floats

CONFIG = GeneratorConfig(img_resolution=256, z_dim=512, w_dim=512)
ROWS, D = CONFIG.num_ws, CONFIG.w_dim  # 14, 512
AVERAGE = np.full(D, 15.8 / D**0.5, np.float32)


def normal(*shape: int, seed: int = 0) -> Floats:
    return np.random.RandomState(seed).randn(*shape).astype(np.float32)


def unit(*shape: int, seed: int = 0) -> Floats:
    values = normal(*shape, seed=seed)
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True), np.float32)


def w_of(count: int, seed: int = 0) -> Floats:
    """The w of different faces, `[count, D]`."""
    lengths = np.random.RandomState(seed).uniform(8, 16, (count, 1))
    return np.asarray(AVERAGE + lengths * unit(count, D, seed=seed + 1), np.float32)


def face(rows: int = ROWS, seed: int = 0) -> Floats:
    """w+ of one face as encoders find it, `[rows, D]`: rows that are near each other."""
    return np.asarray(w_of(1, seed) + 3 * unit(rows, D, seed=seed + 2), np.float32)


def alike(rows: int) -> Floats:
    """A direction whose rows are all the same."""
    return np.repeat(unit(1, D), rows, 0)


KNOWN = Yardstick(CONFIG, w_of(500, seed=7))


def npy(path: Path, values: Any) -> Path:
    np.save(path, values, allow_pickle=True)
    return path


def npz(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def pt(path: Path, value: Any, old: bool = False) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=not old)
    return path


def pkl(path: Path, value: Any) -> Path:
    path.write_bytes(pickle.dumps(value, 4))
    return path


def text(path: Path, values: Floats, delimiter: str = ",") -> Path:
    np.savetxt(path, values, delimiter=delimiter)
    return path


def photo(rows: int = ROWS, seed: int = 0) -> dict[str, Any]:
    """What rosinality's projector keeps of one photograph."""
    values = face(rows, seed) if rows > 1 else w_of(1, seed)[0]
    return {"img": torch.rand(3, 8, 8), "latent": torch.tensor(values), "noise": [torch.randn(1, 1, 4, 4)]}


def styles() -> list[torch.Tensor]:
    sizes = [512] * 15 + [256] * 3 + [128] * 3 + [64] * 3 + [32] * 2
    return [torch.randn(1, size) for size in sizes]


def factor() -> dict[str, Any]:
    return {"ckpt": "550000.pt", "eigvec": torch.linalg.qr(torch.randn(D, D))[0]}


def space_p() -> dict[str, Any]:
    return {"X_mean": normal(D), "X_comp": normal(D, D), "X_stdev": normal(D), "X_var_ratio": normal(D)}


def named_directions() -> dict[str, Any]:
    return {f"{number}_Smiling": torch.tensor(unit(1, D, seed=number)) for number in range(40)}


Write = Callable[[Path], Path]

# name of the file: (how it is written, what it can be: "KIND COUNT" of each reading, or words of the refusal)
CASES: dict[str, tuple[Write, str]] = {
    "projected_w.npz": (lambda path: npz(path, w=face()[None]), "w+"),
    "face.npy": (lambda path: npy(path, face()), "w+"),
    "face_one_axis_more.npy": (lambda path: npy(path, face()[None]), "w+"),
    "face_middle_axis.npy": (lambda path: npy(path, face()[:, None]), "w+"),
    "half.npy": (lambda path: npy(path, face().astype("f2")), "w+"),
    "big_endian.npy": (lambda path: npy(path, face().astype(">f8")), "w+"),
    "fortran.npy": (lambda path: npy(path, np.asfortranarray(face())), "w+"),
    "equal_rows.npy": (lambda path: npy(path, np.repeat(w_of(1), ROWS, 0)), "w+"),
    "normal_rows.npy": (lambda path: npy(path, normal(ROWS, D)), "w+, z 14"),
    "equal_normal_rows.npy": (lambda path: npy(path, np.repeat(normal(1, D), ROWS, 0)), "w+"),
    "normal_rows_middle_axis.npy": (lambda path: npy(path, normal(ROWS, 1, D)), "w+"),
    "ten_w_middle_axis.npy": (lambda path: npy(path, w_of(10)[:, None]), "w 10"),
    "as_many_faces_as_rows.npy": (lambda path: npy(path, w_of(ROWS)), "w+, w 14"),
    "w.npy": (lambda path: npy(path, w_of(1)), "w"),
    "w_flat.pt": (lambda path: pt(path, torch.tensor(w_of(1)[0])), "w"),
    "w_cube.npy": (lambda path: npy(path, w_of(1)[None]), "w"),
    "ten_w.npy": (lambda path: npy(path, w_of(10)), "w 10"),
    "ten_z.npy": (lambda path: npy(path, normal(10, D)), "z 10"),
    "z.npy": (lambda path: npy(path, normal(1, D, seed=85).astype("f8")), "z"),
    "named.npz": (lambda path: npz(path, z=w_of(1)), "z"),
    "codes.txt": (lambda path: text(path, normal(D, 1)), "z"),
    "far.npy": (lambda path: npy(path, 60 * unit(1, D)), "w, z, direction"),
    "latent.csv": (lambda path: text(path, face()), "w+"),
    "spaces.txt": (lambda path: text(path, face(), " "), "w+"),
    "batch.npy": (lambda path: npy(path, np.stack([face(seed=1), face(seed=2)])), "w+ 2"),
    "batch_middle_axis.npy": (lambda path: npy(path, np.stack([face(), face(seed=2)])[:, None]), "w+ 2"),
    "combined.npz": (lambda path: npz(path, w=np.stack([face(), face(seed=2), face(seed=3)])), "w+ 3"),
    "latents_of_18.pt": (
        lambda path: pt(path, torch.tensor(np.stack([face(18), face(18)]))),
        "holds 2 latents [18, 512], but the open model takes [14, 512]",
    ),
    "old.pt": (lambda path: pt(path, torch.tensor(face()), old=True), "w+"),
    "old_projector.pt": (lambda path: pt(path, {"a.jpg": photo()}, old=True), "w+"),
    "arrays.pt": (lambda path: pt(path, {"w": face()[None]}), "w+"),
    "array.pt": (lambda path: pt(path, face()), "w+"),
    "array.pkl": (lambda path: pkl(path, face()), "w+"),
    "sg2latents.pickle": (lambda path: pkl(path, {"Latent": [face(seed=1)[None], face(seed=2)[None]]}), "w+ 2"),
    "projector.pt": (lambda path: pt(path, {"a.jpg": photo()}), "w+"),
    "projector_of_w.pt": (lambda path: pt(path, {"a.jpg": photo(1), "b.jpg": photo(1, 5)}), "w 2"),
    "projector_of_two.pt": (lambda path: pt(path, {"a.jpg": photo(), "b.jpg": photo(seed=5)}), "w+ 2"),
    "restyle.npy": (lambda path: npy(path, {"a.jpg": [face(seed=s) for s in range(5)]}), "w+ 5"),
    "hyperstyle.npy": (lambda path: npy(path, {"a.jpg": face(), "b.jpg": face(seed=4)}), "w+ 2"),
    "many_photos.pt": (lambda path: pt(path, {f"{n}.jpg": torch.tensor(face(seed=n)) for n in range(12)}), "w+ 12"),
    "direction.npy": (lambda path: npy(path, unit(1, D).astype("f8")), "direction"),
    "direction.pt": (lambda path: pt(path, torch.tensor(unit(1, D))), "direction"),
    "direction_14.npy": (lambda path: npy(path, alike(ROWS)), "direction, w+"),
    "direction_18.npy": (lambda path: npy(path, alike(18)), "direction"),
    "steering.npy": (lambda path: npy(path, 0.8 * unit(ROWS, D)), "direction, w+"),
    "components.npy": (lambda path: npy(path, unit(20, D)), "direction"),
    "boundary.pt": (lambda path: pt(path, named_directions()), "direction"),
    "factor.pt": (lambda path: pt(path, factor()), "holds directions, not a face"),
    "ffhq_PCA.npz": (lambda path: npz(path, **space_p()), "principal components of P space"),
    "styles.pt": (lambda path: pt(path, styles()), "styles (S, StyleSpace)"),
    "other_model.npy": (lambda path: npy(path, face(18)), "is [18, 512], but the open model takes [14, 512]"),
}
