import numpy as np
import pyarrow as pa
import pytest

from brinery.tables.table import Table


@pytest.fixture(scope="session")
def make_table():
    """Make a table of text from columns of cells; names may be given twice as pairs."""

    def make(columns, first_line=2):
        pairs = list(columns.items()) if isinstance(columns, dict) else list(columns)
        arrays = [pa.array([str(cell) for cell in cells], pa.string()) for _, cells in pairs]
        n_rows = len(arrays[0]) if arrays else 0
        cells = pa.Table.from_arrays(arrays, names=[name for name, _ in pairs])
        return Table(cells, np.arange(first_line, first_line + n_rows, dtype=np.int64), "test.csv")

    return make
