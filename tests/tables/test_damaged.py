"""Rows with a separator or a mark too many or too few, and tables with more than one header."""

import pytest

from brinery.errors import ReadError
from brinery.tables.hints import Hints
from brinery.tables.reading import read

ROWS = [
    [f"2024-01-{day:02d}", f"A-{day:03d}", f"{day}.50", f"Part {day}, large", f"shelf/{day}", ""]
    for day in range(1, 21)
]
NAMES = ["Date", "Code", "Price", "Text", "Place", "Remark"]


def line(cells):
    return ",".join(f'"{cell}"' if "," in cell or '"' in cell else cell for cell in cells)


def saved(*lines):
    return ("\r\n".join(lines) + "\r\n").encode()


def rows_of(table):
    return [list(row.values()) for row in table.cells.to_pylist()]


def test_a_blank_too_many_is_found_where_it_shifts_the_cells():
    lines = [line(row) for row in ROWS]
    for place in range(1, 6):
        cells = lines[9].split(",", 3)
        whole = [*ROWS[9][:place], "", *ROWS[9][place:]]
        table = read(saved(line(NAMES), *lines[:9], line(whole), *lines[10:]))
        assert rows_of(table) == ROWS, (place, cells)
        assert "1 row has" in table.notes[0]
        assert "line 11" in table.notes[0]


LONGER = ["Date", "Time", "Number", "Code", "Price", "Text", "Place"]
WRITTEN = [
    [
        f"2024-01-{day:02d}", f"{day % 24:02d}:30", f"{day}", f"AB-{day:04d}",
        f"${day % 9}.5{day % 7}", f"part {day} of a set", f"shelf {day}",
    ]
    for day in range(1, 31)
]  # fmt: skip


def without_separator(at, before):
    """Give the table with a row in which two cells stand together."""
    row = WRITTEN[at]
    short = [*row[: before - 1], row[before - 1] + row[before], *row[before + 1 :]]
    lines = [line(one) for one in WRITTEN]
    return read(saved(line(LONGER), *lines[:at], line(short), *lines[at + 1 :]))


@pytest.mark.parametrize("before", range(1, 6))
@pytest.mark.parametrize("at", [0, 9, 29])
def test_a_separator_that_is_missing_is_found_by_how_the_columns_are_written(before, at):
    table = without_separator(at, before)
    assert rows_of(table) == WRITTEN
    assert table.notes == (
        f"1 row has a separator too few (line {at + 2}); "
        "a cell was parted where both parts fit the columns.",
    )


def test_two_texts_in_one_cell_are_not_parted():
    table = without_separator(9, 6)
    assert rows_of(table)[9][5:] == ["part 10 of a setshelf 10", ""]
    assert table.notes == (
        "1 row has fewer cells than the header has names (line 11); "
        "the missing ones count as blank.",
    )


def test_a_separator_before_a_quoted_cell_may_be_missing():
    lines = [line(row) for row in ROWS]
    short = lines[9].replace('10.50,"Part 10, large"', '10.50"Part 10"')
    table = read(saved(line(NAMES), *lines[:9], short, *lines[10:]))
    assert rows_of(table)[9] == [*ROWS[9][:3], "Part 10", *ROWS[9][4:]]


def test_a_quoted_cell_is_not_torn_to_make_up_for_a_separator_that_is_missing():
    lines = [line(row) for row in ROWS]
    short = lines[9].replace("2024-01-10,A-010", "2024-01-10A-010")
    table = read(saved(line(NAMES), *lines[:9], short, *lines[10:]))
    assert rows_of(table) == ROWS
    assert "a cell was parted" in table.notes[0]


