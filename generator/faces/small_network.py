"""The reader of the small-graph format: a network as a list of operations, with its weights, in one .safetensors file.

The metadata's `graph` is JSON: `input` (the number of its value), `outputs`, and `operations` in order, each with `op`,
`inputs`, `output` and what the operation needs. Values are NHWC there, and their paddings are TensorFlow's. Here they
are NCHW with channels last in memory, which is the same order of numbers.

Residual blocks run as native programs where there are programs and nothing is differentiated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional as F

from generator.errors import CheckpointError
from generator.faces.blocks import NativeBlock, blocks_of
from generator.native.target import Target, targets
from generator.render.cpu.threads import ThreadPool

FORMAT = "small-graph 1"
Function = Callable[..., Tensor]
Tensors = Mapping[str, Tensor]
Operation = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One operation: `values[output] = function(*values[inputs])`."""

    function: Function
    inputs: tuple[int, ...]
    output: int
    is_queued: bool = False  # whether the result is valid only once the team has finished


class SmallNetwork(nn.Module):
    """A network of the small-graph format, for the CPU, in float32; its weights are not parameters: it is only run."""

    def __init__(self, graph: dict[str, Any], tensors: Tensors) -> None:
        """Read `graph` strictly. Raises KeyError, TypeError or ValueError for whatever is not known here."""
        super().__init__()
        if set(graph) != {"input", "input_shape", "outputs", "output_shapes", "operations"}:
            raise ValueError(f"a graph with the entries {', '.join(sorted(graph))}")
        _, self.height, self.width, self.channels = graph["input_shape"]
        self._input = int(graph["input"])
        self._outputs = tuple(map(int, graph["outputs"]))
        self._operations, self._tensors = tuple(graph["operations"]), tensors
        self._steps = tuple(_step(operation, tensors) for operation in self._operations)
        self._native: dict[Target, tuple[Step, ...]] = {}
        self._team, self._running = ThreadPool(), Lock()

    @staticmethod
    def read(path: str | Path) -> SmallNetwork:
        """The network in the file at `path`. Raises `CheckpointError` if it is none, `OSError` if it is missing."""
        try:
            with safe_open(path, "pt") as file:  # type: ignore[no-untyped-call, unused-ignore]
                metadata = file.metadata() or {}
                tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
            if metadata.get("format") != FORMAT:
                raise ValueError(f"the format {metadata.get('format')}")
            return SmallNetwork(json.loads(metadata["graph"]), tensors)
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise CheckpointError(
                f"{Path(path).name} is not a network of the format {FORMAT} ({error}); install Outis again."
            ) from error

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        """The outputs, NHWC as in the graph, for float32 pixels [N, height, width, channels]."""
        values = {self._input: pixels.permute(0, 3, 1, 2)}
        with self._running:
            for step in self._steps_here():
                if not step.is_queued:
                    self._team.finish()
                values[step.output] = step.function(*[values[i] for i in step.inputs])
            self._team.finish()
        return tuple(_channels_last(values[i]) for i in self._outputs)

    def _steps_here(self) -> tuple[Step, ...]:
        """Those of torch, or native ones where that is possible."""
        target = None if torch.is_grad_enabled() else targets().narrow
        if target is None:
            return self._steps
        if target not in self._native:
            self._native[target] = tuple(self._native_steps(target))
        return self._native[target]

    def _native_steps(self, target: Target) -> Iterator[Step]:
        """The steps, with a native program in place of each residual block."""
        found = blocks_of(self._operations, self._outputs)
        blocks = {block.output: block for block in found if NativeBlock.fits(block, self._tensors, target)}
        inside = {value for block in blocks.values() for value in block.inside}
        for step in self._steps:
            if block := blocks.get(step.output):
                native = NativeBlock(block, self._tensors, target, self._team)
                yield Step(native, (block.input,), block.output, is_queued=True)
            elif step.output not in inside:
                yield step


def _step(operation: Operation, tensors: Tensors) -> Step:
    rest = dict(operation)
    name, inputs, output = rest.pop("op"), tuple(rest.pop("inputs")), rest.pop("output")
    if name not in _OPERATORS:
        raise ValueError(f"the unknown operation {name}")
    if rest.pop("activation", ""):
        raise ValueError(f"{name} with an activation of its own")
    given = {key: tensors[value] if key in ("weight", "bias", "alpha") else value for key, value in rest.items()}
    return Step(_OPERATORS[name](**given), inputs, output)  # an unknown entry is a TypeError


