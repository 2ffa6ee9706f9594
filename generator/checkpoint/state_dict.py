"""Generators as dictionaries of tensors by name, in whatever holders and under whatever prefixes they lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from torch import Tensor

from generator.checkpoint import infer_r3gan
from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import describe, mapping
from generator.checkpoint.layouts import layout_of, renamed
from generator.checkpoint.lazy_tensor import MAX_TENSORS, checked_name, loading_all
from generator.checkpoint.numbers import is_numbers, stored_numbers
from generator.checkpoint.nvidia_state import stated_settings, stated_texts
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.torch_values import FindStorage
from generator.progress import Job

HOLDERS = (  # averages over training first, which draw best
    *("g_running", "GAN"),
    *("g_ema", "G_ema", "params_ema", "generator_ema", "netG_ema", "model_ema", "G_ema_state_dict", "gen_ema"),
    *("generator_smooth", "ema", "Gs", "g", "G", "netG", "generator", "params", "gen", "state_dict"),
    *("model_state_dict", "model", "state"),
)
PREFIXES = (  # of wrappers, averages first: a pipeline, several GPUs, a compiler, an encoder and its decoder
    *("generator_ema.", "g_ema.", "G_ema.", "netG_ema.", "model_ema.", "params_ema.", "ema_model.", "ema."),
    *("generator_smooth.", "stylegan_decoder.", "module.", "_orig_mod.", "generator.", "netG.", "G.", "g."),
    *("model.", "decoder."),
)
MAX_DEPTH = 3  # of holders in holders
MAX_WRAPPERS = 8  # in each other
PADDLE = "StructuredToParameterName@@"  # a key of PaddlePaddle's files, whose matrices are [in, out]
AVERAGES = ("latent_avg", "w_avg")


Value = TypeVar("Value")


def find_state_dict(root: object) -> dict[object, object] | None:
    """The dictionary of tensors in the value of a checkpoint, the average generator first; None if there is none."""
    return _found(root, 0, set())


def _found(value: object, depth: int, seen: set[int]) -> dict[object, object] | None:
    """The same in what lies `depth` holders deep; nothing that was `seen` is looked through again."""
    contents = mapping(value)
    if contents is None or depth > MAX_DEPTH or id(contents) in seen:
        return None
    seen.add(id(contents))
    for holder in HOLDERS:
        if (found := _found(contents.get(holder), depth + 1, seen)) is not None:
            return found
    count = sum(map(is_numbers, contents.values()))
    return contents if count > len(contents) / 2 else None


def reading(root: object, find: FindStorage, file_name: str, size: int) -> Job[RawCheckpoint]:
    """The checkpoint whose value `root` has a state dict. Raises `FormatError`."""
    contents, held = mapping(root) or {}, find_state_dict(root) or {}
    stored = without_prefix({checked_name(name): stored_numbers(value, find) for name, value in _tensors(held).items()})
    for name in AVERAGES:
        if is_numbers(contents.get(name)) and "mapping.w_avg" not in stored:
            stored.setdefault("latent_avg", stored_numbers(contents[name], find))
    tensors = yield from loading_all(stored, file_name, size)
    if PADDLE in contents or PADDLE in held:
        tensors = {name: tensor.t() if tensor.ndim == 2 else tensor for name, tensor in tensors.items()}
    found = in_our_names(tensors, file_name) or RawCheckpoint(
        file_name, tensors, None, settings=stated_settings(contents), origin="a PyTorch file with a state dict"
    )
    return replace(found, metadata=stated_texts(contents))


def in_our_names(tensors: dict[str, Tensor], file_name: str) -> RawCheckpoint | None:
    """The checkpoint of tensors with the names of another implementation; None where they have no such names.

    Raises `FormatError`.
    """
    if infer_r3gan.is_r3gan(tensors):
        ours = infer_r3gan.in_our_names(tensors)
        return RawCheckpoint(file_name, ours, None, origin=f"a file of {infer_r3gan.WHOSE}")
    layout = layout_of(tensors)
    if layout is None:
        return None
    named = renamed(tensors, layout)
    return RawCheckpoint(file_name, named, None, settings=dict(layout.settings), origin=f"a file of {layout.whose}")


def _tensors(held: dict[object, object]) -> dict[str, object]:
    found = {
        name: value for name, value in held.items() if isinstance(name, str) and value is not None and name != PADDLE
    }
    if len(found) > MAX_TENSORS:
        raise FormatError("is not a model: it has more tensors than any model")
    for name, value in found.items():
        if not is_numbers(value):
            raise FormatError(f"is not a plain state dict: {name[:100]} is {describe(value)}")
    return found


def without_prefix(stored: dict[str, Value]) -> dict[str, Value]:
    """Names without the prefix of a wrapper; the tensors outside of the wrapped generator are left out."""
    for _ in range(MAX_WRAPPERS):
        prefix = _prefix_of(stored)
        if prefix is None:
            layout = layout_of(stored)
            only = ("",) if layout is None else layout.only
            return {name: tensor for name, tensor in stored.items() if name.startswith(only)}
        inner = {n.removeprefix(prefix): tensor for n, tensor in stored.items() if n.startswith(prefix)}
        stored = {name: tensor for name, tensor in stored.items() if name in AVERAGES} | inner
    raise FormatError("is not a model: the names of its tensors have more prefixes than any model's")


def _prefix_of(names: Iterable[str]) -> str | None:
    """The wrapper around a generator; None where there is none, or the generator is there without it."""
    present = set(names)
    if "mapping.fc0.weight" in present or infer_r3gan.is_r3gan(present) or layout_of(present) is not None:
        return None
    return next((prefix for prefix in PREFIXES if any(name.startswith(prefix) for name in present)), None)
