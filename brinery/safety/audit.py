"""What a pickle would import, read off its bytes: nothing is imported, called or built.

A pickle is a program for a small machine with a stack. Here the machine runs on names
and blanks only, which is enough to know every name that the real one would ask for.
"""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from brinery.safety.table import ALLOWED, OLD_MODULES

__all__ = ["MAX_PICKLE_BYTES", "Audit", "Import", "audit", "explain", "refusal"]

MAX_PICKLE_BYTES = 2**31
_MARK = object()
_STORING = frozenset({"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"})
_FETCHING = frozenset({"GET", "BINGET", "LONG_BINGET"})
_REFUSED = {
    "EXT1": "It uses a name by number, so nobody can tell what it would import.",
    "EXT2": "It uses a name by number, so nobody can tell what it would import.",
    "EXT4": "It uses a name by number, so nobody can tell what it would import.",
    "PERSID": "It asks for an object that is kept outside of it.",
    "BINPERSID": "It asks for an object that is kept outside of it.",
    "NEXT_BUFFER": "Part of its data was stored outside of it.",
    "READONLY_BUFFER": "Part of its data was stored outside of it.",
}


@dataclass(frozen=True)
class Import:
    """One thing that a pickle would import.

    Attributes
    ----------
    module, name : str
        As the pickle has them.
    allowed : bool
        Whether the pair is on the door's list.
    """

    module: str
    name: str
    allowed: bool

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
    """

    imports: tuple[Import, ...]
    problem: str | None

    @property
    def allowed(self) -> bool:
        """Whether the door would let it in."""
        return self.problem is None and all(one.allowed for one in self.imports)


class _Problem(Exception):
    """Why the pickle is refused."""


def audit(pickled: bytes) -> Audit:
    """Read what a pickle would import; nothing of it is run.

    Parameters
    ----------
    pickled : bytes
        The whole file.

    Returns
    -------
    Audit
        Also for what is not a pickle at all: then `problem` says so.
    """
    found: dict[tuple[str, str], None] = {}
    problem = None
    try:
        for pair in _pairs(pickled):
            found[pair] = None
    except _Problem as error:
        problem = str(error)
    except (ValueError, IndexError, KeyError, OverflowError, EOFError):
        problem = "It is not a whole pickle: it was cut short or damaged."
    return Audit(
        tuple(
            Import(module, name, (OLD_MODULES.get(module, module), name) in ALLOWED)
            for module, name in found
        ),
        problem,
    )


def refusal(found: Audit) -> str:
    """Say in one sentence why the door refuses a pickle, or "" where it does not."""
    refused = [str(one) for one in found.imports if not one.allowed]
    if refused:
        more = f" and {len(refused) - 3} more" if len(refused) > 3 else ""
        return (
            f"The file would use {', '.join(refused[:3])}{more}, which is not on the list of "
            "what a model may use."
        )
    return found.problem or ""


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


def _pairs(pickled: bytes) -> Iterator[tuple[str, str]]:
    """Run the pickle's machine on names and blanks, and give each pair that it asks for."""
    if len(pickled) > MAX_PICKLE_BYTES:
        raise _Problem(f"It is larger than {MAX_PICKLE_BYTES >> 20} MiB.")
    stack: list[Any] = []
    memo: dict[int, Any] = {}
    end = 0
    code: pickletools.OpcodeInfo
    arg: Any
    for step, (code, arg, position) in enumerate(pickletools.genops(pickled)):
        name = code.name
        if name in _REFUSED:
            raise _Problem(_REFUSED[name])
        if name in _STORING:
            place = len(memo) if name == "MEMOIZE" else int(arg)
            if not 0 <= place <= step:
                raise _Problem("It asks for far more room than its own length explains.")
            memo[place] = stack[-1]
        elif name in _FETCHING:
            stack.append(memo[int(arg)])
        elif name == "DUP":
            stack.append(stack[-1])
        elif name == "STACK_GLOBAL":
            last, first = stack.pop(), stack.pop()
            if not isinstance(first, str) or not isinstance(last, str):
                raise _Problem("It works out a name as it goes, which no honest model needs.")
            yield first, last
            stack.append(None)
        else:
            if name in {"GLOBAL", "INST"}:
                module, _, wanted = str(arg).partition(" ")
                yield module, wanted
            _move(code, arg, stack)
        if name == "STOP":
            end = (position or 0) + 1
    if end != len(pickled):
        raise _Problem(f"{len(pickled) - end} bytes follow after its end.")


def _move(code: pickletools.OpcodeInfo, arg: Any, stack: list[Any]) -> None:
    """Take from the stack, and put on it, what an opcode takes and puts."""
    if code.name == "MARK":
        stack.append(_MARK)
        return
    if pickletools.markobject in code.stack_before:
        while stack.pop() is not _MARK:
            pass
        n_before = code.stack_before.index(pickletools.markobject)
    else:
        n_before = len(code.stack_before)
    for _ in range(n_before):
        stack.pop()
    is_text = isinstance(arg, str) and code.name not in {"GLOBAL", "INST"}
    stack.extend([arg if is_text else None] * len(code.stack_after))
