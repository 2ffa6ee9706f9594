"""The content hash of a model: the same for the same numbers, whatever file or format they came in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields

from torch import nn

from generator.config import GeneratorConfig


def model_hash(config: GeneratorConfig, module: nn.Module) -> str:
    """SHA-256 (hex) over the configuration and every parameter and buffer: name, shape, float32 bytes, by name.

    Of the configuration only what is not the default counts, so that a setting added later, at a default that
    changes nothing, leaves the hashes of all models as they are.
    """
    settings = {field.name: (getattr(config, field.name), field.default) for field in fields(config)}
    unusual = {name: value for name, (value, default) in settings.items() if value != default}
    digest = hashlib.sha256(json.dumps(unusual, sort_keys=True).encode())
    for name, tensor in sorted(module.state_dict().items()):
        values = tensor.detach().cpu().float().contiguous().numpy()
        digest.update(f"{name}{list(values.shape)}".encode())
        digest.update(values.astype("<f4", copy=False).data)
    return digest.hexdigest()
