"""Which names a pickle of a model may contain. They are never imported: the list distinguishes models from payloads."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace

from generator.checkpoint.raw import RawCheckpoint

_CONTAINERS = {"set", "frozenset", "bytes", "bytearray", "complex", "slice", "range"}
_NAMES = {
    "__builtin__": _CONTAINERS,  # as Python 2 and protocol 2 call it
    "_codecs": {"encode"},
    "argparse": {"Namespace"},
    "builtins": _CONTAINERS,
    "collections": {"OrderedDict", "defaultdict"},
    "copyreg": {"_reconstructor"},
    "dill._dill": {"_load_type", "_create_array", "_get_attr", "_import_module"},  # StyleGAN-XL's snapshots are dill's
    "dnnlib": {"EasyDict"},
    "dnnlib.tflib.network": {"Network"},
    "dnnlib.util": {"EasyDict"},
    "numpy": {"dtype", "ndarray", "float32", "float64", "int32", "int64", "bool_"},
    "torch": {"Size", "device", "Tensor", "FloatTensor", "DoubleTensor", "HalfTensor", "LongTensor"},
    "torch._tensor": {"_rebuild_from_type", "_rebuild_from_type_v2"},
    "torch._utils": {"_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_tensor", "_rebuild_tensor_v2"},
    "torch.nn.parameter": {"Parameter", "Buffer"},
    "torch.serialization": {"_get_layout"},
    "torch.storage": {"_load_from_bytes", "UntypedStorage", "TypedStorage"},
    "torch_utils.persistence": {"_reconstruct_persistent_obj"},
}
_TORCH_TYPES = {"float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"}
_NUMPY_FUNCTIONS = {"_reconstruct", "scalar", "_frombuffer"}
_NUMPY_MODULES = {f"numpy.{core}.{module}" for core in ("core", "_core") for module in ("multiarray", "numeric")}
_COMPANIONS = ("pg_modules", "timm", "dill", "clip", "torchvision", "lpips", "kornia", "feature_networks")
_OWN = (  # beside the standard library and what Python 2 called it: never a stranger's
    *("torch", "numpy", "nt", "__main__", "__builtin__", "commands", "copy_reg", "cPickle", "thread", "StringIO"),
    *("cStringIO", "urllib2", "httplib", "xmlrpclib", "SocketServer", "Queue", "UserDict", "UserList", "UserString"),
)
_CLASSES_OF = ("torch.nn.modules.", "torch.optim.", "training.", "model", "op.")


def permit(module: str, name: str) -> bool:
    """True for what the pickles of StyleGAN models name: tensors, containers, layers and the networks' own classes."""
    if module in _NUMPY_MODULES:
        return name in _NUMPY_FUNCTIONS
    if module == "torch" and (name.endswith("Storage") or name in _TORCH_TYPES):
        return True
    if name in _NAMES.get(module, ()):
        return True
    is_class = name.isidentifier() and name[0].isupper()
    return is_class and module.startswith(_CLASSES_OF) and all(part.isidentifier() for part in module.split("."))


@dataclass
class Tolerance:
    """Permits also what other parts of a snapshot name, a discriminator or its settings: classes of packages that
    Outis does not know. They stay words like all names, and only a generator may not consist of them."""

    packages: set[str] = field(default_factory=set)  # that were named

    def __call__(self, module: str, name: str) -> bool:
        if permit(module, name):
            return True
        package = module.split(".")[0]
        if not _is_strangers(module, name):
            return False
        self.packages.add(package)
        return True

    def noted(self, raw: RawCheckpoint) -> RawCheckpoint:
        """The checkpoint, whose origin says what was left unread."""
        if not self.packages:
            return raw
        named = ", ".join(sorted(self.packages)[:4])[:100]
        return replace(raw, origin=f"{raw.origin}; what it holds of {named} was left unread")


def _is_strangers(module: str, name: str) -> bool:
    """True for a class of a package outside the standard library, and for all of those that snapshots often name."""
    parts = [*module.split("."), name]
    if not all(part.isidentifier() for part in parts):
        return False
    if (module, name) == ("functools", "partial"):
        return True
    third = parts[0] not in sys.stdlib_module_names and parts[0] not in _OWN
    return third and (name[0].isupper() or parts[0] in _COMPANIONS)
