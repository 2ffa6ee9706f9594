"""The mapping network by native programs: limited by memory for few rows, by the processor for many."""

from __future__ import annotations

from math import gcd

from torch import Tensor

from generator.native import rows
from generator.native.target import Target, targets
from generator.networks import ops
from generator.networks.mapping import FullyConnected, MappingNetwork
from generator.render.cpu.native_rows import Rows
from generator.render.cpu.threads import ThreadPool


def native_mapping(network: object) -> NativeMapping | None:
    """`network` by programs; None where there are none for this processor."""
    if not isinstance(network, MappingNetwork) or network.w_avg.device.type != "cpu" or not network.layers:
        return None
    ins, outs = zip(*(reversed(layer.weight.shape) for layer in network.layers), strict=True)
    target = targets().fitting(gcd(*ins), gcd(*outs), halves=False)
    return None if target is None else NativeMapping(network, target)


class NativeMapping:
    """z -> w as `MappingNetwork`; a w has the same bytes alone and in a batch. Belongs to one thread at a time."""

    def __init__(self, network: MappingNetwork, target: Target) -> None:
        """Reads the current weights of the network."""
        self._network, self._team, self._samples = network, ThreadPool(), 0
        given = [[_folded(layer)] for layer in network.layers]
        self._layers = [Rows(rows.active(target), matrix, target, self._team) for matrix in given]

    def __call__(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """See `MappingNetwork.forward`."""
        x = self._network.inputs(z, c).contiguous()
        if len(x) != self._samples:
            self._samples = len(x)
            for layer in self._layers:
                layer.make_room(len(x), [(0, layer.depth)])
        for layer in self._layers:
            layer.queue(x, [0])
            x = layer.parts[0]
        self._team.finish()
        return x.clone()


def _folded(layer: FullyConnected) -> tuple[Tensor, Tensor]:
    """`[ins, outs]` and `[outs]` with all gains folded in, the activation's too: it commutes with positive factors."""
    weight, bias = layer.weight.t() * (layer.weight_gain * ops.GAIN), layer.bias * (layer.bias_gain * ops.GAIN)
    return weight.detach(), bias.detach()
