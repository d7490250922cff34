import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from brinery.errors import CannotLearn
from brinery.model import answers, proof
from brinery.model.model import Model
from brinery.safety import door
from brinery.schema.coercion import coerce
from brinery.schema.columns import Schema
from brinery.schema.inference import infer
from brinery.tables.reading import read
from brinery.tables.table import Table
from brinery.training.recipes import PLAIN, RECIPES
from brinery.training.remote import train_in_worker
from brinery.training.train import train

NAMES = [recipe.name for recipe in PLAIN]
TARGETS = {"yes/no": "churned", "classes": "plan", "amount": "spent"}


def customers(n_rows: int = 240, seed: int = 0) -> pd.DataFrame:
    """Made-up customers with every kind of column that a plain read_csv can hold."""
    generator = np.random.default_rng(seed)

    def some(values, share_blank: float = 0.0) -> pd.Series:
        drawn = pd.Series(generator.choice(np.array(values, dtype=object), n_rows), dtype=object)
        drawn[generator.random(n_rows) < share_blank] = None
        return drawn

    frame = pd.DataFrame(
        {
            "customer": [f"C{number:06d}" for number in range(n_rows)],
            "visits": generator.poisson(4, n_rows),
            "income": generator.lognormal(8, 1, n_rows).round(2),
            "age": pd.Series(generator.integers(18, 90, n_rows), dtype="Int64"),
            "active": generator.random(n_rows) < 0.6,
            "newsletter": some([True, False], 0.1),
            "paperless": some([0, 1], 0.1),
            "partner": some(["Yes", "No"], 0.1),
            "branch": some([1, 2, 3, 4]),
            "region": some(["North", "South", "East-West", "Ünter"], 0.1),
            "colour": some(["red", "green"]),
            "always": "same",
        }
    )
    frame.loc[generator.random(n_rows) < 0.1, ["income", "age"]] = None
    strength = (
        (frame["partner"] == "Yes") * 2.0
        + (frame["region"] == "North") * 1.0
        + frame["visits"] / 4
        + generator.normal(scale=0.5, size=n_rows)
    )
    frame["spent"] = (10 * strength).round(2)
    frame["churned"] = np.where(strength > strength.median(), "yes", "no")
    frame["plan"] = pd.qcut(strength, 3, labels=["basic", "more", "most"]).astype(object)
    return frame


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def _only(frame: pd.DataFrame, target: str) -> pd.DataFrame:
    return frame.drop(columns=[name for name in TARGETS.values() if name != target])


def _typed(model: Model, table: Table) -> pa.Table:
    positions = {name: at for at, name in enumerate(table.column_names)}
    return coerce(table, model.schema, positions).features


@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("recipe", NAMES)
def test_the_pickle_answers_a_plain_read_of_the_file_alike_row_for_row(recipe, task):
    model = train(_only(customers(), TARGETS[task]), TARGETS[task], recipe=recipe)
    later = customers(seed=1)
    later.loc[::9, "region"] = "Nowhere yet"
    later.loc[::11, "colour"] = None
    one_colour = later.assign(colour="red", region=None, income=None, branch=9)
    for frame in (later, one_colour, later.iloc[:1]):
        data = _csv(frame)
        ours = answers.answer(model.pipeline, _typed(model, read(data, name="a.csv")), "predict")
        plain = pd.read_csv(io.BytesIO(data))
        assert ours.column("prediction").to_pylist() == model.pipeline.predict(plain).tolist()
        if task != "amount":
            chances = np.column_stack([one.to_numpy() for one in ours.columns[1:]])
            np.testing.assert_array_equal(chances, model.pipeline.predict_proba(plain))


@pytest.mark.parametrize("recipe", NAMES)
def test_the_same_seed_gives_the_same_model(recipe):
    frame = _only(customers(), "churned")
    one, two = (train(frame, "churned", recipe=recipe, seed=4) for _ in range(2))
    assert one.pickled == two.pickled
    assert one.proof == two.proof
    assert one.evaluation == two.evaluation


def test_another_seed_holds_out_other_rows():
    frame = _only(customers(), "churned")
    one, two = (train(frame, "churned", recipe="tree", seed=seed) for seed in (1, 2))
    assert one.pickled != two.pickled


@pytest.fixture(scope="module", params=TARGETS)
def found(request):
    """What `auto` finds for a task in a few seconds, with its table and what it told."""
    told: list[dict] = []
    frame = _only(customers(), TARGETS[request.param])
    model = train(frame, TARGETS[request.param], seconds=6, progress=told.append)
    return request.param, frame, model, told