@pytest.mark.parametrize("short", ["b,125,x", "b,12,x", "b,1.5,x", "b,2024-01-05,x"])
def test_a_cell_that_is_missing_is_not_made_of_another(short):
    rows = [["a", str(n * 3), str(n * 7), f"2024-01-{n:02d}", "x"] for n in range(1, 25)]
    table = read(saved("id,m,n,day,word", *map(line, rows), short))
    assert rows_of(table)[-1] == [*short.split(","), "", ""]
    assert table.notes == (
        "1 row has fewer cells than the header has names (line 26); "
        "the missing ones count as blank.",
        "A separator may be missing, and cells stand under the wrong names: look at line 26.",
    )
    one = short.replace(",x", ",2024-01-05,x") if "2024" not in short else "b,3,2024-01-05,x"
    table = read(saved("id,m,n,day,word", *map(line, rows), one))
    assert rows_of(table)[-1] == [*one.split(","), ""]
    assert "look at line 26" in table.notes[1]


def test_the_same_names_twice_stand_once():
    lines = [line(row) for row in ROWS]
    for names in (NAMES, [*NAMES[:-1], ""]):
        for n_times in (2, 3):
            table = read(saved(*[line(names)] * n_times, *lines))
            assert table.column_names[:5] == NAMES[:5]
            assert rows_of(table) == [row[: len(table.column_names)] for row in ROWS]
            assert table.notes


def test_marks_amid_the_cells_of_most_lines_are_refused_unless_the_delimiter_is_told():
    rows = [f'{n} {"x " * (n % 4)}"Part {n}, large" "on a shelf, {n}"' for n in range(10)]
    with pytest.raises(ReadError, match="most lines, so what parts the cells can't be told"):
        read(saved(*rows))
    table = read(saved(*rows), hints=Hints(delimiter=","))
    assert "Quotation marks stand in the middle of cells" in table.notes[0]


def test_marks_behind_spaces_tell_that_spaces_part_the_cells():
    rows = [f'{n} 1{n} "Part {n}, large" "on a shelf, {n}"' for n in range(10)]
    table = read(saved(*rows))
    assert rows_of(table)[3] == ["3", "13", "Part 3, large", "on a shelf, 3"]
    assert table.reading.delimiter == " "


def test_inches_at_the_end_of_cells_are_no_reason_to_refuse():
    table = read(saved("width,height,n", *(f'{n}",{n + 3}",{n}' for n in range(10))))
    assert rows_of(table)[4] == ['4"', '7"', "4"]


def test_a_header_again_with_other_names_begins_another_table():
    lines = [line(row) for row in ROWS]
    for names, rows in (
        (NAMES[:-1], [row[:-1] for row in ROWS]),
        ([*NAMES, "Zone"], [[*row, "z"] for row in ROWS]),
    ):
        table = read(saved(line(NAMES), *lines, line(names), *map(line, rows)))
        assert rows_of(table) == ROWS
        assert table.notes == ("Lines of a second table below were left out (lines 22 to 42).",)


def test_the_same_header_again_goes_on_with_the_table():
    lines = [line(row) for row in ROWS]
    table = read(saved(line(NAMES), *lines, line(NAMES), *lines))
    assert rows_of(table) == ROWS * 2
    assert table.notes[0].startswith("A repeated header was left out (line 22")


def test_tables_under_titles_with_the_same_first_name():
    table = read(
        saved(
            "Meetings,,,,",
            "Person,Date,Guest,Purpose,",
            "A. Able,May-24,Firm One,Tax,",
            ",,Firm Two,,",
            "B. Best,June-24,Firm Six,Trade,",
            ",,,,",
            "Travel,,,,",
            "Person,Date,Country,Vehicle,Cost",
            "A. Able,May-24,Peru,Train,12",
        )
    )
    assert table.column_names == ["Person", "Date", "Guest", "Purpose"]
    assert table.n_rows == 3
    assert "Lines of a second table below were left out (lines 7 to 9)." in table.notes


