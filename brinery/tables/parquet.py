"""Parquet and Feather files to tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from brinery.errors import ReadError
from brinery.tables.assemble import named, only_a_header
from brinery.tables.table import Table
from brinery.tables.typed import as_text, is_plain

__all__ = [
    "MAX_UNPACKED_BYTES",
    "damage_told",
    "read_feather",
    "read_parquet",
    "refuse_nested",
    "require_consistent",
    "require_rows",
]

# A file of 3 MB can hold 150 million rows, so the footer is asked first.
_MAX_CELLS = 100_000_000
MAX_UNPACKED_BYTES = 4 * 2**30


def read_parquet(data: bytes, *, name: str = "") -> Table:
    """Read a Parquet file: the cells as text, and the columns as they are in `typed`.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        The file's name, for messages.

    Raises
    ------
    ReadError
        The file is damaged or too large, has no rows, or a column holds lists or records.
    """
    whole = pa.BufferReader(data)
    with damage_told("parquet", name):
        with pq.ParquetFile(whole, pre_buffer=False) as file:
            footer = file.metadata
            groups = range(footer.num_row_groups)
            n_bytes = sum(footer.row_group(group).total_byte_size for group in groups)
            _refuse_large(footer.num_rows, footer.num_columns, n_bytes, name)
            refuse_nested(file.schema_arrow, name)
            require_consistent(footer, name)
            typed = file.read()
        require_rows(footer.num_rows, typed.num_rows, name)
        return _as_table(typed, name)


def read_feather(data: bytes, *, name: str = "") -> Table:
    """Read a Feather (Arrow) file as `read_parquet` does.

    Raises
    ------
    ReadError
        As `read_parquet`.
    """
    if data.startswith(b"FEA1"):
        raise ReadError(
            "This is a Feather file of the first, outdated version.",
            where=name,
            remedy="Save the table as Feather again, or as Parquet or CSV.",
        )
    with damage_told("feather", name), pa.ipc.open_file(pa.BufferReader(data)) as file:
        refuse_nested(file.schema, name)
        batches, n_rows, n_bytes = [], 0, 0
        for at in range(file.num_record_batches):
            batch = file.get_batch(at)
            batch.validate(full=True)
            batches.append(batch)
            n_rows, n_bytes = n_rows + batch.num_rows, n_bytes + batch.nbytes
            _refuse_large(n_rows, len(file.schema), n_bytes, name)
        return _as_table(pa.Table.from_batches(batches, file.schema), name)


def _as_table(typed: pa.Table, name: str) -> Table:
    if not typed.num_rows or not typed.num_columns:
        raise only_a_header(name)
    columns = [as_text(column) for column in typed.columns]
    names, notes = named(tuple(typed.column_names))
    return Table(
        cells=pa.Table.from_arrays(columns, names=names),
        line_numbers=np.arange(2, typed.num_rows + 2, dtype=np.int64),
        name=name,
        notes=notes,
        typed=typed.rename_columns(names).replace_schema_metadata(None),
    )


@contextmanager
def damage_told(content: str, name: str) -> Iterator[None]:
    """Say in words that a file can't be read.

    Raises
    ------
    ReadError
        It is damaged, or as its message says.
    """
    try:
        yield
    except ReadError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ReadError(
            f"The {content.capitalize()} file is damaged, or of a kind that can't be read.",
            where=name,
            remedy="Copy or download it again, or save the table as CSV.",
        ) from error


def refuse_nested(kinds: pa.Schema, name: str) -> None:
    """Refuse a file whose columns hold more than single values.

    Raises
    ------
    ReadError
        One holds lists or records.
    """
    nested = [field.name for field in kinds if not is_plain(field.type)]
    if nested:
        raise ReadError(
            f"The column “{nested[0]}” holds lists or records, not single values.",
            where=name,
            remedy="Save the file without it, or with one column for each value.",
        )


def require_consistent(footer: pq.FileMetaData, name: str) -> None:
    """Refuse a Parquet file whose footer contradicts itself, of which rows could be left out.

    Parameters
    ----------
    footer : pyarrow.parquet.FileMetaData
        Of a file without lists and records.
    name : str
        The file's name, for messages.

    Raises
    ------
    ReadError
        The file, its parts and their columns do not have the same number of rows.
    """
    n_rows = 0
    for at in range(footer.num_row_groups):
        group = footer.row_group(at)
        n_rows += group.num_rows
        for column in range(group.num_columns):
            require_rows(group.num_rows, group.column(column).num_values, name)
    require_rows(footer.num_rows, n_rows, name)


def require_rows(told: int, found: int, name: str) -> None:
    """Refuse a file that has other than the rows that it tells.

    Raises
    ------
    ReadError
        It has.
    """
    if told != found:
        raise ReadError(
            f"The file tells two numbers of rows: {told:,} and {found:,}.",
            where=name,
            remedy="Something went wrong when it was written or sent: save it, copy it or "
            "download it again.",
        )


def _refuse_large(n_rows: int, n_columns: int, n_bytes: int, name: str) -> None:
    if n_rows * max(n_columns, 1) > _MAX_CELLS or n_bytes > MAX_UNPACKED_BYTES:
        raise ReadError(
            f"The file has {n_rows:,} rows and {n_columns:,} columns, more than is taken at once.",
            where=name,
            remedy="Split it into smaller files.",
        )
