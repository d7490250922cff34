"""What goes to standard output, and what to standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brinery.model.model import Model
    from brinery.registry.save import Ref
    from brinery.registry.shelf import Shelf

__all__ = ["NowAndThen", "Steps", "aligned", "say", "say_json", "say_saved", "tell"]

_TELL_SECONDS = 2.0


@dataclass
class Steps:
    """Writes each step of some work to standard error, once."""

    last: str = ""

    def __call__(self, fields: dict[str, Any]) -> None:
        """Take what the work says of itself."""
        step = str(fields.get("step", ""))
        if step and step != self.last:
            self.last = step
            tell(step)


@dataclass
class NowAndThen:
    """Writes how far some work is to standard error, every few seconds at most.

    Attributes
    ----------
    words : callable
        Gives the line, from how much is done.
    """

    words: Callable[[int], str]
    told_at: float = field(default_factory=time.monotonic)

    def __call__(self, n_done: int) -> None:
        """Take how much is done."""
        if time.monotonic() - self.told_at > _TELL_SECONDS:
            self.told_at = time.monotonic()
            tell(self.words(n_done))


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Give the rows as lines whose columns stand under each other."""
    flat = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in flat) for i in range(len(flat[0]))]
    for row in flat:
        yield "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()


def _printable(text: str) -> str:
    """Keep control codes from the terminal: a column's name may hold some."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def say(*lines: str) -> None:
    """Write lines to standard output."""
    encoding = _encoding()
    for line in lines:
        kept = _printable(line).encode(encoding, "backslashreplace").decode(encoding)
        sys.stdout.write(kept + "\n")


def say_json(value: Any) -> None:
    """Write JSON to standard output, in letters that it can hold."""
    all_letters = _encoding().lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(value, ensure_ascii=not all_letters, indent=1) + "\n")


def say_saved(ref: Ref, model: Model, shelf: Shelf) -> None:
    """Write which version a model became, how good it is, and what comes next if it is not live."""
    say(f"{ref.name}, version {ref.version}")
    if model.evaluation is not None:
        say(*model.evaluation.sentences)
    name, live = shelf.resolve(ref.name)
    if live != ref.version:
        tell(
            f"Version {live} still answers. `brinery compare {name} {ref} FILE` says what would "
            f"change, `brinery live {ref} FILE --reason …` puts version {ref.version} in use."
        )


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def tell(line: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(_printable(line) + "\n")
