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

OPENED = "Outis opens StyleGAN, StyleGAN2, StyleGAN3, StyleGAN-XL and R3GAN generators"
PYTORCH = "bring the .pkl or .pt that it was made from"
ARRAYS = (
    "and no model; open its model first, then this file as a face (on the command line: --recipe FILE), or import "
    "it as directions (outis directions import FILE)"
)
PICTURE = "and no model; open it as a face, if Outis wrote it"
MAX_LOOKED_AT = 4000  # names of tensors: a training file has some 1,000

FOREIGN = (  # heads of files that no reader of Outis opens
    (rb"(\xef\xbb\xbf)?\s*<", "is a web page, not the model; download it again"),
    (
        rb"40[134]\b.{0,2}[A-Z]|Entry not found|Repository not found|Not Found|Invalid username",
        "is the error of a web server, not the model; download it again",
    ),
    (rb"version https://git-lfs", "is a Git LFS pointer, not the model itself; fetch the file with `git lfs pull`"),
    (rb"\x89HDF", f"is an HDF5 file (.h5) of Keras, which Outis does not open; {PYTORCH}"),
    (rb"\x08\x01\x12", f"is a TensorFlow SavedModel, as TF-Hub has them, which Outis does not open; {PYTORCH}"),
    (rb"\x08[\x02-\x1f][\x12\x1a\x22\x2a\x32\x3a\x42]", f"is an ONNX model, which Outis does not open; {PYTORCH}"),
    (rb".{4}TFL3", f"is a TensorFlow Lite model, which Outis does not open; {PYTORCH}"),
    (rb"GGUF", f"is a language or diffusion model (GGUF), which Outis does not open; {OPENED}"),
    (
        rb"Rar!|7z\xbc\xaf|\xfd7zXZ|BZh\d",
        "is packed in a way that Outis does not unpack; unpack it, then open the model",
    ),
    (rb"\(dp|\(lp|\(ip|\(c|c[a-zA-Z_][\w.]*\n|[}\]]q", "is a pickle of protocol 0 or 1; save it again with protocol 2"),
)
FACES = (  # and of those that are opened, as no model
    (rb"\x89PNG", f"is a PNG image {PICTURE}"),
    (rb"\xff\xd8\xff", f"is a JPEG image {PICTURE}"),
    (rb"RIFF.{4}WEBP", f"is a WebP image {PICTURE}"),
    (rb"\x93NUMPY", f"is a numpy array {ARRAYS}"),
    (rb"[\s\d.,;eE+-]{8}", f"is a text of numbers {ARRAYS}"),
    (rb"\s*[\[{]", "is a JSON file, no model; open it as a recipe, if Outis wrote it"),
)
NETWORKS = (  # patterns of names of tensors; some stand in one of a pipeline's prefixes
    (r"(.*\.)?(Model\.Head|TransitionLayers)\..*", "an R3GAN2, which needs a VAE to make a picture of what it draws"),
    (r"(.*\.)?mapping\.(x_avg|clip\..*)", "a StyleGAN-T, which draws what a text says"),
    (r"(.*\.)?(backbone\.synthesis|superresolution\.block0)\..*", "an EG3D, which draws heads in three dimensions"),
    (r"(.*\.)?style_to_conv_modulations\.\w+", "a GigaGAN"),
    (r"(.*\.)?(feat_\d+\..*|se_\d+\.main\..*|synthesis\.init_weight)", "a FastGAN"),
    (
        r"(module\.)?progression\.\d+\..*",
        "a part of a StyleGAN of style-based-gan-pytorch, without its mapping network; bring the whole file",
    ),
    (r"(.*\.)?synthesis\.layer0\.(epilogue|conv)\..*", "a StyleGAN (2019) of GenForce's early code, or a PGGAN"),
    (r"model\.diffusion_model\..*|(down|up)_blocks\.\d+\..*", "a diffusion model"),
)
DISCRIMINATOR = (
    r"(module\.|Model\.)?(final_conv\.0|final_linear\.0|final_conv\.conv|convs\.0\.0|ExtractionLayer\.Layer)\."
    r"(weight|weight_orig)"
)


def refuse_head(head: bytes) -> None:
    """Refuse a model by its first bytes. Raises `FormatError` for those of a kind that is known."""
    _refuse_head(head, FOREIGN + FACES)


def refuse_foreign(head: bytes) -> None:
    """Refuse a file of any kind by its first bytes. Raises `FormatError` for those that no reader of Outis opens."""
    _refuse_head(head, FOREIGN)


def _refuse_head(head: bytes, known: tuple[tuple[bytes, str], ...]) -> None:
    for pattern, sentence in known:
        if re.match(pattern, head, re.DOTALL):
            raise FormatError(sentence)


def refuse(names: Iterable[str]) -> None:
    """Refuse tensors by their names. Raises `FormatError` for those of a network that is known and not opened."""
    found = list(islice(names, MAX_LOOKED_AT))
    for pattern, what in NETWORKS:
        if any(re.fullmatch(pattern, name) for name in found):
            raise FormatError(f"is {what}" if ";" in what else f"is {what}, which Outis does not open; {OPENED}")
    if any(re.fullmatch(DISCRIMINATOR, name) for name in found) and not any("to_rgb" in name for name in found):
        raise FormatError("is a discriminator alone, which draws nothing; bring the file with the generator")


def is_known(names: Iterable[str]) -> bool:
    """Whether `refuse` refuses tensors of these names."""
    try:
        refuse(names)
    except FormatError:
        return True
    return False


def refuse_value(root: object) -> None:
    """Refuse the value of a pickle that holds no network. Raises `FormatError` for latents, directions and others."""
    contents = mapping(root)
    if contents is not None:
        keys = {key for key in contents if isinstance(key, str)}
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
