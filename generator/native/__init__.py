"""Programs in the processor's own code, written and compiled here: a layer in one pass that stays in the cache, where
torch's operators make several over memory.

Written with llvmlite and compiled by LLVM, which comes as a package: nobody installs a compiler. Knows nothing of
torch, so that it can be compiled while torch is imported: see `compile_in_advance`.
"""

from __future__ import annotations

from generator.native import image, pixels, rows, taps, winograd
from generator.native.program import Program
from generator.native.sequence import meeting, sequence
from generator.native.target import targets


def compile_in_advance(live: bool) -> None:
    """Compile now what renders images on this machine, where it would be when first used. live: those that are only
    looked at, which may be rendered in bfloat16."""
    for program in programs(live):
        program.address()
    if targets().exact:
        for whole in (sequence(), meeting()):
            whole.address()


def programs(live: bool) -> list[Program]:
    """Of this machine; none where there are none. live: as for `compile_in_advance`."""
    everything, layers = targets().exact, targets().fastest(live)
    wanted = [(taps.doubling, layers), (winograd.convolution, layers)]
    wanted += [(taps.same_size, layers[:1])]  # its layers are small, with maps enough for the widest blocks
    wanted += [(image.image, layers[:1]), (pixels.pixels, everything[:1]), (rows.active, everything[:1])]
    wanted += [(rows.styles, layers[-1:]), (rows.norms, layers[-1:])]
    return [write(target) for write, here in wanted for target in here]
