"""What a run leaves behind to say what was done, so that it can be repeated and compared."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brinery.errors import ReadError
from brinery.evaluation.threshold import Threshold, in_short
from brinery.model.environment import describe, leant_on
from brinery.registry.entry import Stored
from brinery.schema.choices import Choices
from brinery.scoring.tofile import to_file
from brinery.scoring.written import Written
from brinery.tables.hints import Hints
from brinery.worker.pool import Pool

__all__ = ["Receipt", "another_model", "differences", "make", "scored_again", "sha256_of"]

RECEIPT_FORMAT = 1
"""Raised only where an old reader would misread a receipt."""

_NO_THRESHOLD = "the likelier label"
_KINDS: dict[type, tuple[str, ...]] = {
    str: ("id", "model", "pickle_sha256", "file", "file_sha256", "started_at", "ended_at", "by"),
    int: ("version", "n_rows", "n_scored", "n_look", "chunk_rows", "format"),
    dict: ("choices", "hints", "threshold", "versions"),
}


@dataclass(frozen=True)
class Receipt:
    """What was scored, by what, with what outcome.

    Attributes
    ----------
    id : str
        The run's; "" where the shell scored without one.
    model : str
    version : int
    pickle_sha256 : str
        Of the model.
    file : str
        The name of the file that came.
    file_sha256 : str
    n_rows : int
        Rows in, and as many out.
    n_scored, n_look : int
        Rows with a prediction; those of them that are worth a look.
    answers : tuple of str
        The sha256 of the answers, chunk by chunk.
    chunk_rows : int
        How many answers a chunk has; the last one has up to twice as many.
    findings : tuple of dict
        What was found in the file.
    choices, hints : dict
        What a person told of it.
    threshold : dict
        When a row was called the label that is sought, as the card has it, and the same `in_words`;
        empty where the likelier label was given.
    versions : mapping of str to str
        Of what the answers lean on.
    started_at, ended_at : str
        UTC, ISO 8601.
    by : str
        Who asked.
    format : int
        `RECEIPT_FORMAT` when it was written.
    """

    id: str
    model: str
    version: int
    pickle_sha256: str
    file: str
    file_sha256: str
    n_rows: int
    n_scored: int
    n_look: int
    answers: tuple[str, ...]
    chunk_rows: int
    findings: tuple[dict[str, Any], ...] = ()
    choices: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)
    threshold: dict[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    started_at: str = ""
    ended_at: str = ""
    by: str = ""
    format: int = RECEIPT_FORMAT

    def to_json(self) -> str:
        """Give the receipt as the file that it is kept in."""
        return json.dumps(vars(self), ensure_ascii=False, indent=1, default=list)

    def facts(self) -> list[tuple[str, str]]:
        """Give it as names and values, for people."""
        rows = [
            ("Run", self.id),
            ("Model", f"{self.model}, version {self.version}"),
            ("Model's sha256", self.pickle_sha256),
            ("Answers", self.threshold.get("in_words", "")),
            ("File", self.file),
            ("File's sha256", self.file_sha256),
            ("Rows in and out", f"{self.n_rows:,}"),
            ("Rows predicted", f"{self.n_scored:,}"),
            ("Of these to look at", f"{self.n_look:,}"),
            ("Began", self.started_at),
            ("Ended", self.ended_at),
            ("By", self.by),
            *((f"Version of {name}", version) for name, version in self.versions.items()),
            *(("Found", str(one["sentence"])) for one in self.findings),
        ]
        return [(name, value) for name, value in rows if value]

    @staticmethod
    def from_json(text: str) -> Receipt:
        """Make the receipt that `to_json` described.

        Raises
        ------
        ReadError
            It is none; give the file that a run left behind.
        """
        try:
            fields = json.loads(text)
            is_newer = fields.get("format", RECEIPT_FORMAT) > RECEIPT_FORMAT
            found = None if is_newer else _sound(fields)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise ReadError(
                "This is no receipt.",
                remedy="Give the file “….receipt.json” that was written beside the predictions.",
            ) from error
        if found is None:
            raise ReadError(
                "The receipt was written by a newer Brinery.", remedy="Upgrade Brinery."
            )
        return found


def _sound(fields: dict[str, Any]) -> Receipt:
    """Make a receipt of fields that may have been edited; what does not fit raises anything."""
    tuples = {name: tuple(fields[name]) for name in ("answers", "findings")}
    found = Receipt(**{**fields, **tuples})
    values = [(kind, getattr(found, name)) for kind, names in _KINDS.items() for name in names]
    values += [(str, one) for one in found.answers] + [(dict, one) for one in found.findings]
    if any(type(value) is not kind for kind, value in values):
        raise TypeError("a field of a receipt is of another kind")
    Choices.from_dict(found.choices)
    Hints(**found.hints)
    return found


def make(
    stored: Stored,
    written: Written,
    *,
    file: str,
    file_sha256: str,
    choices: Choices,
    hints: Hints,
    started_at: str,
    ended_at: str,
    by: str,
    id: str = "",
) -> Receipt:
    """Make the receipt of what was written."""
    card = stored.card
    return Receipt(
        id=id,
        model=card.name,
        version=card.version,
        pickle_sha256=card.sealed.pickle_sha256,
        file=file,
        file_sha256=file_sha256,
        n_rows=written.verdict.n_rows,
        n_scored=written.verdict.n_scored,
        n_look=written.verdict.n_look,
        answers=written.answers,
        chunk_rows=written.chunk_rows,
        findings=tuple(one.to_dict() for one in written.findings),
        choices=choices.to_dict(),
        hints={name: value for name, value in vars(hints).items() if value},
        threshold=_threshold_of(card.evaluation.threshold if card.evaluation else None),
        versions=leant_on(stored.own or describe()),
        started_at=started_at,
        ended_at=ended_at,
        by=by,
    )


def _threshold_of(threshold: Threshold | None) -> dict[str, Any]:
    if threshold is None:
        return {}
    aim = {"kind": threshold.aim.kind, "asked": list(threshold.aim.asked)}
    return {**vars(threshold), "aim": aim, "in_words": in_short(threshold)}


def differences(receipt: Receipt, again: Receipt) -> list[str]:
    """Say what is otherwise in a second scoring of the same file; nothing where nothing is."""
    found = []
    if receipt.file_sha256 != again.file_sha256:
        found.append("The file is not the one that was scored: its bytes differ.")
    if receipt.n_rows != again.n_rows:
        found.append(
            f"It has {again.n_rows:,} rows; the one that was scored had {receipt.n_rows:,}."
        )
    if (receipt.model, receipt.version) != (again.model, again.version):
        found.append(another_model(receipt, again.model, again.version))
    elif receipt.pickle_sha256 != again.pickle_sha256:
        found.append("The model's file is not the one that answered then.")
    if receipt.threshold != again.threshold:
        then, here = (one.threshold.get("in_words", _NO_THRESHOLD) for one in (receipt, again))
        found.append(f"Then it gave {then}; here it gives {here}.")
    changed = {
        name: (old, again.versions.get(name, "none"))
        for name, old in receipt.versions.items()
        if again.versions.get(name) != old
    }
    found += [f"{name} is {new} here; then it was {old}." for name, (old, new) in changed.items()]
    if receipt.answers != again.answers:
        found.append(_where(receipt, again))
    return found


def another_model(receipt: Receipt, model: str, version: int) -> str:
    """Say that a receipt is of another model or version."""
    return (
        f"The model is {model}, version {version}; the receipt is of {receipt.model}, version "
        f"{receipt.version}."
    )


def _where(receipt: Receipt, again: Receipt) -> str:
    pairs = zip(receipt.answers, again.answers, strict=False)
    at = next((at for at, (old, new) in enumerate(pairs) if old != new), None)
    if at is None or receipt.chunk_rows != again.chunk_rows:
        return "There are more or fewer answers than then."
    first, last = at * receipt.chunk_rows + 1, (at + 1) * receipt.chunk_rows
    if at == len(receipt.answers) - 1:
        return f"Answers differ, the first from predicted row {first:,} on."
    return f"Answers differ, the first between the predicted rows {first:,} and {last:,}."


def sha256_of(path: Path) -> str:
    """Give the sha256 of a file, read a block at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def scored_again(told: Receipt, stored: Stored, file: Path, pool: Pool) -> Receipt:
    """Score a file once more as its receipt says, and give the receipt of that.

    Raises
    ------
    ReadError, CannotScore, WorkerFailed
        As `brinery.scoring.tofile.to_file`.
    """
    choices, hints = Choices.from_dict(told.choices), Hints(**told.hints)
    with tempfile.TemporaryDirectory(prefix="brinery-") as folder:
        out = Path(folder, "again.csv")
        written = to_file(stored, file, out, pool, choices=choices, hints=hints)
    return make(
        stored,
        written,
        file=file.name,
        file_sha256=sha256_of(file),
        choices=choices,
        hints=hints,
        started_at="",
        ended_at="",
        by="",
    )
