"""Scoring without processes: the pool is a stand-in that answers at once."""

import dataclasses
from concurrent.futures import Future

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from brinery.errors import CannotScore, WorkerFailed
from brinery.model.card import Card, Proved, Sealed
from brinery.model.environment import describe
from brinery.registry.entry import Stored
from brinery.schema.columns import Column, Schema
from brinery.schema.findings import Finding, Report
from brinery.scoring import score as scoring
from brinery.tables.table import Table
from brinery.tables.wire import packed, unpacked


class AtOnce:
    """Answers x + 0.5; keeps what it was sent."""

    def __init__(self, answer=lambda rows: rows):
        self.sent = []
        self.cancelled = 0
        self.answer = answer

    def most_chunks(self, _environment):
        return 2

    def submit(self, fn, features, by, *, pickled):
        assert (fn.__module__, fn.__name__) == ("brinery.scoring.answer", "answer")
        assert (by, pickled.data) == ("predict", b"pickle")
        rows = unpacked(features)
        self.sent.append(rows)
        values = self.answer(rows.column("x").to_numpy() + 0.5)
        future = Future()
        future.set_result(packed(pa.table({"prediction": values})))
        return future


@pytest.fixture
def stored():
    x = Column("x", "number", "feature", "float64", n_rows=9, n_blank=0, n_unique=9)
    card = Card(
        name="amounts",
        version=1,
        saved_at="2026-11-03T12:00:00Z",
        saved_by="",
        answers_by="predict",
        answer_names=("prediction",),
        estimator="Ridge",
        schema=Schema((x,), task="amount"),
        environment=describe(),
        proved=Proved(100, "2026-11-03T12:00:00Z", identical=True),
        sealed=Sealed("a" * 64, 6, "b" * 64),
    )
    return Stored(card, b"pickle", b"")


def checked(n_rows, findings=()):
    table = Table.from_pandas(pd.DataFrame({"x": np.arange(n_rows, dtype=float)}))
    features = pa.table({"x": np.arange(n_rows, dtype=float)})
    return table, Report(tuple(findings), n_rows, features)


def test_chunks_come_back_in_order(stored, monkeypatch):
    monkeypatch.setattr("brinery.scoring.answers.chunk_rows", lambda _: 3)
    table, report = checked(10)
    told, pool = [], AtOnce()
    result = scoring.predictions(stored, table, report, pool, progress=told.append)
    assert result.table.column("prediction").to_pylist() == [i + 0.5 for i in range(10)]
    assert [part.num_rows for part in pool.sent] == [3, 3, 4]
    assert told == [3, 6, 9, 10]


def test_a_worker_never_sees_a_row_that_cannot_be_scored(stored):
    rows = np.array([1, 3])
    bad = Finding("not_a_number", "row", "x", "Bad.", 2, rows, rows + 2)
    table, report = checked(5, [bad])
    pool = AtOnce()
    result = scoring.predictions(stored, table, report, pool)
    assert pool.sent[0].column("x").to_pylist() == [0.0, 2.0, 4.0]
    assert result.table.column("prediction").to_pylist() == [0.5, None, 2.5, None, 4.5]
    assert result.verdict.n_refused == 2


def test_nothing_to_send_sends_nothing(stored):
    rows = np.arange(2)
    bad = Finding("not_a_number", "row", "x", "Bad.", 2, rows, rows + 2)
    table, report = checked(2, [bad])
    pool = AtOnce()
    result = scoring.predictions(stored, table, report, pool)
    assert pool.sent == []
    assert result.table.schema.field("prediction").type == pa.float64()
    assert result.n_rows == 2


def test_what_stops_is_said_in_the_checks_words(stored):
    table, _ = checked(2)
    stop = Finding("missing_column", "stop", "x", "The column x is missing.")
    with pytest.raises(CannotScore, match="The column x is missing"):
        scoring.predictions(stored, table, Report((stop,), 2), AtOnce())


def test_a_transformer_does_not_predict(stored):
    table, report = checked(2)
    card = dataclasses.replace(stored.card, answers_by="transform", estimator="PCA")
    with pytest.raises(CannotScore, match="it is a PCA"):
        scoring.predictions(dataclasses.replace(stored, card=card), table, report, AtOnce())


def test_an_estimator_that_loses_rows_is_found_out(stored):
    table, report = checked(4)
    with pytest.raises(WorkerFailed, match="3 answers for 4 rows"):
        scoring.predictions(stored, table, report, AtOnce(lambda values: values[1:]))


def test_a_frame_keeps_its_types():
    frame = pd.DataFrame(
        {"x": [1, 2], "when": pd.to_datetime(["2026-01-01", None]), "mixed": [1, "a"]}
    )
    table = scoring._table(frame, Schema(()))
    kinds = [str(field.type) for field in table.typed.schema]
    assert kinds[0] == "int64"
    assert kinds[1].startswith("timestamp")
    assert kinds[2] == "string"
    assert table.typed.column("mixed").to_pylist() == ["1", "a"]


def test_a_clustering_is_refused_before_the_check(stored, monkeypatch):
    card = dataclasses.replace(stored.card, answers_by="attributes", estimator="DBSCAN")
    monkeypatch.setattr(scoring.Shelf, "card", lambda *_: card)
    with pytest.raises(CannotScore, match="it is a DBSCAN"):
        scoring.check("amounts", pd.DataFrame({"x": [1.0]}))


def test_the_check_of_a_frame_knows_its_types(stored, monkeypatch):
    comma = dataclasses.replace(stored.card.schema.columns[0], decimal=",")
    card = dataclasses.replace(stored.card, schema=Schema((comma,), task="amount"))
    monkeypatch.setattr(scoring.Shelf, "card", lambda *_: card)
    report = scoring.check("amounts", pd.DataFrame({"x": [1.234]}))
    assert report.features.column("x").to_pylist() == [1.234]
    assert report.findings == ()


def test_a_frames_answers_bear_its_row_labels(stored, monkeypatch):
    monkeypatch.setattr(scoring.Shelf, "open", lambda *_: stored)
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=[7, 5, 9])
    result = scoring.score("amounts", frame, pool=AtOnce())
    frame["answer"] = result.to_pandas()["prediction"]
    assert frame["answer"].tolist() == [1.5, 2.5, 3.5]


def test_a_row_that_the_model_refuses_is_kept_and_named(stored):
    table, report = checked(4)
    pool = AtOnce(lambda values: pa.array(values, mask=values == 1.5))
    result = scoring.predictions(stored, table, report, pool)
    assert result.table.column("prediction").to_pylist() == [0.5, None, 2.5, 3.5]
    assert result.table.column("status").to_pylist()[1] == "not scored"
    (found,) = result.findings
    assert (found.code, found.line_numbers.tolist()) == ("no_answer", [3])
    none = AtOnce(lambda values: pa.nulls(len(values)))
    result = scoring.predictions(stored, table, report, none)
    assert (result.verdict.n_scored, result.n_rows) == (0, 4)
    assert result.table.schema.field("prediction").type == pa.float64()
