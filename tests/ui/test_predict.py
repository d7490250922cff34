"""Predict: pick, upload, check, download; and everything that can be wrong."""

from functools import partial

import pandas as pd
import pytest

import brinery
from brinery.registry.shelf import Shelf
from brinery.settings import Settings
from tests.ui.jars import csv


@pytest.fixture
def upload(upload_on, trained):
    return partial(upload_on, trained)


def test_with_nothing_on_the_shelf_it_says_where_to_go(serve, said, tmp_path):
    app = serve(tmp_path, "predict")
    assert "no model to predict with yet" in said(app)
    assert not app.file_uploader


def test_a_link_opens_on_its_model(serve, said, trained):
    app = serve(trained, "predict", model="grams")
    assert app.selectbox(key="model").value == "grams"
    assert "the amount in “grams”" in said(app)
    assert "Made by Ada" in said(app)


def test_the_version_in_use_predicts_unless_another_is_asked_for(serve, said, trained):
    app = serve(trained, "predict", model="crunchy")
    assert "Version 1." in said(app)
    assert not app.info
    app.selectbox(key="predict/version/crunchy").select(2).run()
    assert "This is version 2, as you asked. The one in use is 1." in said(app)
    assert "Version 2." in said(app)
    app = serve(trained, "predict", model="crunchy", version="2")
    assert "This is version 2, as you asked." in said(app)
    assert not [box for box in app.selectbox if box.key == "predict/version/grams"]
    for unknown in ("3", "two", "9" * 5000):
        app = serve(trained, "predict", model="crunchy", version=unknown)
        assert "Version 1." in said(app)


def test_what_was_put_away_or_is_due_for_review_says_so(serve, said, copy_of):
    folder = copy_of / "models"
    settings = Settings(models=str(folder), key_path=copy_of / "key")
    shelf = Shelf.of(settings)
    shelf.archive("crunchy", 2, by="Bob", why="wrong prices")
    app = serve(copy_of, "predict", model="crunchy", version="2")
    assert "Version 2 was archived on " in said(app).replace("\\", "")
    shelf.archive("grams", by="Bob", why="no longer sold")
    app = serve(copy_of, "predict", model="grams")
    assert "by Bob: no longer sold." in said(app).replace("\\", "")
    assert "grams" not in app.selectbox(key="model").options


def test_an_unknown_name_is_said_plainly_with_what_was_meant(serve, said, trained):
    app = serve(trained, "predict", model="crunchi")
    assert "There is no model called “crunchi”" in said(app)
    assert "Did you mean crunchy?" in said(app)


def test_a_description_is_no_markdown(serve, said, trained):
    assert r"\*crunchy\*" in said(serve(trained, "predict", model="crunchy"))


def test_lines_that_are_left_out_are_said_loudly(upload, said, new_jars):
    app = upload(b"Jars of March\n\n" + csv(new_jars) + b"\nTotal,,\n")
    assert "How the file was read" in app.info[0].value
    assert "line 1" in app.info[0].value
    assert "30 rows predicted" in said(app)


def test_pick_and_upload_give_the_predictions_at_once(upload, said, new_jars):
    app = upload(csv(new_jars))
    assert "all fine." in said(app)
    assert "30 rows predicted" in said(app)
    assert [b.label for b in app.get("download_button")][-3:] == [
        "Download CSV",
        "Excel",
        "Parquet",
    ]
    shown = app.dataframe[-1].value
    assert shown["prediction"].isin(["yes", "no"]).all()
    assert list(shown["jar"]) == list(new_jars["jar"])


def test_before_a_model_is_picked_the_steps_are_said(serve, said, trained):
    assert "Pick a model, upload your table" in said(serve(trained, "predict"))


def test_scoring_many_rows_tells_how_far_it_is(upload, said, new_jars, monkeypatch):
    told = []
    monkeypatch.setattr("brinery.scoring.answers.chunk_rows", lambda _: 10)
    monkeypatch.setattr(
        "streamlit.delta_generator.DeltaGenerator.progress",
        lambda _self, share, text: told.append((round(share, 2), text)),
    )
    app = upload(csv(new_jars))
    assert "30 rows predicted" in said(app)
    assert told == [(0.33, "10 of 30 rows predicted"), (0.67, "20 of 30 rows predicted")]


def test_a_rerun_scores_nothing_again(upload, new_jars, monkeypatch):
    app = upload(csv(new_jars))
    monkeypatch.setattr("ui.predictions.predictions", None)
    monkeypatch.setattr("ui.predictions.against_schema", None)
    app.run()
    assert not app.exception


