"""A native function that all threads run at once.

Its work is split into jobs; every thread takes the next free one until none is left. Which thread does a job does not
change its result.

The argument of a program is one row of 64-bit words: `HEAD`, addresses of float32, sizes. next_job and next_thread are
0 before a run; scratch is the address of scratch_size float32 for each thread, at the start of a cache line.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from generator.native.code import ADDRESS, INDEX, Code, Floats, Index
from generator.native.llvm import binding, ir
from generator.native.target import AVX512_LANES, Target

NAME, WORK = "work", ir.FunctionType(ir.VoidType(), [ADDRESS])
HEAD = ("next_job", "next_thread", "jobs", "scratch", "scratch_size")

_compiling = Lock()  # LLVM's global state is shared


@dataclass(frozen=True)
class Arguments:
    """The arguments of a job: addresses of float32 and sizes by name, its own scratch memory, and its number."""

    floats: dict[str, Floats]
    sizes: dict[str, Index]
    scratch: Floats
    job: Index


class Compiled(ABC):
    """A function `void work(int64 *words)`, compiled at its first use."""

    _lanes = 1  # of its vectors
    _engine: Any = None  # owns the code

    @abstractmethod
    def _module(self) -> ir.Module: ...

    def address(self) -> int:
        """The address of the function. Thread-safe."""
        with _compiling:
            if self._engine is None:
                self._engine = _compiled(self._module(), self._lanes)
            address: int = self._engine.get_function_address(NAME)
        return address

    def assembly(self) -> str:
        """The assembly that LLVM generates for this processor.

        Example:
            >>> from generator.native import rows
            >>> from generator.native.target import targets
            >>> code = rows.active(targets().exact[0]).assembly()
        """
        with _compiling:
            text: str = _machine(self._lanes).emit_assembly(binding.parse_assembly(str(self._module())))
        return text


class Program(Compiled):
    """`write`, which does one job with arguments of these names, compiled for `target`. The function does jobs until
    none is left."""

    def __init__(
        self,
        write: Callable[[Code, Target, Arguments], None],
        target: Target,
        floats: Sequence[str],
        sizes: Sequence[str],
    ) -> None:
        self._write, self._target = write, target
        self._floats, self._sizes = tuple(floats), tuple(sizes)
        self.names = {name: k for k, name in enumerate((*HEAD, *floats, *sizes))}  # index of each word
        self._lanes = target.lanes

    def _module(self) -> ir.Module:
        module, builder, start = begun()
        words = _Words(Code(builder, self._target.lanes), start, self.names)
        floats = {name: words.floats(name) for name in self._floats}
        sizes = {name: words.number(name) for name in self._sizes}
        jobs = words.number("jobs")
        scratch = words.floats("scratch")[words.taken("next_thread") * words.number("scratch_size")]
        turn, work, done = (builder.append_basic_block(name) for name in ("turn", "job", "done"))
        builder.branch(turn)
        builder.position_at_end(turn)
        job = words.taken("next_job")
        builder.cbranch(job.below(jobs), work, done)
        builder.position_at_end(work)
        self._write(words.code, self._target, Arguments(floats, sizes, scratch, job))
        builder.branch(turn)
        builder.position_at_end(done)
        builder.ret_void()
        return module


class _Words:
    """Reads the words by their names."""

    def __init__(self, code: Code, start: Any, names: Mapping[str, int]) -> None:
        self.code, self._start, self._names = code, start, names

    def number(self, name: str) -> Index:
        return Index(self.code, self.code.ir.load(self._place(name), typ=INDEX, align=8))

    def floats(self, name: str) -> Floats:
        return Floats(self.code, self.code.ir.load(self._place(name), typ=ADDRESS, align=8))

    def taken(self, name: str) -> Index:
        """Increment a word atomically and return its old value."""
        one = ir.Constant(INDEX, 1)
        return Index(self.code, self.code.ir.atomic_rmw("add", self._place(name), one, "monotonic"))

    def _place(self, name: str) -> Any:
        return self.code.ir.gep(self._start, [ir.Constant(INDEX, self._names[name])], source_etype=INDEX)


def begun() -> tuple[ir.Module, ir.IRBuilder, Any]:
    """A new module, the builder of its function, and the address of the function's words."""
    module = ir.Module("outis")
    function = ir.Function(module, WORK, NAME)
    return module, ir.IRBuilder(function.append_basic_block("entry")), function.args[0]


def _compiled(module: ir.Module, lanes: int) -> Any:
    """LLVM's optimisation passes are omitted: they take longer than everything else and improve nothing here."""
    machine = _machine(lanes)
    engine = binding.create_mcjit_compiler(binding.parse_assembly(str(module)), machine)
    engine.finalize_object()
    return engine


def _machine(lanes: int) -> Any:
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    features = binding.get_host_cpu_features().flatten()
    if lanes == AVX512_LANES:  # on some processors LLVM would use half of each register
        features += ",-prefer-256-bit"
    default = binding.Target.from_default_triple()
    return default.create_target_machine(cpu=binding.get_host_cpu_name(), features=features, opt=3)
