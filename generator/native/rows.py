"""Rows times matrices: the styles of all layers of a picture, and their normalisations.

Rows are short and every matrix is read but once, so memory is the limit. The matrices of all layers are cut into chunks
of columns, one list of jobs for the threads to share.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from generator.native.code import Code, Vector
from generator.native.passes import products, store_factors
from generator.native.program import Arguments, Program
from generator.native.target import Target

CHUNK = ("x", "x_step", "depth", "weight", "bias", "y", "y_step")
"""What is told of a chunk, int64: where its first row begins and how far apart those of two samples are, the values of
a row, where its part of the matrices and its biases are, and the same of the result as of the rows."""

Part = Callable[[Code, Vector], Vector]


@cache
def styles(target: Target) -> Program:
    """x times weight plus bias."""
    return _program(target, lambda _, x: x, lambda _, y: y)


@cache
def norms(target: Target) -> Program:
    """1 over the root of: the squares of x times weight plus bias."""
    return _program(target, lambda _, x: x * x, lambda code, y: code.one_over_root(y))


def _program(target: Target, before: Part, after: Part) -> Program:
    """x, y: rows, one below the other. weight: of each chunk `[depth / factors of a word, columns, factors of a word]`.
    bias: of each column. chunks: a row of `CHUNK` for each job."""
    write = partial(_write, before=before, after=after)
    return Program(write, target, ("x", "y", "weight", "bias", "chunks"), ("samples",))


def _write(code: Code, target: Target, given: Arguments, before: Part, after: Part) -> None:
    f = given.floats
    line = f["chunks"][given.job * (2 * len(CHUNK))]
    chunk = {name: line[2 * k].stored_index() for k, name in enumerate(CHUNK)}
    weight, bias = f["weight"][chunk["weight"]], f["bias"][chunk["bias"]]
    with code.loop(given.sizes["samples"]) as sample:
        row = f["x"][chunk["x"] + sample.index * chunk["x_step"]]
        to = f["y"][chunk["y"] + sample.index * chunk["y_step"]]
        with code.loop(chunk["depth"], step=code.lanes) as k:
            store_factors(target, given.scratch, k.index, before(code, row[k.index].vector()))
        sums = [bias[v * code.lanes].vector() for v in range(target.vectors)]
        depth = chunk["depth"] // target.factors_a_word
        for v, value in enumerate(products(code, target, sums, [given.scratch], weight, depth)):
            to[v * code.lanes].store(after(code, value))
