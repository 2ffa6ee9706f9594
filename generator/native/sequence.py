"""Programs one after another on the same threads, which wait for each other in between: from the first layer of a
picture to the last nothing runs but the processor's own code."""

from __future__ import annotations

from functools import cache

from llvmlite import ir

from generator.native.code import ADDRESS, INDEX, Code, Index
from generator.native.program import WORK, Compiled, begun

HEAD = 2  # words before those of the first program


@cache
def sequence() -> Compiled:
    """For every thread to run at once. Its words: how many programs there are; the address of the function
    `void barrier(void)`, in which a thread waits for all others; of each program the addresses of function and words.
    """
    return _Sequence()


class _Sequence(Compiled):
    def _module(self) -> ir.Module:
        module, builder, words = begun()
        code = Code(builder, 1)

        def word(at: Index, kind: ir.Type) -> ir.Value:
            return builder.load(builder.gep(words, [at.value], source_etype=INDEX), typ=kind, align=8)

        count = Index(code, word(code.index(0), INDEX))
        barrier = word(code.index(1), _Function(ir.FunctionType(ir.VoidType(), [])))
        with code.loop(count) as turn:
            at = turn.index * 2 + HEAD
            builder.call(word(at, _Function(WORK)), [word(at + 1, ADDRESS)])
            builder.call(barrier, [])
        builder.ret_void()
        return module


class _Function(ir.PointerType):  # type: ignore[misc]  # llvmlite has no types
    """The address of a function; llvmlite's own does not say of which."""

    def __init__(self, kind: ir.FunctionType) -> None:
        super().__init__()
        self.pointee = kind
