"""The content hash of a model: the same for the same numbers, whatever file or format they came in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from torch import nn

from generator.config import GeneratorConfig


def model_hash(config: GeneratorConfig, module: nn.Module) -> str:
    """SHA-256 (hex) over the configuration and every parameter and buffer: name, shape, float32 bytes, by name."""
    digest = hashlib.sha256(json.dumps(asdict(config), sort_keys=True).encode())
    for name, tensor in sorted(module.state_dict().items()):
        values = tensor.detach().cpu().float().contiguous().numpy()
        digest.update(f"{name}{list(values.shape)}".encode())
        digest.update(values.astype("<f4", copy=False).data)
    return digest.hexdigest()
