"""What an open model computed on its way to a picture, for the looks that can use it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from generator.cues.evidence import Workings
from generator.recipe.recipe import Floats, Recipe
from generator.render.engine import Engine

STYLEGAN1 = "stylegan1"
SIZES = (32, 64)  # pixels of the maps in which droplets stand out (Karras et al. 2020, section 2)


def workings_of(engine: Engine, recipe: Recipe) -> Workings:
    """The workings of `recipe`'s picture. Maps are computed where they tell something: of StyleGAN1.

    Raises `RecipeError` or `LatentError` if the recipe does not fit the model.
    """
    family = engine.config.family
    return Workings(family, _maps(engine, recipe) if family == STYLEGAN1 else {})


@torch.inference_mode()
def _maps(engine: Engine, recipe: Recipe) -> dict[int, Floats]:
    """The outputs of the blocks of `SIZES`, [C, h, h] by h, as far as the network has them."""
    network, found = engine.generator.synthesis, dict[int, Floats]()
    sizes = [size for size in SIZES if size in engine.config.block_resolutions]
    hooks = [getattr(network, f"b{size}").register_forward_hook(_keep(found, size)) for size in sizes]
    try:
        device = next(network.parameters()).device
        network(engine.w_plus(recipe).to(device), recipe.noise.drawn, recipe.noise.seed)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _keep(found: dict[int, Floats], size: int) -> Callable[[nn.Module, object, Tensor], None]:
    def hook(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        found[size] = output[0].float().cpu().numpy()

    return hook
