"""What several verbs of the shell take."""

from __future__ import annotations

import argparse

from brinery.cli import values

__all__ = ["REFERENCE", "choices", "hints", "scheduler", "table"]

REFERENCE = "the model: NAME, NAME@VERSION or NAME@ALIAS"

_MARKS = {"tab": "\t", "\\t": "\t"}


def scheduler(verb: argparse.ArgumentParser, what: str) -> None:
    """Add the cluster that does a part of the work."""
    verb.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        default="",
        help=f"{what} on the Dask cluster of this scheduler, such as tcp://cluster:8786",
    )


def table(verb: argparse.ArgumentParser, name: str = "file") -> None:
    """Add a table, and what can be told of it, where it is not found."""
    verb.add_argument(name, metavar=name.upper(), help="the table: CSV, Excel or Parquet")
    hints(verb)


def hints(verb: argparse.ArgumentParser) -> None:
    """Add what can be told of the table, where it is not found."""
    told = verb.add_argument_group("how the table is read, where it is not found")
    told.add_argument("--encoding", help="how the letters of a text file are read (cp1252)")
    told.add_argument(
        "--delimiter",
        metavar="MARK",
        type=lambda text: _MARKS.get(text, text),
        help="what parts the cells of a text file: one character, or tab",
    )
    told.add_argument(
        "--header-line",
        metavar="N",
        type=values.line,
        help="the line with the column names; 0: none",
    )
    told.add_argument("--sheet", help="the workbook's sheet")
    told.add_argument("--member", metavar="FILE", help="the file in a packed one (zip)")


def choices(verb: argparse.ArgumentParser) -> None:
    """Add what can be told of a table for a model."""
    verb.add_argument(
        "--rename",
        metavar="FEATURE=COLUMN",
        action="append",
        type=values.rename,
        default=[],
        help="take this column of the file for what the model calls FEATURE; repeatable",
    )
    verb.add_argument(
        "--choices",
        metavar="JSON",
        help="a JSON file with what the file leaves open: renames, levels, decimal, day_first, "
        "first_year",
    )
