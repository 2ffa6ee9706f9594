"""A generator as an ONNX graph of fixed sizes, for onnxruntime, OpenVINO and others: needs the extra `onnx`.

Two kinds, whose inputs and outputs are float32:

    z   z [1, z_dim], psi [], with classes c [1, c_dim]      ->  image [1, C, H, W], ws [1, num_ws, w_dim]
        (a model without W has no psi)
    ws  ws [1, num_ws, w_dim], StyleGAN3: transform [3, 3]   ->  image [1, C, H, W]

z is normal noise, psi the truncation (1 = none, 0 = the average), c a class as one 1 among zeros, and an image about
-1..1. Noise is the stored one. Every graph is compared with the network before it is written.
"""

from __future__ import annotations

import io
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.errors import ExportError
from generator.networks import Generator
from generator.progress import Job, Progress

if TYPE_CHECKING:
    from onnx import ModelProto

OPSET = 17
INPUTS = ("z", "ws")  # the kinds, by their first input
TOLERANCE = 1e-3  # between onnxruntime's picture and ours, of the largest value where that is above 1
MAX_BYTES = 19 * 10**8  # a protobuf has at most 2 GiB
IMAGE = "float32, about -1..1"
RANGES = {
    "z": "latent, standard normal noise",
    "psi": "truncation: 1 = none, 0 = the average",
    "c": "class: 1 in its place, 0 elsewhere",
    "ws": "W+, a latent w for every layer",
    "transform": "where pixels come from; the identity = not moved",
    "image": IMAGE,
}


def why_not() -> str:
    """Why no ONNX file can be written; "" where the packages are installed. Loads nothing."""
    if find_spec("onnx") is None or find_spec("onnxruntime") is None:
        return 'Writing .onnx files needs the extra onnx; install it with pip install "outis[onnx]".'
    return ""


def onnx_bytes(generator: Generator, kind: str, description: str = "") -> Job[bytes]:
    """The file of `kind`, one of `INPUTS`, with `description`: compared with the network, which stays as it is.

    A job, which can be cancelled between its steps: torch's exporter has no way to stop it, and each step takes as long
    as some images of the network. Raises `ExportError`.
    """
    if reason := why_not():
        raise ExportError(reason)
    size = sum(4 * tensor.numel() for tensor in generator.state_dict().values())
    if size > MAX_BYTES:
        raise ExportError(f"The model has {size / 1e9:.1f} GB, and an .onnx file at most 2; write it as .safetensors.")
    yield Progress(0, 4, "Recording the network")
    network = (_OfStyles(generator) if kind == "ws" else _OfLatents(generator)).eval()
    examples = network.examples()
    traced = _traced(network, examples)
    yield Progress(1, 4, "Making the graph")
    model = _graph(network, traced, examples)
    _describe(model, generator, description)
    yield Progress(2, 4, "Comparing it with the network")
    contents: bytes = model.SerializeToString()
    _compare(contents, network, examples)
    yield Progress(3, 4, "Writing it")
    return contents


class _OfLatents(nn.Module):
    """z, psi and the class -> image and W+."""

    outputs = ("image", "ws")

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator, self.config = generator, generator.config

    def forward(self, z: Tensor, *others: Tensor) -> tuple[Tensor, Tensor]:
        given = dict(zip(list(self.examples())[1:], others, strict=True))
        w, average = self.generator.mapping(z, given.get("c")), self.generator.mapping.w_avg
        if "psi" in given:
            if average.ndim == 2:  # of StyleGAN-XL, one for each class; as in the mapping, no class is class 0
                average = average[given["c"].argmax(dim=1)]
            w = average + (w - average) * given["psi"]
        ws = w[:, None].repeat(1, self.config.num_ws, 1)
        return self.generator.synthesis(ws), ws

    def examples(self) -> dict[str, Tensor]:
        """Inputs by name, with which the graph is made and compared."""
        truncation = {"psi": torch.tensor(0.7)} if self.config.has_w else {}
        classes = {"c": torch.eye(1, self.config.c_dim)} if self.config.c_dim else {}
        return {"z": _normal(1, self.config.z_dim), **truncation, **classes}


class _OfStyles(nn.Module):
    """W+, and the transform of models that have one -> image."""

    outputs = ("image",)

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator, self.config = generator, generator.config

    def forward(self, ws: Tensor, transform: Tensor | None = None) -> tuple[Tensor]:
        return (self.generator.synthesis(ws, transform=transform),)

    def examples(self) -> dict[str, Tensor]:
        """Inputs by name, with which the graph is made and compared."""
        w = self.generator.mapping(_normal(1, self.config.z_dim))
        motion = {"transform": torch.eye(3)} if self.config.has_transform else {}
        return {"ws": w[:, None].repeat(1, self.config.num_ws, 1), **motion}


_Network = _OfLatents | _OfStyles


def _normal(*shape: int) -> Tensor:
    return torch.from_numpy(np.random.RandomState(0).randn(*shape).astype(np.float32))


def _traced(network: _Network, examples: dict[str, Tensor]) -> torch.jit.ScriptModule:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # sizes become constants, as they shall
        return torch.jit.trace(network, tuple(examples.values()), check_trace=False)  # type: ignore[no-any-return, no-untyped-call]


def _graph(network: _Network, traced: torch.jit.ScriptModule, examples: dict[str, Tensor]) -> ModelProto:
    import onnx

    written = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            torch.jit.freeze(traced),  # what is computed from weights alone becomes a weight
            tuple(examples.values()),
            written,  # type: ignore[arg-type]
            input_names=list(examples),
            output_names=list(network.outputs),
            opset_version=OPSET,
            dynamo=False,  # the other exporter writes opset 18 and later
        )
    model = onnx.load_model_from_string(written.getvalue())
    _name_weights(model)
    return model


def _name_weights(model: ModelProto) -> None:
    """Constants as initializers, which is where tools that shrink or measure a graph look for weights."""
    for node in [node for node in model.graph.node if node.op_type == "Constant"]:
        weight = model.graph.initializer.add()
        weight.CopyFrom(node.attribute[0].t)
        weight.name = node.output[0]
        model.graph.node.remove(node)


def _describe(model: ModelProto, generator: Generator, description: str) -> None:
    """Whose model it is, and what its inputs and outputs mean, in the file."""
    model.producer_name, model.doc_string = "Outis", description
    for value in (*model.graph.input, *model.graph.output):
        value.doc_string = RANGES[value.name]
    config = generator.config
    facts = {"name": generator.name, "hash": generator.hash, "family": config.family, "colours": _colours(config)}
    for key, text in facts.items():
        model.metadata_props.add(key=key, value=text)


def _colours(config: GeneratorConfig) -> str:
    return {1: "grey", 3: "RGB", 4: "RGB and alpha"}[config.img_channels]


def _compare(contents: bytes, network: _Network, examples: dict[str, Tensor]) -> None:
    """Raises `ExportError` where onnxruntime draws something else than the network."""
    import onnxruntime

    session: Any = onnxruntime.InferenceSession(contents, providers=["CPUExecutionProvider"])
    drawn = session.run(["image"], {name: value.numpy() for name, value in examples.items()})[0]
    with torch.no_grad():
        expected = network(*examples.values())[0].numpy()
    error = float(np.abs(drawn - expected).max(initial=0))
    if not error <= TOLERANCE * max(1.0, float(np.abs(expected).max(initial=0))):
        raise ExportError(f"onnxruntime draws another picture of the graph (it differs by {error:.2g}); not written.")
