"""The pickle machine on inert values: it reads every order and carries out none.

A pickle is a program for a machine with a stack and a memory. Here a name stays a name and
a call stays a note that something would be called; nothing is imported, called or filled.
What no honest model needs ends the reading: names that are worked out, objects that are
called, orders that depend on another file or on a register of the process.

References
----------
The orders: `pickletools` in Python's standard library; PEP 307, 3154 and 574.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from brinery.safety.literals import CUT
from brinery.safety.nodes import Name, Node, Problem, ThingNode
from brinery.safety.orders import ORDERS, STOP

__all__ = ["Machine", "Reading", "read"]

# What a file may ask for, by its length: an honest one has fewer orders than bytes by far.
_FREE_STEPS, _STEPS_PER_BYTE = 3_000_000, 0.25
_FREE_NODES, _NODES_PER_BYTE = 200_000, 1 / 24
_MOST_NAMES = 100_000
_MOST_NESTED = 20
_MOST_NAME = 400

_WORKED_OUT = "It works out a name as it goes, which no honest model needs."
_COMPUTED = "It would call something that it makes as it goes, which no honest model needs."


@dataclass(eq=False)
class Reading:
    """What was read of a pickle, also where the reading ended early.

    Attributes
    ----------
    root : node
        What the pickle describes; None where `problem` says why it can't be told.
    names : dict of (module, name)
        Every name that it asks for, as it has them, in the order of their first use.
    problem : Problem or None
        Why it is refused whatever it names.
    """

    root: Node = None
    names: dict[tuple[str, str], Name] = field(default_factory=dict)
    problem: Problem | None = None


def read(data: bytes) -> Reading:
    """Read a plain pickle, or a file of joblib's that is not compressed; nothing is run.

    Returns
    -------
    Reading
        It raises nothing: what is wrong is its `problem`.
    """
    reading = Reading()
    machine = Machine(data, reading.names)
    try:
        reading.root = machine.run()
        if machine.position != len(data):
            raise Problem(f"{len(data) - machine.position} bytes follow after its end.")
    except Problem as problem:
        reading.problem = problem
    except (
        ValueError,
        IndexError,
        KeyError,
        OverflowError,
        struct.error,
        TypeError,
        AttributeError,
    ):
        reading.problem = Problem(CUT, mend="damaged")
    return reading


class Machine:
    """Registers of one reading; pickles inside of it share all but stack and memory."""

    __slots__ = (
        "data",
        "is_cut",
        "marks",
        "memory",
        "most_nodes",
        "most_steps",
        "n_nested",
        "n_nodes",
        "names",
        "position",
        "stack",
        "steps_left",
    )

    def __init__(self, data: bytes, names: dict[tuple[str, str], Name]) -> None:
        self.data = data
        self.names = names
        self.position = 0
        self.is_cut = False
        self.n_nested = 0
        self.n_nodes = 0
        self.most_steps = self.steps_left = int(_FREE_STEPS + len(data) * _STEPS_PER_BYTE)
        self.most_nodes = int(_FREE_NODES + len(data) * _NODES_PER_BYTE)

    def run(self) -> Node:
        """Read from here to the end of this pickle."""
        self.stack: list[Node] = []
        self.marks: list[list[Node]] = []
        self.memory: dict[int, Node] = {}
        orders = ORDERS
        data = self.data
        for _ in range(self.steps_left):
            code = data[self.position]
            self.position += 1
            if code == STOP:
                break
            self.steps_left -= 1
            orders[code](self)
        else:
            raise Problem("It has far more orders than its own length explains.")
        if self.is_cut or not self.stack:
            raise Problem(CUT, mend="damaged")
        if self.marks or len(self.stack) != 1:
            raise Problem("It leaves things behind that nobody asked for.")
        return self.stack.pop()

    def run_nested(self) -> Node:
        """Read a pickle that stands inside of this one, from here to its end."""
        self.n_nested += 1
        if self.n_nested > _MOST_NESTED:
            raise Problem("Pickles stand inside of pickles too deep.")
        kept = self.stack, self.marks, self.memory
        root = self.run()
        self.stack, self.marks, self.memory = kept
        self.n_nested -= 1
        return root

    def take(self, n_bytes: int) -> memoryview:
        """Take so many bytes, where they stand."""
        start = self.position
        if not 0 <= n_bytes <= len(self.data) - start:
            raise Problem(CUT, mend="damaged")
        self.position = start + n_bytes
        return memoryview(self.data)[start : start + n_bytes]

    def line(self) -> bytes:
        """Take the rest of a line of text."""
        end = self.data.index(b"\n", self.position)
        found = self.data[self.position : end]
        self.position = end + 1
        return found

    @property
    def n_steps(self) -> int:
        """How many orders were read."""
        return self.most_steps - self.steps_left

    def count(self) -> None:
        """Count one more thing that takes memory."""
        self.n_nodes += 1
        if self.n_nodes > self.most_nodes:
            raise Problem("It describes far more things than its own length explains.")

    def push(self, node: Node) -> None:
        """Put a new node on the stack."""
        self.count()
        self.stack.append(node)

    def since_mark(self) -> list[Node]:
        """Take what was put on the stack since the last mark."""
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def forget(self) -> None:
        """Drop what was put on the stack since the last mark."""
        self.since_mark()

    def name(self, module: Node, name: Node) -> Name:
        """Note a name; nothing is looked up."""
        if type(module) is not str or type(name) is not str:
            raise Problem(_WORKED_OUT)
        found = self.names.get((module, name))
        if found is None:
            if len(module) + len(name) > _MOST_NAME or len(self.names) > _MOST_NAMES:
                raise Problem("It uses a name that is far too long.")
            found = self.names[module, name] = Name(module, name)
        return found

    def make(self, what: Node, args: Node, keywords: Node = None, *, is_call: bool) -> None:
        """Note that something would be made or called."""
        if type(what) is not Name:
            raise Problem(_COMPUTED)
        if type(args) is not tuple:
            raise Problem(CUT, mend="damaged")
        self.push(ThingNode(what, is_call, args, keywords))
