"""What a person tells about a file for a model, where the file alone leaves it open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from brinery.errors import ReadError

__all__ = ["NO_CHOICES", "Choices"]

_REMEDY = (
    'Choices look like {"renames": {"feature": "column"}, "levels": {"feature": {"cell": '
    '"level"}}, "decimal": {"feature": ","}, "day_first": {"feature": true}}; each may be left '
    "out."
)


@dataclass(frozen=True)
class Choices:
    """What a person told about a file; what does not fit the file or the model changes nothing.

    Attributes
    ----------
    renames : mapping of str to str
        For a feature the name that its column has in the file.
    levels : mapping of str to mapping of str to str
        For a feature the texts that stand for a level of it, each with that level.
    decimal : mapping of str to {".", ","}
        For a feature the decimal mark of its cells.
    day_first : mapping of str to bool or None
        For a feature whether the day comes before the month in its cells; None where both are
        met, and what could be two days is to stay unread.
    first_year : mapping of str to int
        For a feature the year from which its years of two digits are counted.
    last_time : bool
        Whether it was told for an earlier file, so that everybody has to be shown it.
    """

    renames: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    decimal: Mapping[str, str] = field(default_factory=dict)
    day_first: Mapping[str, bool | None] = field(default_factory=dict)
    first_year: Mapping[str, int] = field(default_factory=dict)
    last_time: bool = False

    def __bool__(self) -> bool:
        """Whether anything was told."""
        return bool(
            self.renames or self.levels or self.decimal or self.day_first or self.first_year
        )

    def to_dict(self) -> dict[str, Any]:
        """Give plain values that JSON takes; for what file it was told is not among them."""
        return {
            "renames": dict(self.renames),
            "levels": {feature: dict(told) for feature, told in self.levels.items()},
            "decimal": dict(self.decimal),
            "day_first": dict(self.day_first),
            "first_year": dict(self.first_year),
        }

    def key(self) -> str:
        """Give a text that is the same for the same choices."""
        return json.dumps({**self.to_dict(), "last_time": self.last_time}, sort_keys=True)

    @staticmethod
    def from_dict(fields: Any) -> Choices:
        """Make the choices that `to_dict` described.

        Raises
        ------
        ReadError
            They have another form; the message has the one that they need.
        """
        known = ("renames", "levels", "decimal", "day_first", "first_year")
        if not isinstance(fields, dict) or not set(fields) <= set(known):
            raise ReadError("These are no choices.", remedy=_REMEDY)
        parts = [fields.get(name, {}) for name in known]
        if not all(isinstance(part, dict) for part in parts):
            raise ReadError("These are no choices.", remedy=_REMEDY)
        renames, levels, decimal, day_first, first_year = parts
        sound = (
            _texts(renames)
            and all(isinstance(told, dict) and _texts(told) for told in levels.values())
            and all(mark in (".", ",") for mark in decimal.values())
            and all(first is None or isinstance(first, bool) for first in day_first.values())
            and all(type(year) is int and 1800 <= year <= 2100 for year in first_year.values())
        )
        if not sound:
            raise ReadError("These are no choices.", remedy=_REMEDY)
        return Choices(renames, levels, decimal, day_first, first_year)


def _texts(told: Mapping[str, Any]) -> bool:
    return all(isinstance(text, str) for text in told.values())


NO_CHOICES = Choices()
"""Nothing was told."""
