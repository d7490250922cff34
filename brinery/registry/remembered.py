"""What was chosen for a file, kept for the next one with the same columns for the same model.

One small JSON file each, in a folder of its own: unlike what stands on the shelf it may be
replaced, and taken away again. Of the cells it holds the words for levels alone.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path

from brinery.errors import ReadError
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.columns import Schema
from brinery.tables.whole import written_whole

__all__ = ["forget", "recall", "remember"]

_log = logging.getLogger("brinery.remembered")


def recall(folder: Path, model: str, schema: Schema, columns: Iterable[str]) -> Choices:
    """Give what was chosen for an earlier file of this layout; nothing where nothing was.

    A file that can't be read is left aside, and the log says so.

    Parameters
    ----------
    folder : Path
        Where they are kept.
    model : str
        The model's name; what is chosen for one version holds for the next.
    schema : Schema
        Of the version that is used: what it does not know any more is left out.
    columns : iterable of str
        The names of the file's columns, in any order.
    """
    names = set(columns)
    place = _place(folder, model, names)
    try:
        kept = Choices.from_dict(json.loads(place.read_text("utf-8"))["choices"])
    except FileNotFoundError:
        return NO_CHOICES
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ReadError) as problem:
        _log.warning("%s is left aside: %s", place, problem)
        return NO_CHOICES
    fitting = _lasting(kept, schema, names)
    return dataclasses.replace(fitting, last_time=True) if fitting else NO_CHOICES


def remember(
    folder: Path, model: str, schema: Schema, columns: Iterable[str], choices: Choices
) -> None:
    """Keep what was chosen, in place of what was kept before; numbers and dates are left out.

    Where the disk refuses, nothing is kept, and the log says so.
    """
    names = set(columns)
    lasting = _lasting(choices, schema, names)
    if not lasting:
        return
    place = _place(folder, model, names)
    fields = {"model": model, "columns": sorted(names), "choices": lasting.to_dict()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with written_whole(place) as file:
            file.write(json.dumps(fields, indent=1).encode())
    except OSError as problem:
        _log.warning("%s could not be written: %s", place, problem)


def forget(folder: Path, model: str, columns: Iterable[str]) -> None:
    """Take away what was kept for this layout."""
    try:
        _place(folder, model, set(columns)).unlink(missing_ok=True)
    except OSError as problem:
        _log.warning("%s could not be cleared: %s", folder, problem)


def _place(folder: Path, model: str, names: set[str]) -> Path:
    layout = json.dumps([model, sorted(names)])
    return folder / f"{hashlib.sha256(layout.encode()).hexdigest()[:32]}.json"


def _lasting(choices: Choices, schema: Schema, names: set[str]) -> Choices:
    """Give what fits the model and the layout; of cells only those that stand for a level."""
    kinds = {column.name: column.kind for column in schema.features}
    known = {column.name: set(column.level_names) for column in schema.features}
    levels = {
        feature: {text: level for text, level in told.items() if level in known[feature]}
        for feature, told in choices.levels.items()
        if kinds.get(feature) in ("category", "yes/no")
    }
    return Choices(
        renames={k: v for k, v in choices.renames.items() if k in kinds and v in names},
        levels={feature: told for feature, told in levels.items() if told},
        decimal={k: v for k, v in choices.decimal.items() if kinds.get(k) == "number"},
        day_first={k: v for k, v in choices.day_first.items() if kinds.get(k) == "date"},
        first_year={k: v for k, v in choices.first_year.items() if kinds.get(k) == "date"},
    )
