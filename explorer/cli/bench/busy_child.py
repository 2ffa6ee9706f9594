"""The process that renders for `outis bench --busy`: its threads wait as set in its environment."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter

import torch

from explorer.cli.model_files import open_engine
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine


def main(model: str, device: str) -> None:
    """Answer each line `MEASURE<tab>SEED` with its milliseconds. model: a file, or a number of pixels."""
    from explorer.cli.bench.timings import random_engine

    engine = random_engine(int(model), device) if model.isdecimal() else open_engine(model, device)
    renders = _renders(engine)
    for line in sys.stdin:
        measure, seed = line.rstrip("\n").split("\t")
        recipe = Recipe(source=SeedSource(int(seed)))
        start = perf_counter()
        renders[measure](recipe)
        print(1000 * (perf_counter() - start), flush=True)


def _renders(engine: Engine) -> dict[str, Callable[[Recipe], object]]:
    half = engine.config.img_resolution // 2

    @torch.inference_mode()
    def operators(recipe: Recipe) -> object:
        return engine.generator.synthesis(engine.w_plus(recipe).to(engine.generator.w_avg.device)).cpu()

    return {
        "full frame": engine.render,
        "preview frame": lambda recipe: engine.render(recipe, max_resolution=half),
        "torch's operators": operators,
    }
