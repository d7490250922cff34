import threading

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.metrics import accuracy_score, r2_score

from brinery.training import fitting, trials
from brinery.training.candidates import Candidate
from brinery.training.rows import Rows
from tests.training.test_search import cut_up, learnable, wide

MEMBERS = [
    {"recipe": "linear", "parameters": {}, "weight": 1},
    {"recipe": "forest", "parameters": {"n_estimators": 10}, "weight": 3},
]


@pytest.mark.parametrize("task", ["amount", "yes/no"])
def test_a_blend_is_the_weighted_mean_of_its_members(task):
    schema, features, target = learnable(wide(120, task))
    whole = fitting.candidate_of("blend", {"members": MEMBERS}, schema)
    parts = [fitting.candidate_of(m["recipe"], m["parameters"], schema) for m in MEMBERS]
    blend, *single = (
        fitting.fitted(one, schema, Rows(features, target), seed=0) for one in (whole, *parts)
    )
    ask = "predict" if task == "amount" else "predict_proba"
    expected = np.average([getattr(m, ask)(features) for m in single], axis=0, weights=[1, 3])
    np.testing.assert_allclose(getattr(blend, ask)(features), expected)
    assert not any(v for k, v in blend.get_params().items() if k.endswith("n_jobs"))


@pytest.mark.parametrize("recipe", ["linear", "forest", "boosting"])
def test_nothing_starts_a_process_where_several_threads_fit(monkeypatch, recipe):
    """A worker may start none; a thread does not inherit how its parent runs things."""
    monkeypatch.setattr(trials, "cpu_count", lambda: 8)
    schema, features, target = learnable(wide(120, "yes/no"))
    folds = cut_up(schema, features, target, "roc_auc")
    monkeypatch.setattr("joblib._parallel_backends.LokyBackend.configure", _refuse)
    found = []
    thread = threading.Thread(
        target=lambda: found.append(trials.try_on(folds, Candidate(recipe), (0, 1)))
    )
    thread.start()
    thread.join()
    assert len(found[0].scores) == 2
    with parallel_config(backend="threading"):
        assert trials.try_on(folds, Candidate(recipe), (2,)).scores


def _refuse(*_, **__):
    raise AssertionError("a process would be started")


@pytest.mark.parametrize("task", ["amount", "yes/no"])
def test_surfaces_see_what_columns_do_together(task):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.uniform(-2, 2, (600, 2)).round(3), columns=["a", "b"])
    product = frame["a"] * frame["b"]
    frame["answer"] = product if task == "amount" else np.where(product > 0, "yes", "no")
    schema, features, target = learnable(frame)
    scores = {}
    for shape in ("curves", "surfaces"):
        one = fitting.candidate_of("linear", {"shape": shape}, schema)
        model = fitting.fitted(one, schema, Rows(features[:400], target[:400]), seed=0)
        measure = r2_score if task == "amount" else accuracy_score
        scores[shape] = measure(target[400:], model.predict(features[400:]))
    assert scores["surfaces"] > 0.85 > 0.6 > scores["curves"]
