"""The principal components of an engine's model, whatever its family: of W, or of what it draws first."""

from __future__ import annotations

import torch

from generator.networks import r3gan
from generator.progress import Job
from generator.recipe import pca
from generator.recipe.recipe import Floats
from generator.render.engine import Engine


def possible(engine: Engine, samples: int, components: int) -> tuple[int, int]:
    """As many samples and components as are fitted where so many are asked for: w has no more dimensions, and a model
    without W moves by z alone."""
    config = engine.config
    if config.has_w:
        return samples, min(components, config.w_dim)
    return min(samples, pca.FEATURE_SAMPLES), min(components, config.z_dim)


def fitting(engine: Engine, samples: int = pca.SAMPLES, components: int = pca.COMPONENTS) -> Job[pca.Pca]:
    """Fit as many as are `possible`, see `pca.fitting`.

    Example:
        >>> from generator import checkpoint
        >>> from generator.progress import finish
        >>> from generator.render import components
        >>> from generator.render.engine import Engine
        >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
        >>> finish(components.fitting(engine, samples=1000)).components.shape
        (32, 32)
    """
    mapping, z_dim, model = engine.mapping, engine.config.z_dim, engine.generator.hash
    features = None if engine.config.has_w else _first_features(engine)
    return pca.fitting(mapping, z_dim, model, *possible(engine, samples, components), features=features)


def _first_features(engine: Engine) -> pca.Features:
    """w `[N, w_dim]` -> what the first stage makes of it, `[N, F]`, both float32 on the host."""
    network, device = engine.generator.synthesis, engine.generator.w_avg.device
    assert isinstance(network, r3gan.SynthesisNetwork)

    @torch.inference_mode()
    def features(w: Floats) -> Floats:
        return network.first_maps(torch.from_numpy(w).to(device)).flatten(1).cpu().numpy()

    return features
