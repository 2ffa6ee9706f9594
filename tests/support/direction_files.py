"""Small files of directions as other tools write them, made from scratch; D numbers a row."""

from __future__ import annotations

import pickle
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

D, LAYERS = 32, 8  # as the small random model of the tests has them
Floats = NDArray[np.float32]


def noise(*shape: int, seed: int = 0) -> Floats:
    return np.random.RandomState(seed).randn(*shape).astype(np.float32)


def unit(*shape: int, seed: int = 0) -> Floats:
    values = noise(*shape, seed=seed)
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True), np.float32)


def orthonormal(count: int, seed: int = 0) -> Floats:
    """`count` orthonormal rows."""
    return np.ascontiguousarray(np.linalg.qr(noise(D, D, seed=seed))[0].T[:count], np.float32)


def npy(folder: Path, name: str, values: Any, **options: Any) -> Path:
    np.save(folder / name, values, **options)
    return folder / name


def npz(folder: Path, name: str, **arrays: Any) -> Path:
    np.savez(folder / name, **arrays)
    return folder / name


def pt(folder: Path, name: str, value: Any, **options: Any) -> Path:
    torch.save(value, folder / name, **options)
    return folder / name


def pkl(folder: Path, name: str, value: Any, protocol: int = 3) -> Path:
    (folder / name).write_bytes(pickle.dumps(value, protocol))
    return folder / name


def ganspace_edit(**changes: Any) -> dict[str, Any]:
    """What GANSpace's notebook exports; edit_end is exclusive."""
    return {
        **{"name": "Light direction", "sigma_range": 2.0, "component_index": 27, "act_comp": unit(1, D)},
        **{"lat_comp": unit(1, D), "latent_space": "W", "act_stdev": np.float32(3.0), "lat_stdev": np.float32(3.0)},
        **{"model_name": "StyleGAN2", "output_class": "ffhq", "edit_type": "latent", "truncation": 0.7},
        **{"decomposition": {"name": "pca", "components": 80, "samples": 1000, "layer": "style", "class_name": "ffhq"}},
        **{"edit_start": 2, "edit_end": 6, "example_seed": 1},
        **changes,
    }


def ganspace_components(count: int = 5, **changes: Any) -> dict[str, Any]:
    deviations = np.arange(count, 0, -1, dtype=np.float32)
    rows = orthonormal(count)[:, None]
    return {
        **{"act_comp": rows, "act_mean": noise(1, D), "act_stdev": deviations, "lat_comp": rows},
        **{"lat_mean": noise(1, D), "lat_stdev": deviations, "var_ratio": deviations, "random_stdevs": deviations},
        **changes,
    }


def e4e_pca(folder: Path, count: int = 6, name: str = "ffhq_pca.pt") -> Path:
    """{mean, comp, std}, the components column by column as in the real file."""
    columns = torch.tensor(orthonormal(count).T).contiguous().t()
    deviations = torch.arange(count, 0, -1, dtype=torch.float32)
    return pt(folder, name, {"mean": torch.tensor(noise(D)), "comp": columns, "std": deviations})


def configs(folder: Path, text: str = "smile\t4\t2\t5\t-20\neyes\t1\t0\t3\t8.5\n") -> Path:
    (folder / "ganspace_configs.csv").write_text(text)
    return folder / "ganspace_configs.csv"


def idinvert(folder: Path) -> Path:
    held = {"boundary": noise(1, LAYERS, D), "meta_data": {"manipulate_layers": [2, 3, 4, 7]}}
    return npy(folder, "age.npy", np.array(held, dtype=object), allow_pickle=True)


def mapper(folder: Path) -> Path:
    state = {"mapper.course_mapping.mapping.1.weight": torch.zeros(4, 4)}
    return pt(folder, "surprised.pt", {"state_dict": state, "opts": Namespace(a=1), "latent_avg": torch.zeros(D)})


def styles() -> list[torch.Tensor]:
    return [torch.randn(1, size) for size in [512] * 15 + [256] * 3 + [128] * 3 + [64] * 3 + [32] * 2]