def _conv(weight: Tensor, bias: Tensor, stride: int, padding: str, groups: int = 1) -> Function:
    kernel = (weight.shape[2], weight.shape[3])
    weight = weight.contiguous(memory_format=torch.channels_last)
    if _is_valid(padding) or kernel == (1, 1):
        return lambda x: F.conv2d(x, weight, bias, stride, groups=groups)
    if kernel[0] % 2 == 0 or kernel[1] % 2 == 0 or stride > 2:
        return lambda x: F.conv2d(F.pad(x, _same(x, kernel, stride)), weight, bias, stride, groups=groups)
    around = (kernel[0] // 2, kernel[1] // 2)
    if stride == 1:
        return lambda x: F.conv2d(x, weight, bias, 1, around, groups=groups)
    grown = {(row, column): _grown(weight, row, column) for row in (0, 1) for column in (0, 1)}
    return lambda x: F.conv2d(x, grown[_is_even(x)], bias, 2, around, groups=groups)


def _grown(weight: Tensor, row: int, column: int) -> Tensor:
    """A kernel with zeros above and on the left: on an even size, padding of both sides then equals "same" with a
    stride of 2, whose odd pixel stands right and below. It saves a copy of the input, a third of the time."""
    return F.pad(weight, (column, 0, row, 0)).contiguous(memory_format=torch.channels_last)


def _is_even(x: Tensor) -> tuple[int, int]:
    return 1 - x.shape[2] % 2, 1 - x.shape[3] % 2


def _depthwise(weight: Tensor, bias: Tensor, stride: int, padding: str) -> Function:
    return _conv(weight, bias, stride, padding, groups=weight.shape[0])


def _transposed_conv(weight: Tensor, bias: Tensor, stride: int, padding: str) -> Function:
    """weight `[in, out, kh, kw]`; with a kernel as wide as the stride, "same" needs no padding."""
    if weight.shape[2:] != (stride, stride) or _is_valid(padding):
        raise ValueError("a transposed convolution whose kernel is not its stride")
    return lambda x: F.conv_transpose2d(x, weight, bias, stride)


def _max_pool(kernel: list[int], stride: int, padding: str) -> Function:
    if _is_valid(padding):
        return lambda x: F.max_pool2d(x, kernel, stride)
    size = (kernel[0], kernel[1])
    return lambda x: F.max_pool2d(F.pad(x, _same(x, size, stride), value=-torch.inf), kernel, stride)


def _average_pool(kernel: list[int], stride: int, padding: str) -> Function:
    if not _is_valid(padding):
        raise ValueError("an average over padding")
    return lambda x: F.avg_pool2d(x, kernel, stride)


def _pad(pads: list[list[int]]) -> Function:
    """New channels of zeros behind the others."""
    *others, (before, behind) = pads
    if before or any(map(any, others)):
        raise ValueError(f"the padding {pads}")
    return lambda x: F.pad(x, (0, 0, 0, 0, 0, behind))


def _resize(size: list[int], align_corners: bool, half_pixel: bool) -> Function:
    if align_corners or not half_pixel:
        raise ValueError("a resize that does not keep the centres of pixels")
    return lambda x: F.interpolate(x, size=(size[0], size[1]), mode="bilinear", align_corners=False)


def _reshape(shape: list[int]) -> Function:
    return lambda x: _channels_last(x).reshape(x.shape[0], *shape[1:])  # the graph's first size is a batch of one


def _concatenation(axis: int) -> Function:
    """Values of three dimensions, which are stored as in the graph."""
    return lambda *parts: torch.cat(parts, axis) if parts[0].ndim == 3 else _refuse_axis(axis)


def _refuse_axis(axis: int) -> Tensor:
    raise ValueError(f"a concatenation of images along axis {axis}")


_OPERATORS: dict[str, Callable[..., Function]] = {
    "conv_2d": _conv,
    "depthwise_conv_2d": _depthwise,
    "convolution2dtransposebias": _transposed_conv,
    "prelu": lambda alpha: lambda x: F.prelu(x, alpha),
    "add": lambda: torch.add,
    "mul": lambda: torch.mul,
    "relu": lambda: torch.relu,
    "hard_swish": lambda: F.hardswish,
    "logistic": lambda: torch.sigmoid,
    "max_pool_2d": _max_pool,
    "average_pool_2d": _average_pool,
    "pad": _pad,
    "resize_bilinear": _resize,
    "reshape": _reshape,
    "concatenation": _concatenation,
}


def _is_valid(padding: str) -> bool:
    """False for "same"."""
    return {"valid": True, "same": False}[padding]


def _same(x: Tensor, kernel: tuple[int, int], stride: int) -> tuple[int, int, int, int]:
    """TensorFlow's padding left, right, above, below: ceil(size / stride) results, the odd pixel right and below."""
    below, right = (max((-(-x.shape[d] // stride) - 1) * stride + kernel[d - 2] - x.shape[d], 0) for d in (2, 3))
    return right // 2, right - right // 2, below // 2, below - below // 2


def _channels_last(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x
