"""What the tests of the session share: facts of models, a direction, an edit and a latent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.document.session import Session
from explorer.messages import ModelFacts
from generator.config import GeneratorConfig
from generator.recipe.recipe import Direction, LatentSource, Truncation, pack

W_DIM = 8
AGE = Direction("age", pack(np.arange(1, 9, dtype=np.float32)))


def facts_of(model: str = "a" * 64, resolution: int = 256, w_dim: int = W_DIM, epoch: int = 1) -> ModelFacts:
    config = GeneratorConfig(resolution, z_dim=W_DIM, w_dim=w_dim)
    return ModelFacts(epoch, "m.safetensors", "m", model, config, "cpu", "float32")


def move(session: Session, psi: float, gesture: int | None = None) -> None:
    session.edit("Truncation", replace(session.recipe, truncation=Truncation(psi)), gesture)


def w_of(value: float, w_dim: int = W_DIM) -> LatentSource:
    return LatentSource.from_array("w", np.full((1, w_dim), value, np.float32))
