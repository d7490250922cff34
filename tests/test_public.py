"""The example of the README, from a table to predictions, against the pipeline itself."""

import json

import numpy as np
import pandas as pd
import pytest

import brinery
from brinery.cli import main


@pytest.fixture(scope="module")
def customers():
    chance = np.random.default_rng(3)
    n = 240
    age = chance.integers(18, 80, n).astype(float)
    plan = chance.choice(["basic", "gold", "family"], n)
    spent = np.round(chance.gamma(2.0, 30.0, n), 2)
    odds = 0.05 * (age - 45) + (plan == "basic") * 1.2 - spent / 60
    churned = np.where(odds + chance.normal(0, 0.7, n) > 0, "yes", "no")
    age[::17] = np.nan
    return pd.DataFrame(
        {
            "customer": [f"C{i:04d}" for i in range(n)],
            "age": age,
            "plan": plan,
            "spent": spent,
            "churned": churned,
        }
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="module", autouse=True)
def key(place):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRINERY_KEY_FILE", str(place / "key"))
        patch.setenv("BRINERY_WORKERS", "1")
        yield


@pytest.fixture(scope="module")
def saved(customers, place):
    customers.to_csv(place / "customers.csv", index=False)
    table = brinery.read(place / "customers.csv")
    model = brinery.train(table, target="churned", seed=7, recipe="tree")
    ref = brinery.save(model, name="churn", models=str(place / "models"))
    return table, model, ref


def test_the_example_predicts_what_the_pipeline_predicts(saved, customers, place):
    table, model, ref = saved
    assert (ref.name, ref.version) == ("churn", 1)
    found = brinery.check("churn", table, models=str(place / "models"))
    assert found.can_score
    result = brinery.score("churn", table, models=str(place / "models"))
    got = result.to_pandas()
    plain = pd.read_csv(place / "customers.csv")
    assert got["prediction"].tolist() == model.pipeline.predict(plain).tolist()
    shares = model.pipeline.predict_proba(plain)
    for at, label in enumerate(model.pipeline.classes_):
        assert got[f"probability {label}"].to_numpy().tobytes() == shares[:, at].tobytes()
    assert got["customer"].tolist() == customers["customer"].tolist()
    assert len(got) == len(customers)


def test_the_file_holds_the_users_cells_as_they_stood(saved, place):
    table, *_ = saved
    out = place / "out.csv"
    brinery.score("churn", place / "customers.csv", models=str(place / "models")).write(out)
    back = brinery.read(out)
    for position in range(len(table.column_names)):
        assert back.texts(position).tolist() == table.texts(position).tolist()


def test_lines_above_and_a_total_below_change_no_prediction(saved, customers, place):
    text = customers.drop(columns="churned").to_csv(index=False)
    dressed = place / "dressed.csv"
    dressed.write_text(f"Customers;as of 1 March\n\n{text}Total,,,{customers['spent'].sum()}\n")
    models = str(place / "models")
    plain = brinery.score("churn", customers.drop(columns="churned"), models=models).to_pandas()
    got = brinery.score("churn", dressed, models=models).to_pandas()
    assert got["prediction"].tolist() == plain["prediction"].tolist()
    notes = " ".join(brinery.read(dressed).notes)
    assert "line 1" in notes
    assert f"line {len(customers) + 4}" in notes


@pytest.mark.usefixtures("saved")
def test_the_report_is_a_verb_and_a_package(place):
    import brinery.report.words as words

    assert words.count(1, "row") == "1 row"
    assert brinery.report("churn", models=str(place / "models")).startswith("# churn, version 1")


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'predict'"):
        brinery.predict  # noqa: B018


