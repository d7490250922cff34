"""The made-up tables are the same each time, look like business data, and can be learned."""

import io

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from examples.make_tables import EXAMPLES, customers, deliveries, main


@pytest.mark.parametrize("make", [customers, deliveries])
def test_the_same_seed_gives_the_same_table_and_another_seed_another(make):
    pd.testing.assert_frame_equal(make(200, seed=3), make(200, seed=3))
    assert not make(200, seed=3).equals(make(200, seed=4))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_table_has_an_id_a_date_numbers_words_and_blanks(example):
    table = example.table()
    assert len(table) == 1500
    assert table.iloc[:, 0].is_unique
    assert table.isna().any().sum() >= 2
    assert not table[example.target].isna().any()
    assert pd.to_datetime(table.iloc[:, 1], format="%Y-%m-%d").notna().all()
    assert table.select_dtypes("number").shape[1] >= 4
    assert "made up" in example.description


def test_cancellation_can_be_learned_but_not_perfectly():
    table = customers()
    features = table.drop(columns=["cancelled", "customer_id", "signed_up"])
    words = [name for name in features if not pd.api.types.is_numeric_dtype(features[name])]
    pipeline = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore", sparse_output=False), words),
            remainder="passthrough",
        ),
        HistGradientBoostingClassifier(max_iter=60, random_state=0),
    )
    train, test, y_train, y_test = train_test_split(features, table["cancelled"], random_state=0)
    area = roc_auc_score(y_test == "yes", pipeline.fit(train, y_train).predict_proba(test)[:, 1])
    assert 0.8 < area < 0.97
    assert 0.2 < (table["cancelled"] == "yes").mean() < 0.45


def test_delivery_days_can_be_learned_but_not_perfectly():
    table = deliveries().fillna({"weight_kg": 2.5, "carrier": "Postal"})
    features = table.drop(columns=["delivery_days", "order_id", "ordered_on"])
    words = [name for name in features if not pd.api.types.is_numeric_dtype(features[name])]
    pipeline = make_pipeline(
        make_column_transformer((OneHotEncoder(), words), remainder="passthrough"), Ridge()
    )
    train, test, y_train, y_test = train_test_split(
        features, table["delivery_days"], random_state=0
    )
    assert 0.6 < r2_score(y_test, pipeline.fit(train, y_train).predict(test)) < 0.95


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_new_rows_lack_the_target_and_hold_the_blemishes(example):
    table, rows = example.table(), example.new_rows()
    assert list(rows) == [name for name in table if name != example.target]
    assert len(rows) == 50
    assert set(rows.iloc[:, 0]).isdisjoint(table.iloc[:, 0])
    for row, column, value in example.blemishes:
        assert rows.loc[row, column] == value
    assert len(example.new_rows(2)) == 2


def test_the_script_writes_each_table_and_its_new_rows(tmp_path, capsys):
    main(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(f"{e.name}{end}.csv" for e in EXAMPLES for end in ("", "-new"))
    back = pd.read_csv(tmp_path / "delivery-days.csv")
    assert np.allclose(back["delivery_days"], deliveries()["delivery_days"])
    assert "1500 rows" in capsys.readouterr().out


def test_new_rows_survive_csv():
    text = EXAMPLES[0].new_rows().to_csv(index=False)
    assert pd.read_csv(io.StringIO(text)).loc[11, "contract"] == "three years"
