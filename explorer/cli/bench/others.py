"""Other programs that draw the network of a generator, where they are installed: the same W+, the same image."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

from explorer.cli.terminal import UsageError
from generator.networks import Generator
from generator.progress import finish

Draw = Callable[[Tensor], object]  # W+ `[1, num_ws, w_dim]` on the host -> an image `[1, C, H, W]` there
Others = tuple[str, ...]


def check(names: Others) -> None:
    """Raise `UsageError` for a program that is unknown or not installed."""
    for name in names:
        if name not in _PROGRAMS:
            raise UsageError(f"--beside knows {', '.join(_PROGRAMS)}, not {name[:40]}.")
        for package in _PROGRAMS[name][1]:
            if find_spec(package) is None:
                raise UsageError(f"--beside {name} needs the package {package}; install it with pip install {package}.")


def drawing_of(name: str, generator: Generator) -> Draw:
    """How the program `name` draws `generator`, which is on the CPU; made ready, which may take a minute."""
    return _PROGRAMS[name][0](generator)


def _graph(generator: Generator) -> tuple[bytes, dict[str, Any]]:
    """The ONNX file of the network, and its inputs but W+."""
    from generator.checkpoint.onnx_file import onnx_bytes

    still = {"transform": torch.eye(3).numpy()} if generator.config.has_transform else {}
    return finish(onnx_bytes(generator, "ws")), still


def _onnxruntime(generator: Generator) -> Draw:
    import onnxruntime

    contents, still = _graph(generator)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session: Any = onnxruntime.InferenceSession(contents, options, providers=["CPUExecutionProvider"])
    return lambda ws: session.run(["image"], {"ws": ws.numpy(), **still})


def _openvino(generator: Generator) -> Draw:
    import openvino

    contents, still = _graph(generator)
    core: Any = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "PERFORMANCE_HINT": "LATENCY"}
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(core.read_model(contents), "CPU", settings | exact)
    return lambda ws: compiled({"ws": ws.numpy(), **still})


def _compiled(generator: Generator) -> Draw:
    """torch.compile, whose convolutions are oneDNN's."""
    compiled = torch.compile(generator.synthesis)
    return lambda ws: compiled(ws)


_PROGRAMS: dict[str, tuple[Callable[[Generator], Draw], tuple[str, ...]]] = {
    "onnxruntime": (_onnxruntime, ("onnx", "onnxruntime")),
    "openvino": (_openvino, ("onnx", "onnxruntime", "openvino")),
    "torch.compile": (_compiled, ()),
}
