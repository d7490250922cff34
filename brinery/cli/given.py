"""What the arguments give: the settings, the shelf, the table, how it is read and understood."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import brinery
from brinery.errors import BrineryError, CannotWrite, ReadError
from brinery.registry.keys import keys_at
from brinery.registry.names import checked
from brinery.registry.shelf import Shelf
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.settings import Settings
from brinery.tables.hints import Hints

if TYPE_CHECKING:
    from brinery.tables.table import Table

__all__ = [
    "bytes_of",
    "choices_of",
    "features_of",
    "hints_of",
    "how",
    "name_to_save",
    "read_table",
    "require_writable",
    "settings_of",
    "shelf_of",
]


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Give the environment's settings, with the cluster that the shell names."""
    settings = Settings.from_environment()
    return dataclasses.replace(settings, scheduler=arguments.scheduler or settings.scheduler)


def shelf_of(arguments: argparse.Namespace) -> Shelf:
    """Give the shelf that a verb was told."""
    return Shelf(arguments.models, Settings.from_environment().key_place)


def name_to_save(arguments: argparse.Namespace) -> str:
    """Give the name to save under, before the work: it, the key and the shelf can be used.

    Raises
    ------
    NameRefused
        It can't be a model's name.
    BrineryError
        The key of the seals, or the shelf, can't be used.
    """
    name = checked(arguments.name)
    shelf = shelf_of(arguments)
    keys_at(shelf.keys)
    shelf.names()
    return name


def features_of(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Give the columns that the model of a verb wants."""
    card = shelf_of(arguments).card(arguments.name)
    return tuple(column.name for column in card.schema.features)


def read_table(
    path: str | Path, arguments: argparse.Namespace, expected: tuple[str, ...] = ()
) -> Table:
    """Read a table as the verb was told to."""
    return brinery.read(path, **vars(hints_of(arguments, expected)))


def hints_of(arguments: argparse.Namespace, expected: tuple[str, ...] = ()) -> Hints:
    """Give what was told of how the file is to be read."""
    return Hints(
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        header_line=arguments.header_line,
        sheet=arguments.sheet,
        member=arguments.member,
        expected=expected,
    )


def bytes_of(path: str | Path) -> bytes:
    """Read a file that a verb was told.

    Raises
    ------
    ReadError
        It can't be opened; the message says why, and what to do.
    """
    from brinery.tables.reading import unreadable

    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise unreadable(Path(path), error) from error


def choices_of(arguments: argparse.Namespace) -> Choices:
    """Give what was told of the file; a `--rename` goes before what a file of choices says."""
    told = NO_CHOICES
    if arguments.choices is not None:
        try:
            told = Choices.from_dict(json.loads(bytes_of(arguments.choices)))
        except ValueError as problem:
            if isinstance(problem, BrineryError):
                raise
            raise ReadError(
                "This is no JSON.", where=arguments.choices, remedy=f"Correct it: {problem}."
            ) from problem
    return dataclasses.replace(told, renames={**told.renames, **dict(arguments.rename)})


def require_writable(out: Path, source: Path) -> None:
    """Refuse what can't be written, before the work and not after it."""
    from brinery.tables import writing

    writing.format_of(out)
    if not out.parent.is_dir():
        raise CannotWrite(
            "There is no such folder.", where=str(out.parent), remedy="Make it first."
        )
    if out.exists() and source.exists() and out.samefile(source):
        raise CannotWrite(
            "That is the file that came, and it would be lost.",
            where=str(out),
            remedy="Give the file to be written another name.",
        )


def how(table: Table) -> list[str]:
    """Say how a file was read, line by line."""
    from brinery.tables.understood import summary

    said = (summary(table.reading), *table.notes)
    return ["How the file was read", *(f"  - {line}" for line in said)]
