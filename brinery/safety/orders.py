"""Every order that a pickle may give, and what it does on inert values.

References
----------
`pickletools.opcodes` in Python's standard library describes each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brinery.safety import literals, raw
from brinery.safety.literals import CUT, Order
from brinery.safety.nodes import (
    DictNode,
    ListNode,
    Node,
    Problem,
    SetNode,
    ThingNode,
)

if TYPE_CHECKING:
    from brinery.safety.machine import Machine

__all__ = ["ORDERS", "STOP"]

STOP = ord(".")

_BY_NUMBER = "It uses a name by number, so nobody can tell what it would import."
_ELSEWHERE = "It asks for an object that is kept outside of it."
_OUTSIDE = "Part of its data was stored outside of it."
_ODD = "It fills something that can't be filled in this way."
_LATEST_PROTOCOL = 5


def _bad(_machine: Machine) -> None:
    raise Problem(CUT, mend="damaged")


def _refuse(words: str, mend: str = "forged") -> Order:
    def order(_machine: Machine) -> None:
        raise Problem(words, mend=mend)

    return order


def _protocol(machine: Machine) -> None:
    if machine.take(1)[0] > _LATEST_PROTOCOL:
        raise Problem(CUT, mend="damaged")


def _frame(machine: Machine) -> None:
    if literals.length(machine, 8) > len(machine.data) - machine.position:
        machine.is_cut = True  # read on for the names


def _mark(machine: Machine) -> None:
    machine.marks.append(machine.stack)
    machine.stack = []
    machine.count()


def _pop(machine: Machine) -> None:
    if machine.stack:
        machine.stack.pop()
    else:
        machine.since_mark()


def _duplicate(machine: Machine) -> None:
    machine.stack.append(machine.stack[-1])


def _tuple(machine: Machine) -> None:
    items = machine.since_mark()
    machine.push(tuple(items))


def _tuple_of(n_items: int) -> Order:
    def order(machine: Machine) -> None:
        stack = machine.stack
        made = tuple(stack[-n_items:])
        if len(made) != n_items:
            raise Problem(CUT, mend="damaged")
        del stack[-n_items:]
        machine.push(made)

    return order


def _list(machine: Machine) -> None:
    machine.push(ListNode(machine.since_mark()))


def _dict(machine: Machine) -> None:
    machine.push(DictNode(_even(machine.since_mark())))


def _frozen_set(machine: Machine) -> None:
    machine.push(SetNode(machine.since_mark(), is_frozen=True))


def _even(items: list[Node]) -> list[Node]:
    if len(items) % 2:
        raise Problem(CUT, mend="damaged")
    return items


def _append(machine: Machine) -> None:
    _extend(machine.stack[-2], [machine.stack.pop()])


def _appends(machine: Machine) -> None:
    items = machine.since_mark()
    _extend(machine.stack[-1], items)


def _extend(node: Node, items: list[Node]) -> None:
    if type(node) is not ListNode and type(node) is not ThingNode:
        raise Problem(_ODD)
    node.items += items


def _set_item(machine: Machine) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    _set_pairs(machine.stack[-1], [key, value])


def _set_items(machine: Machine) -> None:
    items = _even(machine.since_mark())
    _set_pairs(machine.stack[-1], items)


def _set_pairs(node: Node, items: list[Node]) -> None:
    if type(node) is DictNode:
        node.items += items
    elif type(node) is ThingNode:
        node.pairs += items
    else:
        raise Problem(_ODD)


def _add_items(machine: Machine) -> None:
    items = machine.since_mark()
    node = machine.stack[-1]
    if type(node) is not SetNode or node.is_frozen:
        raise Problem(_ODD)
    node.items += items


def _put(size: int) -> Order:
    def order(machine: Machine) -> None:
        place = literals.length(machine, size) if size else literals.digits(machine.line())
        if not 0 <= place <= machine.n_steps:
            raise Problem("It asks for far more room than its own length explains.")
        machine.memory[place] = machine.stack[-1]

    return order


def _memoize(machine: Machine) -> None:
    memory = machine.memory
    memory[len(memory)] = machine.stack[-1]


def _get(size: int) -> Order:
    def order(machine: Machine) -> None:
        place = literals.length(machine, size) if size else literals.digits(machine.line())
        machine.stack.append(machine.memory[place])

    return order


def _get_short(machine: Machine) -> None:
    machine.stack.append(machine.memory[machine.data[machine.position]])
    machine.position += 1


def _global(machine: Machine) -> None:
    module, name = str(machine.line(), "utf-8"), str(machine.line(), "utf-8")
    machine.stack.append(machine.name(module, name))


def _stack_global(machine: Machine) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    machine.stack.append(machine.name(module, name))


def _reduce(machine: Machine) -> None:
    args, what = machine.stack.pop(), machine.stack.pop()
    machine.make(what, args, is_call=True)


def _new(machine: Machine) -> None:
    args, what = machine.stack.pop(), machine.stack.pop()
    machine.make(what, args, is_call=False)


def _new_with_keywords(machine: Machine) -> None:
    keywords, args, what = machine.stack.pop(), machine.stack.pop(), machine.stack.pop()
    if type(keywords) is not DictNode:
        raise Problem(CUT, mend="damaged")
    machine.make(what, args, keywords, is_call=False)


def _inst(machine: Machine) -> None:
    what = machine.name(str(machine.line(), "ascii"), str(machine.line(), "ascii"))
    machine.make(what, tuple(machine.since_mark()), is_call=True)


def _obj(machine: Machine) -> None:
    what, *args = machine.since_mark()
    machine.make(what, tuple(args), is_call=True)


def _build(machine: Machine) -> None:
    state = machine.stack.pop()
    node = machine.stack[-1]
    if type(node) is not ThingNode:
        raise Problem(_ODD)
    node.states.append(state)
    if raw.is_wrapper(node):
        machine.stack.pop()
        machine.push(raw.array(machine, node))


_BY_LETTER: dict[bytes, Order] = {
    b"(": _mark,
    b"0": _pop,
    b"1": lambda machine: machine.forget(),
    b"2": _duplicate,
    b"F": literals.float_line,
    b"I": literals.int_line,
    b"J": literals.number("<i"),
    b"K": literals.number("<B"),
    b"L": literals.long_line,
    b"M": literals.number("<H"),
    b"N": literals.constant(None),
    b"P": _refuse(_ELSEWHERE, "outside"),
    b"Q": _refuse(_ELSEWHERE, "outside"),
    b"R": _reduce,
    b"S": literals.string_line,
    b"T": literals.raw_bytes(4, is_text=True),
    b"U": literals.raw_bytes(1, is_text=True),
    b"V": literals.text_line,
    b"X": literals.text(4),
    b"a": _append,
    b"b": _build,
    b"c": _global,
    b"d": _dict,
    b"}": lambda machine: machine.push(DictNode()),
    b"e": _appends,
    b"g": _get(0),
    b"h": _get_short,
    b"i": _inst,
    b"j": _get(4),
    b"l": _list,
    b"]": lambda machine: machine.push(ListNode()),
    b"o": _obj,
    b"p": _put(0),
    b"q": _put(1),
    b"r": _put(4),
    b"s": _set_item,
    b"t": _tuple,
    b")": literals.constant(()),
    b"u": _set_items,
    b"G": literals.number(">d"),
    b"\x80": _protocol,
    b"\x81": _new,
    b"\x82": _refuse(_BY_NUMBER),
    b"\x83": _refuse(_BY_NUMBER),
    b"\x84": _refuse(_BY_NUMBER),
    b"\x85": _tuple_of(1),
    b"\x86": _tuple_of(2),
    b"\x87": _tuple_of(3),
    b"\x88": literals.constant(True),
    b"\x89": literals.constant(False),
    b"\x8a": literals.long(1),
    b"\x8b": literals.long(4),
    b"B": literals.raw_bytes(4),
    b"C": literals.raw_bytes(1),
    b"\x8c": literals.text(1),
    b"\x8d": literals.text(8),
    b"\x8e": literals.raw_bytes(8),
    b"\x8f": lambda machine: machine.push(SetNode([])),
    b"\x90": _add_items,
    b"\x91": _frozen_set,
    b"\x92": _new_with_keywords,
    b"\x93": _stack_global,
    b"\x94": _memoize,
    b"\x95": _frame,
    b"\x96": literals.byte_array,
    b"\x97": _refuse(_OUTSIDE, "outside"),
    b"\x98": _refuse(_OUTSIDE, "outside"),
}
ORDERS: tuple[Order, ...] = tuple(_BY_LETTER.get(bytes([code]), _bad) for code in range(256))
"""The order of each byte; STOP is the machine's own."""
