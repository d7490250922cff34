"""How a file was read, on both pages: said, changed, changed back, and kept."""

import io
import zipfile

import pytest
import xlsxwriter

PREDICT, TRAIN = "predict_file", "train_file"


@pytest.fixture
def rows(jar_table):
    table = jar_table(30, seed=9).drop(columns=["crunchy", "grams"])
    return table.assign(salt_percent=table["salt_percent"].clip(2, 7))


def lines(frame, delimiter=","):
    return frame.to_csv(index=False, sep=delimiter)


def book(**sheets):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        for name, frame in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate([list(frame), *frame.to_numpy().tolist()]):
                sheet.write_row(at, 0, row)
    return file.getvalue()


def packed(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return file.getvalue()


@pytest.fixture
def upload(serve, trained, tmp_path):
    """Open Predict or Train and upload a file."""

    def upload(data, name="jars.csv", key=PREDICT):
        if key == PREDICT:
            app = serve(trained, "predict", model="crunchy")
        else:
            app = serve(tmp_path, "train")
        app.file_uploader(key=key).upload(name, data).run()
        assert not app.exception
        return app

    return upload


def choose(app, name, value, key=PREDICT):
    app.selectbox(key=f"{key}/hint/{name}").select(value).run()
    assert not app.exception
    return app


def hint(app, name, key=PREDICT):
    return app.selectbox(key=f"{key}/hint/{name}")


def drawn(app):
    return {box.key.rpartition("/")[2] for box in app.selectbox if "/hint/" in str(box.key)}


def first(app):
    return next(one.value for one in app.dataframe if one.value.index.name == "line")


def test_before_an_upload_nothing_is_said(serve, trained, said):
    app = serve(trained, "predict", model="crunchy")
    assert "How the file was read" not in said(app)
    assert not drawn(app)


@pytest.mark.parametrize("key", [PREDICT, TRAIN])
def test_how_a_plain_file_was_read_is_one_line_with_its_first_rows(upload, said, rows, key):
    app = upload(lines(rows).encode(), key=key)
    line = next(c.value for c in app.caption if "How the file was read" in c.value)
    assert line.replace("\\", "").endswith(
        "Letters: Unicode (UTF-8), commas between the cells, column names on line 1."
    )
    assert list(first(app).index) == [2, 3, 4, 5, 6]
    assert drawn(app) == {"delimiter", "header_line"}  # there is no letter to be read otherwise
    assert f"{key}/found" not in [button.key for button in app.button]


def test_the_line_with_the_names_is_chosen_by_its_text(upload, said, rows):
    head = "site;site;month;month\n"
    app = upload((head + lines(rows, ";")).encode("cp1252"), key=TRAIN)
    assert next(iter(first(app))) == "site jar"
    box = hint(app, "header_line", TRAIN)
    assert box.options[0] == "Lines 1 and 2, put together"
    assert box.options[3] == "Line 2: jar;salt_percent;days;vinegar"
    choose(app, "header_line", 2, TRAIN)
    assert list(first(app)) == list(rows)
    assert "column names on line 2." in said(app)
    target = next(b for b in app.selectbox if b.label == "The column with the answer")
    assert target.options == list(rows)


def test_a_file_without_names_asks_where_they_are(upload, said, rows):
    data = rows.to_csv(index=False, header=False).encode()
    app = upload(data, key=TRAIN)
    assert hint(app, "header_line", TRAIN).label.startswith("No line with the column names")
    assert hint(app, "header_line", TRAIN).value == 0
    app.button(key=f"{TRAIN}/right/header_line").click().run()
    assert not app.exception
    assert hint(app, "header_line", TRAIN).label == "The line with the column names"


def test_letters_are_chosen_by_how_they_look(upload, rows):
    rows["jar"] = "Gyöngyös Hódmezővásárhely"
    app = upload(lines(rows).encode("cp1250"))
    box = hint(app, "encoding")
    assert "Which one looks right?" in box.label
    assert box.value == "cp1250"
    sample = next(one for one in box.options if "Windows-1252" in one)
    assert sample == "Gyöngyös Hódmezõvásárhely — Western European (Windows-1252)"
    choose(app, "encoding", "cp1252")
    assert first(app)["jar"].iloc[0] == "Gyöngyös Hódmezõvásárhely"
    assert "Which one" not in hint(app, "encoding").label


def test_all_below_follows_a_change_and_one_click_takes_it_back(upload, said, rows):
    app = upload(lines(rows).encode())
    assert "30 rows predicted" in said(app)
    choose(app, "delimiter", ";")
    assert "30 rows predicted" not in said(app)
    assert hint(app, "delimiter").value == ";"
    app.button(key=f"{PREDICT}/found").click().run()
    assert not app.exception
    assert hint(app, "delimiter").value == ","
    assert "30 rows predicted" in said(app)


def test_a_change_that_fails_says_why_and_can_be_changed_back(upload, said, rows):
    app = upload(lines(rows).encode())
    choose(app, "header_line", 31)
    assert "a header but no rows" in app.error[0].value
    assert "The way that you chose does not fit" in said(app)
    assert "rows predicted" not in said(app)
    choose(app, "header_line", 1)
    assert not app.error
    assert "30 rows predicted" in said(app)


def test_what_was_changed_stays_over_pages_and_goes_with_the_file(upload, said, rows):
    data = ("day;day;the;jar\n" + lines(rows, ";")).encode()
    app = upload(data, key=TRAIN)
    choose(app, "header_line", 2, TRAIN)
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert hint(app, "header_line", TRAIN).value == 2
    choose(app, "delimiter", ",", TRAIN)  # the bytes are still there to be read again
    choose(app, "delimiter", ";", TRAIN)
    assert list(first(app)) == list(rows)
    app.button(key=f"{TRAIN}/remove").click().run()
    app.file_uploader(key=TRAIN).upload("again.csv", data).run()
    assert hint(app, "header_line", TRAIN).value == (1, 2)


def test_the_target_stays_chosen_where_the_change_leaves_it(upload, said, rows):
    app = upload(lines(rows).encode(), key=TRAIN)
    next(b for b in app.selectbox if b.label == "The column with the answer").select("days").run()
    choose(app, "header_line", 1, TRAIN)
    assert next(b for b in app.selectbox if b.label == "The column with the answer").value == "days"


def test_two_sheets_that_fit_are_asked_for(upload, said, rows):
    data = book(March=rows, April=rows.assign(jar="april"))
    app = upload(data, "jars.xlsx")
    assert hint(app, "sheet").label.startswith("More than one sheet holds a table")
    choose(app, "sheet", "April")
    assert "Sheet “April”, column names on line 1" in said(app)
    assert set(first(app)["jar"]) == {"april"}
    assert hint(app, "sheet").label == "The sheet"


def test_a_sheet_that_fits_is_taken_and_a_blank_one_refused(upload, said, rows):
    data = book(Notes=rows[["jar"]].iloc[:0], Jars=rows)
    app = upload(data, "jars.xlsx")
    assert hint(app, "sheet").label == "The sheet"
    assert hint(app, "sheet").value == "Jars"
    choose(app, "sheet", "Notes")
    assert app.error
    assert hint(app, "sheet").options == ["Notes", "Jars"]
    app.button(key=f"{PREDICT}/found").click().run()
    assert "30 rows predicted" in said(app)


def test_of_a_packed_file_one_is_chosen(upload, said, rows):
    data = packed(march=lines(rows), april=lines(rows.iloc[:7]))
    app = upload(data, "jars.zip")
    assert not app.error
    assert "Which one is the table?" in hint(app, "member").label
    assert hint(app, "member").value is None
    choose(app, "member", "april.csv")
    assert "7 rows predicted" in said(app)
    assert "“april.csv” in the packed file" in said(app).replace("\\", "")


def test_what_holds_no_table_offers_nothing(upload):
    app = upload(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "picture.png")
    assert len(app.error) == 1
    assert not drawn(app)


def test_text_that_is_in_no_table_can_be_read_in_another_way(upload):
    app = upload(b"a,b,c\n")
    assert len(app.error) == 1
    assert drawn(app) == {"delimiter", "header_line"}
