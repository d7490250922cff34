"""What a pickle would import, read off its bytes: nothing is imported, called or built.

A pickle is a program for a small machine with a stack. Here the machine runs on inert
values (see `machine.py`), which tells every name that the real one would ask for.
"""

from __future__ import annotations

import pickletools
from dataclasses import dataclass
from typing import Any

from brinery.safety.machine import Reading, read
from brinery.safety.nodes import Node, Problem
from brinery.safety.refusal import Refusal, refused_names, told
from brinery.safety.stream import MAX_PICKLE_BYTES, plain
from brinery.safety.table import ALLOWED, NOBODY, House, present
from brinery.safety.unfold import measure

__all__ = ["MAX_PICKLE_BYTES", "Audit", "Import", "audit", "audited", "explain", "judged"]


@dataclass(frozen=True)
class Import:
    """One thing that a pickle would import.

    Attributes
    ----------
    module, name : str
        As the pickle has them.
    allowed : bool
        Whether the pair is on the door's list, or let in by the operator.
    of_house : bool
        Whether it is a class of the house's own that the operator lets in.
    """

    module: str
    name: str
    allowed: bool
    of_house: bool = False

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True)
class Audit:
    """What a pickle would import, and whether the door would let it in.

    Attributes
    ----------
    imports : tuple of Import
        Each pair once, in the order of its first use.
    problem : str or None
        Why it would be refused whatever it imports: broken, or made to hide something.
    refusal : Refusal or None
        Why it would be refused, and how that is mended; None where it would be let in.
    """

    imports: tuple[Import, ...]
    problem: str | None
    refusal: Refusal | None

    @property
    def allowed(self) -> bool:
        """Whether the door would let it in."""
        return self.refusal is None


def audit(pickled: bytes, house: House = NOBODY) -> Audit:
    """Read what a pickle would import; nothing of it is run.

    Parameters
    ----------
    pickled : bytes
        The whole file: a pickle, or what `joblib.dump` writes, also compressed.
    house : set of (module, name)
        The classes of the house's own that the operator lets in.

    Returns
    -------
    Audit
        Also for what is not a pickle at all: then `problem` says so.
    """
    return audited(pickled, house)[0]


def audited(pickled: bytes, house: House = NOBODY) -> tuple[Audit, Node]:
    """Read a pickle; give also what it describes, for the builders (None if refused)."""
    try:
        reading = read(plain(pickled))
    except Problem as problem:
        reading = Reading(problem=problem)
    return judged(reading, house)


def judged(reading: Reading, house: House = NOBODY) -> tuple[Audit, Node]:
    """Judge what was read of a file, whatever its form."""
    problem = reading.problem
    if problem is None:
        try:
            measure(reading.root)
        except Problem as error:
            problem = error
    imports = tuple(
        Import(
            module,
            name,
            present(module, name) in ALLOWED or (module, name) in house,
            (module, name) in house,
        )
        for module, name in reading.names
    )
    refused = [(one.module, one.name) for one in imports if not one.allowed]
    if refused:
        refusal: Refusal | None = refused_names(refused)
    else:
        refusal = told(problem) if problem else None
    said = str(problem) if problem else None
    return Audit(imports, said, refusal), None if refusal else reading.root


def explain(pickled: bytes) -> list[tuple[int, str, str]]:
    """Say what each step of a pickle does; nothing of it is run.

    Parameters
    ----------
    pickled : bytes
        A whole pickle.

    Returns
    -------
    list of (position, opcode, words)
        Where the step begins in the bytes, its name in Python's own list, and one sentence.
        What can't be read ends the list with a last entry that says so.
    """
    steps: list[tuple[int, str, str]] = []
    code: pickletools.OpcodeInfo
    arg: Any
    try:
        for code, arg, position in pickletools.genops(pickled):
            words = _WORDS.get(code.name) or code.doc.strip().split("\n", 1)[0]
            shown = repr(arg) if arg is not None else ""
            shown = shown if len(shown) <= _MAX_SHOWN else shown[:_MAX_SHOWN] + "…"
            steps.append((position or 0, code.name, words.format(shown)))
    except ValueError:
        last = steps[-1][0] + 1 if steps else 0
        steps.append((last, "?", "The rest is not a pickle: it was cut short or damaged."))
    return steps


_MAX_SHOWN = 60
_WORDS = {
    "APPEND": "Add the top value to the list below it.",
    "APPENDS": "Add all values since the mark to the list below it.",
    "BINBYTES": "Put bytes on the stack: {}.",
    "BINBYTES8": "Put bytes on the stack: {}.",
    "BINFLOAT": "Put the number {} on the stack.",
    "BINGET": "Take value number {} from the memory again.",
    "BININT": "Put the whole number {} on the stack.",
    "BININT1": "Put the whole number {} on the stack.",
    "BININT2": "Put the whole number {} on the stack.",
    "BINPUT": "Remember the top value as number {}.",
    "BINUNICODE": "Put the text {} on the stack.",
    "BUILD": "Fill the object with what it knew: its state.",
    "BYTEARRAY8": "Put bytes that can change on the stack: {}.",
    "EMPTY_DICT": "Put an empty dictionary on the stack.",
    "EMPTY_LIST": "Put an empty list on the stack.",
    "EMPTY_SET": "Put an empty set on the stack.",
    "EMPTY_TUPLE": "Put an empty tuple on the stack.",
    "FRAME": "The next {} bytes belong together and are read in one go.",
    "GLOBAL": "Import {}.",
    "LONG1": "Put the whole number {} on the stack.",
    "LONG_BINGET": "Take value number {} from the memory again.",
    "LONG_BINPUT": "Remember the top value as number {}.",
    "MARK": "Set a mark: what follows belongs together.",
    "MEMOIZE": "Remember the top value, in case it is needed again.",
    "NEWFALSE": "Put False on the stack.",
    "NEWOBJ": "Make an empty object of the class on the stack.",
    "NEWTRUE": "Put True on the stack.",
    "NONE": "Put None, the empty value, on the stack.",
    "PROTO": "This is a pickle of protocol {}.",
    "REDUCE": "Call the function on the stack. This is what makes a stranger's pickle dangerous.",
    "SETITEM": "Put a key and its value into the dictionary below.",
    "SETITEMS": "Put all keys and values since the mark into the dictionary below.",
    "SHORT_BINBYTES": "Put bytes on the stack: {}.",
    "SHORT_BINUNICODE": "Put the text {} on the stack.",
    "STACK_GLOBAL": "Import the name on the stack from the module below it.",
    "STOP": "The end: the top value is the result.",
    "TUPLE": "Make a tuple of all values since the mark.",
    "TUPLE1": "Make a tuple of the top value.",
    "TUPLE2": "Make a tuple of the top two values.",
    "TUPLE3": "Make a tuple of the top three values.",
}
"""Words for the opcodes that a beginner meets; Python's own describe the others."""
