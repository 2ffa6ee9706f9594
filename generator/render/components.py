"""The principal components of an engine's model, whatever its family: of W, or of what it draws first."""

from __future__ import annotations

import torch

from generator.networks import r3gan
from generator.progress import Job
from generator.recipe import pca
from generator.recipe.recipe import Floats
from generator.render.engine import Engine


def enough_samples(engine: Engine, samples: int) -> int:
    """`samples`, or as many as are fitted of a model whose features are decomposed."""
    return samples if engine.config.has_w else min(samples, pca.FEATURE_SAMPLES)


def fitting(engine: Engine, samples: int = pca.SAMPLES, components: int = pca.COMPONENTS) -> Job[pca.Pca]:
    """Fit them, see `pca.fitting`, to `enough_samples`."""
    mapping, z_dim, model = engine.mapping, engine.config.z_dim, engine.generator.hash
    features = None if engine.config.has_w else _first_features(engine)
    return pca.fitting(mapping, z_dim, model, enough_samples(engine, samples), components, features=features)


def _first_features(engine: Engine) -> pca.Features:
    """w `[N, w_dim]` -> what the first stage makes of it, `[N, F]`, both float32 on the host."""
    network, device = engine.generator.synthesis, engine.generator.w_avg.device
    assert isinstance(network, r3gan.SynthesisNetwork)

    @torch.inference_mode()
    def features(w: Floats) -> Floats:
        return network.first_maps(torch.from_numpy(w).to(device)).flatten(1).cpu().numpy()

    return features
