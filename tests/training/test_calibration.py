import numpy as np
import pytest

from brinery.training import calibration, fitting
from brinery.training.rows import Rows
from tests.training.test_search import cut_up, learnable, wide


@pytest.fixture(scope="module")
def folds():
    schema, features, target = learnable(wide(1500, "yes/no"))
    return cut_up(schema, features, target, "roc_auc")


def chances(folds, bend):
    """Probabilities that are right but for the bend."""
    draw = np.random.default_rng(0)
    given = []
    for fold, (_, held) in enumerate(folds.folds):
        actual = folds.answers(fold, np.zeros((len(held), 2))).actual
        honest = np.where(actual == 1, draw.beta(3, 3, len(held)), draw.beta(1, 3, len(held)) / 2)
        share = actual.mean()
        odds = draw.uniform(0.5, 1.5, len(held)) * honest / (1 - honest + 1e-9) * share * 3
        said = bend(np.clip(odds / (1 + odds), 1e-4, 1 - 1e-4))
        given.append(np.column_stack([1 - said, said]))
    return given


def test_probabilities_that_are_far_off_are_worth_a_correction(folds):
    assert calibration.worth(folds, chances(folds, lambda p: np.clip(p + 0.4, 0, 0.99))) in (
        "sigmoid",
        "isotonic",
    )


def test_probabilities_that_were_corrected_are_not_worth_another(folds):
    draw = np.random.default_rng(1)
    share = np.mean(
        [
            folds.answers(f, np.zeros((len(h), 2))).actual.mean()
            for f, (_, h) in enumerate(folds.folds)
        ]
    )
    plain = []
    for _, held in folds.folds:
        said = np.clip(draw.normal(share, 0.001, len(held)), 0.01, 0.99)
        plain.append(np.column_stack([1 - said, said]))
    assert calibration.worth(folds, plain) == ""


@pytest.mark.parametrize("recipe", ["linear", "blend"])
def test_a_correction_is_part_of_what_is_fitted(recipe):
    schema, features, target = learnable(wide(150, "yes/no"))
    given = {"calibrate": "sigmoid"}
    if recipe == "blend":
        given["members"] = [{"recipe": "tree", "parameters": {}, "weight": 1}]
    candidate = fitting.candidate_of(recipe, given, schema)
    model = fitting.fitted(candidate, schema, Rows(features, target), seed=0)
    assert type(model).__name__ == "CalibratedClassifierCV"
    assert np.allclose(model.predict_proba(features).sum(axis=1), 1)
