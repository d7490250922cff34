"""Cells that look like something the model knows, and what was chosen for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from brinery.schema import findings as words
from brinery.schema.choices import Choices
from brinery.schema.coerced import Style
from brinery.schema.columns import Column, Schema
from brinery.schema.finding import Finding, Proposal
from brinery.schema.levels import as_digits, near_levels
from brinery.schema.numbers import NumberStyle, read_numbers

__all__ = ["lookalikes", "taken_as_told", "texts_told", "unused_choices"]

_MOST = 40


def lookalikes(column: Column, style: Style, counts: Mapping[str, int]) -> tuple[Proposal, ...]:
    """Say for cells that can't be read what each looks like, the most frequent first.

    Parameters
    ----------
    column : Column
    style : NumberStyle, DateStyle or None
        How the column is read.
    counts : mapping of str to int
        How many rows have each of these cells.
    """
    texts = sorted(counts, key=lambda text: -counts[text])[:_MOST]
    if column.kind in ("category", "yes/no"):
        near = near_levels(texts, column)
    elif isinstance(style, NumberStyle):
        near = _digits(texts, style)
    else:
        near = {}
    return tuple(Proposal(text, near[text], counts[text]) for text in texts if text in near)


def texts_told(column: Column, choices: Choices) -> tuple[str, ...]:
    """Give the texts for which a person said what they stand for, where that can be."""
    told = choices.levels.get(column.name, {})
    known = column.level_names if column.kind in ("category", "yes/no") else None
    return tuple(text for text, meant in told.items() if known is None or meant in known)


def taken_as_told(column: Column, met: Mapping[str, int], choices: Choices) -> list[Finding]:
    """Say which cells were taken for something else, as a person chose; `met` has their rows."""
    told = choices.levels.get(column.name, {})
    taken = [Proposal(text, told[text], n) for text, n in met.items()]
    if not taken:
        return []
    return [words.chosen_levels(column.name, taken, last_time=choices.last_time)]


def unused_choices(names: Sequence[str], schema: Schema, choices: Choices) -> list[Finding]:
    """Say which choices name a column or a level that is not there."""
    features = {column.name: column for column in schema.features}
    found = [
        words.unused_choice(feature, name)
        for feature, name in choices.renames.items()
        if feature not in features or name not in names
    ]
    for feature, told in choices.levels.items():
        column = features.get(feature)
        levels = column.level_names if column and column.kind in ("category", "yes/no") else None
        found += [
            words.unused_choice(feature, meant)
            for meant in dict.fromkeys(told.values())
            if column is None or (levels is not None and meant not in levels)
        ]
    for feature in (*choices.decimal, *choices.day_first, *choices.first_year):
        if feature not in features:
            years = "years of two digits" if feature in choices.first_year else "day and month"
            found.append(words.unused_choice(feature, choices.decimal.get(feature, years)))
    return found


def _digits(texts: Sequence[str], style: NumberStyle) -> dict[str, str]:
    """Give those that are numbers once their letters O and l are taken as digits."""
    written = {
        text: as_digits(text)
        for text in texts
        if as_digits(text) != text and (len(text) == 1 or any(one.isdigit() for one in text))
    }
    readable = read_numbers(pa.array(list(written.values()), pa.string()), style)[1]
    return {
        text: digits for (text, digits), ok in zip(written.items(), readable, strict=True) if ok
    }
