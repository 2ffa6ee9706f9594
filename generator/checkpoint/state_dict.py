"""Generators as dictionaries of tensors by name: rosinality's checkpoints, and plain state dicts of public code."""

from __future__ import annotations

from torch import Tensor

from generator.checkpoint import rosinality
from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import describe, mapping
from generator.checkpoint.lazy_tensor import MAX_TENSORS, StoredTensor, checked_name, loading_all
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.torch_values import FindStorage, is_tensor, stored_tensor
from generator.progress import Job

HOLDERS = ("g_ema", "G_ema", "params_ema", "ema", "g", "G", "generator", "params", "state_dict", "model")
PREFIXES = ("module.", "generator.", "decoder.")  # of wrappers: several GPUs, a pipeline, an encoder and its decoder
MAX_WRAPPERS = 8  # in each other
AVERAGES = ("latent_avg", "w_avg")


def find_state_dict(root: object) -> dict[object, object] | None:
    """The dictionary of tensors in the value of a checkpoint, the average generator first; None if there is none."""
    contents = mapping(root)
    if contents is None:
        return None
    for candidate in (*(mapping(contents.get(holder)) for holder in HOLDERS), contents):
        if candidate is not None and sum(map(is_tensor, candidate.values())) > len(candidate) / 2:
            return candidate
    return None


def reading(root: object, find: FindStorage, file_name: str, size: int) -> Job[RawCheckpoint]:
    """The checkpoint whose value `root` has a state dict. Raises `FormatError`."""
    contents, held = mapping(root) or {}, find_state_dict(root) or {}
    stored = _without_prefix({checked_name(name): stored_tensor(value, find) for name, value in _tensors(held).items()})
    for name in AVERAGES:
        if is_tensor(contents.get(name)) and "mapping.w_avg" not in stored:
            stored.setdefault("latent_avg", stored_tensor(contents[name], find))
    tensors = yield from loading_all(stored, file_name, size)
    if rosinality.is_rosinality(tensors):
        return from_rosinality(tensors, file_name)
    return RawCheckpoint(file_name, tensors, None, origin="a PyTorch file with a state dict")


def from_rosinality(tensors: dict[str, Tensor], file_name: str) -> RawCheckpoint:
    """The checkpoint of tensors with rosinality's names."""
    origin = "a PyTorch file of rosinality's stylegan2-pytorch"
    return RawCheckpoint(file_name, rosinality.renamed(tensors), None, origin=origin)


def _tensors(held: dict[object, object]) -> dict[str, object]:
    found = {name: value for name, value in held.items() if isinstance(name, str) and value is not None}
    if len(found) > MAX_TENSORS:
        raise FormatError("is not a model: it has more tensors than any model")
    for name, value in found.items():
        if not is_tensor(value):
            raise FormatError(f"is not a plain state dict: {name[:100]} is {describe(value)}")
    return found


def _without_prefix(stored: dict[str, StoredTensor]) -> dict[str, StoredTensor]:
    """Names without the prefix of a wrapper; the tensors outside of the wrapped generator are left out."""
    for _ in range(MAX_WRAPPERS):
        prefix = next((prefix for prefix in PREFIXES if any(name.startswith(prefix) for name in stored)), None)
        if prefix is None:
            return stored
        inner = {n.removeprefix(prefix): tensor for n, tensor in stored.items() if n.startswith(prefix)}
        stored = {name: tensor for name, tensor in stored.items() if name in AVERAGES} | inner
    raise FormatError("is not a model: the names of its tensors have more prefixes than any model's")
