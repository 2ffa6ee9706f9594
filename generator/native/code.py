"""Writing native code as formulas: indices, addresses and vectors of float32 with operators.

A thin layer over llvmlite's IR builder. Python control flow runs at write time: a Python loop writes its body many
times, `Code.loop` writes a loop of the processor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from generator.native.llvm import ir
from generator.native.target import AVX512_LANES, multiplies_halves

FLOAT, INDEX, ADDRESS = ir.FloatType(), ir.IntType(64), ir.PointerType()
HALF, WORD = ir.IntType(16), ir.IntType(32)  # the bits of a bfloat16, and of two
BYTE = ir.IntType(8)
NOT_A_NUMBER = 0x7FC0  # as bfloat16
FUSED = ("contract",)  # allow fused multiply-add with one rounding


class Index:
    """An integer that the processor computes."""

    def __init__(self, code: Code, value: Any) -> None:
        self.code, self.value = code, value

    def __add__(self, other: Index | int) -> Index:
        return Index(self.code, self.code.ir.add(self.value, self.code.index(other).value))

    def __sub__(self, other: Index | int) -> Index:
        return Index(self.code, self.code.ir.sub(self.value, self.code.index(other).value))

    def __mul__(self, other: Index | int) -> Index:
        return Index(self.code, self.code.ir.mul(self.value, self.code.index(other).value))

    def __floordiv__(self, other: Index | int) -> Index:
        """For numbers that are not negative."""
        return Index(self.code, self.code.ir.udiv(self.value, self.code.index(other).value))

    def __mod__(self, other: Index | int) -> Index:
        """For numbers that are not negative."""
        return Index(self.code, self.code.ir.urem(self.value, self.code.index(other).value))

    def below(self, other: Index | int) -> Any:
        return self.code.ir.icmp_signed("<", self.value, self.code.index(other).value)

    def inside(self, size: Index) -> Any:
        """Whether it is at least 0 and below `size`."""
        return self.code.ir.icmp_unsigned("<", self.value, size.value)

    def at_most(self, other: Index | int) -> Index:
        other = self.code.index(other)
        return Index(self.code, self.code.ir.select(self.below(other), self.value, other.value))

    def at_least(self, other: Index | int) -> Index:
        other = self.code.index(other)
        return Index(self.code, self.code.ir.select(self.below(other), other.value, self.value))


class Vector:
    """A register of float32."""

    def __init__(self, code: Code, value: Any) -> None:
        self.code, self.value = code, value

    def __add__(self, other: Vector) -> Vector:
        return Vector(self.code, self.code.ir.fadd(self.value, other.value, flags=FUSED))

    def __sub__(self, other: Vector) -> Vector:
        return Vector(self.code, self.code.ir.fsub(self.value, other.value, flags=FUSED))

    def __mul__(self, other: Vector | float) -> Vector:
        other = other if isinstance(other, Vector) else self.code.constant(other)
        return Vector(self.code, self.code.ir.fmul(self.value, other.value, flags=FUSED))

    def over(self, other: Vector) -> Vector:
        """Divided by `other`."""
        return Vector(self.code, self.code.ir.fdiv(self.value, other.value))

    def at_least_in_size(self, least: float) -> Vector:
        """`least` where it is between that and its opposite."""
        small, size = self.code.constant(least), self.or_if_greater(self * -1.0)
        return small.if_else(self.code.ir.fcmp_ordered("<", size.value, small.value), self)

    def or_if_less(self, other: Vector) -> Vector:
        """The lesser of this and `other`, place by place; NaN stays NaN."""
        less = self.code.ir.fcmp_ordered("<", other.value, self.value)
        return Vector(self.code, self.code.ir.select(less, other.value, self.value))

    def or_if_greater(self, other: Vector) -> Vector:
        """The greater of this and `other`, place by place; NaN stays NaN."""
        greater = self.code.ir.fcmp_ordered(">", other.value, self.value)
        return Vector(self.code, self.code.ir.select(greater, other.value, self.value))

    def if_else(self, condition: Any, other: Vector) -> Vector:
        """This if the condition holds, else the other."""
        return Vector(self.code, self.code.ir.select(condition, self.value, other.value))


class Pairs:
    """A vector of pairs of bfloat16, which a product multiplies first with first and second with second."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _Bfloat(ir.Type):  # type: ignore[misc]  # llvmlite has no such type
    def _to_string(self) -> str:
        return "bfloat"


