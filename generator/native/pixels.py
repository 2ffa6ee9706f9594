"""An image as interleaved bytes, in one pass that also checks whether all of it is finite."""

from __future__ import annotations

from functools import cache

from generator.native.code import Code
from generator.native.program import Arguments, Program
from generator.native.target import Target

COLOURS = 3


@cache
def pixels(target: Target) -> Program:
    """x `[N, colours, pixels]`, about -1 to 1, of 3 colours or 1 for all -> y, bytes `[N, pixels, 3]`. A job computes
    one of `parts` equal parts of a sample, at least as many pixels as a vector has places, and writes a vector to
    `faults`: of zeros if all values are finite."""
    return Program(_write, target, ("x", "y", "faults"), ("colours", "pixels", "parts"))


def _write(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    sample, part = given.job // n["parts"], given.job % n["parts"]
    first, last = part * n["pixels"] // n["parts"], (part + 1) * n["pixels"] // n["parts"]
    nothing = code.constant(0.0)
    with code.loop(last, first, step=code.lanes, handed=[nothing]) as group:
        pixel = group.index.at_most(last - code.lanes)  # some of the last ones twice
        planes = [sample * n["colours"] + code.index(k).at_most(n["colours"] - 1) for k in range(COLOURS)]
        colours = [f["x"][plane * n["pixels"] + pixel].vector() for plane in planes]
        fault = group.handed[0]
        for colour in colours:
            fault = code.multiply_add(colour, nothing, fault)
        group.handing = [fault]
        f["y"].store_pixels((sample * n["pixels"] + pixel) * COLOURS, colours)
    f["faults"][given.job * code.lanes].store(group.handed[0])
