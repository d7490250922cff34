"""The orders that put a plain value on the stack: numbers, texts and bytes."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from brinery.safety.nodes import ByteArrayNode, Node, Problem

if TYPE_CHECKING:
    from brinery.safety.machine import Machine

__all__ = [
    "CUT",
    "Order",
    "byte_array",
    "constant",
    "digits",
    "float_line",
    "int_line",
    "length",
    "long",
    "long_line",
    "number",
    "raw_bytes",
    "string_line",
    "text",
    "text_line",
]

CUT = "It is not a whole pickle: it was cut short or damaged."
Order = Callable[["Machine"], None]

_MOST_DIGITS = 4_096
_LONG_BYTES = 4_096  # from here on, bytes are looked at where they are


def constant(value: Node) -> Order:
    """Make the order for one known value."""
    return lambda machine: machine.stack.append(value)


def number(form: str) -> Order:
    """Make the order for a number of fixed size."""
    unpack, size = struct.Struct(form).unpack_from, struct.calcsize(form)

    def order(machine: Machine) -> None:
        machine.stack.append(unpack(machine.data, machine.position)[0])
        machine.position += size

    return order


def length(machine: Machine, size: int, *, signed: bool = False) -> int:
    """Take a length."""
    return int.from_bytes(machine.take(size), "little", signed=signed)


def text(size: int) -> Order:
    """Make the order for a text, whose length takes `size` bytes."""

    def order(machine: Machine) -> None:
        data, start = machine.data, machine.position + size
        end = start + int.from_bytes(data[machine.position : start], "little")
        if end > len(data):
            raise Problem(CUT, mend="damaged")
        machine.position = end
        machine.stack.append(data[start:end].decode("utf-8", "surrogatepass"))

    return order


def raw_bytes(size: int, *, is_text: bool = False) -> Order:
    """Make the order for bytes, or for a text of Python 2."""

    def order(machine: Machine) -> None:
        found = machine.take(length(machine, size, signed=is_text and size == 4))
        if is_text:  # Python 2 had one type for both; an array's bytes survive Latin-1
            machine.stack.append(str(found, "latin-1"))
        else:
            machine.stack.append(bytes(found) if len(found) < _LONG_BYTES else found)

    return order


def byte_array(machine: Machine) -> None:
    """Take bytes that can change."""
    machine.push(ByteArrayNode(machine.take(length(machine, 8))))


def long(size: int) -> Order:
    """Make the order for a whole number of any size."""

    def order(machine: Machine) -> None:
        n_bytes = length(machine, size, signed=size == 4)
        if n_bytes > _MOST_DIGITS:
            raise Problem("It holds a number of far too many digits.")
        machine.stack.append(int.from_bytes(machine.take(n_bytes), "little", signed=True))

    return order


def int_line(machine: Machine) -> None:
    """Take a whole number, or a truth value, from a line."""
    line = machine.line()
    known = {b"00": False, b"01": True}
    machine.stack.append(known[line] if line in known else digits(line))


def long_line(machine: Machine) -> None:
    """Take a whole number from a line."""
    machine.stack.append(digits(machine.line().removesuffix(b"L")))


def digits(line: bytes) -> int:
    """Read a whole number of not too many digits."""
    if len(line) > _MOST_DIGITS:
        raise Problem("It holds a number of far too many digits.")
    return int(line)


def string_line(machine: Machine) -> None:
    """Take a text of Python 2, in quotes, from a line."""
    line = machine.line()
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in b"\"'":
        raise Problem(CUT, mend="damaged")
    machine.stack.append(codecs.escape_decode(line[1:-1])[0].decode("latin-1"))


def text_line(machine: Machine) -> None:
    """Take a text from a line."""
    machine.stack.append(str(machine.line(), "raw-unicode-escape"))


def float_line(machine: Machine) -> None:
    """Take a number from a line."""
    machine.stack.append(float(machine.line()))