BFLOAT = _Bfloat()


class Floats:
    """The address of float32 values, or of pairs of bfloat16 in their places."""

    def __init__(self, code: Code, address: Any) -> None:
        self.code, self.address = code, address

    def __getitem__(self, at: Index | int) -> Floats:
        """The address of value `at`."""
        at = self.code.index(at)
        return Floats(self.code, self.code.ir.gep(self.address, [at.value], source_etype=FLOAT))

    def vector(self) -> Vector:
        return Vector(self.code, self.code.ir.load(self.address, typ=self.code.vector, align=4))

    def everywhere(self) -> Vector:
        """Load one value into all places of a vector."""
        return self.code.everywhere(self.code.ir.load(self.address, typ=FLOAT, align=4))

    def store(self, vector: Vector) -> None:
        self.code.ir.store(vector.value, self.address, align=4)

    def pairs(self) -> Pairs:
        return Pairs(self.code.ir.load(self.address, typ=self.code.words, align=4))

    def pair_everywhere(self) -> Pairs:
        """Load one pair into all places of a vector."""
        return Pairs(self.code.in_all_places(self.code.ir.load(self.address, typ=WORD, align=4), self.code.words))

    def halves(self) -> Vector:
        """Load as many bfloat16 as a vector has places, stored in half as many places."""
        build = self.code.ir
        bits = build.load(self.address, typ=ir.VectorType(HALF, self.code.lanes), align=2)
        return Vector(self.code, build.bitcast(self.code.upper(build.zext(bits, self.code.words)), self.code.vector))

    def store_halves(self, vector: Vector) -> None:
        """Store the vector as bfloat16, rounded to the nearest, in half as many places."""
        self.code.ir.store(self.code.as_halves(vector), self.address, align=2)

    def store_pixels(self, at: Index, colours: Sequence[Vector]) -> None:
        """Store a pixel for each place of the colours, which are about -1 to 1: interleaved bytes, from byte `at`
        on."""
        build, lanes = self.code.ir, self.code.lanes
        undefined = ir.Constant(ir.VectorType(BYTE, lanes), ir.Undefined)
        values = [self.code.as_bytes(colour) for colour in colours]
        values += [undefined] * (len(values) % 2)
        everything = ir.Constant(ir.VectorType(WORD, 2 * lanes), [ir.Constant(WORD, k) for k in range(2 * lanes)])
        pairs = [build.shuffle_vector(a, b, everything) for a, b in zip(values[::2], values[1::2], strict=True)]
        turns = [ir.Constant(WORD, colour * lanes + k) for k in range(lanes) for colour in range(len(colours))]
        pixels = build.shuffle_vector(*pairs, ir.Constant(ir.VectorType(WORD, len(turns)), turns))
        build.store(pixels, build.gep(self.address, [at.value], source_etype=BYTE), align=1)

    def store_index(self, index: Index) -> None:
        """Store an integer in place of two values."""
        self.code.ir.store(index.value, self.address, align=4)

    def stored_index(self) -> Index:
        return Index(self.code, self.code.ir.load(self.address, typ=INDEX, align=4))

    def fetch(self, to_write: bool = False) -> None:
        """Prefetch the cache line here; no effect if the address is invalid."""
        types = ir.FunctionType(ir.VoidType(), [ADDRESS, WORD, WORD, WORD])
        near, data = 3, 1  # into the first-level cache
        options = [ir.Constant(WORD, value) for value in (int(to_write), near, data)]
        self.code.ir.call(self.code.declared("llvm.prefetch.p0", types), [self.address, *options])

    def if_else(self, condition: Any, other: Floats) -> Floats:
        """This address if the condition holds, else the other."""
        return Floats(self.code, self.code.ir.select(condition, self.address, other.address))


@dataclass
class Loop:
    """A loop that is being written: its index, and the values that one iteration hands to the next."""

    index: Index
    handed: list[Vector]
    handing: list[Vector] = field(default_factory=list)  # to the next iteration, set by the body


