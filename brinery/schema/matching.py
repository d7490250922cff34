"""Which column of a file is which feature of the schema."""

from __future__ import annotations

from dataclasses import dataclass

from brinery.schema import findings as words
from brinery.schema.candidates import candidates
from brinery.schema.choices import Choices
from brinery.schema.columns import Column, Schema
from brinery.schema.findings import Finding
from brinery.schema.names import loosely
from brinery.tables.table import Table

__all__ = ["Matched", "match"]


@dataclass(frozen=True)
class Matched:
    """The features' columns in a file.

    Attributes
    ----------
    positions : dict of str to int
        For each feature that was found, the position of its column.
    findings : dict of str to Finding
        For each feature about whose column there is something to say.
    extra : tuple of str
        The names of columns that the schema does not know.
    """

    positions: dict[str, int]
    findings: dict[str, Finding]
    extra: tuple[str, ...]

    @property
    def all_found(self) -> bool:
        """Whether each feature has a column, and one alone."""
        return all(one.severity != "stop" for one in self.findings.values())


def match(table: Table, schema: Schema, choices: Choices) -> Matched:
    """Find each feature's column: as told, by its exact name, or by nearly the same name.

    Names that differ only in case, spaces, accents and punctuation are the same, where only
    one column can be meant. What is merely close is proposed, never taken.

    Parameters
    ----------
    table : Table
    schema : Schema
    choices : Choices
    """
    names = table.column_names
    known = {column.name for column in schema.columns}
    told = {feature: name for feature, name in choices.renames.items() if name in names}
    free = [name for name in names if name not in known and name not in told.values()]
    positions: dict[str, int] = {}
    findings: dict[str, Finding] = {}
    used = set(told.values())
    missing: list[Column] = []
    lacking = [
        column.name
        for column in schema.features
        if column.name not in told and column.name not in names
    ]
    for column in schema.features:
        feature = column.name
        name = told.get(feature, feature)
        if name not in names:
            same = [other for other in dict.fromkeys(free) if loosely(other) == loosely(feature)]
            twins = [other for other in lacking if loosely(other) == loosely(feature)]
            if len(same) != 1 or len(twins) != 1:
                missing.append(column)
                continue
            name = same[0]
            findings[feature] = words.renamed_column(feature, name)
        if feature in told:
            last = choices.last_time
            findings[feature] = words.chosen_column(feature, name, last_time=last)
        used.add(name)
        repeated = _repeated(table, feature, name)
        if repeated is not None:
            findings[feature] = repeated
        positions[feature] = names.index(name)
    for feature, found in candidates(
        table, missing, [name for name in free if name not in used]
    ).items():
        findings[feature] = words.missing_column(feature, found.close, found.proposal)
    extra = tuple(name for name in dict.fromkeys(free) if name not in used)
    return Matched(positions, findings, extra)


def _repeated(table: Table, feature: str, name: str) -> Finding | None:
    places = [at for at, other in enumerate(table.column_names) if other == name]
    if len(places) == 1:
        return None
    first = table.cells.column(places[0])
    same = all(first.equals(table.cells.column(at)) for at in places[1:])
    return words.repeated_column(feature, len(places), same=same)
