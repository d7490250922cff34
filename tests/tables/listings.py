"""Files as ledgers, shells of databases and advertising desks list them: a third corpus.

It was written without a look at the first two. Each has what is no record among the records:
totals that hold means too, headings of groups, lines drawn around cells, joined files.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.tables.messy import Case, lined

__all__ = ["listings"]

_SIZES = (3, 5, 12, 40)


def listings(seed: int) -> list[Case]:
    """Give one file of each kind, small or large as the seed says."""
    return [
        make(random.Random(f"{seed} {make.__name__}"), f"{make.__name__.strip('_')}-{seed}")
        for make in _MAKERS
    ]


def _rows(rng: random.Random) -> list[list[str]]:
    return [
        [f"{rng.randrange(10**6):06d}", rng.choice(["Ann", "Bo", "Cy"]), str(rng.randrange(1, 900))]
        for _ in range(rng.choice(_SIZES))
    ]


def _ledger_with_a_starred_total(rng: random.Random, name: str) -> Case:
    columns, widths = ["Beleg", "Text", "Betrag"], (8, 12, 10)
    rows = _rows(rng)

    def line(row: list[str]) -> str:
        return "|" + "|".join(cell.ljust(n) for cell, n in zip(row, widths, strict=True)) + "|"

    dashes = "-" * len(line(columns))
    total = line(["*", "", "4.711"])
    lines = [dashes, line(columns), dashes, *map(line, rows), dashes, total, dashes]
    return Case(name, "ledger", "\n".join(lines).encode(), columns, rows, noted=True)


def _advertising_with_totals_and_rates(rng: random.Random, name: str) -> Case:
    columns = ["Campaign", "Currency", "Clicks", "CTR"]
    rows = [
        [f"Spring {n}", "EUR", str(rng.randrange(1, 900)), f"{rng.random():.2f}%"]
        for n in range(rng.choice(_SIZES))
    ]
    clicks = str(sum(int(row[2]) for row in rows))
    totals = [
        ["Total: Campaigns", " --", clicks, "0.51%"],
        ["Total: Account", " --", clicks, "0.51%"],
    ]
    text = "Campaign report\n1 - 31 January\n" + lined(columns, [*rows, *totals])
    return Case(name, "advertising", text.encode(), columns, rows, noted=True)


def _total_beside_a_mean(rng: random.Random, name: str) -> Case:
    columns = ["item", "n", "price"]
    rows = [[f"item {n}", row[2], f"{rng.random() * 9:.2f}"] for n, row in enumerate(_rows(rng))]
    total = [rng.choice(["Total", "Gesamt", "Razem"]), str(sum(int(row[1]) for row in rows)), "4.5"]
    return Case(name, "totals", lined(columns, [*rows, total]).encode(), columns, rows, noted=True)


def _last_record_called_total(rng: random.Random, name: str) -> Case:
    columns = ["brand", "oil", "litres"]
    rows = [[rng.choice(["Shell", "Total"]), "Helix", row[2]] for row in _rows(rng)]
    rows = [["Total", "Quartz", "4"], *rows, ["Total", "Helix", "5"]]
    return Case(name, "totals", lined(columns, rows).encode(), columns, rows)


def _last_row_that_may_be_a_total(rng: random.Random, name: str) -> Case:
    columns = ["name", "n", "share"]
    rows = [[row[1], row[2], "0.5"] for row in _rows(rng)] + [["Total", "90000", "0.7"]]
    return Case(name, "totals", lined(columns, rows).encode(), columns, rows, noted=True)


def _total_above_a_second_table(rng: random.Random, name: str) -> Case:
    columns = ["id", "name", "n"]
    rows = _rows(rng)
    total = ["", "", str(sum(int(row[2]) for row in rows))]
    second = lined(["day", "users"], [[f"1/{n}/24", str(n)] for n in range(1, 20)])
    text = lined(columns, [*rows, total]) + "\n" + second
    return Case(name, "totals", text.encode(), columns, rows, noted=True)


def _headings_of_groups(rng: random.Random, name: str) -> Case:
    columns = ["no", "name", "days", "fee"]
    rows = [[*row, row[2]] for row in _rows(rng)]
    half = len(rows) // 2
    listed = [["Ward A", "", "", ""], *rows[:half], ["Ward B", "", "", ""], *rows[half:]]
    return Case(name, "groups", lined(columns, listed, ";").encode(), columns, rows, noted=True)


def _drawn_with_boxes(rng: random.Random, name: str) -> Case:
    columns = ["id", "name", "n"]
    rows = _rows(rng)
    across = "─" * 10

    def line(row: list[str]) -> str:
        return "│" + "│".join(f" {cell.ljust(8)} " for cell in row) + "│"

    types = [line(["varchar", "varchar", "int64"])] if rng.random() < 0.5 else []
    middle = f"├{'┼'.join([across] * 3)}┤"
    lines = [f"┌{'┬'.join([across] * 3)}┐", line(columns), *types, middle, *map(line, rows)]
    lines.append(f"└{'┴'.join([across] * 3)}┘")
    return Case(name, "shell", ("\n".join(lines) + "\n").encode(), columns, rows, noted=True)


def _joined_files(rng: random.Random, name: str) -> Case:
    columns = ["id", "name", "n"]
    rows = _rows(rng)
    half = len(rows) // 2
    parts = (lined(columns, rows[:half], ";"), lined(columns, rows[half:], ";"))
    data = b"".join(part.encode("utf-8-sig") for part in parts)
    return Case(name, "joined", data, columns, rows, noted=True)


def _names_that_begin_with_a_hash(rng: random.Random, name: str) -> Case:
    columns = ["#Data", "#Opis", "#Kwota"]
    rows = [[f"2024-01-{n + 10}", row[1], row[2]] for n, row in enumerate(_rows(rng)[:20])]
    above = "Bank S.A.;\n\n#Klient;\nJAN NOWAK;\n\n#Za okres:;\n01.01.2024;31.12.2024;\n\n"
    text = above + lined([*columns, ""], [[*row, ""] for row in rows], ";")
    return Case(name, "bank", text.encode(), columns, rows, noted=True)


def _years_over_names(rng: random.Random, name: str) -> Case:
    columns = ["Branch", "2023 Sales", "2023 Visits", "2024 Sales", "2024 Visits"]
    rows = [[f"{row[1]} {n}", *[row[2]] * 4] for n, row in enumerate(_rows(rng))]
    names = [["", "2023", "2023", "2024", "2024"], ["Branch", *["Sales", "Visits"] * 2]]
    text = lined(names[0], [names[1], *rows], ";")
    return Case(name, "report", text.encode(), columns, rows, noted=True)


def _survey_with_choices_under_a_question(rng: random.Random, name: str) -> Case:
    columns = ["id", "age", "Which? Phone", "Which? Tablet", "Which? Laptop", "Why? Text"]
    rows = [[row[0], row[2], "Phone", "", row[1], "-"] for row in _rows(rng)]
    names = [["id", "age", "Which?", "", "", "Why?"], ["", "", "Phone", "Tablet", "Laptop", "Text"]]
    text = lined(names[0], [names[1], *rows])
    return Case(name, "survey", text.encode(), columns, rows, noted=True)


def _narrower_table_below(rng: random.Random, name: str) -> Case:
    columns = ["id", "name", "n", "fee"]
    rows = [[*row, row[2]] for row in _rows(rng)]
    second = [["", "", "", ""], ["Region", "Sum", "", ""], *[["North", "12", "", ""]] * 2]
    text = lined(columns, [*rows, *second], ";")
    return Case(name, "report", text.encode(), columns, rows, noted=True)


def _parted_by_a_control_sign(rng: random.Random, name: str) -> Case:
    columns, rows = ["id", "name", "n"], _rows(rng)
    return Case(name, "shell", lined(columns, rows, "\x01").encode(), columns, rows)


_MAKERS: tuple[Callable[[random.Random, str], Case], ...] = (
    _ledger_with_a_starred_total, _advertising_with_totals_and_rates, _total_beside_a_mean,
    _last_record_called_total, _last_row_that_may_be_a_total, _total_above_a_second_table,
    _names_that_begin_with_a_hash, _years_over_names, _survey_with_choices_under_a_question,
    _narrower_table_below, _headings_of_groups, _drawn_with_boxes, _joined_files,
    _parted_by_a_control_sign,
)  # fmt: skip