class Code:
    """The body of a function being written, for vectors of `lanes` values."""

    def __init__(self, builder: Any, lanes: int) -> None:
        self.ir, self.lanes = builder, lanes
        self.vector, self.words = ir.VectorType(FLOAT, lanes), ir.VectorType(WORD, lanes)
        self.scalars = self if lanes == 1 else Code(builder, 1)  # the same for single values

    def index(self, value: Index | int) -> Index:
        return value if isinstance(value, Index) else Index(self, ir.Constant(INDEX, value))

    def constant(self, value: float) -> Vector:
        return Vector(self, ir.Constant(self.vector, [ir.Constant(FLOAT, float(value))] * self.lanes))

    def number(self, index: Index) -> Vector:
        """An integer as float32, in all places."""
        return self.everywhere(self.ir.sitofp(index.value, FLOAT))

    def everywhere(self, value: Any) -> Vector:
        return Vector(self, self.in_all_places(value, self.vector))

    def in_all_places(self, value: Any, vector: Any) -> Any:
        undefined = ir.Constant(vector, ir.Undefined)
        first = self.ir.insert_element(undefined, value, ir.Constant(WORD, 0))
        return self.ir.shuffle_vector(first, undefined, ir.Constant(self.words, [0] * self.lanes))

    def multiply_add(self, a: Vector, b: Vector, c: Vector) -> Vector:
        """a * b + c, rounded once."""
        types = ir.FunctionType(self.vector, [self.vector] * 3)
        function = self.declared(f"llvm.fma.v{self.lanes}f32", types)
        return Vector(self, self.ir.call(function, [a.value, b.value, c.value]))

    @property
    def _has_halves(self) -> bool:
        """Whether the processor has instructions of bfloat16 for these vectors."""
        return self.lanes == AVX512_LANES and multiplies_halves()

    def as_halves(self, vector: Vector) -> Any:
        """The vector as bfloat16, rounded to the nearest."""
        if self._has_halves:
            types = ir.FunctionType(ir.VectorType(BFLOAT, self.lanes), [self.vector])
            return self.ir.call(self.declared("llvm.x86.avx512bf16.cvtneps2bf16.512", types), [vector.value])
        build, words = self.ir, self.words

        def all_places(value: int) -> Any:
            return ir.Constant(words, [ir.Constant(WORD, value)] * self.lanes)

        bits = build.bitcast(vector.value, words)
        odd = build.and_(build.lshr(bits, all_places(16)), all_places(1))  # a tie goes to the even neighbour
        rounded = build.lshr(build.add(build.add(bits, all_places(0x7FFF)), odd), all_places(16))
        wrong = build.fcmp_unordered("uno", vector.value, vector.value)  # NaN stays NaN
        halves = build.select(wrong, all_places(NOT_A_NUMBER), rounded)
        return build.trunc(halves, ir.VectorType(HALF, self.lanes))

    def as_bytes(self, vector: Vector) -> Any:
        """Numbers of about -1 to 1 as bytes, rounded at every step like torch's operators."""
        scaled = self.ir.fmul(vector.value, self.constant(127.5).value)
        shifted = Vector(self, self.ir.fadd(scaled, self.constant(128).value))
        inside = shifted.or_if_greater(self.constant(0)).or_if_less(self.constant(255))
        whole = self.ir.fptosi(inside.value, self.words)
        return self.ir.trunc(whole, ir.VectorType(BYTE, self.lanes))

    def multiply_add_pairs(self, a: Pairs, b: Pairs, c: Vector) -> Vector:
        """Both products of each place of a and b, added to c."""
        if self._has_halves:
            halves = ir.VectorType(BFLOAT, 2 * self.lanes)
            types = ir.FunctionType(self.vector, [self.vector, halves, halves])
            product = self.declared("llvm.x86.avx512bf16.dpbf16ps.512", types)
            factors = [self.ir.bitcast(pairs.value, halves) for pairs in (a, b)]
            return Vector(self, self.ir.call(product, [c.value, *factors]))
        # elsewhere two products: only for tests, on processors that do not render live images this way
        for first, second in zip(self._halves(a), self._halves(b), strict=True):
            c = self.multiply_add(first, second, c)
        return c

    def _halves(self, pairs: Pairs) -> list[Vector]:
        """As float32, whose upper bits are those of bfloat16."""
        upper = ir.Constant(self.words, [ir.Constant(WORD, 0xFFFF0000)] * self.lanes)
        both = self.upper(pairs.value), self.ir.and_(pairs.value, upper)
        return [Vector(self, self.ir.bitcast(half, self.vector)) for half in both]

    def upper(self, words: Any) -> Any:
        """Move the lower 16 bits of words to the upper half."""
        return self.ir.shl(words, ir.Constant(self.words, [ir.Constant(WORD, 16)] * self.lanes))

    def one_over_root(self, vector: Vector) -> Vector:
        """1 / sqrt, both rounded exactly."""
        root = self.declared(f"llvm.sqrt.v{self.lanes}f32", ir.FunctionType(self.vector, [self.vector]))
        return Vector(self, self.ir.fdiv(self.constant(1).value, self.ir.call(root, [vector.value])))

    def sums(self, vectors: Sequence[Vector]) -> Vector:
        """Place k: the sum of all places of vector k, for as many vectors as one has places.

        Pairwise: parts of the first vector as wide as what is summed already, and those of the second beside them.
        """
        width = 1
        while len(vectors) > 1:
            vectors = [self._halved(a, b, width) for a, b in zip(vectors[::2], vectors[1::2], strict=True)]
            width *= 2
        return vectors[0]

    def _halved(self, a: Vector, b: Vector, width: int) -> Vector:
        """The sums of each two parts of a, `width` places wide, each followed by that of the same two of b."""
        parts = []
        for first in (0, width):
            starts = [start + of for start in range(first, self.lanes, 2 * width) for of in (0, self.lanes)]
            parts.append(self._chosen(a, b, [start + k for start in starts for k in range(width)]))
        return parts[0] + parts[1]

    def in_turns(self, a: Vector, b: Vector) -> list[Vector]:
        """Two vectors: place 0 of a, place 0 of b, place 1 of a, and so on."""
        places = [place + of for place in range(self.lanes) for of in (0, self.lanes)]
        return [self._chosen(a, b, places[: self.lanes]), self._chosen(a, b, places[self.lanes :])]

    def _chosen(self, a: Vector, b: Vector, places: Sequence[int]) -> Vector:
        """Places of a, and from `lanes` on those of b."""
        mask = ir.Constant(self.words, [ir.Constant(WORD, place) for place in places])
        return Vector(self, self.ir.shuffle_vector(a.value, b.value, mask))

    def at(self, floats: Floats) -> Floats:
        """The same address, for the vectors of this code."""
        return Floats(self, floats.address)

    def declared(self, name: str, types: Any) -> Any:
        known = self.ir.module.globals.get(name)
        return ir.Function(self.ir.module, types, name) if known is None else known

    @contextmanager
    def loop(
        self, stop: Index | int, start: Index | int = 0, step: Index | int = 1, handed: Sequence[Vector] = ()
    ) -> Iterator[Loop]:
        """What is written inside is repeated for start, start + step, ... below stop. After the loop, `Loop.handed` is
        what the last iteration handed on."""
        start, stop = self.index(start), self.index(stop)
        before = self.ir.block
        head, body, end = (self.ir.append_basic_block(name) for name in ("loop", "turn", "after"))
        self.ir.branch(head)
        self.ir.position_at_end(head)
        index = self.ir.phi(INDEX)
        index.add_incoming(start.value, before)
        values = [self.ir.phi(self.vector) for _ in handed]
        for value, first in zip(values, handed, strict=True):
            value.add_incoming(first.value, before)
        loop = Loop(Index(self, index), [Vector(self, value) for value in values])
        self.ir.cbranch(loop.index.below(stop), body, end)
        self.ir.position_at_end(body)
        yield loop
        index.add_incoming((loop.index + step).value, self.ir.block)
        for value, following in zip(values, loop.handing, strict=True):
            value.add_incoming(following.value, self.ir.block)
        self.ir.branch(head)
        self.ir.position_at_end(end)

    @contextmanager
    def when(self, condition: Any) -> Iterator[None]:
        """What is written inside runs only if the condition holds."""
        with self.ir.if_then(condition):
            yield