def test_auto_compares_every_recipe_and_keeps_the_best(found):
    task, _, model, _ = found
    compared = model.training.compared
    assert {one.recipe for one in compared} >= set(NAMES)
    assert model.training.recipe == compared[0].recipe != "baseline"
    assert model.training.parameters == compared[0].parameters
    whole = [one.score for one in compared[1:] if one.n_folds == compared[0].n_folds]
    assert whole == sorted(whole, reverse=task == "yes/no")
    assert all(one.n_bytes and one.spread >= 0 and one.fit_seconds > 0 for one in compared)
    main = model.evaluation.scores[0]
    assert (main.value > main.baseline) == main.higher_is_better


def test_what_auto_found_can_be_trained_again_by_its_card(found):
    task, frame, model, _ = found
    training = model.training
    again = train(
        frame,
        TARGETS[task],
        recipe=training.recipe,
        parameters=training.parameters,
        refit=training.refit,
        seed=training.seed,
    )
    assert again.pickled == model.pickled
    assert again.evaluation == model.evaluation


def test_auto_tells_its_leaderboard_as_it_grows(found):
    _, _, model, told = found
    sizes = [len(one["compared"]) for one in told]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(model.training.compared)
    shares = [one["done"] / one["total"] for one in told]
    assert shares == sorted(shares)
    assert (told[-1]["step"], shares[-1]) == ("Done", 1)
    assert json.dumps(told)


def test_auto_learns_from_all_rows_once_a_twin_was_measured(found):
    _, _, model, _ = found
    assert model.training.refit
    assert any("a twin that never saw the rows" in one for one in model.evaluation.sentences)
    assert (model.evaluation.n_train, model.evaluation.n_holdout) == (192, 48)


def test_what_auto_found_goes_through_the_door(found):
    task, frame, model, _ = found
    loaded = door.load(model.pickled)
    features = frame[[column.name for column in model.schema.features]]
    rows = pd.read_csv(io.BytesIO(_csv(features)))
    method = "predict" if task == "amount" else "predict_proba"
    np.testing.assert_array_equal(
        getattr(loaded, method)(rows), getattr(model.pipeline, method)(rows)
    )


def test_auto_that_is_stopped_keeps_the_best_so_far():
    frame = _only(customers(), "churned")
    asked = iter([False, False, False])
    model = train(frame, "churned", seconds=60, is_stopped=lambda: next(asked, True))
    assert 0 < len(model.training.compared) < len(NAMES)
    assert model.evaluation.n_holdout == 48


def test_without_refit_the_model_is_the_one_that_was_measured():
    frame = _only(customers(), "churned")
    plain, all_rows = (
        train(frame, "churned", recipe="tree", refit=refit) for refit in (None, True)
    )
    assert plain.evaluation.scores == all_rows.evaluation.scores
    assert plain.pickled != all_rows.pickled
    assert (plain.training.refit, all_rows.training.refit) == (False, True)


def test_a_model_comes_with_all_that_the_shelf_needs():
    model = train(_only(customers(), "churned"), "churned", recipe="forest")
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
        model = train(_only(customers(), "churned"), "churned", recipe=recipe.name)
        assert model.pipeline[-1].get_params().get("n_jobs") is None


def test_whole_number_labels_stay_whole():
    frame = _only(customers(), "churned")
    frame["churned"] = (frame["churned"] == "yes").astype(int)
    model = train(frame, "churned", recipe="linear")
    assert model.schema.labels == ("0", "1")
    assert model.pipeline.classes_.tolist() == [0, 1]
    assert model.answer_names == ("prediction", "probability 0", "probability 1")


def test_progress_counts_from_nothing_to_all():
    told = []
    frame = _only(customers(), "churned")
    train(frame, "churned", recipe="forest", refit=True, progress=told.append)
    assert [one["done"] for one in told] == list(range(int(told[0]["total"]) + 1))
    assert "Training: random forest" in [one["step"] for one in told]
    assert told[-1]["step"] == "Done"


def test_rows_without_a_target_and_rare_labels_are_left_out_and_said():
    frame = _only(customers(), "plan")
    frame.loc[:4, "plan"] = None
    frame.loc[5:8, "plan"] = "rare"
    model = train(frame, "plan", recipe="tree")
    assert model.training.n_rows == 240 - 9
    assert model.schema.labels == ("basic", "more", "most")
    said = " ".join(model.evaluation.sentences)
    assert "Left out 5 rows where “plan” has no value." in said
    assert "Left out 4 rows with labels that come in fewer than 10 rows: “rare”." in said


def test_a_feature_that_is_nearly_blank_is_left_out_and_said():
    frame = _only(customers(), "churned")
    frame["hardly"] = None
    frame.loc[:8, "hardly"] = np.arange(9) * 1.5
    schema = infer(Table.from_pandas(frame), target="churned")
    for recipe in ("boosting", "linear"):
        model = train(frame, "churned", recipe=recipe, schema=schema)
        assert "hardly" not in [column.name for column in model.schema.features]
        assert "Left out as nearly blank: “hardly”." in model.evaluation.sentences


