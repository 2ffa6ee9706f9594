"""Programs one after another on the same threads, which wait for each other in between: from the first layer of a
image to the last nothing runs but the processor's own code."""

from __future__ import annotations

from functools import cache
from typing import Any

from generator.native.code import ADDRESS, INDEX, Code, Index
from generator.native.llvm import ir
from generator.native.program import WORK, Compiled, begun

HEAD = ("count", "barrier", "threads", "arrived", "round", "yield")
"""The first words of a sequence: how many programs there are; the address of `void barrier(int64 *words)`, in which a
thread waits for all others. The rest is for `meeting`. Of each program the addresses of function and words follow."""

PATIENCE = 2000  # looks at whether the others have come before the processor is left to somebody else


@cache
def sequence() -> Compiled:
    """For every thread to run at once, each with the same words."""
    return _Sequence()


@cache
def meeting() -> Compiled:
    """A barrier for threads that bring none. threads: how many there are; arrived and round: 0 at first; yield: the
    address of the system's `void yield(void)`, which lets another thread have the processor."""
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
            builder.atomic_rmw("add", place["round"], one, "release")  # lets the others go
            builder.ret_void()
        self._wait(builder, place, this_round)
        builder.ret_void()
        return module

    def _wait(self, builder: ir.IRBuilder, place: dict[str, Any], this_round: Any) -> None:
        """Until another round has begun."""
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
    """The address of a function; llvmlite's own does not say of which."""

    def __init__(self, kind: ir.FunctionType) -> None:
        super().__init__()
        self.pointee = kind