def test_the_file_is_still_there_after_another_page(upload, said, new_jars):
    app = upload(csv(new_jars))
    app.switch_page("pages/home.py").run()
    app.query_params["model"] = "crunchy"
    app.switch_page("pages/predict.py").run()
    assert not app.exception
    assert "new jars" in said(app)
    assert "30 rows predicted" in said(app)


def test_what_is_worth_a_look_is_named_with_its_line(upload, said, new_jars):
    new_jars.loc[4, "vinegar"] = "balsamic"
    app = upload(csv(new_jars))
    assert "balsamic" in said(app)
    assert "line 6" in said(app)
    assert "29 fine, 1 to look at." in said(app)


def test_a_cell_that_is_no_number_gets_no_prediction(upload, said, new_jars):
    new_jars["days"] = new_jars["days"].astype(object)
    new_jars.loc[0, "days"] = "soon"
    app = upload(csv(new_jars))
    assert "29 fine, 1 can't be scored." in said(app)
    assert "29 rows predicted. All 30 rows" in said(app)


def test_where_something_stops_it_nothing_is_said_to_be_predicted(upload, said, new_jars):
    new_jars.loc[4, "vinegar"] = "balsamic"
    app = upload(csv(new_jars.drop(columns="days")))
    assert "balsamic" in said(app)
    assert "Predicted" not in said(app)


def test_a_file_for_another_model_is_called_one(upload, said, new_jars):
    app = upload(csv(new_jars[["jar"]]))
    assert "looks like a file for another model" in said(app)


def test_a_file_whose_columns_have_other_names_is_not_called_one(upload, said, new_jars):
    app = upload(csv(new_jars.rename(columns=lambda name: f"{name} 2026")))
    assert "Did you mean" in said(app)
    assert "another model" not in said(app)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
        ("model.pkl", b"\x80\x05\x95\x1b\x00\x00\x00\x00\x00\x00\x00]\x94."),
    ],
)
def test_a_file_without_a_table_is_refused_in_words(upload, name, data):
    app = upload(data, name)
    assert len(app.error) == 1
    assert "Download CSV" not in [button.label for button in app.get("download_button")]


def test_a_header_without_rows_says_so(upload, new_jars):
    app = upload(csv(new_jars.iloc[:0]))
    assert app.error


def test_a_repeated_column_is_shown_and_kept(upload, new_jars):
    data = csv(new_jars).replace(b"vinegar", b"vinegar,jar", 1)
    lines = data.splitlines()
    data = b"\n".join([lines[0], *(line + b",x" for line in lines[1:])])
    app = upload(data)
    assert not app.exception


def test_another_model_is_not_offered_where_it_could_not_use_the_file_either(
    upload, said, new_jars
):
    other = new_jars[["days"]].assign(days=1).rename(columns={"days": "days "})
    data = csv(pd.concat([new_jars, other], axis=1)).replace(b"days ", b"days")
    app = upload(data)
    assert "stands 2 times" in said(app)
    assert not [one for one in app.button if str(one.key).startswith("predict/instead/")]


def test_a_broken_seal_is_refused_in_its_words(serve, broken_pickle, new_jars):
    app = serve(broken_pickle, "predict", model="crunchy")
    app.file_uploader(key="predict_file").upload("new.csv", csv(new_jars)).run()
    assert not app.exception
    assert len(app.error) == 1
    assert not app.get("download_button")[3:]


def test_a_model_with_a_broken_card_is_not_offered(serve, broken_card):
    app = serve(broken_card, "predict", model="crunchy")
    assert app.selectbox(key="model").options == ["grams"]
    assert app.warning


@pytest.fixture
def spoiled(new_jars):
    table = new_jars.astype({"days": object})
    table.loc[[3, 7], "days"] = ["soon", "later"]
    return table


def corrected(spoiled, **changes):
    rows = spoiled.loc[[3, 7]].assign(line=[5, 9], days=[3, 7])
    return csv(rows.assign(**changes))


def back(app, data):
    box = next(box for box in app.file_uploader if box.label == "Upload the corrected rows")
    box.upload("rows.csv", data).run()
    assert not app.exception
    return app


def test_a_clean_file_has_nothing_to_correct(upload, said, new_jars):
    app = upload(csv(new_jars))
    assert [box.label for box in app.file_uploader] == ["Your table"]
    assert "to correct" not in " ".join(b.label for b in app.get("download_button"))


def test_corrected_rows_are_put_back_and_can_be_taken_out_again(upload, said, spoiled):
    app = upload(csv(spoiled))
    assert "28 fine, 2 can't be scored." in said(app)
    labels = [button.label for button in app.get("download_button")]
    assert {"Rows to correct, CSV", "List of all lines, Excel"} <= set(labels)
    back(app, corrected(spoiled))
    assert "2 corrected rows were put back." in said(app)
    assert "30 rows predicted." in said(app)
    assert list(app.dataframe[-1].value["days"])[3:8:4] == ["3", "7"]
    app.button(key="predict/corrected/undo").click().run()
    assert not app.exception
    assert "28 rows predicted." in said(app)