def test_names_under_a_group_and_a_blank_line():
    table = read(
        saved(
            "DATE,TO,TRAVEL,,,Total",
            ",,,,,",
            ",,Air,Rail,Taxi / Car,",
            "13.04.12,Leeds,,£135.70,,135.7",
            "20.04.12,Bath,£77.40,,£5.00,82.4",
            "25.05.12,York,,£101.50,,101.5",
            "26.05.12,Hull,£99.00,£101.50,,200.5",
        )
    )
    assert table.column_names == [
        "DATE",
        "TO",
        "TRAVEL Air",
        "TRAVEL Rail",
        "TRAVEL Taxi / Car",
        "Total",
    ]
    assert table.n_rows == 4
    assert table.notes == (
        "The names stand on several lines and were put together (lines 1 and 3).",
    )


def test_names_over_groups_of_groups():
    table = read(
        saved(
            "Office,Kind,Staff,,,,Others,",
            ",,Junior,,Senior,,Agency,",
            ",,Heads,Full time,Heads,Full time,Heads,Full time",
            "North,a,1,1.0,2,1.5,3,2.5",
            "South,b,4,4.0,5,4.5,6,5.5",
            "West,b,4,4.0,5,4.5,6,5.5",
            "East,a,7,4.0,5,4.5,8,5.5",
        )
    )
    assert table.column_names[:5] == [
        "Office", "Kind", "Staff Junior Heads", "Staff Junior Full time", "Staff Senior Heads",
    ]  # fmt: skip
    assert table.column_names[-1] == "Others Agency Full time"
    assert table.n_rows == 4


def test_apostrophes_in_cells_between_apostrophes():
    rows = [f"{n},'Part {n}, large','shelf'" for n in range(10)]
    odd = ["11,'Men's boots, 8\\'9 long','shelf'", "12,'It isn't, they're told','We'll see'"]
    table = read(saved("n,'text','place'", *rows, *odd))
    assert rows_of(table)[-2:] == [
        ["11", "Men's boots, 8\\'9 long", "shelf"],
        ["12", "It isn't, they're told", "We'll see"],
    ]


def test_a_backslash_before_another_letter_than_a_mark_stays():
    table = read(saved("a,b", '1,"5\\" wide, C:\\new"', '2,"6\\" wide, D:\\temp"', '3,"x, y"'))
    assert table.cells["b"].to_pylist() == ['5" wide, C:\\new', '6" wide, D:\\temp', "x, y"]


def test_a_header_that_another_mark_parts_than_the_rest():
    lines = [line(row) for row in ROWS]
    table = read(saved(";".join(NAMES), *lines))
    assert table.column_names == NAMES
    assert rows_of(table) == ROWS
    assert table.notes == ("A line is parted by another mark than the rest (line 1).",)


def test_a_remark_is_not_parted_by_its_commas():
    table = read(saved("Sales, north, May", "n;of;what", "1;2;x", "2;3;y", "3;4;z"))
    assert table.column_names == ["n", "of", "what"]
    assert "A line above the header was left out (line 1: “Sales, north, May”)." in table.notes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('name,town\nEve,"Paris, TX"\n', [["Eve", "Paris, TX"]]),
        ('a,b,c\n1,"",""\n2,3,4\n', [["1", "", ""], ["2", "3", "4"]]),
        ('a,b\n1,"he ""says"" so"\n3,4\n', [["1", 'he "says" so'], ["3", "4"]]),
        (
            'key,value\n1,"{""kind"": ""dot"", ""at"": [1, 0.5]}"\n',
            [["1", '{"kind": "dot", "at": [1, 0.5]}']],
        ),
        ('a,b\n1,2\n"two\nlines",5\n', [["1", "2"], ["two\nlines", "5"]]),
        ('a,b\n1,"so \n""he"" \nsays"\n3,4\n', [["1", 'so \n"he" \nsays'], ["3", "4"]]),
        ("a,b,c\n1,2,3\n", [["1", "2", "3"]]),
        ("a,b\n1,2\n4,ʤ\n", [["1", "2"], ["4", "ʤ"]]),
    ],
)
def test_what_the_format_allows_is_read_without_a_word(text, rows, end):
    table = read(text.replace("\n", end).encode())
    assert rows_of(table) == [[cell.replace("\n", end) for cell in row] for row in rows]
    assert table.notes == ()


