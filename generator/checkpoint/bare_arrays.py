"""Arrays in a pickle or torch file that are no network: latents or directions, which other readers open."""

from __future__ import annotations

from collections.abc import Iterable

from generator.checkpoint.inert_objects import mapping
from generator.checkpoint.numpy_values import is_array
from generator.checkpoint.torch_values import is_tensor

MOST_ASKED = 20  # values of one container that are looked at


def named_as_network(names: Iterable[object]) -> bool:
    """Whether tensors are named as those of networks are; several latents are named by their photographs."""
    return any(isinstance(name, str) and name.endswith(("weight", "bias", "weight_orig")) for name in names)


def holds_arrays(root: object, depth: int = 3) -> bool:
    """Whether `root`, which is no model, is an array or a container of some."""
    if is_tensor(root) or is_array(root):
        return True
    held = mapping(root)
    inner = list(held.values()) if held is not None else root if isinstance(root, list | tuple) else []
    return depth > 0 and any(holds_arrays(value, depth - 1) for value in inner[:MOST_ASKED])
