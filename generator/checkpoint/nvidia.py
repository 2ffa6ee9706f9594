"""Networks as NVIDIA's PyTorch repositories pickle them (StyleGAN2-ADA, StyleGAN3): `network-snapshot-*.pkl`.

The file is a dictionary with the networks G, D and G_ema, or one network alone. A network is a call of
`torch_utils.persistence._reconstruct_persistent_obj` with its class name, its source text, which is ignored, and
its state: the `__dict__` of a torch module, in which other modules, parameters and buffers lie. Early snapshots
name the class itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from generator.checkpoint.allowlist import permit
from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import Call, Name, describe, mapping
from generator.checkpoint.lazy_tensor import MAX_TENSORS, StoredTensor, checked_name
from generator.checkpoint.torch_values import FindStorage, is_tensor, stored_tensor

MAX_ENTRIES = 400_000  # of all modules together, each counted where it stands: a real network has some 5,000
MAX_DEPTH = 8  # of modules in modules: a layer of a block of a network of a generator is 4
NETWORKS = ("G_ema", "G")  # the average of the generator over training draws best

GENERATORS = ("Generator", "SuperresGenerator")  # the second is a StyleGAN-XL that grew in stages
OTHERS = {
    "TriPlaneGenerator": "an EG3D pickle",
    "ProjectedDiscriminator": "a Projected GAN pickle",
}
_PERSISTENT = "torch_utils.persistence._reconstruct_persistent_obj"
_CHILDREN = ("_modules", "_parameters", "_buffers")


@dataclass
class PickledModule:
    """A torch module as a pickle describes it."""

    class_name: str
    attributes: dict[str, object]  # its numbers, strings and lists by name
    arguments: dict[str, object]  # what its constructor was called with, by name
    tensors: dict[str, object] = field(default_factory=dict)  # parameters and buffers, still calls
    modules: dict[str, PickledModule] = field(default_factory=dict)

    def walk(self, prefix: str = "") -> Iterator[tuple[str, PickledModule]]:
        """This module and all within it, with the prefix of their tensors' names."""
        yield prefix, self
        for name, module in self.modules.items():
            yield from module.walk(f"{prefix}{name}.")


def find_generator(root: object) -> PickledModule:
    """The generator in the value of a pickle. Raises `FormatError` saying what there is instead."""
    contents = mapping(root)
    if contents is None:
        module = _Modules().read(root)
    else:
        chosen = next((contents[name] for name in NETWORKS if contents.get(name) is not None), None)
        if chosen is None:
            raise FormatError(f"is a Python pickle without a generator (G_ema): it holds {_names(contents)}")
        module = _Modules().read(chosen)
    if module is None:
        raise FormatError(f"is a Python pickle without a generator (G_ema): it holds {describe(root)}")
    _check_class(module.class_name)
    return module


def holds_module(root: object) -> bool:
    """True for the value of a snapshot, or for a network alone."""
    contents = mapping(root)
    return any(_class_and_state(value) is not None for value in (contents.values() if contents else [root]))


def tensors_of(generator: PickledModule, find: FindStorage) -> dict[str, StoredTensor]:
    """All parameters and buffers by their full names. Raises `FormatError`."""
    found = {}
    for prefix, module in generator.walk():
        for name, value in module.tensors.items():
            found[prefix + name] = stored_tensor(value, find)
            if len(found) > MAX_TENSORS:
                raise FormatError("is not a model: it has more tensors than any model")
    return found


def _check_class(name: str) -> None:
    if name in GENERATORS:
        return
    if "Discriminator" in name:
        raise FormatError(f"is a discriminator (class {name}); Outis opens the generator (G_ema)")
    raise FormatError(f"is {OTHERS.get(name, 'a pickle of another kind')}: class {name} is not supported")


class _Modules:
    """Reads modules, at most as many and as deep as a network has: a module may stand in itself."""

    def __init__(self) -> None:
        self.left = MAX_ENTRIES

    def read(self, value: object, depth: int = 0) -> PickledModule | None:
        """The module that `value` would make; None if it makes something else."""
        parts = _class_and_state(value)
        if parts is None:
            self.left -= 1
            return None
        _check_known(value)
        self.left -= 1 + _entries(parts[1])
        if depth > MAX_DEPTH or self.left < 0:
            raise FormatError("is not a model: its modules are nested without end")
        class_name, state = parts
        plain = {key: item for key, item in state.items() if isinstance(key, str) and key not in _CHILDREN}
        module = PickledModule(class_name, plain, _arguments(state))
        for name, child in _children(state, "_modules"):
            if (inner := self.read(child, depth + 1)) is not None:
                module.modules[name] = inner
        tensors = [*_children(state, "_parameters"), *_children(state, "_buffers")]
        module.tensors = {name: item for name, item in tensors if is_tensor(item)}
        return module


def _check_known(value: object) -> None:
    """Refuse a module of a package that no generator has. Raises `FormatError`."""
    kind = value.function if isinstance(value, Call) else None
    if isinstance(kind, Name) and not permit(kind.module, kind.name):
        raise FormatError(f"has a generator that asks for {describe(kind)}, which none needs; nothing was executed")


def _children(state: dict[object, object], kind: str) -> list[tuple[str, object]]:
    children = mapping(state.get(kind)) or {}
    return [
        (checked_name(name), child) for name, child in children.items() if isinstance(name, str) and child is not None
    ]


def _entries(state: dict[object, object]) -> int:
    """How many entries reading a module goes through, those of its children left out."""
    return len(state) + sum(len(mapping(state.get(kind)) or ()) for kind in (*_CHILDREN, "_init_kwargs"))


def _class_and_state(value: object) -> tuple[str, dict[object, object]] | None:
    if not isinstance(value, Call):
        return None
    if value.asks_for(_PERSISTENT) and len(value.arguments) == 1:
        meta = mapping(value.arguments[0]) or {}
        name, state = meta.get("class_name"), mapping(meta.get("state"))
        return (name[:100], state) if isinstance(name, str) and state is not None else None
    state = mapping(value.state)
    if isinstance(value.function, Name) and state is not None and "_parameters" in state:
        return value.function.name, state
    return None


def _arguments(state: dict[object, object]) -> dict[str, object]:
    """The keyword arguments of the constructor."""
    arguments = mapping(state.get("_init_kwargs")) or {}
    return {name: value for name, value in arguments.items() if isinstance(name, str)}


def _names(contents: dict[object, object]) -> str:
    names = [key for key in contents if isinstance(key, str)]
    return ", ".join(names[:6])[:200] or "nothing"
