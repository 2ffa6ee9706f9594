"""What people take for a StyleGAN, and is none that Outis opens: one sentence each on what it is, and what to bring.

Recognised by the first bytes of a file, by the value of a pickle, by the names of tensors and by the class of a module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import Call, mapping
from generator.checkpoint.numbers import is_numbers
from generator.checkpoint.torch_values import is_tensor

PYTORCH = "bring the .pkl or .pt that it was made from"
ARRAYS = (
    "and no model; open its model first, then this file as a face (on the command line: --recipe FILE), or import "
    "it as directions (outis directions import FILE)"
)
PICTURE = "and no model; open it as a face, if Outis wrote it"
MAX_LOOKED_AT = 4000  # names of tensors: a training file has some 1,000

HEADS = (  # of files that are no pickle, archive or .safetensors
    (rb"\s*<", "is a web page, not the model; download it again"),
    (rb"version https://git-lfs", "is a Git LFS pointer, not the model itself; fetch the file with `git lfs pull`"),
    (rb"\x89HDF", f"is an HDF5 file (.h5) of Keras, which Outis does not open; {PYTORCH}"),
    (rb"\x08\x01\x12", f"is a TensorFlow SavedModel, as TF-Hub has them, which Outis does not open; {PYTORCH}"),
    (rb"\x08[\x02-\x1f][\x12\x1a\x22\x2a\x32\x3a\x42]", f"is an ONNX model, which Outis does not open; {PYTORCH}"),
    (rb".{4}TFL3", f"is a TensorFlow Lite model, which Outis does not open; {PYTORCH}"),
    (rb"\x89PNG", f"is a PNG image {PICTURE}"),
    (rb"\xff\xd8\xff", f"is a JPEG image {PICTURE}"),
    (rb"RIFF", f"is a WebP image {PICTURE}"),
    (rb"\x93NUMPY", f"is a numpy array {ARRAYS}"),
    (rb"\(dp|\(lp|\(ip|\(c|c[a-zA-Z_][\w.]*\n|[}\]]q", "is a pickle of protocol 0 or 1; save it again with protocol 2"),
    (rb"[\s\d.,;eE+-]{8}", f"is a text of numbers {ARRAYS}"),
    (rb"\s*[\[{]", "is a JSON file, no model; open it as a recipe, if Outis wrote it"),
)
NETWORKS = (  # patterns of names of tensors; some stand in one of a pipeline's prefixes
    (r"(S|SE|G|GE)\.(initial_block|net\.\d+\.weight)", "a model of lucidrains' stylegan2-pytorch"),
    (r"(.*\.)?(MainLayers|Model\.Head|TransitionLayers)\..*", "an R3GAN"),
    (r"(.*\.)?mapping\.(x_avg|clip\..*)", "a StyleGAN-T, which draws what a text says"),
    (r"(.*\.)?(backbone\.synthesis|superresolution\.block0)\..*", "an EG3D, which draws heads in three dimensions"),
    (r"(.*\.)?style_to_conv_modulations\.\w+", "a GigaGAN"),
    (r"(.*\.)?(feat_\d+\..*|se_\d+\.main\..*|synthesis\.init_weight)", "a FastGAN"),
    (r"(.*\.)?progression\.\d+\..*", "a StyleGAN of style-based-gan-pytorch, whose layers blur otherwise"),
    (r"(.*\.)?synthesis\.layer0\.(epilogue|apply_noise|conv)\..*", "a StyleGAN (2019) or PGGAN of GenForce"),
    (r"model\.diffusion_model\..*|(down|up)_blocks\.\d+\..*", "a diffusion model"),
)
DISCRIMINATOR = r"(module\.)?(final_conv\.0|final_linear\.0|final_conv\.conv|convs\.0\.0)\.(weight|weight_orig)"
OPENED = "Outis opens StyleGAN, StyleGAN2, StyleGAN3 and StyleGAN-XL generators"


def refuse_head(head: bytes) -> None:
    """Refuse a file by its first bytes. Raises `FormatError` for those of a kind that is known."""
    for pattern, sentence in HEADS:
        if re.match(pattern, head, re.DOTALL):
            raise FormatError(sentence)


def refuse(names: Iterable[str]) -> None:
    """Refuse tensors by their names. Raises `FormatError` for those of a network that is known and not opened."""
    found = list(islice(names, MAX_LOOKED_AT))
    for pattern, what in NETWORKS:
        if any(re.fullmatch(pattern, name) for name in found):
            raise FormatError(f"is {what}, which Outis does not open; {OPENED}")
    if any(re.fullmatch(DISCRIMINATOR, name) for name in found) and not any("to_rgb" in name for name in found):
        raise FormatError("is a discriminator alone, which draws nothing; bring the file with the generator")


def refuse_value(root: object) -> None:
    """Refuse the value of a pickle that holds no network. Raises `FormatError` for latents, directions and others."""
    contents = mapping(root)
    if contents is not None:
        keys = {key for key in contents if isinstance(key, str)}
        if isinstance(gan := mapping(contents.get("GAN")), dict):
            refuse(name for name in gan if isinstance(name, str))
        if keys & {"eigvec", "lat_comp", "act_comp", "comp"}:
            raise FormatError(f"holds directions {ARRAYS}")
        if any(_has_numbers(value) for value in contents.values()):
            raise FormatError(f"holds arrays ({', '.join(sorted(keys)[:4])[:100]}) {ARRAYS}")
    elif isinstance(root, list | tuple) and len(root) > 1 and all(map(is_numbers, root)):
        raise FormatError("holds a list of arrays, as the styles (S) of StyleSpace are, and no model")
    elif _has_numbers(root):
        raise FormatError(f"holds a latent{_shape(root)} {ARRAYS}")


def _has_numbers(value: object) -> bool:
    """Whether `value` is an array, or a dictionary or list with one."""
    inside = mapping(value)
    parts = value if inside is None else list(inside.values())
    return is_numbers(value) or (isinstance(parts, list | tuple) and any(map(is_numbers, parts[:100])))


def _shape(value: object) -> str:
    """` [1, 18, 512]` of a tensor; "" of others."""
    if not (isinstance(value, Call) and is_tensor(value) and len(value.arguments) > 2):
        return ""
    shape = value.arguments[2]
    plain = isinstance(shape, tuple) and all(type(size) is int and size < 2**48 for size in shape[:9])
    return f" {list(shape)}" if isinstance(shape, tuple) and plain and len(shape) < 9 else ""
