"""Networks of NVIDIA's TensorFlow repositories (StyleGAN, StyleGAN2, StyleGAN2-ADA), read without TensorFlow.

A file is a tuple of three `dnnlib.tflib.network.Network`: the generator, the discriminator and the average of the
generator, each with a state: keyword arguments, source text, which is ignored, component networks, and
variables by name as numpy arrays. TensorFlow keeps convolutions as [height, width, in, out] and matrices as [in, out].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from torch import Tensor

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import Call, mapping
from generator.checkpoint.lazy_tensor import MAX_TENSORS, StoredTensor, loading_all
from generator.checkpoint.numpy_values import is_array, stored_array
from generator.checkpoint.nvidia_settings import plain
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.tensorflow_stylegan1 import check_grown, is_stylegan1, stylegan1_tensors
from generator.progress import Job

Arguments = dict[str, object]
MAX_DEPTH = 4  # of components in components
SAME_AS_OURS: Arguments = {  # settings that our networks have built in, and their values where nothing is said
    "nonlinearity": "lrelu",
    "mapping_nonlinearity": "lrelu",
    "mapping_lrmul": 0.01,
    "normalize_latents": True,
    "use_noise": True,
    "fmap_decay": 1.0,
}
GROWN = "synthesis/ToRGB_lod0/"  # the RGB output of the full resolution, where there is one for each
_LAYER = re.compile(r"synthesis/(\d{1,4})x\1/")
_NETWORK = "dnnlib.tflib.network.Network"


def find_networks(root: object) -> list[dict[object, object]] | None:
    """The states of the networks in the value of a pickle; None if it holds no TensorFlow networks."""
    values = root if isinstance(root, tuple | list) else [root]
    states = [mapping(value.state) for value in values if isinstance(value, Call) and value.asks_for(_NETWORK)]
    return [state for state in states if state is not None] if states else None


def reading(networks: list[dict[object, object]], file_name: str, size: int) -> Job[RawCheckpoint]:
    """The last generator among the networks, which is the average one. Raises `FormatError`."""
    generators = [network for network in networks if "synthesis" in (mapping(network.get("components")) or {})]
    if not generators:
        raise FormatError("is a discriminator or not a StyleGAN (TensorFlow); Outis opens the generator (Gs)")
    variables, arguments = _variables(generators[-1]), _arguments(generators[-1])
    for key, expected in SAME_AS_OURS.items():
        if plain(key, arguments.get(key, expected)) != expected:
            raise FormatError(f"was made with {key} {plain(key, arguments[key])!r}; Outis supports only {expected!r}")
    tensors = yield from loading_all(variables, file_name, size)
    if is_stylegan1(tensors):
        origin = "a TensorFlow pickle of NVIDIA's StyleGAN (2019), class Network"
        return RawCheckpoint(file_name, stylegan1_tensors(tensors, arguments), None, origin=origin)
    origin = "a TensorFlow pickle of NVIDIA's StyleGAN2, class Network"
    settings = stylegan2_settings(arguments) | ({"architecture": "orig"} if has_grown(tensors) else {})
    return RawCheckpoint(file_name, stylegan2_tensors(tensors), None, {}, settings, origin)


def stylegan2_settings(arguments: Arguments) -> dict[str, object]:
    """What the shapes of a StyleGAN2 do not show."""
    defaults = {"conv_clamp": None, "architecture": "skip", "num_fp16_res": 0}
    settings: Arguments = {key: plain(key, arguments.get(key, default)) for key, default in defaults.items()}
    return {key: value for key, value in settings.items() if key != "num_fp16_res" or value}


def stylegan2_tensors(variables: dict[str, Tensor]) -> dict[str, Tensor]:
    """Variables under our names and in our layout; those with names of no StyleGAN2 stay as they are."""
    if any("LabelConcat" in name for name in variables):
        raise FormatError("takes class labels as the first StyleGAN2 did, which Outis does not support")
    check_grown(variables)
    largest = max((int(found[1]) for name in variables if (found := _LAYER.match(name))), default=4)
    last = f"synthesis/{largest}x{largest}/ToRGB/"
    kept = {
        name.replace(GROWN, last): tensor
        for name, tensor in variables.items()
        if not name.endswith("lod") and (not name.startswith("synthesis/ToRGB_lod") or name.startswith(GROWN))
    }
    return dict(_stylegan2_tensor(name, tensor) for name, tensor in kept.items())


def has_grown(names: Mapping[str, object]) -> bool:
    """True for a StyleGAN2 of configurations B to D, which grew in training and has its RGB output at the end."""
    return f"{GROWN}weight" in names


def _stylegan2_tensor(name: str, tensor: Tensor) -> tuple[str, Tensor]:
    if found := re.fullmatch(r"mapping/Dense(\d{1,2})/(weight|bias)", name):
        return f"mapping.fc{found[1]}.{found[2]}", tensor.t() if tensor.ndim == 2 else tensor
    if found := re.fullmatch(r"mapping/LabelEmbed/(weight|bias)", name):
        return f"mapping.embed.{found[1]}", tensor.t() if tensor.ndim == 2 else tensor
    if found := re.fullmatch(r"synthesis/noise(\d{1,2})", name):
        index = int(found[1])  # 0 is the layer at 4 px, then two at each resolution
        return f"synthesis.b{4 << (index + 1) // 2}.conv{1 - index % 2}.noise_const", _first(tensor, 2)
    if found := re.fullmatch(r"synthesis/(\d{1,4})x\1/(\w+)/(\w+)", name):
        return _block_tensor(name, found[1], found[2], found[3], tensor)
    if name == "dlatent_avg":
        return "mapping.w_avg", tensor
    return name, tensor


_LAYERS = {"Conv": "conv1", "Conv0_up": "conv0", "Conv1": "conv1", "ToRGB": "torgb", "Skip": "skip"}
_UPSAMPLING = ("Conv0_up", "Skip")  # TensorFlow turns these kernels around


def _block_tensor(name: str, resolution: str, layer: str, part: str, tensor: Tensor) -> tuple[str, Tensor]:
    if (layer, part) == ("Const", "const"):
        return "synthesis.b4.const", _first(tensor, 3)
    parts: dict[str, tuple[str, Callable[[Tensor], Tensor]]] = {
        "weight": ("weight", lambda t: kernel(t, flipped=layer in _UPSAMPLING)),
        "bias": ("bias", lambda t: t),
        "noise_strength": ("noise_strength", lambda t: t),
        "mod_weight": ("affine.weight", lambda t: t.t() if t.ndim == 2 else t),
        "mod_bias": ("affine.bias", lambda t: t + 1),  # a style of 1 leaves a map as it is
    }
    if layer not in _LAYERS or part not in parts:
        return name, tensor
    ours, change = parts[part]
    return f"synthesis.b{resolution}.{_LAYERS[layer]}.{ours}", change(tensor)


def kernel(tensor: Tensor, flipped: bool = False) -> Tensor:
    """[height, width, in, out] -> [out, in, height, width]."""
    if tensor.ndim != 4:
        return tensor
    return (tensor.flip(0, 1) if flipped else tensor).permute(3, 2, 0, 1)


def _first(tensor: Tensor, axes: int) -> Tensor:
    """Without leading axes of size 1, down to `axes`."""
    while tensor.ndim > axes and tensor.shape[0] == 1:
        tensor = tensor[0]
    return tensor


def _variables(network: dict[object, object], prefix: str = "", depth: int = 0) -> dict[str, StoredTensor]:
    """All variables of a network and its components, as `component/name`."""
    pairs = network.get("variables")
    if depth > MAX_DEPTH or not isinstance(pairs, list) or len(pairs) > MAX_TENSORS:
        raise FormatError("is damaged: a network in it has an invalid list of variables")
    found = {}
    for pair in pairs:
        if not (isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str) and is_array(pair[1])):
            raise FormatError("is damaged: a variable in it is not a named array")
        found[prefix + pair[0][:200]] = stored_array(pair[1])
    for name, component in (mapping(network.get("components")) or {}).items():
        state = mapping(component.state) if isinstance(component, Call) else None
        if name in ("mapping", "synthesis") and state is not None:
            found |= _variables(state, f"{prefix}{name}/", depth + 1)
        if len(found) > MAX_TENSORS:
            raise FormatError("is not a model: it has more variables than any model")
    return found


def _arguments(network: dict[object, object]) -> Arguments:
    """Keyword arguments of the network and its components."""
    found: Arguments = {}
    for component in (mapping(network.get("components")) or {}).values():
        state = mapping(component.state) if isinstance(component, Call) else None
        found |= _named(mapping((state or {}).get("static_kwargs")))
    return found | _named(mapping(network.get("static_kwargs")))


def _named(items: dict[object, object] | None) -> Arguments:
    return {name: value for name, value in (items or {}).items() if isinstance(name, str) and value is not None}
