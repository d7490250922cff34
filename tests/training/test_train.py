import functools
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from brinery.model import answers, proof
from brinery.model.model import Model
from brinery.schema.coercion import coerce
from brinery.schema.columns import Schema
from brinery.schema.inference import infer
from brinery.tables.reading import read
from brinery.tables.table import Table
from brinery.training.recipes import PLAIN, RECIPES
from brinery.training.remote import train_in_worker
from brinery.training.train import train
from tests.training.customers import TARGETS, csv, customers, only

NAMES = [recipe.name for recipe in PLAIN]


@functools.cache
def learned(recipe: str, task: str = "yes/no") -> Model:
    """What a recipe learns from the customers, as it stands."""
    return train(only(customers(), TARGETS[task]), TARGETS[task], recipe=recipe)


def _typed(model: Model, table: Table) -> pa.Table:
    positions = {name: at for at, name in enumerate(table.column_names)}
    return coerce(table, model.schema, positions).features


@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("recipe", NAMES)
def test_the_pickle_answers_a_plain_read_of_the_file_alike_row_for_row(recipe, task):
    model = learned(recipe, task)
    later = customers(seed=1)
    later.loc[::9, "region"] = "Nowhere yet"
    later.loc[::11, "colour"] = None
    one_colour = later.assign(colour="red", region=None, income=None, branch=9)
    for frame in (later, one_colour, later.iloc[:1]):
        data = csv(frame)
        ours = answers.answer(model.pipeline, _typed(model, read(data, name="a.csv")), "predict")
        plain = pd.read_csv(io.BytesIO(data))
        assert ours.column("prediction").to_pylist() == model.pipeline.predict(plain).tolist()
        if task != "amount":
            chances = np.column_stack([one.to_numpy() for one in ours.columns[1:]])
            np.testing.assert_array_equal(chances, model.pipeline.predict_proba(plain))


@pytest.mark.parametrize("recipe", NAMES)
def test_the_same_seed_gives_the_same_model(recipe):
    one, two = (
        learned(recipe),
        train(only(customers(), "churned"), "churned", recipe=recipe, seed=0),
    )
    assert one.pickled == two.pickled
    assert one.proof == two.proof
    assert one.evaluation == two.evaluation


def test_another_seed_holds_out_other_rows():
    one, two = (
        learned("tree"),
        train(only(customers(), "churned"), "churned", recipe="tree", seed=2),
    )
    assert one.pickled != two.pickled


def test_without_refit_the_model_is_the_one_that_was_measured():
    measured = learned("tree")
    all_rows = train(only(customers(), "churned"), "churned", recipe="tree", refit=True)
    assert measured.evaluation.scores == all_rows.evaluation.scores
    assert measured.pickled != all_rows.pickled
    assert (measured.training.refit, all_rows.training.refit) == (False, True)


def test_a_model_comes_with_all_that_the_shelf_needs():
    model = learned("forest")
    assert model.answers_by == "predict"
    assert model.answer_names == ("prediction", "probability no", "probability yes")
    assert model.schema.labels == ("no", "yes")
    assert model.estimator == "RandomForestClassifier"
    assert model.training.n_rows == 240
    assert (model.evaluation.n_train, model.evaluation.n_holdout) == (192, 48)
    assert proof.replay(model.pipeline, model.proof, "predict").identical
    assert model.evaluation.importances[0].feature in ("partner", "visits")
    features = [column.name for column in model.schema.features]
    assert "customer" not in features
    assert "always" not in features


def test_nothing_in_the_pickle_asks_for_more_than_one_thread():
    for recipe in PLAIN:
        model = learned(recipe.name)
        assert model.pipeline[-1].get_params().get("n_jobs") is None


def test_whole_number_labels_stay_whole():
    frame = only(customers(), "churned")
    frame["churned"] = (frame["churned"] == "yes").astype(int)
    model = train(frame, "churned", recipe="linear")
    assert model.schema.labels == ("0", "1")
    assert model.pipeline.classes_.tolist() == [0, 1]
    assert model.answer_names == ("prediction", "probability 0", "probability 1")


def test_progress_counts_from_nothing_to_all():
    told = []
    frame = only(customers(), "churned")
    train(frame, "churned", recipe="forest", refit=True, progress=told.append)
    assert [one["done"] for one in told] == list(range(int(told[0]["total"]) + 1))
    assert "Training: random forest" in [one["step"] for one in told]
    assert told[-1]["step"] == "Done"


def test_rows_without_a_target_and_rare_labels_are_left_out_and_said():
    frame = only(customers(), "plan")
    frame.loc[:4, "plan"] = None
    frame.loc[5:8, "plan"] = "rare"
    model = train(frame, "plan", recipe="tree")
    assert model.training.n_rows == 240 - 9
    assert model.schema.labels == ("basic", "more", "most")
    said = " ".join(model.evaluation.sentences)
    assert "Left out 5 rows where “plan” has no value." in said
    assert "Left out 4 rows with labels that come in fewer than 10 rows: “rare”." in said


def test_a_feature_that_is_nearly_blank_is_left_out_and_said():
    frame = only(customers(), "churned")
    frame["hardly"] = None
    frame.loc[:8, "hardly"] = np.arange(9) * 1.5
    schema = infer(Table.from_pandas(frame), target="churned")
    for recipe in ("boosting", "linear"):
        model = train(frame, "churned", recipe=recipe, schema=schema)
        assert "hardly" not in [column.name for column in model.schema.features]
        assert "Left out as nearly blank: “hardly”." in model.evaluation.sentences


def test_a_column_that_gives_the_answer_away_is_named():
    frame = only(customers(), "churned")
    frame["left"] = np.where(frame["churned"] == "yes", "gone", "here")
    model = train(frame, "churned", recipe="tree")
    assert any(one.startswith("“left” alone nearly gives") for one in model.evaluation.sentences)


def test_the_schema_that_the_modeler_gives_is_used():
    frame = only(customers(), "churned")
    schema = infer(Table.from_pandas(frame), target="churned")
    fields = schema.to_dict()
    for column in fields["columns"]:
        if column["name"] in ("income", "partner"):
            column["use"] = "ignored"
    model = train(frame, "churned", recipe="tree", schema=Schema.from_dict(fields))
    features = {column.name for column in model.schema.features}
    assert not features & {"income", "partner"}


def test_a_worker_gives_the_same_model_as_bytes():
    frame = only(customers(), "churned")
    table = Table.from_pandas(frame)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.cells.schema) as stream:
        stream.write_table(table.cells)
    request = {
        "table": "",
        "target": "churned",
        "schema": None,
        "given": {"recipe": "tree", "parameters": {"max_depth": 2}, "seed": 3},
    }
    data = train_in_worker(
        json.dumps(request).encode(), sink.getvalue().to_pybytes(), table.line_numbers.tobytes()
    )
    there = Model.from_bytes(data)
    here = train(table, "churned", recipe="tree", parameters={"max_depth": 2}, seed=3)
    assert there.pickled == here.pickled
    assert there.evaluation == here.evaluation
    assert there.schema == here.schema


def test_every_recipe_has_words():
    assert [recipe.name for recipe in RECIPES] == ["auto", *NAMES, "blend"]
    assert all(recipe.title and recipe.sentence.endswith(".") for recipe in RECIPES)
