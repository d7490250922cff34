"""A card for the tests of what is said of it."""

from brinery.evaluation.evaluation import Evaluation, Score
from brinery.model.card import Card, Environment, Proved, Sealed, Training
from brinery.schema.columns import Column, Schema


def column(name, kind="number", use="feature", **fields):
    storage = "float64" if kind in ("number", "date") else "string"
    return Column(name, kind, use, storage, n_rows=100, n_blank=0, n_unique=50, **fields)


def churn():
    """Give the card of a model that asks who leaves."""
    schema = Schema(
        columns=(
            column("age", whole=True, minimum=18.0, maximum=90.0, example="35"),
            column("seen | on", "date", minimum=0.0, maximum=365.0, example="1970-05-01"),
            column("plan", "category", levels=(("basic", 60), ("gold", 40)), example="gold"),
            column("churned", "yes/no", "target", levels=(("no", 70), ("yes", 30))),
        ),
        task="yes/no",
        labels=("no", "yes"),
    )
    return Card(
        name="churn",
        version=3,
        saved_at="2026-11-03T12:00:00Z",
        saved_by="ada",
        answers_by="predict",
        answer_names=("prediction", "probability no", "probability yes"),
        estimator="RandomForestClassifier",
        schema=schema,
        environment=Environment("3.12.1", "Linux", {"scikit-learn": "1.9.1", "numpy": "2.4"}),
        proved=Proved(100, "2026-11-03T12:00:01Z", identical=True),
        sealed=Sealed("a" * 64, 14336, "b" * 64, "cafe", "d" * 64),
        evaluation=Evaluation(
            n_train=80,
            n_holdout=20,
            main_metric="accuracy",
            scores=(Score("accuracy", 0.81, 0.78, 0.84, 0.62, higher_is_better=True),),
            sentences=("Right for 81 of 100 rows.",),
        ),
        training=Training("forest", 7, 100, 2.5),
        description="Who leaves <b>next</b>?",
    )
