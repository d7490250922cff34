"""A line with more cells than columns is no row of the table, and nobody may miss that."""

from brinery.schema.check import check
from brinery.schema.inference import infer
from brinery.tables.reading import read

ROWS = "".join(f"n{i};{i};{i % 7}\n" for i in range(40))


def test_lines_with_too_many_cells_are_a_finding():
    trained = infer(read(f"name;amount;days\n{ROWS}".encode()), target="days")
    file = f"name;amount;days\n{ROWS}x;1;soon;3;nix\n{ROWS}y;3;late;5;!\n{ROWS}"
    report = check(read(file.encode()), trained)
    unread = next(one for one in report.findings if one.code == "unread_lines")
    assert (unread.severity, unread.line_numbers.tolist()) == ("row", [42, 83])
    assert "in 2 lines (42 and 83)" in unread.sentence
    assert report.verdict.n_unread == 2
    assert report.verdict.n_refused == 0
    assert report.can_score


def test_an_unnamed_blank_column_does_not_shift_their_cells():
    lines = ["name;;amount", *(f"n{i};;{i}" for i in range(40)), "x;1;2;3", "z;;1"]
    table = read("\n".join(lines).encode())
    assert table.column_names == ["name", "amount"]
    assert [left.rows for left in table.reading.left_out] == [(("x", "2", "1", "3"),)]