@pytest.fixture
def run(place, capsys, request):
    request.getfixturevalue("lasting_pools")

    def run(*arguments):
        code = main([*map(str, arguments), "--models", str(place / "models")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.usefixtures("saved")
def test_the_shell_goes_the_same_way(place, run):
    data = place / "customers.csv"
    code, out, err = run(
        "train", data, "--target", "churned", "--name", "again", "--recipe", "tree"
    )
    assert (code, out.splitlines()[0]) == (0, "again, version 1")
    assert "proving" in err
    code, out, _ = run("models")
    assert code == 0
    assert out.splitlines()[0].split() == [
        "NAME",
        "VERSION",
        "PREDICTS",
        "SAVED",
        "BY",
        "DESCRIPTION",
    ]
    assert "again" in out
    code, out, _ = run("show", "again@1")
    assert out.startswith("# again, version 1")
    code, out, _ = run("check", "again", data)
    assert (code, out.startswith("240 rows: ")) == (0, True)
    assert "commas between the cells, column names on line 1." in out
    code, out, _ = run("prove", "again")
    assert (code, "bit for bit" in out) == (0, True)
    pickled = place / "models" / "again" / "versions" / "0001" / "model.pkl"
    code, out, err = run("audit", pickled)
    assert code == 0
    assert "sklearn.pipeline.Pipeline" in out
    assert "Nothing was run" in err
    answer = place / "answers.xlsx"
    code, out, _ = run("score", "again", data, "--out", answer)
    assert (code, "240 rows: all fine." in out) == (0, True)
    assert brinery.read(answer).n_rows == 240


@pytest.mark.usefixtures("saved")
def test_how_a_file_is_read_can_be_told(customers, place, run):
    table = customers.drop(columns="churned", errors="ignore")
    (place / "odd.csv").write_bytes(("a|b\n" + table.to_csv(index=False, sep="|")).encode("utf-16"))
    told = ("--encoding", "utf-16", "--delimiter", "|", "--header-line", "2")
    code, out, _ = run("check", "churn", place / "odd.csv", *told, "--json")
    assert code == 0
    said = "Letters: Unicode (UTF-16), bars ( | ) between the cells, column names on line 2."
    assert json.loads(out)["reading"]["summary"].startswith(said)
    answer = place / "told.csv"
    code, _, err = run("score", "churn", place / "odd.csv", *told, "--out", answer)
    assert code == 0
    assert said[:-1] in err
    assert brinery.read(answer).n_rows == len(customers)
    with pytest.raises(SystemExit, match="2"):
        run("check", "churn", place / "odd.csv", "--header-line", "two")


@pytest.mark.usefixtures("saved")
def test_the_input_is_never_overwritten(place, run):
    data = place / "customers.csv"
    before = data.read_bytes()
    code, _, err = run("score", "churn", data, "--out", data)
    assert (code, "it would be lost" in err) == (1, True)
    assert data.read_bytes() == before


@pytest.mark.usefixtures("saved")
def test_an_output_that_cannot_be_written_is_told_before_the_work(place, run):
    code, _, err = run("score", "churn", "no-such-file.csv", "--out", place / "out.docx")
    assert code == 1
    assert "parquet" in err
    code, _, err = run("score", "churn", "no-such-file.csv", "--out", place / "no" / "out.csv")
    assert (code, "There is no such folder" in err) == (1, True)


@pytest.mark.usefixtures("saved")
def test_a_missing_column_stops_and_exits_with_one(customers, place, run):
    customers.drop(columns="age").to_csv(place / "short.csv", index=False)
    code, out, _ = run("check", "churn", place / "short.csv")
    assert (code, "can be scored yet. Missing: “age”." in out) == (1, True)
    code, _, err = run("score", "churn", place / "short.csv", "--out", place / "short-out.csv")
    assert code == 1
    assert "age" in err
    assert not (place / "short-out.csv").exists()


@pytest.mark.usefixtures("saved")
def test_a_model_that_is_not_there_is_one_plain_line(run):
    code, _, err = run("show", "chrun")
    assert (code, err.count("\n")) == (1, 1)
    assert "churn" in err


@pytest.mark.usefixtures("saved")
def test_rows_are_corrected_on_their_own_and_put_back(customers, place, run):
    spoiled = customers.drop(columns="churned").astype({"spent": str})
    spoiled.loc[[4, 9], "spent"] = ["much", "little"]
    data, rows, out = place / "spoiled.csv", place / "rows.csv", place / "whole.csv"
    spoiled.to_csv(data, index=False)
    code, said, err = run("check", "churn", data, "--to-correct", rows)
    assert (code, "2 can't be scored" in said, "2 rows to correct" in err) == (0, True, True)
    code, _, err = run("check", "churn", data, "--to-correct", data)
    assert (code, "it would be lost" in err) == (1, True)
    sent = brinery.read(rows)
    assert sent.column_names[-2:] == ["line", "what to correct"]
    assert sent.texts(4).tolist() == ["6", "11"]
    rows.write_text(rows.read_text().replace("much", "10").replace("little", "20"))
    code, said, err = run("score", "churn", data, "--corrected", rows, "--out", out)
    assert (code, "2 corrected rows were put back." in err) == (0, True)
    assert "can't" not in said
    got = brinery.read(out)
    assert got.n_rows == len(customers)
    assert got.texts(3)[[4, 9]].tolist() == ["10", "20"]
    code, _, err = run("check", "churn", out, "--to-correct", rows)
    assert (code, "No row has to be corrected" in err) == (0, True)
