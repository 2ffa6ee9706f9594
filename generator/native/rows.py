"""Rows times matrices: the mapping network, the styles of all layers of an image, and their normalisations.

For one image there are few rows and every matrix is read only once, so memory is the limit: matrices are cut into
chunks of columns, one list of jobs for the threads to share. Many rows of the mapping network are multiplied a block at
a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from generator.native.code import Code, Index, Vector
from generator.native.passes import products, store_factors
from generator.native.program import Arguments, Program
from generator.native.target import Target

CHUNK = ("samples", "depth", "x", "x_step", "weight", "bias", "y", "y_step")
"""The description of a chunk, int64: the number of rows and of values per row, where the first row begins and the
distance between rows, where its part of the matrices and its biases are, and the place and distance of the result's
rows."""

LEAK = 0.2

Part = Callable[[Code, Vector], Vector]


@cache
def styles(target: Target) -> Program:
    """x times weight plus bias."""
    return _program(target, lambda _, x: x, lambda _, y: y)


@cache
def norms(target: Target) -> Program:
    """1 / sqrt(squares of x times weight plus bias)."""
    return _program(target, lambda _, x: x * x, lambda code, y: code.one_over_root(y))


@cache
def active(target: Target) -> Program:
    """Leaky ReLU of x times weight plus bias."""
    return _program(target, lambda _, x: x, lambda code, y: y.or_if_greater(y * LEAK), together=target.rows)


def _program(target: Target, before: Part, after: Part, together: int = 1) -> Program:
    """x, y: rows, one after the other. weight: of each chunk `[depth / factors of a word, columns, factors of a word]`.
    bias: of each column. chunks: a row of `CHUNK` for each job. together: the rows of a block."""
    write = partial(_write, before=before, after=after, together=together)
    return Program(write, target, ("x", "y", "weight", "bias", "chunks"), ())


def scratch_size(target: Target, depth: int) -> int:
    """Scratch float32 of a job."""
    return target.rows * depth


def _write(code: Code, target: Target, given: Arguments, before: Part, after: Part, together: int) -> None:
    line = given.floats["chunks"][given.job * (2 * len(CHUNK))]
    chunk = {name: line[2 * k].stored_index() for k, name in enumerate(CHUNK)}
    whole = chunk["samples"] // together * together
    parts = ((together, code.index(0), whole), (1, whole, chunk["samples"]))
    for count, first, last in parts if together > 1 else parts[:1]:
        with code.loop(last, first, step=count) as sample:
            samples = [sample.index + k for k in range(count)]
            _write_rows(code, target, given, chunk, samples, before, after)


def _write_rows(
    code: Code,
    target: Target,
    given: Arguments,
    chunk: dict[str, Index],
    samples: list[Index],
    before: Part,
    after: Part,
) -> None:
    f, depth = given.floats, chunk["depth"] // target.factors_a_word
    rows = [given.scratch[depth * k] for k in range(len(samples))]
    with code.loop(chunk["depth"], step=code.lanes) as channel:
        for sample, row in zip(samples, rows, strict=True):
            x = f["x"][chunk["x"] + sample * chunk["x_step"] + channel.index].vector()
            store_factors(target, row, channel.index, before(code, x))
    bias, weight = f["bias"][chunk["bias"]], f["weight"][chunk["weight"]]
    sums = [bias[v * code.lanes].vector() for v in range(target.vectors)] * len(samples)
    for k, value in enumerate(products(code, target, sums, rows, weight, depth)):
        to = f["y"][chunk["y"] + samples[k // target.vectors] * chunk["y_step"]]
        to[k % target.vectors * code.lanes].store(after(code, value))
