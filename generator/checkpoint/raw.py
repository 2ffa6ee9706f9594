"""What every format is reduced to before a network is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

Shapes = Mapping[str, tuple[int, ...]]  # of tensors by name


@dataclass(frozen=True)
class RawCheckpoint:
    """Tensors by their public PyTorch names, and the facts that came with them."""

    file_name: str
    tensors: dict[str, Tensor]
    config: dict[str, object] | None = None  # fields of GeneratorConfig; None = infer them from the shapes
    metadata: dict[str, str] = field(default_factory=dict)  # name, description, training, ...
    settings: dict[str, object] = field(default_factory=dict)  # fields that win over what the shapes show
    origin: str = ""  # kind of file and whose, for people: "a .safetensors file"
