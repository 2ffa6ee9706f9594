"""Programs in the processor's own code, written and compiled here: a layer in one pass that stays in the cache, where
torch's operators make several over memory.

Written with llvmlite and compiled by LLVM, which comes as a package: nobody installs a compiler. Knows nothing of
torch, so that it can be compiled while torch is imported: see `compile_in_advance`.
"""

from __future__ import annotations

from generator.native import image, taps, winograd
from generator.native.target import targets

PROGRAMS = (taps.doubling, taps.same_size, winograd.convolution, image.image)


def compile_in_advance() -> None:
    """Compile all programs for this machine's processor now, where they would be when first used."""
    for target in targets():
        for program in PROGRAMS:
            program(target).address()
