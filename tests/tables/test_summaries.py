"""Rows at the end that are called by a figure of those above."""

from statistics import pstdev, stdev

import pytest

from brinery.tables.reading import read

ROWS = [f"{name};{n * 7 % 23};{n * 11 % 17}.5" for n, name in enumerate("abcdefghij", start=1)]
FIRST = [n * 7 % 23 for n in range(1, 11)]
SECOND = [n * 11 % 17 + 0.5 for n in range(1, 11)]
MEAN = f"{sum(FIRST) / 10:.1f};{sum(SECOND) / 10:.2f}"
SUM = f"{sum(FIRST)};{sum(SECOND)}"
LEAST, MOST = f"{min(FIRST)};{min(SECOND)}", f"{max(FIRST)};{max(SECOND)}"


def saved(*rows, names="who;first;second"):
    return read(("\n".join([names, *rows]) + "\n").encode(), name="a.csv")


@pytest.mark.parametrize(
    "rows",
    [
        [f"Min;{LEAST}", f"Max;{MOST}"],
        [f"Total;{SUM}", f"Max;{MOST}"],
        [f"Total;{SUM}", f"Average;{MEAN}", f"Min;{LEAST}", f"Max;{MOST}", "Count;10;10"],
        [f"Mittelwert;{MEAN}"],
        [f"Moyenne :;{MEAN}"],
        [f"Średnia;{MEAN}", f"Maksimum;{MOST}"],
        [f"平均;{MEAN}"],
        [f"Std;{stdev(FIRST):.2f};{stdev(SECOND):.3f}"],
        [f"Standardabweichung;{pstdev(FIRST):.2f};{pstdev(SECOND):.2f}"],
        [f";Min;{min(SECOND)}", f";Max;{max(SECOND)}"],
    ],
)
def test_what_the_figures_prove_is_left_out_and_told(rows):
    table = saved(*ROWS, *rows)
    assert table.cells.column(0).to_pylist() == list("abcdefghij")
    assert len(table.notes) == 1
    assert "at the end" in table.notes[0]


@pytest.mark.parametrize(
    "row", ["Max;5;3.5", "Media;5;3.5", "Count;4;2.5", "Std;5;2.5", "Media;x;y", "Min;22;16.5"]
)
def test_a_record_whose_figures_are_others_is_kept_without_a_word(row):
    table = saved(*ROWS, row)
    assert table.cells.column(0).to_pylist() == [*"abcdefghij", row.split(";")[0]]
    assert table.notes == ()


@pytest.mark.parametrize("row", [f"Max;{MOST}", f"Min;{min(FIRST)};9.5", f"Max;{max(FIRST)};8.5"])
def test_what_may_be_one_and_is_not_proven_is_kept_and_told(row):
    table = saved(*ROWS, row)
    assert table.cells.num_rows == 11
    assert table.notes[0].startswith("The last row may be a summary of those above; it was kept")


def test_nothing_is_proven_by_a_column_that_holds_one_number():
    table = saved(*(f"{name};3;5" for name in "abcdefgh"), "Max;3;5")
    assert table.cells.num_rows == 9
    assert table.notes == ()


@pytest.mark.parametrize("last", [f"Max;{MOST}", "Max;5;3.5"])
def test_a_large_file_is_read_in_the_same_way(last):
    rows = ROWS * 30_000
    table = saved(*rows, f"Min;{LEAST}", last)
    proven = last.endswith(MOST)
    assert table.cells.num_rows == len(rows) + (0 if proven else 2)
    assert bool(table.notes) is proven