def test_other_cells_stay_unless_asked_for(upload, said, spoiled):
    app = back(upload(csv(spoiled)), corrected(spoiled, jar=["a", "b"]))
    assert "2 other cells were changed" in said(app)
    assert app.dataframe[-1].value["jar"][3] == "J-3"
    app.button(key="predict/corrected/all").click().run()
    assert app.dataframe[-1].value["jar"][3] == "a"


def test_every_row_bad_is_said_and_corrected_round_by_round(upload, said, new_jars):
    bad = new_jars.head(4).astype({"days": object}).assign(days=list("abcd"))
    app = upload(csv(bad))
    assert "None of the 4 rows can be scored" in said(app)
    first = bad.assign(line=[2, 3, 4, 5], days=["3", "4", "5", "d"])
    assert "3 corrected rows were put back." in said(back(app, csv(first)))
    assert "3 fine, 1 can't be scored." in said(app)
    back(app, csv(first.tail(1).assign(days=9)))
    assert "1 corrected row was put back." in said(app)
    assert "4 rows predicted." in said(app)


def test_a_file_that_is_none_of_corrected_rows_is_refused_in_words(upload, said, spoiled):
    app = back(upload(csv(spoiled)), csv(spoiled.drop(columns="days")))
    assert "lack the columns “days” and “line”" in said(app).replace("\\", "")
    assert "28 rows predicted." in said(app)
    app = back(app, corrected(spoiled, line=[77, "?"]))
    assert "No corrected row was put back." in said(app)
    assert "no row in line 77" in said(app)
    assert "28 rows predicted." in said(app)


def test_the_corrected_rows_alone_are_a_file_too(upload, said, spoiled):
    app = upload(corrected(spoiled))
    assert "2 rows predicted." in said(app)
    assert "“line”" in said(app)


def test_a_file_of_other_cases_is_warned_of_before_its_predictions(upload, said, new_jars):
    app = upload(csv(new_jars))
    assert "How this file differs" not in [one.label for one in app.expander]
    app = upload(csv(new_jars.assign(days=3)))
    assert "“days” is much lower in this file" in said(app)
    assert "half of it is below 3" in said(app)
    assert "the file as a whole differs from the training data" in said(app)
    assert not app.success
    assert any("differs from the table" in one.value for one in app.warning)
    fold = next(one for one in app.expander if one.label == "How this file differs")
    shown = fold.dataframe[0].value
    assert shown[["Column", "What", "In this file"]].to_numpy().tolist() == [
        ["days", "half is below", "3"]
    ]
    assert not [one for one in app.warning if "KS" in one.value or "PSI" in one.value]


@pytest.fixture
def put(copy_of, lend_pool):
    """Where a test puts a model of its own."""
    settings = Settings(models=str(copy_of / "models"), key_path=copy_of / "key", n_workers=1)
    return {"models": settings.models, "settings": settings, "pool": lend_pool(settings)}


def test_when_the_rarer_answer_is_given_is_said_before_and_after(
    serve, said, copy_of, put, jar_table
):
    table = jar_table().drop(columns="grams")
    model = brinery.train(table, "crunchy", recipe="tree", threshold={"probability": 0.2})
    brinery.save(model, name="cut", **put)
    label = model.evaluation.threshold.label
    words = f"It answers “{label}” from a probability of 0.2 on: as the modeler chose."
    app = serve(copy_of, "predict", model="cut")
    assert said(app).replace("\\", "").count(words) == 1
    app.file_uploader(key="predict_file").upload("jars.csv", csv(table)).run()
    assert not app.exception
    assert said(app).replace("\\", "").count(words) == 2
    assert "It answers" not in said(serve(copy_of, "predict", model="crunchy"))


def test_what_helps_to_judge_a_model_is_folded_away(serve, copy_of, put, jar_table):
    table = jar_table(400).drop(columns="grams")
    model = brinery.train(table, "crunchy", recipe="tree", by_group=["vinegar"])
    brinery.save(model, name="judged", **put)
    app = serve(copy_of, "predict", model="judged")
    (more,) = (box for box in app.expander if box.label == "More on how good it is")
    (folded,) = more.markdown
    assert "By “vinegar”" in folded.value
    assert "Would more rows help?" in folded.value
    (shown,) = (one for one in app.markdown if one.value.startswith("- Right for"))
    assert "By “vinegar”" not in shown.value
    n_sentences = len(shown.value.splitlines()) + len(folded.value.splitlines())
    assert n_sentences == len(model.evaluation.sentences)
