"""Import: the file, what is in it, the sample, trying it, and saving it."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from brinery.environments.pins import of_release
from tests.environments.twin import make_twin
from tests.ui.jars import csv
from tools.hostile import corpus
from ui import services

FROZEN = Path(__file__).parents[1] / "frozen" / "scikit-learn-1.5.2.zip"


@pytest.fixture
def pipeline(jar_table):
    table = jar_table()
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), ["vinegar"]), remainder="passthrough"
        ),
        RandomForestClassifier(20, random_state=0),
    ).fit(table[["salt_percent", "days", "vinegar"]], table["crunchy"])


@pytest.fixture
def opened(serve, tmp_path):
    return serve(tmp_path, "bring")


def upload(app, data, name="model.joblib"):
    app.file_uploader(key="bring_file").upload(name, data).run()
    assert not app.exception
    return app


def sample(app, frame):
    app.file_uploader(key="bring_sample").upload("sample.csv", csv(frame)).run()
    assert not app.exception
    return app


def choose(app, label, option):
    next(box for box in app.selectbox if box.label.startswith(label)).select(option).run()
    assert not app.exception
    return app


def packed(model, compress=3):
    buffer = io.BytesIO()
    joblib.dump(model, buffer, compress=compress)
    return buffer.getvalue()


def test_an_empty_page_says_what_may_be_brought(opened, said):
    assert "zipped folder that MLflow, vetiver or pins wrote" in said(opened)
    assert "joblib.dump" in opened.code[0].value


def test_a_model_is_brought_tried_and_saved(opened, pipeline, jar_table, said):
    app = upload(opened, packed(pipeline))
    text = said(app)
    assert "a RandomForestClassifier of 20 trees. It would run nothing else" in text
    assert "The model takes “salt\\_percent”, “days”, “vinegar”" in text
    sample(app, jar_table())
    assert "has all 3 columns" in said(app)
    (answer,) = (one for one in app.selectbox if one.label.startswith("Which column holds"))
    assert answer.value == "crunchy"  # the one that holds the model's own answers
    app.button(key="bring/try").click().run()
    assert not app.exception
    text = said(app)
    assert "It answers the sample" in text
    assert "If it was trained on that table, they are too good" in text
    assert "120 rows of the table that came with the model" in text
    app.text_input(key="save/name").set_value("brought")
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert "Saved as brought, version 1" in said(app)
    card = services.get().shelf.card("brought")
    assert card.brought.form == "a file of joblib's"
    assert card.brought.made_with["scikit-learn"]
    assert card.evaluation.source == "given"
    app.switch_page("pages/shelf.py").run()
    assert not app.exception


def test_rows_that_were_kept_aside_give_figures_and_a_threshold(opened, jar_table, said):
    table = jar_table(400)
    table.loc[::5, "crunchy"] = "yes"  # what no column tells
    model = LogisticRegression(max_iter=5000)
    model.fit(table[["salt_percent", "days"]][:200], table["crunchy"][:200])
    app = choose(sample(upload(opened, packed(model)), table[200:]), "Which column", "crunchy")
    how(app).set_value("aside").run()
    choose(app, "Give the rarer of the two answers", "cost")
    app.button(key="bring/try").click().run()
    assert not app.exception
    assert "very 200 rows that it is measured on" in said(app)
    assert "too good" not in said(app)
    found = app.session_state["bring/made"]["model"].evaluation
    assert (found.source, found.n_holdout) == ("holdout", 200)
    assert any("(the mark), mistakes cost" in one.value.replace("\\", "") for one in app.caption)


def test_the_answers_may_be_in_another_file(opened, pipeline, jar_table, said):
    app = upload(opened, packed(pipeline))
    sample(app, jar_table().drop(columns=["crunchy"]))
    how(app).set_value("file").run()
    assert not [button for button in app.button if button.key == "bring/try"]
    held = csv(jar_table(90, seed=8))
    app.file_uploader(key="bring_holdout").upload("held.csv", held).run()
    assert not [button for button in app.button if button.key == "bring/try"]
    choose(app, "Which column of it holds the answer?", "crunchy")
    (groups,) = app.multiselect
    assert "crunchy" not in groups.options
    groups.select("vinegar").run()
    app.button(key="bring/try").click().run()
    assert not app.exception
    found = app.session_state["bring/made"]["model"]
    assert (found.evaluation.source, found.evaluation.n_holdout) == ("holdout", 90)
    assert found.schema.target.name == "crunchy"
    assert [by.column for by in found.evaluation.groups] == ["vinegar"]


def test_a_file_without_an_answer_says_what_is_missing(opened, pipeline, jar_table, said):
    app = upload(opened, packed(pipeline))
    sample(app, jar_table().drop(columns=["crunchy"]))
    how(app).set_value("file").run()
    held = csv(jar_table(90, seed=8)[list(pipeline.feature_names_in_)])
    app.file_uploader(key="bring_holdout").upload("held.csv", held).run()
    assert not app.exception
    assert "only columns that the model learned from" in said(app)
    assert not [button for button in app.button if button.key == "bring/try"]


def how(app):
    return next(one for one in app.radio if one.label == "It is measured")


def test_a_sample_without_the_answer_is_not_measured(opened, pipeline, jar_table, said):
    app = sample(upload(opened, packed(pipeline)), jar_table().drop(columns=["crunchy"]))
    app.button(key="bring/try").click().run()
    assert "It was not measured" in said(app)


def test_a_sample_that_lacks_a_column_is_told_and_stops(opened, pipeline, jar_table, said):
    app = sample(upload(opened, packed(pipeline)), jar_table().drop(columns=["days"]))
    assert "The sample lacks “days”" in said(app)
    assert not [button for button in app.button if button.key == "bring/try"]


def test_a_model_without_names_takes_columns_that_somebody_confirms(opened, jar_table, said):
    table = jar_table()
    model = LinearRegression().fit(table[["salt_percent", "days"]].to_numpy(), table["grams"])
    app = upload(opened, pickle.dumps(model), "model.pkl")
    assert "takes 2 columns and knows no names" in said(app)
    sample(app, table)
    choose(app, "Which column holds the answer", "grams")
    columns = next(box for box in app.multiselect)
    columns.set_value(["salt_percent", "days"]).run()
    assert not [button for button in app.button if button.key == "bring/try"]
    app.checkbox[0].check().run()
    app.button(key="bring/try").click().run()
    assert not app.exception
    assert "It predicts the amount in “grams”" in said(app).replace("\\", "")


def test_what_a_model_without_names_takes_is_not_offered_as_the_answer(opened, jar_table):
    table = jar_table()[["salt_percent", "days", "grams"]]
    model = LinearRegression().fit(table[["salt_percent", "days"]].to_numpy(), table["grams"])
    app = upload(opened, pickle.dumps(model), "model.pkl")
    sample(app, table[["salt_percent", "days"]])
    app.checkbox[0].check().run()
    how(app).set_value("file").run()
    app.file_uploader(key="bring_holdout").upload("held.csv", csv(table)).run()
    (answer,) = (box for box in app.selectbox if box.label.startswith("Which column of it"))
    assert answer.options == ["grams"]


def test_a_sample_that_does_not_fit_is_refused_in_words(opened, jar_table, said):
    table = jar_table()
    model = LinearRegression().fit(table[["salt_percent"]].to_numpy(), table["grams"])
    app = sample(upload(opened, pickle.dumps(model)), table[["vinegar"]])
    app.checkbox[0].check().run()
    app.button(key="bring/try").click().run()
    assert not app.exception
    assert len(app.error) == 1


REFUSED = {
    "boosted": b"cxgboost.sklearn\nXGBClassifier\n)R.",
    "code": b"ccloudpickle.cloudpickle\n_make_function\n)R.",
    "hostile": b"cos\nsystem\n(S'true'\ntR.",
    "house": b"chouse.steps\nClean\n)R.",
    "imblearn": b"cimblearn.pipeline\nPipeline\n)R.",
    "notebook": b"c__main__\nMine\n)R.",
    "no pickle": b"age,income\n3,4\n",
    "nothing": b"",
    "no model": pickle.dumps([1, 2]),
    "not fitted": pickle.dumps(LinearRegression()),
    "zip": b"PK\x03\x04 and no more",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_says_why_and_what_to_do(opened, kind):
    app = upload(opened, REFUSED[kind], "model.pkl")
    assert len(app.error) == 1
    assert app.error[0].value.count(".") >= 2
    assert [one.value for one in app.header] == ["1. Upload the model", "2. What is in it"]


def test_some_hostile_files_are_answered_by_the_page(opened):
    for name, data in list(corpus())[::130]:
        app = upload(opened, data, "model.pkl")
        assert app.error or app.success, name


def test_a_worker_that_dies_is_a_plain_sentence(opened, pipeline, monkeypatch):
    from brinery.bringing import bring

    monkeypatch.setattr(bring, "_LOOK_SECONDS", 0.001)
    app = upload(opened, packed(pipeline))
    assert "took longer than" in app.error[0].value


def test_an_mlflow_folder_is_read_for_its_signature(opened, jar_table, said):
    table = jar_table()
    model = LinearRegression().fit(table[["salt_percent", "days"]].to_numpy(), table["grams"])
    names = [{"name": name, "type": "double"} for name in ("salt_percent", "days")]
    about = {
        "flavors": {"sklearn": {"pickled_model": "model.pkl", "sklearn_version": "1.5.2"}},
        "signature": {"inputs": json.dumps(names)},
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("run/MLmodel", json.dumps(about))
        archive.writestr("run/model.pkl", pickle.dumps(model))
    app = upload(opened, whole.getvalue(), "run.zip")
    assert "The model takes “salt\\_percent”, “days”" in said(app)
    sample(app, table)
    choose(app, "Which column holds the answer", "grams")
    app.button(key="bring/try").click().run()
    assert not app.exception
    assert np.isfinite(app.session_state["bring/made"]["model"].evaluation.scores[0].value)


@pytest.fixture
def older(pipeline, monkeypatch):
    """Give a file that says that scikit-learn 1.5.2 made it."""
    monkeypatch.setattr("sklearn.base.__version__", "1.5.2")
    return packed(pipeline)


def test_a_file_of_another_release_is_brought_in_its_environment(
    serve, said, older, jar_table, tmp_path, monkeypatch
):
    monkeypatch.setenv("BRINERY_ENVIRONMENTS", str(tmp_path / "environments"))
    make_twin(tmp_path / "environments", of_release("1.5.2"))
    app = upload(serve(tmp_path, "bring"), older)
    assert "this server has scikit-learn" in said(app).replace("\\", "")
    app.button(key="bring/own").click().run()
    assert not app.exception
    words = said(app)
    assert "It was made with scikit-learn 1.5.2." in words.replace("\\", "")
    assert "It is brought in Python" in words
    choose(sample(app, jar_table()), "Which column", "crunchy")
    app.button(key="bring/try").click().run()
    app.text_input(key="save/name").set_value("older")
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert "Saved as older, version 1" in said(app)
    assert services.get().shelf.open("older").own.packages["scikit-learn"] == "1.5.2"


def test_a_modeler_is_told_who_can_bring_a_file_that_is_refused_here(serve, said, tmp_path):
    with zipfile.ZipFile(FROZEN) as frozen:
        refused = frozen.read("random forest.pkl")
    app = upload(serve(tmp_path, "bring", role="modeler"), refused, "model.pkl")
    assert "The operator of this server can bring it in an environment of its own" in said(app)
    assert "bring/own" not in [button.key for button in app.button]
