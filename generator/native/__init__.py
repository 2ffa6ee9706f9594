"""Native programs, written and compiled at run time: a layer in one pass within the cache, where torch's operators make
several passes over memory.

Written with llvmlite and compiled by LLVM, which is a package: no compiler needs to be installed. Does not depend on
torch, so that programs can be compiled while torch is imported: see `compile_in_advance`.
"""

from __future__ import annotations

from generator.native import filters, image, moments, pixels, pointwise, rows, taps, winograd
from generator.native.minimal import F4, F6
from generator.native.program import Program
from generator.native.sequence import meeting, sequence
from generator.native.target import targets


def compile_in_advance(live: bool) -> None:
    """Compile the programs for this machine now instead of at their first use. live: for images for display, which may
    be rendered in bfloat16."""
    for program in programs(live):
        program.address()
    if targets().exact:
        for whole in (sequence(), meeting()):
            whole.address()


def programs(live: bool) -> list[Program]:
    """The programs for this machine, if any. live: as for `compile_in_advance`."""
    everything, layers = targets().exact, targets().fastest(live)
    wanted = [(taps.doubling, layers), (winograd.convolution, layers)]
    wanted += [(taps.same_size, layers[:1])]  # its layers are small, with enough maps for the widest blocks
    wanted += [(image.image, layers[:1]), (pixels.pixels, everything[:1]), (rows.active, everything[:1])]
    wanted += [(rows.styles, layers[-1:]), (rows.norms, layers[-1:])]
    return [write(target) for write, here in wanted for target in here]


def later_programs() -> list[Program]:
    """The programs for this machine of families other than that of the shipped model, in float32: compiled when they
    are first used."""
    everything = list(dict.fromkeys((*targets().exact, *filter(None, [targets().narrow]))))
    adaptive = (taps.doubling, taps.same_size, winograd.convolution)
    wanted = [write(target, True) for write in adaptive for target in everything]
    wanted += [write(target) for write in (moments.adaptation, winograd.convolution) for target in everything]
    wanted += [winograd.padded(target, minimal) for minimal in (F4, F6) for target in targets().exact]
    wanted += [pointwise.pointwise(target) for target in targets().exact]
    wanted += [filters.activation(target, kind) for kind in filters.USUAL for target in targets().exact]
    return [*wanted, *(winograd.convolution(target, False, True) for target in targets().exact)]
