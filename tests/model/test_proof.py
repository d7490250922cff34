import io
import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.cluster import DBSCAN
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import RadiusNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from brinery.errors import ProofFailed
from brinery.model import proof
from brinery.model.answers import frame

RANDOM = np.random.default_rng(0)
ROWS = pa.table({"a": RANDOM.normal(size=300), "b": RANDOM.normal(size=300)})
Y = (frame(ROWS)["a"] > frame(ROWS)["b"]).astype(int)


def linear():
    return LinearRegression().fit(frame(ROWS), Y)


def test_shuffled_rows_are_nobodys_but_every_cell_is_real():
    rows = pa.table({"a": list(range(500)), "b": list(range(500))})
    made = proof.shuffled(rows, 100, seed=3)
    assert made.num_rows == 100
    assert sum(a == b for a, b in zip(*made.to_pydict().values(), strict=True)) < 5
    assert set(made["a"].to_pylist()) <= set(range(500))
    assert made == proof.shuffled(rows, 100, seed=3)
    assert made != proof.shuffled(rows, 100, seed=4)
    few = proof.shuffled(rows.slice(0, 7), 20)
    assert few.num_rows == 20
    assert set(few["a"].to_pylist()) == set(range(7))
    assert proof.shuffled(rows.slice(0, 0)).num_rows == 0


def test_a_proof_replays_bit_for_bit():
    made = proof.make(linear(), proof.shuffled(ROWS), "predict")
    assert pq.read_table(io.BytesIO(made)).column_names == ["in a", "in b", "out prediction"]
    assert proof.answer_names(made) == ("prediction",)
    assert proof.replay(linear(), made, "predict") == proof.Replay(100, 0, 0.0)


def test_another_model_is_told_by_how_many_rows_and_how_much():
    made = proof.make(linear(), proof.shuffled(ROWS), "predict")
    other = linear()
    other.intercept_ += 0.25
    replayed = proof.replay(other, made, "predict")
    assert replayed.n_changed == 100
    assert replayed.largest_difference == pytest.approx(0.25)
    assert not replayed.identical


def test_one_last_bit_counts():
    made = proof.make(linear(), proof.shuffled(ROWS), "predict")
    other = linear()
    other.intercept_ = np.nextafter(other.intercept_, 1)
    assert proof.replay(other, made, "predict").n_changed > 0


def test_other_columns_or_types_change_every_row():
    made = proof.make(linear(), proof.shuffled(ROWS), "predict")
    other = StandardScaler().fit(frame(ROWS))
    assert proof.replay(other, made, "transform") == proof.Replay(
        100, 100, float("inf"), only_rounding=False
    )


def test_answers_by_threads_are_summed_in_one_order():
    forest = RandomForestClassifier(20, n_jobs=2, random_state=0).fit(frame(ROWS), Y)
    made = proof.make(forest, proof.shuffled(ROWS), "predict")
    assert all(proof.replay(forest, made, "predict").identical for _ in range(3))


def test_chance_is_refused_in_words():
    chance = DummyClassifier(strategy="stratified").fit(frame(ROWS), Y)
    with pytest.raises(ProofFailed, match="other answers when it is asked the same again"):
        proof.make(chance, proof.shuffled(ROWS), "predict")


def test_rows_without_an_answer_are_left_out():
    near = RadiusNeighborsClassifier(radius=0.05).fit(frame(ROWS), Y)
    made = proof.make(near, proof.shuffled(ROWS), "predict")
    assert 0 < proof.replay(near, made, "predict").n_rows < 100


def test_no_row_with_an_answer_is_refused():
    near = RadiusNeighborsClassifier(radius=1e-9).fit(frame(ROWS) + 100, Y)
    with pytest.raises(ProofFailed, match="answers none of its sample's rows"):
        proof.make(near, proof.shuffled(ROWS), "predict")


def test_a_model_that_fails_on_its_rows_is_told():
    made = proof.make(linear(), proof.shuffled(ROWS), "predict")
    broken = linear()
    del broken.coef_
    with pytest.raises(ProofFailed, match="fails on rows that it once answered"):
        proof.replay(broken, made, "predict")


def test_a_broken_proof_is_told():
    with pytest.raises(ProofFailed, match="proof can't be read"):
        proof.replay(linear(), b"PAR1 not", "predict")


def test_a_proof_is_read_without_threads_that_could_outlive_the_program(tmp_path):
    (tmp_path / "proof").write_bytes(proof.make(linear(), proof.shuffled(ROWS), "predict"))
    code = """
import sys
from pathlib import Path
from brinery.model.proof import answer_names
made = Path(sys.argv[1]).read_bytes()
threads = lambda: {task for task in Path("/proc/self/task").iterdir()
                   if "jemalloc" not in (task / "comm").read_text()}
before = threads()
answer_names(made)
print(len(threads() - before))
"""
    told = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "proof"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "0\n"


def test_attributes_prove_without_rows():
    fitted = DBSCAN().fit(frame(ROWS))
    made = proof.make(fitted, proof.shuffled(ROWS), "attributes")
    assert proof.replay(fitted, made, "attributes").identical
    fitted.labels_[0] += 1
    assert proof.replay(fitted, made, "attributes").n_changed == 1


def test_the_loaded_estimators_proof_can_be_made_from_the_first():
    first = proof.make(linear(), proof.shuffled(ROWS), "predict")
    other = linear()
    other.intercept_ = np.nextafter(other.intercept_, 1)
    replayed = proof.replay(other, first, "predict")
    assert replayed.only_rounding
    assert not replayed.identical
    again = proof.remake_in_worker(other, first, "predict")
    assert proof.rows_of(again) == proof.rows_of(first)
    assert json.loads(proof.replay_in_worker(other, again, "predict"))["n_changed"] == 0


def test_more_than_rounding_is_told():
    made = proof.make(linear(), proof.shuffled(ROWS), "predict")
    other = linear()
    other.intercept_ += 1e-6
    assert not proof.replay(other, made, "predict").only_rounding
    labels = DummyClassifier().fit(frame(ROWS), ["a"] * 300)
    made = proof.make(labels, proof.shuffled(ROWS), "predict")
    labels.classes_[0] = "b"
    assert not proof.replay(labels, made, "predict").only_rounding