def test_a_long_table_over_a_wider_short_one_is_the_table():
    rows = [f"A. Able,May-{n},Firm {n},Tax,,," for n in range(10, 30)]
    table = read(
        saved(
            "Meetings,,,,,,",
            "Person,Date,Guest,Purpose,,,",
            *rows,
            ",,,,,,",
            "Travel,,,,,,",
            "Person,Dates,Country,Vehicle,Cost,With,Days",
            "A. Able,May-24,Peru,Train,12,B. Best,3",
        )
    )
    assert table.column_names == ["Person", "Date", "Guest", "Purpose"]
    assert rows_of(table) == [row.split(",")[:4] for row in rows]
    assert "Lines of a second table below were left out (lines 24 to 26)." in table.notes


def test_a_sentence_under_three_columns_is_no_record():
    rows = [f"{day:02d}/02/2016,KELWAY {day},{day}.50" for day in range(1, 9)]
    table = read(
        saved("Date,Name,Amount", *rows, ",,", "All of these were paid by card to suppliers,,")
    )
    assert rows_of(table) == [row.split(",") for row in rows]
    assert table.notes[0].startswith("A line at the end was left out (line 11")
    kept = read(saved("Name,Date,Amount", *(f"a{n},0{n}/02/2016,{n}" for n in range(1, 9)), "b,,"))
    assert rows_of(kept)[-1] == ["b", "", ""]


@pytest.mark.parametrize("thousands", ["1,", "1."])
def test_a_total_of_all_columns_is_told_by_its_sums(thousands):
    rows = [f'{name};"{thousands}{n}00";{n}' for n, name in enumerate("abcdefgh", start=1)]
    end = {"1,": "11,600", "1.": "11.600"}[thousands]
    names = "Part;Staff;Cars"
    for lines in (
        [*rows, f'Total;"{end}";36'],
        [*rows[:4], f'Subtotal;"5{thousands[1]}000";10', *rows[4:], f'Total;"{end}";36'],
        ['x;"1";1', 'Total;"1";1', *rows, f'Total;"{end}";36'],
    ):
        table = read(saved(names, *lines))
        assert table.cells["Part"].to_pylist()[-1] == "h"
        assert any(note.startswith(("A total at the end", "Totals at")) for note in table.notes)
    other = read(saved(names, *rows, f'Total;"{end.replace("11", "12")}";97'))
    assert other.cells["Part"].to_pylist()[-1] == "Total"
    assert other.notes[0].startswith("The last row may be a total; it was kept")


@pytest.mark.parametrize("titles", [["TWO,,,,,"], ["TWO,,,,,", "June,,,,,"]])
@pytest.mark.parametrize("n_rows", [4, 30_000])
def test_a_narrower_table_under_a_title_is_another(n_rows, titles):
    rows = [f"{n},Bath {n % 7},a visit to the works,,{n}.50,x" for n in range(n_rows)]
    other = ["Firm,Kind,,,,", "Acme,Lunch,,,,", "Bolt,Dinner,,,,"]
    end = f"lines {n_rows + 3:,} to {n_rows + 5 + len(titles):,}"
    for blank in ("", ",,,,,"):
        table = read(saved("No,City,Purpose,Air,Cost,By", *rows, blank, *titles, *other))
        assert table.n_rows == n_rows
        assert table.cells["No"].to_pylist()[-1] == str(n_rows - 1)
        assert f"Lines of a second table below were left out ({end})." in table.notes


def test_a_group_under_a_title_goes_on_with_the_table():
    rows = [f"{n},Bath {n % 7},visit,,{n}.50,x" for n in range(6)]
    table = read(saved("No,City,Purpose,Air,Cost,By", *rows, "", "South,,,,,", *rows))
    assert table.n_rows == 12
    assert "A remark between the rows was left out (line 9: “South”)." in table.notes
