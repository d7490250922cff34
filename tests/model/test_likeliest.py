import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from brinery.model.likeliest import likeliest

CLASSIFIERS = [
    CalibratedClassifierCV(GaussianNB(), cv=3),
    DecisionTreeClassifier(max_depth=2),
    ExtraTreeClassifier(max_depth=2),
    ExtraTreesClassifier(4, max_depth=3),
    GradientBoostingClassifier(n_estimators=4),
    HistGradientBoostingClassifier(max_iter=4),
    LogisticRegression(C=1e6, max_iter=3000),
    LogisticRegressionCV(
        Cs=(1.0,), l1_ratios=(0.0,), cv=2, scoring="accuracy", use_legacy_attributes=False
    ),
    RandomForestClassifier(4, max_depth=3),
]


def rows_and_labels(n_labels):
    # Coarse numbers and labels by chance: many rows are alike, and many probabilities tie.
    rng = np.random.default_rng(n_labels)
    X = rng.integers(0, 4, size=(300, 3)).astype(float)
    return X, np.array(["never", "once", "often"])[
        (X[:, 0].astype(int) + rng.integers(0, 3, 300)) % n_labels
    ]


@pytest.mark.parametrize("n_labels", [2, 3])
@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda one: type(one).__name__)
def test_one_pass_gives_what_two_give(classifier, n_labels):
    X, y = rows_and_labels(n_labels)
    model = make_pipeline(StandardScaler(), "passthrough", classifier).fit(X, y)
    labels, shares = likeliest(model, X)
    np.testing.assert_array_equal(labels, model.predict(X))
    np.testing.assert_array_equal(shares, model.predict_proba(X))
    assert labels.dtype == model.predict(X).dtype


def test_a_tie_is_settled_by_the_estimator_itself():
    X = np.array([[-1.0], [1.0], [1e-18], [-1e-18], [0.0]])
    model = LogisticRegression().fit(X[:2], [0, 1])
    model.intercept_[:] = 0
    assert model.predict_proba(X[2:])[:, 1].tolist() == [0.5, 0.5, 0.5]
    assert likeliest(model, X)[0].tolist() == model.predict(X).tolist() == [0, 1, 1, 0, 0]


def test_a_search_answers_by_what_it_found():
    X, y = rows_and_labels(3)
    search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {}, cv=2)
    search.fit(X, y)
    labels, shares = likeliest(search, X)
    np.testing.assert_array_equal(labels, search.predict(X))
    np.testing.assert_array_equal(shares, search.predict_proba(X))


class Contrary(LogisticRegression):
    def predict(self, X):
        return self.classes_[np.argmin(self.predict_proba(X), axis=1)]


@pytest.mark.parametrize("classifier", [SVC(), GaussianNB(), Contrary()])
def test_others_are_asked_twice(classifier):
    X, y = rows_and_labels(2)
    assert likeliest(classifier.fit(X, y), X) is None


def test_several_targets_are_asked_twice():
    X, y = rows_and_labels(2)
    assert likeliest(RandomForestClassifier(2).fit(X, np.column_stack([y, y])), X) is None
