"""1x1 convolutions: a matrix product over the pixels."""

from __future__ import annotations

from functools import cache

from generator.native.code import Code
from generator.native.passes import line_of, products, store_factors
from generator.native.program import Arguments, Program
from generator.native.target import CACHE_LINE, Target

FLOATS = ("x", "y", "weight", "styles", "norms", "bias")
SIZES = ("pixels", "ins", "outs", "samples", "group", "groups", "part", "parts")


@cache
def pointwise(target: Target) -> Program:
    """x `[N, pixels, I]` times styles `[N, I]` and weight, times norms `[N, O]`, plus bias `[O]` -> y
    `[N, O / 16, pixels, 16]`. A job computes `part` blocks of output maps of `group` pixels, a multiple of the
    target's rows; parts, groups: how many of a sample's."""
    return Program(_write, target, FLOATS, SIZES)


def scratch_size(group: int, ins: int) -> int:
    """Scratch float32 of a job."""
    return group * ins


def _write(code: Code, target: Target, given: Arguments) -> None:
    f, n = given.floats, given.sizes
    rest, part = given.job // n["parts"], given.job % n["parts"]
    sample, first = rest // n["groups"], rest % n["groups"] * n["group"]
    last, words = n["pixels"] - 1, n["ins"] // target.factors_a_word
    with code.loop(n["group"]) as pixel:
        at = sample * n["pixels"] + (first + pixel.index).at_most(last)  # the last one repeatedly
        with code.loop(n["ins"], step=code.lanes) as channel:
            style = f["styles"][sample * n["ins"] + channel.index].vector()
            value = f["x"][at * n["ins"] + channel.index].vector() * style
            store_factors(target, given.scratch[pixel.index * words], channel.index, value)
    blocks = n["outs"] // target.columns
    count = (n["pixels"] - first).at_most(n["group"])
    nothing = [code.constant(0.0)] * (target.rows * target.vectors)
    with code.loop(((part + 1) * n["part"]).at_most(blocks), part * n["part"]) as block:
        outs = [block.index * target.columns + v * code.lanes for v in range(target.vectors)]
        norms = [f["norms"][sample * n["outs"] + out].vector() for out in outs]
        shifts = [f["bias"][out].vector() for out in outs]
        lines = [f["y"][line_of(sample, out, n["outs"], n["pixels"])] for out in outs]
        weight = f["weight"][block.index * words * target.columns]
        with code.loop(count, step=target.rows) as pixel:
            rows = [given.scratch[(pixel.index + r) * words] for r in range(target.rows)]
            places = [(first + pixel.index + r).at_most(last) for r in range(target.rows)]
            for k, value in enumerate(products(code, target, nothing, rows, weight, words)):
                v = k % target.vectors
                value = code.multiply_add(value, norms[v], shifts[v])
                lines[v][places[k // target.vectors] * CACHE_LINE].store(value)
