"""Programs one after another on the same threads, which wait for each other in between: from the first layer of an
image to the last only native code runs."""

from __future__ import annotations

from functools import cache
from typing import Any

from generator.native.code import ADDRESS, INDEX, Code, Index
from generator.native.llvm import ir
from generator.native.program import WORK, Compiled, begun

HEAD = ("count", "barrier", "threads", "arrived", "round", "yield")
"""The first words of a sequence: the number of programs; the address of `void barrier(int64 *words)`, in which each
thread waits for all others. The rest is for `meeting`. Of each program the addresses of function and words follow."""

PATIENCE = 2000  # polls before the processor is yielded to another thread


@cache
def sequence() -> Compiled:
    """A function that all threads run at once, with the same words."""
    return _Sequence()


@cache
def meeting() -> Compiled:
    """A barrier for threads whose library has none. threads: how many there are; arrived and round: 0 at first; yield:
    the address of the system's `void yield(void)`, which yields the processor to another thread."""
    return _Meeting()


class _Sequence(Compiled):
    def _module(self) -> ir.Module:
        module, builder, words = begun()
        code = Code(builder, 1)

        def word(at: Index, kind: ir.Type) -> Any:
            return builder.load(builder.gep(words, [at.value], source_etype=INDEX), typ=kind, align=8)

        count = Index(code, word(code.index(HEAD.index("count")), INDEX))
        barrier = word(code.index(HEAD.index("barrier")), _Function(WORK))
        with code.loop(count) as turn:
            at = turn.index * 2 + len(HEAD)
            builder.call(word(at, _Function(WORK)), [word(at + 1, ADDRESS)])
            builder.call(barrier, [words])
        builder.ret_void()
        return module


class _Meeting(Compiled):
    def _module(self) -> ir.Module:
        module, builder, words = begun()
        place = {name: builder.gep(words, [ir.Constant(INDEX, k)], source_etype=INDEX) for k, name in enumerate(HEAD)}
        one = ir.Constant(INDEX, 1)
        this_round = builder.load_atomic(place["round"], "acquire", 8, typ=INDEX)
        before = builder.atomic_rmw("add", place["arrived"], one, "acq_rel")
        threads = builder.load_atomic(place["threads"], "acquire", 8, typ=INDEX)
        with builder.if_then(builder.icmp_signed("==", builder.add(before, one), threads)):
            builder.atomic_rmw("xchg", place["arrived"], ir.Constant(INDEX, 0), "monotonic")
            builder.atomic_rmw("add", place["round"], one, "release")  # releases the others
            builder.ret_void()
        self._wait(builder, place, this_round)
        builder.ret_void()
        return module

    def _wait(self, builder: ir.IRBuilder, place: dict[str, Any], this_round: Any) -> None:
        """Wait until the next round has begun."""
        rest = builder.load(place["yield"], typ=_Function(ir.FunctionType(ir.VoidType(), [])), align=8)
        start, look, wait, leave, gone = builder.block, *(builder.append_basic_block() for _ in range(4))
        builder.branch(look)
        builder.position_at_end(look)
        looks = builder.phi(INDEX)
        looks.add_incoming(ir.Constant(INDEX, 0), start)
        now = builder.load_atomic(place["round"], "acquire", 8, typ=INDEX)
        builder.cbranch(builder.icmp_signed("==", now, this_round), wait, gone)
        builder.position_at_end(wait)
        more = builder.add(looks, ir.Constant(INDEX, 1))
        looks.add_incoming(more, wait)
        builder.cbranch(builder.icmp_signed("<", looks, ir.Constant(INDEX, PATIENCE)), look, leave)
        builder.position_at_end(leave)
        builder.call(rest, [])
        looks.add_incoming(more, leave)
        builder.branch(look)
        builder.position_at_end(gone)


class _Function(ir.PointerType):  # type: ignore[misc]  # llvmlite has no types
    """A pointer to a function; llvmlite's own type lacks the function's type."""

    def __init__(self, kind: ir.FunctionType) -> None:
        super().__init__()
        self.pointee = kind
