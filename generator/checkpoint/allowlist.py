"""Which names a pickle of a model may contain. They are never imported: the list distinguishes models from payloads."""

from __future__ import annotations

_CONTAINERS = {"set", "frozenset", "bytes", "bytearray", "complex", "slice", "range"}
_NAMES = {
    "__builtin__": _CONTAINERS,  # as Python 2 and protocol 2 call it
    "_codecs": {"encode"},
    "argparse": {"Namespace"},
    "builtins": _CONTAINERS,
    "collections": {"OrderedDict", "defaultdict"},
    "copyreg": {"_reconstructor"},
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