def test_a_column_that_gives_the_answer_away_is_named():
    frame = _only(customers(), "churned")
    frame["left"] = np.where(frame["churned"] == "yes", "gone", "here")
    model = train(frame, "churned", recipe="tree")
    assert any(one.startswith("“left” alone nearly gives") for one in model.evaluation.sentences)


def test_the_schema_that_the_modeler_gives_is_used():
    frame = _only(customers(), "churned")
    schema = infer(Table.from_pandas(frame), target="churned")
    fields = schema.to_dict()
    for column in fields["columns"]:
        if column["name"] in ("income", "partner"):
            column["use"] = "ignored"
    model = train(frame, "churned", recipe="tree", schema=Schema.from_dict(fields))
    features = {column.name for column in model.schema.features}
    assert not features & {"income", "partner"}


def test_a_worker_gives_the_same_model_as_bytes():
    frame = _only(customers(), "churned")
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


def _refused(frame: pd.DataFrame, target: str, match: str, **given) -> CannotLearn:
    with pytest.raises(CannotLearn, match=match) as caught:
        train(frame, target, **{"recipe": "tree", **given})
    assert caught.value.remedy
    return caught.value


def test_refused_a_target_that_is_not_there():
    error = _refused(_only(customers(), "churned"), "chruned", "no column “chruned”")
    assert "Did you mean “churned”?" in error.remedy


def test_refused_an_unknown_recipe():
    error = _refused(customers(), "churned", "no recipe 'forrest'", recipe="forrest")
    assert "Did you mean forest?" in error.remedy


def test_refused_a_parameter_that_the_recipe_does_not_have():
    error = _refused(customers(), "churned", "no parameter 'depth'", parameters={"depth": 3})
    assert "Did you mean max_depth?" in error.remedy


def test_refused_a_logarithm_of_amounts_below_nothing():
    frame = _only(customers(), "spent").assign(spent=lambda one: one["spent"] - 1000)
    given = {"recipe": "linear", "parameters": {"scale": "log"}}
    _refused(frame, "spent", "which has no logarithm", **given)


@pytest.mark.parametrize("seconds", [0, 1e6])
def test_refused_a_time_that_is_too_short_or_too_long(seconds):
    _refused(customers(), "churned", "The time is", seconds=seconds)


def test_refused_a_blend_of_nothing():
    _refused(customers(), "churned", "A blend needs members", recipe="blend")


def test_refused_a_blank_target():
    _refused(_only(customers(), "churned").assign(churned=None), "churned", "blank in every row")


def test_refused_one_label():
    _refused(_only(customers(), "churned").assign(churned="no"), "churned", "same value")


def test_refused_one_amount():
    _refused(_only(customers(), "spent").assign(spent=1.5), "spent", "same value")


@pytest.mark.parametrize("target", list(TARGETS.values()))
def test_refused_ten_rows(target):
    _refused(_only(customers(), target).head(10), target, "only 10 rows|too few|every row")


def test_refused_a_target_that_is_an_identifier():
    _refused(customers(), "customer", "is an identifier")


def test_refused_a_label_with_too_few_rows():
    frame = _only(customers(), "churned")
    frame["churned"] = "no"
    frame.loc[:6, "churned"] = "yes"
    _refused(frame, "churned", "too few rows of “yes”: 7")


def test_refused_labels_that_are_nearly_all_rare():
    frame = _only(customers(), "plan")
    frame["plan"] = [f"town {number % 15}" if number > 150 else "city" for number in range(240)]
    frame.loc[30:60, "plan"] = "village"
    _refused(frame, "plan", "17 different labels, too many")


def test_refused_dates_and_free_text():
    frame = _only(customers(), "plan")
    days = pd.date_range("2024-01-01", periods=240).strftime("%Y-%m-%d")
    _refused(frame.assign(plan=days), "plan", "holds dates")
    words = [f"it was good {number // 2} times" for number in range(240)]
    _refused(frame.assign(plan=words), "plan", "is free text: 120 different values")


def test_refused_without_any_feature():
    _refused(customers()[["customer", "always", "churned"]], "churned", "No column is left")


def test_refused_a_schema_for_another_target():
    frame = _only(customers(), "churned")
    schema = infer(Table.from_pandas(frame), target="colour")
    _refused(frame, "churned", "do not name “churned”", schema=schema)


def test_every_recipe_has_words():
    assert [recipe.name for recipe in RECIPES] == ["auto", *NAMES, "blend"]
    assert all(recipe.title and recipe.sentence.endswith(".") for recipe in RECIPES)
