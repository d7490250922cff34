"""Parquet files to tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from brinery.errors import ReadError
from brinery.tables.table import Table
from brinery.tables.assemble import named, only_a_header
from brinery.tables.typed import as_text, is_plain

__all__ = ["read_parquet"]

# A file of 3 MB can hold 150 million rows, so the footer is asked first.
_MAX_CELLS = 100_000_000
_MAX_UNPACKED_BYTES = 4 * 2**30


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
    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            footer, kinds = file.metadata, file.schema_arrow
            _refuse_large(footer, name)
            nested = [field.name for field in kinds if not is_plain(field.type)]
            if nested:
                raise ReadError(
                    f"The column “{nested[0]}” holds lists or records, not single values.",
                    where=name,
                    remedy="Save the file without it, or with one column for each value.",
                )
            typed = file.read()
        if not typed.num_rows or not typed.num_columns:
            raise only_a_header(name)
        columns = [as_text(column) for column in typed.columns]
    except (pa.ArrowException, OSError) as error:
        raise ReadError(
            "The Parquet file is damaged, or of a kind that can't be read.",
            where=name,
            remedy="Copy or download it again, or save the table as CSV.",
        ) from error
    names, notes = named(tuple(typed.column_names))
    return Table(
        cells=pa.Table.from_arrays(columns, names=names),
        line_numbers=np.arange(2, typed.num_rows + 2, dtype=np.int64),
        name=name,
        notes=notes,
        typed=typed.rename_columns(names).replace_schema_metadata(None),
    )


def _refuse_large(footer: pq.FileMetaData, name: str) -> None:
    groups = range(footer.num_row_groups)
    n_bytes = sum(footer.row_group(group).total_byte_size for group in groups)
    n_cells = footer.num_rows * max(footer.num_columns, 1)
    if n_cells > _MAX_CELLS or n_bytes > _MAX_UNPACKED_BYTES:
        raise ReadError(
            f"The file has {footer.num_rows:,} rows and {footer.num_columns:,} columns, more "
            "than is taken at once.",
            where=name,
            remedy="Split it into smaller files.",
        )
