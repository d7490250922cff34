"""Downloads: the same bytes every time, and what a visitor may try first."""

import pytest

from brinery.tables.reading import read
from brinery.tables.table import Table
from brinery.tables.writing import to_bytes
from examples.make_tables import EXAMPLES
from ui import first_start, services


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_a_file_is_the_same_whenever_it_is_made(jar_table, format):
    cells = Table.from_pandas(jar_table(20)).cells
    assert to_bytes(cells, format) == to_bytes(cells, format)


def test_the_example_file_is_a_table_that_its_model_takes():
    data = first_start.example_file(EXAMPLES[0])
    assert data == first_start.example_file(EXAMPLES[0])
    assert read(data, name="new.csv").n_rows == 50


def test_only_the_first_start_s_models_have_an_example_file(serve, trained):
    app = serve(trained, "predict", model="crunchy")
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["Empty template, CSV", "Empty template, Excel"]
    assert first_start.example_of(services.get().shelf.card("crunchy")) is None
