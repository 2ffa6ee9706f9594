"""Store what the public StyleGAN-XL draws with weights drawn by `drawn_weights`.

    python tests/support/make_network_numbers_xl.py STYLEGAN_XL_CHECKOUT [SNAPSHOTS]

where the checkout is of github.com/autonomousvision/stylegan-xl. It runs here on the CPU with its reference operations
and needs scipy and dill. Nothing of it is stored but numbers, in `tests/data/network-numbers-xl.npz`, under the same
names as those of `make_network_numbers.py`. Into the folder SNAPSHOTS its own code writes what it drew them with.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from tests.support.drawn_weights import fill  # noqa: E402
from tests.support.make_network_numbers import numbers_of  # noqa: E402
from tests.support.network_cases import CONFIGS, NARROW  # noqa: E402

STEMS: dict[str, dict[str, Any]] = {
    "stylegan_xl-stem": {"resolution": 16, "classes": 0, "colours": 1, "layers": 7, "kernel": 1, "radial": True},
    "stylegan_xl": {"resolution": 8, "classes": 4, "colours": 3, "layers": 5, "kernel": 3, "radial": False},
}
STAGES = {"stylegan_xl-stem": [], "stylegan_xl": [(2, 4), (2, 4)]}  # what each enlarges by, and its layers


def public_generator(name: str, networks: Any, folder: Path) -> Any:
    """The generator as its own code makes it: every stage is built on a file of what is below."""
    asked, dill = STEMS[name], importlib.import_module("dill")
    generator = networks.Generator(
        *(NARROW["z_dim"], asked["classes"], NARROW["w_dim"], asked["resolution"], asked["colours"]),
        mapping_kwargs={"num_layers": NARROW["mapping_layers"]},
        channel_base=NARROW["channel_base"],
        channel_max=NARROW["channel_max"],
        num_layers=asked["layers"],
        conv_kernel=asked["kernel"],
        use_radial_filters=asked["radial"],
    )
    resolution = asked["resolution"]
    for factor, layers in STAGES[name]:
        with (folder / "stem.pkl").open("wb") as file:
            dill.dump({"G": generator, "G_ema": generator, "D": None}, file)
        resolution *= factor
        generator = networks.SuperresGenerator(resolution, str(folder / "stem.pkl"), layers, factor)
    return generator.eval().requires_grad_(False)


def main(checkout: str, snapshots: str = "") -> None:
    kept = TESTS / "data" / "network-numbers-xl.npz"
    folder, dill = Path(snapshots or tempfile.mkdtemp()).absolute(), importlib.import_module("dill")
    sys.path.insert(0, checkout)
    os.chdir(checkout)  # where it looks for its embedding
    networks = importlib.import_module("training.networks_stylegan3_resetting")
    stored = {}
    for name in STEMS:
        generator = public_generator(name, networks, folder)
        fill(generator)
        for what, tensor in numbers_of(CONFIGS[name], generator).items():
            stored[f"{name}/{what}"] = tensor.numpy()
            print(f"{name}/{what}: {list(tensor.shape)}, standard deviation {float(tensor.std()):.3g}")
        generator.synthesis.input.transform.copy_(torch.eye(3))
        with (folder / f"{name}.pkl").open("wb") as file:
            dill.dump({"G": None, "D": None, "G_ema": generator, "training_set_kwargs": {}, "progress": {}}, file)
    np.savez_compressed(kept, **stored)


if __name__ == "__main__":
    with torch.no_grad():
        main(*sys.argv[1:])
