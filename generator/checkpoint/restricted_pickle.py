"""Read a pickle without running it: an interpreter of the pickle opcodes that makes inert values only.

Python's `pickle` imports what a file names and calls it. Here a name becomes a `Name`, a call becomes a `Call`,
and nothing is imported, looked up or called; the readers then recognise the few calls that mean tensors. A name
that no model needs is refused at once, so that files with a payload are recognised.

The opcodes are those that Python 3 writes in protocols 2 to 5 (PEP 307, 3154, 574; `pickletools` documents each).
Time and memory are bounded by the `Budget`: large byte strings stay in the file as sections, integers are
short, dictionary keys are such that hashing and comparing them is cheap.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from generator.checkpoint.file_slice import FormatError, Stream
from generator.checkpoint.inert_objects import Call, Name, Persistent

KEPT_BYTES = 512  # longer byte strings stay in the file
MAX_INTEGER = 32  # bytes
MAX_KEY = 2**60  # integers beyond have hashes that can be made to collide
PYTHON_2 = (b"S", b"T", b"U")  # opcodes
MAX_NAME = 200  # characters of a module or class name

Permit = Callable[[str, str], bool]  # (module, name) -> whether a model may name it


@dataclass
class Budget:
    """What may be spent on all pickles of one file together."""

    opcodes: int = 200_000  # a snapshot of three 1024 px networks has about 30,000
    text: int = 64_000_000  # bytes of strings


def read_pickle(stream: Stream, permit: Permit, budget: Budget, seen: list[Persistent] | None = None) -> object:
    """The value of the pickle that begins at the stream's position; the stream is left behind its end.

    Every persistent id is appended to `seen` too.

    Numbers, strings, bytes (`Section` where they are long), lists, tuples and dicts are themselves; sets are lists;
    everything else is a `Name`, `Call` or `Persistent`. Raises `FormatError`.
    """
    return _Machine(stream, permit, budget, [] if seen is None else seen).run()


class _Machine:
    """The stack machine of the pickle format. Marks keep the stack below aside, as in Python's own."""

    def __init__(self, stream: Stream, permit: Permit, budget: Budget, seen: list[Persistent]) -> None:
        self.seen = seen
        self.stream = stream
        self.permit = permit
        self.budget = budget
        self.stack: list[object] = []
        self.below: list[list[object]] = []
        self.memo: dict[int, object] = {}

    def run(self) -> object:
        take, step_of, spent = self.stream.take, _STEPS.get, 0
        try:
            while (code := take(1)) != b".":
                step = step_of(code)
                if code in PYTHON_2:
                    raise FormatError("is a pickle of Python 2, with 8-bit text; save it again with Python 3")
                if step is None:
                    raise FormatError(f"is damaged or not a model: its pickle has opcode {code!r}, which no model uses")
                step(self)
                spent += 1
                if spent > self.budget.opcodes:
                    raise FormatError("is not a model: its pickle takes more steps than any model's")
            return self.stack.pop()
        except (IndexError, KeyError) as error:  # of the stack and the memo
            raise FormatError("is damaged: its pickle uses an undefined value") from error
        finally:
            self.budget.opcodes -= spent

    # Numbers and other plain values

    def integer(self, code: str) -> None:
        self.stack.append(self.number(code))

    def number(self, code: str) -> int:
        value: int = struct.unpack(code, self.stream.take(struct.calcsize(code)))[0]
        return value

    def long_integer(self, code: str) -> None:
        length = self.number(code)
        if not 0 <= length <= MAX_INTEGER:
            raise FormatError(f"is not a model: its pickle has an integer of {length} bytes")
        self.stack.append(int.from_bytes(self.stream.take(length), "little", signed=True))

    def real(self) -> None:
        self.stack.append(struct.unpack(">d", self.stream.take(8))[0])

    def text(self, code: str) -> None:
        length = self.number(code)
        self.budget.text -= length
        if self.budget.text < 0:
            raise FormatError("is not a model: its pickle has more text than any model's")
        try:
            self.stack.append(self.stream.take(length).decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError as error:
            raise FormatError("is damaged: its pickle has text that is not UTF-8") from error

    def binary(self, code: str) -> None:
        length = self.number(code)
        kept = length <= KEPT_BYTES
        self.stack.append(self.stream.take(length) if kept else self.stream.leave(length))

    def constant(self, value: object) -> None:
        self.stack.append(value)

    # Containers

    def mark(self) -> None:
        self.below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[object]:
        found, self.stack = self.stack, self.below.pop()
        return found

    def new_list(self) -> None:
        self.stack.append([])

    def new_dict(self) -> None:
        self.stack.append({})

    def marked_tuple(self) -> None:
        values = tuple(self.since_mark())  # which brings back the stack that is below
        self.stack.append(values)

    def short_tuple(self, count: int) -> None:
        if len(self.stack) < count:
            raise IndexError
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def append(self) -> None:
        self.extend_top([self.stack.pop()])

    def appends(self) -> None:
        self.extend_top(self.since_mark())

    def extend_top(self, values: list[object]) -> None:
        top = self.stack[-1]
        if not isinstance(top, list | Call):
            raise FormatError("is damaged: its pickle appends to something that is not a list")
        (top.elements if isinstance(top, Call) else top).extend(values)

    def set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.set_on_top([key, value])

    def set_items(self) -> None:
        self.set_on_top(self.since_mark())

    def set_on_top(self, pairs: list[object]) -> None:
        top = self.stack[-1]
        if not isinstance(top, dict | Call) or len(pairs) % 2:
            raise FormatError("is damaged: its pickle sets items of something that is not a dictionary")
        items = top.items if isinstance(top, Call) else top
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            items[_checked_key(key)] = value

    # Memo and stack

    def put(self, code: str) -> None:
        self.memo[self.number(code)] = self.stack[-1]

    def memoize(self) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def get(self, code: str) -> None:
        self.stack.append(self.memo[self.number(code)])

    def pop(self) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.since_mark()

    def pop_mark(self) -> None:
        self.since_mark()

    # Names and calls, which stay words

    def name(self) -> None:
        module, name = self.stream.line(MAX_NAME), self.stream.line(MAX_NAME)
        self.push_name(module.decode("utf-8", "replace"), name.decode("utf-8", "replace"))

    def stack_name(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.push_name(module, name)

    def push_name(self, module: object, name: object) -> None:
        if not (isinstance(module, str) and isinstance(name, str)):
            raise FormatError("is damaged: its pickle has a name that is not text")
        if not (self.permit(module, name) or f"{module}.{name}" in _ASKED_LATER):
            raise _needless(f"{module}.{name}")
        self.stack.append(Name(module, name))

    def call(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        self.push_call(function, arguments)

    def call_with_keywords(self) -> None:
        keywords, arguments, function = self.stack.pop(), self.stack.pop(), self.stack.pop()
        if keywords != {}:
            raise FormatError("is not a model: its pickle makes an object with keywords")
        self.push_call(function, arguments)

    def push_call(self, function: object, arguments: object) -> None:
        if isinstance(function, Call) and function.asks_for(*_TYPES):  # the type that dill would find by its name
            function = function.function
        if not isinstance(function, Name) or not isinstance(arguments, tuple):
            raise FormatError("is not a model: its pickle calls something that is not a name")
        if str(function) in _ATTRIBUTES and (path := _path_of(arguments)) is not None:
            return self.push_name(*path)
        if str(function) in _ASKED_LATER:
            raise _needless(str(function))
        if str(function) == "_codecs.encode" and arguments and isinstance(arguments[0], str):
            self.stack.append(self.bytes_of(arguments[0]))
        else:
            self.stack.append(Call(function, arguments))

    def bytes_of(self, text: str) -> bytes:
        """Bytes as protocol 2 writes them, as text; made here and once, since many values may share one text."""
        self.budget.text -= len(text)
        if self.budget.text < 0:
            raise FormatError("is not a model: its pickle has more text than any model's")
        return text.encode("latin-1", "replace")

    def build(self) -> None:
        state, built = self.stack.pop(), self.stack[-1]
        if not isinstance(built, Call):
            raise FormatError("is damaged: its pickle sets the state of something that is not an object")
        built.state = state

    def persistent(self) -> None:
        self.seen.append(Persistent(self.stack.pop()))
        self.stack.append(self.seen[-1])

    # Headers

    def protocol(self) -> None:
        version = self.number("<B")
        if not 2 <= version <= 5:
            raise FormatError(f"is a pickle of protocol {version}; models use 2 to 5")

    def frame(self) -> None:
        self.number("<Q")  # a hint for buffering


def _checked_key(key: object) -> object:
    """Refuse keys whose hash takes endless time (nested tuples) or can be made to collide (huge integers)."""
    if isinstance(key, int) and not -MAX_KEY < key < MAX_KEY:
        raise FormatError("is not a model: its pickle has a huge number as the key of a dictionary")
    if key is not None and not isinstance(key, str | int | float | bytes | Name | Call):
        raise FormatError(f"is not a model: its pickle has a {type(key).__name__} as the key of a dictionary")
    return key


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:100])


def _path_of(arguments: tuple[object, ...]) -> tuple[str, str] | None:
    """The module and the name that dill would look up for a built-in function; None if it is another attribute."""
    match arguments:
        case (Call(arguments=(str(module),)) as found, str(name)) if found.asks_for(_MODULE):
            return module.replace("._multiarray_umath", ".multiarray"), name  # numpy's own name for where it lives
        case (Name(module="dill", name="_dill"), str(name), Name(module="builtins", name="setattr")):
            return "dill._dill", name  # with what to take where that dill has it not
    return None


def _needless(name: str) -> FormatError:
    return FormatError(f"asks for {_printable(name)}, which no model needs; nothing was executed")


_TYPES = ("dill._dill._load_type",)
_MODULE = "dill._dill._import_module"
_ASKED_LATER = ("builtins.getattr", "builtins.setattr")  # refused when they are called, but for what dill calls
_ATTRIBUTES = ("dill._dill._get_attr", "builtins.getattr")
Step = Callable[[_Machine], None]


def _with(method: Callable[[_Machine, str], None], code: str) -> Step:
    return lambda machine: method(machine, code)


def _constant(value: object) -> Step:
    return lambda machine: machine.constant(value)


def _tuple_of(count: int) -> Step:
    return lambda machine: machine.short_tuple(count)


_STEPS: dict[bytes, Step] = {
    b"\x80": _Machine.protocol,
    b"\x95": _Machine.frame,
    b"N": _constant(None),
    b"\x88": _constant(True),
    b"\x89": _constant(False),
    b"J": _with(_Machine.integer, "<i"),
    b"K": _with(_Machine.integer, "<B"),
    b"M": _with(_Machine.integer, "<H"),
    b"\x8a": _with(_Machine.long_integer, "<B"),
    b"\x8b": _with(_Machine.long_integer, "<i"),
    b"G": _Machine.real,
    b"X": _with(_Machine.text, "<I"),
    b"\x8c": _with(_Machine.text, "<B"),
    b"\x8d": _with(_Machine.text, "<Q"),
    b"B": _with(_Machine.binary, "<I"),
    b"C": _with(_Machine.binary, "<B"),
    b"\x8e": _with(_Machine.binary, "<Q"),
    b"\x96": _with(_Machine.binary, "<Q"),  # a bytearray, which is read as bytes
    b"(": _Machine.mark,
    b")": _constant(()),
    b"t": _Machine.marked_tuple,
    b"\x85": _tuple_of(1),
    b"\x86": _tuple_of(2),
    b"\x87": _tuple_of(3),
    b"]": _Machine.new_list,
    b"a": _Machine.append,
    b"e": _Machine.appends,
    b"}": _Machine.new_dict,
    b"s": _Machine.set_item,
    b"u": _Machine.set_items,
    b"\x8f": _Machine.new_list,  # a set: nobody asks whether it holds something
    b"\x90": _Machine.appends,
    b"\x91": _Machine.marked_tuple,  # a frozen set
    b"q": _with(_Machine.put, "<B"),
    b"r": _with(_Machine.put, "<I"),
    b"\x94": _Machine.memoize,
    b"h": _with(_Machine.get, "<B"),
    b"j": _with(_Machine.get, "<I"),
    b"0": _Machine.pop,
    b"1": _Machine.pop_mark,
    b"c": _Machine.name,
    b"\x93": _Machine.stack_name,
    b"R": _Machine.call,
    b"\x81": _Machine.call,  # NEWOBJ: a class instead of a function
    b"\x92": _Machine.call_with_keywords,
    b"b": _Machine.build,
    b"Q": _Machine.persistent,
}
