"""Median times of everything a user waits for, each alternating with the plain form of the same work.

The plain form (`generator.render.reference_form`) is the paper's figure in plain torch. Alternating the two keeps their
ratio valid on a busy or throttled machine, where milliseconds alone vary from day to day.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import torch

from generator.config import GeneratorConfig
from generator.networks import create
from generator.progress import finish
from generator.recipe.latent import broadcast, truncate, z_from_seed
from generator.recipe.pca import fitting
from generator.recipe.recipe import Floats, Recipe, SeedSource, Truncation
from generator.render.engine import Engine
from generator.render.reference_form import reference_mapping, reference_synthesis

LEAST_RUNS, MOST_RUNS = 5, 200
MOST_TOGETHER = 8  # faces of a batch
RENDER = "import sys; from explorer.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Measure:
    """One thing measured: medians over `runs` alternating runs."""

    name: str
    what: str  # in a few words, with the plain form it is compared to
    milliseconds: float
    plain_milliseconds: float
    runs: int
    note: str = ""  # an additional remark

    @property
    def ratio(self) -> float:
        """How many times faster than the plain form."""
        return self.plain_milliseconds / self.milliseconds


def random_engine(resolution: int, device: str) -> Engine:
    """An engine on a random-weight StyleGAN2 of the paper's configuration F: as fast as a trained one."""
    torch.manual_seed(0)
    generator = create(GeneratorConfig(img_resolution=resolution)).randomise()
    generator.name = f"random config F, {resolution} px"
    return Engine(generator, device)


def measuring(engine: Engine, samples: int, seconds: float, command: list[str] | None) -> Iterator[Measure]:
    """All measures one after the other, `seconds` each; `command` is [model, device] of the first-image time."""
    plain = PlainForm(engine)
    half = engine.config.img_resolution // 2

    def preview(i: int) -> object:
        return engine.render(_recipe(i), max_resolution=half)

    def mapping(i: int) -> object:
        return engine.mapping(z_from_seed(i, engine.config.z_dim))

    yield compare("full frame", "seed to pixels", lambda i: engine.render(_recipe(i)), plain.frame, seconds)
    yield compare("preview frame", f"seed to {half} px; plain: the full frame", preview, plain.frame, seconds)
    yield compare("w mapping", "z to w", mapping, plain.mapping, seconds)
    yield batch_measure(engine, seconds)
    yield compare(
        "PCA", f"{samples} samples; plain: SVD", lambda i: _fit(engine, samples), lambda i: plain.pca(samples), seconds
    )
    if command is not None:
        yield compare("first image", "from the command; plain: import torch", *_commands(*command), seconds)


def batch_measure(engine: Engine, seconds: float) -> Measure:
    """Faces rendered as one batch, as in a contact sheet, compared with the same faces one by one."""
    count = min(max(engine.batch_size, 2), MOST_TOGETHER)

    def batch(i: int) -> list[Recipe]:
        return [_recipe(count * i + k) for k in range(count)]

    def one_by_one(i: int) -> object:
        return [engine.render(recipe) for recipe in batch(i)]

    what = f"{count} faces as a batch; plain: one by one, in the fast form"
    return compare("batch", what, lambda i: engine.render_together(batch(i)), one_by_one, seconds)


def compare(
    name: str, what: str, ours: Callable[[int], object], plain: Callable[[int], object], seconds: float
) -> Measure:
    """Run both in turn for about `seconds`, after one warm-up run each; run i gets i, for a new face."""
    ours(0), plain(0)
    times: list[tuple[float, float]] = []
    end = perf_counter() + seconds
    while len(times) < LEAST_RUNS or (perf_counter() < end and len(times) < MOST_RUNS):
        i = len(times) + 1
        times.append((_milliseconds(ours, i), _milliseconds(plain, i)))
    return Measure(name, what, median(t for t, _ in times), median(t for _, t in times), len(times))


class PlainForm:
    """The plain form on the engine's device, in float32, from seeds to arrays on the host like the engine."""

    def __init__(self, engine: Engine) -> None:
        self._config = engine.config
        self._device = next(engine.generator.parameters()).device
        self._weights = {name: value.float().contiguous() for name, value in engine.generator.state_dict().items()}

    @torch.inference_mode()
    def frame(self, seed: int) -> object:
        """A face at psi 0.7 as uint8 `[res, res, 3]`."""
        w = self._w(z_from_seed(seed, self._config.z_dim))
        ws = truncate(broadcast(w, self._config.num_ws), self._weights["mapping.w_avg"], Truncation())
        image = reference_synthesis(self._weights, self._config, ws)
        return (image[0].permute(1, 2, 0) * 127.5 + 128).clamp(0, 255).to(torch.uint8).cpu().numpy()

    @torch.inference_mode()
    def image(self, ws: torch.Tensor) -> torch.Tensor:
        """W+ `[N, num_ws, w_dim]` -> float images `[N, C, res, res]`."""
        return reference_synthesis(self._weights, self._config, ws.to(self._device))

    @torch.inference_mode()
    def mapping(self, seed: int) -> Floats:
        """w `[1, w_dim]` of a seed."""
        return np.asarray(self._w(z_from_seed(seed, self._config.z_dim)).cpu())

    @torch.inference_mode()
    def pca(self, samples: int) -> object:
        """Principal components by a singular value decomposition of all samples at once."""
        z = np.random.default_rng(0).standard_normal((samples, self._config.z_dim), dtype=np.float32)
        w = np.asarray(self._w(z).cpu())
        return np.linalg.svd(w - w.mean(axis=0), full_matrices=False)

    def _w(self, z: Floats) -> torch.Tensor:
        return reference_mapping(self._weights, self._config, torch.from_numpy(z).to(self._device))


def _recipe(seed: int) -> Recipe:
    return Recipe(source=SeedSource(seed))


def _fit(engine: Engine, samples: int) -> object:
    return finish(fitting(engine.mapping, engine.config.z_dim, "", samples))


def _commands(model: str, device: str) -> tuple[Callable[[int], object], Callable[[int], object]]:
    def render(seed: int) -> object:
        with tempfile.TemporaryDirectory() as folder:
            options = ["--model", model, "--device", device, "--seeds", str(seed), "--out", str(Path(folder, "a.png"))]
            return subprocess.run([sys.executable, "-c", RENDER, "render", *options], check=True, capture_output=True)

    def import_torch(_: int) -> object:
        return subprocess.run([sys.executable, "-c", "import torch"], check=True)

    return render, import_torch


def _milliseconds(work: Callable[[int], object], i: int) -> float:
    start = perf_counter()
    work(i)
    return 1000 * (perf_counter() - start)
