"""From the value of a pickle, whichever file it came in, to a checkpoint: who wrote it shows in its shape."""

from __future__ import annotations

from generator.checkpoint import nvidia, state_dict, strangers, tensorflow
from generator.checkpoint.bare_arrays import named_as_network
from generator.checkpoint.lazy_tensor import loading_all
from generator.checkpoint.nvidia_settings import is_stylegan3, stylegan2_settings, stylegan3_config
from generator.checkpoint.nvidia_stylegan_xl import is_stylegan_xl, stylegan_xl_config
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.torch_values import FindStorage
from generator.progress import Job

LEAST_TENSORS = 8  # of a generator


def reading_value(root: object, find: FindStorage, file_name: str, size: int) -> Job[RawCheckpoint]:
    """The checkpoint in `root`, read from a file of `size` bytes whose storages `find` finds. Raises `FormatError`."""
    networks = tensorflow.find_networks(root)
    if networks is not None:
        return (yield from tensorflow.reading(networks, file_name, size))
    held = state_dict.find_state_dict(root)
    if held is not None:
        strangers.refuse(name for name in held if isinstance(name, str))
    if held is not None and len(held) >= LEAST_TENSORS:
        return (yield from state_dict.reading(root, find, file_name, size))
    strangers.refuse_value(root)
    return (yield from _reading_modules(root, find, file_name, size))


def is_model(root: object) -> bool:
    """True unless `root` is plainly something else, a bare latent for example; also for networks that are refused."""
    held = state_dict.find_state_dict(root)
    if held is not None and strangers.is_known(name for name in held if isinstance(name, str)):
        return True
    is_latent = held is not None and len(held) < LEAST_TENSORS
    return not is_latent and (
        (held is not None and named_as_network(held))
        or nvidia.holds_module(root)
        or tensorflow.find_networks(root) is not None
    )


def _reading_modules(root: object, find: FindStorage, file_name: str, size: int) -> Job[RawCheckpoint]:
    generator = nvidia.find_generator(root)
    stored = nvidia.tensors_of(generator, find)
    strangers.refuse(stored)
    tensors = yield from loading_all(stored, file_name, size)
    renamed = state_dict.in_our_names(tensors, file_name)
    if renamed is not None:
        return renamed
    origin = f"a pickle of NVIDIA's PyTorch code, class {generator.class_name}"
    if is_stylegan_xl(generator):
        origin = f"a pickle of StyleGAN-XL's code, class {generator.class_name}"
        return RawCheckpoint(file_name, tensors, stylegan_xl_config(generator, tensors), origin=origin)
    if is_stylegan3(generator):
        return RawCheckpoint(file_name, tensors, stylegan3_config(generator), origin=origin)
    return RawCheckpoint(file_name, tensors, None, {}, stylegan2_settings(generator), origin)
