"""The residual blocks of small networks, each by one native program where there are programs.

A block is a depthwise 3x3 convolution, a pointwise one, the addition of its input (where it halves the size, of the
largest of four pixels, with channels of zeros behind), and PReLU or ReLU: see `generator.native.separable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from generator.native.separable import scratch_size, separable
from generator.native.target import Target
from generator.render.cpu.threads import LatestWork, ThreadPool, Values, Work

Operation = Mapping[str, Any]
Tensors = Mapping[str, Tensor]


@dataclass(frozen=True)
class Block:
    """A block in a graph: its operations, first to last, of which only the last result is needed."""

    depthwise: Operation
    pointwise: Operation
    activation: Operation
    inside: frozenset[int]  # numbers of the values between its operations

    @property
    def input(self) -> int:
        return int(self.depthwise["inputs"][0])

    @property
    def output(self) -> int:
        return int(self.activation["output"])


def blocks_of(operations: Sequence[Operation], outputs: Sequence[int]) -> list[Block]:
    """The blocks in a graph whose results `outputs` are needed."""
    maker = {operation["output"]: operation for operation in operations}
    uses = Counter([value for operation in operations for value in operation["inputs"]] + list(outputs))
    found = (_block(operation, maker) for operation in operations if operation["op"] in ("prelu", "relu"))
    return [block for block in found if block is not None and all(uses[value] == 1 for value in block.inside)]


def _block(activation: Operation, maker: Mapping[int, Operation]) -> Block | None:
    """The block that ends with `activation`; None if there is none."""
    added = maker.get(activation["inputs"][0], {})
    if added.get("op") != "add":
        return None
    for through, beside in (added["inputs"], reversed(added["inputs"])):
        pointwise = maker.get(through, {})
        depthwise = maker.get(pointwise.get("inputs", [None])[0], {})
        kinds = (pointwise.get("op"), pointwise.get("padding"), depthwise.get("op"), depthwise.get("padding"))
        if kinds == ("conv_2d", "valid", "depthwise_conv_2d", "same"):
            path = _path(beside, int(depthwise["inputs"][0]), depthwise["stride"], maker)
            if path is not None:
                inside = {depthwise["output"], pointwise["output"], added["output"], *path}
                return Block(depthwise, pointwise, activation, frozenset(inside))
    return None


def _path(beside: int, start: int, stride: int, maker: Mapping[int, Operation]) -> list[int] | None:
    """The values on the way from the block's input to what is added; None if that is something else."""
    if stride == 1:
        return [] if beside == start else None
    path, pool = [beside], maker.get(beside, {})
    if pool.get("op") == "pad":
        pool = maker.get(pool["inputs"][0], {})
        path.append(pool.get("output", -1))
    halves = (pool.get("op"), pool.get("kernel"), pool.get("stride"), stride) == ("max_pool_2d", [2, 2], 2, 2)
    return path if halves and pool["inputs"][0] == start else None


class NativeBlock:
    """One block, queued on `team`; its result is valid once the team has finished."""

    def __init__(self, block: Block, tensors: Tensors, target: Target, team: ThreadPool) -> None:
        depthwise, pointwise = (tensors[op["weight"]] for op in (block.depthwise, block.pointwise))
        self._outs, self._ins = pointwise.shape[:2]
        self._stride, self._target, self._team = int(block.depthwise["stride"]), target, team
        slopes = tensors[block.activation["alpha"]] if block.activation["op"] == "prelu" else torch.zeros(self._outs)
        columns = pointwise.view(-1, target.columns, self._ins).transpose(1, 2)
        self._given: dict[str, Tensor] = {
            "taps": depthwise.view(self._ins, -1).t().contiguous(),
            "shift": tensors[block.depthwise["bias"]],
            "weight": columns.contiguous(),
            "bias": tensors[block.pointwise["bias"]],
            "slopes": slopes.contiguous(),
            "zeros": torch.zeros(self._ins),
        }
        self._work = LatestWork()

    @staticmethod
    def fits(block: Block, tensors: Tensors, target: Target) -> bool:
        """Whether the program of `target` supports its sizes."""
        depthwise, pointwise = (tensors[op["weight"]] for op in (block.depthwise, block.pointwise))
        outs, ins, *kernel = pointwise.shape
        shapes = (tuple(depthwise.shape[1:]), tuple(kernel)) == ((1, 3, 3), (1, 1))
        return shapes and target.fits(ins, outs) and (outs == ins or block.depthwise["stride"] == 2)

    def __call__(self, x: Tensor) -> Tensor:
        """x float32 `[N, I, H, W]`, in even sizes where it halves them -> `[N, O, h, w]`, channels last."""
        x = x.contiguous(memory_format=torch.channels_last)
        samples, _, height, width = x.shape
        size = (samples, self._outs, height // self._stride, width // self._stride)
        y = torch.empty(size, memory_format=torch.channels_last)
        self._work.of(self._planned, samples, height, width).queue({"x": x, "y": y})
        return y

    def _planned(self, samples: int, height: int, width: int) -> Work:
        out_height, out_width = height // self._stride, width // self._stride
        sizes = {"height": height, "width": width, "ins": self._ins, "outs": self._outs}
        sizes |= {"out_height": out_height, "out_width": out_width, "stride": self._stride, "pad": 2 - self._stride}
        given: Values = {**self._given, **sizes}
        room = scratch_size(self._ins, out_width)
        return Work(separable(self._target), samples * out_height, room, given, self._team)
