"""The programs of every kind of processor in its own instructions: run where this one has them, else only compiled.

The other tests run all of them here too, on whatever instructions there are; LLVM then writes wide vectors as several
narrow ones."""

from __future__ import annotations

from functools import cache

import pytest
from llvmlite import binding

from generator.native import code, image, pixels, rows, taps, winograd
from generator.native.target import Targets, targets
from tests.support.native_fixtures import HALVES, PROCESSORS

PROGRAMS = {
    "taps.doubling": taps.doubling,
    "taps.same_size": taps.same_size,
    "winograd.convolution": winograd.convolution,
    "image": image.image,
    "pixels": pixels.pixels,
    "rows.styles": rows.styles,
    "rows.norms": rows.norms,
    "rows.active": rows.active,
}
CPUS = {  # that LLVM compiles for, and how such code names its registers
    "AVX-512": ("x86_64-unknown-linux-gnu", "skylake-avx512", "%zmm"),
    "AVX-512 with bfloat16": ("x86_64-unknown-linux-gnu", "znver4", "%zmm"),
    "AVX2": ("x86_64-unknown-linux-gnu", "haswell", "%ymm"),
    "NEON": ("aarch64-unknown-linux-gnu", "cortex-a72", ".4s"),
}


def runs_here(processor: Targets) -> bool:
    """Whether this machine has its instructions: all of float32, and those of bfloat16 if it has any."""
    here = targets()
    return processor == here or (processor.exact == here.exact and not processor.halves)


def named(processor: str) -> str:
    return processor if runs_here(PROCESSORS[processor]) else f"{processor}, only compiled"


@cache
def machine(triple: str, cpu: str) -> binding.TargetMachine:
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    try:
        found = binding.Target.from_triple(triple)
    except RuntimeError:
        pytest.skip(f"This LLVM cannot compile for {triple}, so its programs are not even compiled.")
    return found.create_target_machine(cpu=cpu, opt=3)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("processor", CPUS, ids=named)
def test_programs_are_written_in_the_processors_own_registers(
    processor: str, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    triple, cpu, register = CPUS[processor]
    here = PROCESSORS[processor]
    monkeypatch.setattr(code, "multiplies_halves", lambda: here == HALVES)
    for target in (*here.exact, *here.halves):
        module = PROGRAMS[program].__wrapped__(target)._module()
        text = machine(triple, cpu).emit_assembly(binding.parse_assembly(str(module)))
        assert register in text
        assert not any(line.split()[:1] in (["bl"], ["callq"]) for line in text.splitlines())  # nothing in software


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("processor", CPUS, ids=named)
def test_programs_of_this_processor_load(processor: str, program: str) -> None:
    here = PROCESSORS[processor]
    if not runs_here(here):
        pytest.skip(f"This processor has no {processor}: its programs are only compiled.")
    assert all(PROGRAMS[program](target).address() for target in (*here.exact, *here.halves))


def test_the_assembly_of_a_program_can_be_read() -> None:
    for target in targets().exact:  # of other processors LLVM has no assembler here
        assert "work:" in rows.active(target).assembly()
