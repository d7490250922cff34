"""Train: upload, target, columns, and a training under way."""

import time

import pytest

from ui import services


def test_a_file_without_a_table_is_refused_in_words(serve, tmp_path):
    app = serve(tmp_path, "train")
    app.file_uploader(key="train_file").upload("empty.csv", b"").run()
    assert not app.exception
    assert len(app.error) == 1


def test_a_file_with_a_repeated_column_is_shown(serve, tmp_path):
    app = serve(tmp_path, "train")
    rows = b"".join(b"%d,%d,x\n" % (i, i % 3) for i in range(60))
    app.file_uploader(key="train_file").upload("twice.csv", b"a,a,b\n" + rows).run()
    assert not app.exception
    assert not app.error
    shown = app.dataframe[0].value
    assert list(shown) == ["a", "a (2)", "b"]


def test_a_target_that_is_an_identifier_is_refused_with_the_reason(choose, said, jar_table):
    app = choose(jar_table(), "jar")
    assert "“jar” can't be learned" in said(app).replace("\\", "")
    assert "train/start" not in [button.key for button in app.button]


def test_a_column_that_gives_the_answer_away_is_named_and_left_out(choose, said, jar_table):
    frame = jar_table().drop(columns="grams")
    frame["spoken"] = frame["crunchy"].map({"yes": "crack", "no": "silent"})
    app = choose(frame, "crunchy")
    assert "“spoken” alone nearly gives the answer away" in said(app)
    app.toggle[0].set_value(True).run()
    assert not app.exception
    table = app.data_editor[0].value.set_index("Column")
    assert table.loc["spoken", "Use"] == "leave it out"


def test_a_few_whole_numbers_can_be_labels_or_an_amount(choose, jar_table):
    frame = jar_table()
    frame["shelf"] = [i % 4 for i in range(len(frame))]
    app = choose(frame, "shelf")
    control = next(c for c in app.segmented_control if c.label == "The answer is")
    assert control.value == "category"
    control.set_value("number").run()
    assert not app.exception
    assert app.button(key="train/start")


@pytest.fixture
def searched(choose, jar_table):
    """Let the search begin, stop it, and wait for the best so far."""
    app = choose(jar_table().drop(columns="grams"), "crunchy")
    app.selectbox(key="train/seconds").select(10)
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    deadline = time.monotonic() + 60
    while not job.progress.get("compared") and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    assert any(list(table.value)[:3] == ["Recipe", "Fixed", "Score"] for table in app.table)
    app.button(key="train/finish").click().run()
    assert app.button(key="train/finish").disabled
    job.future.result(timeout=60)
    app.run()
    assert not app.exception
    return app


def test_a_search_can_be_stopped_and_a_row_of_its_leaderboard_be_taken(searched, said):
    assert "What was compared" in said(searched)
    board = next(one for one in searched.dataframe if "Folds" in one.value)
    assert len(board.value) >= 1
    assert "baseline" in {one.lower() for one in board.value["Recipe"]}
    searched.button(key="train/again").click().run()
    assert searched.selectbox(key="train/recipe").value == "auto"


def test_training_again_starts_from_what_was_chosen(finished):
    finished.button(key="train/again").click().run()
    assert not finished.exception
    target = next(b for b in finished.selectbox if b.label == "The column with the answer")
    assert target.value == "crunchy"
    assert finished.button(key="train_file/remove")
    assert finished.selectbox(key="train/recipe").value == "tree"


def test_a_training_is_found_again_after_a_reload(finished, said):
    from streamlit.testing.v1 import AppTest

    again = AppTest.from_file(finished._script_path, default_timeout=60).run()
    again.query_params["job"] = finished.query_params["job"]
    again.switch_page("pages/train.py").run()
    assert not again.exception
    assert "The result" in said(again)


def test_a_training_that_is_gone_is_said_to_be(serve, said, tmp_path):
    app = serve(tmp_path, "train", job="nobody")
    assert "no longer here" in said(app)
    assert app.file_uploader


def test_a_running_training_can_be_cancelled(choose, said, jar_table):
    app = choose(jar_table(2000), "crunchy")
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    assert not job.future.done()
    app.button(key="train/cancel").click().run()
    deadline = time.monotonic() + 10
    while not job.future.done() and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    assert "The training was cancelled" in said(app)
    app.button(key="train/again").click().run()
    assert app.file_uploader
