import dataclasses

import pytest

from brinery.evaluation.effects import Effect
from brinery.evaluation.evaluation import Score
from brinery.evaluation.learning import Learned, LearningCurve
from brinery.evaluation.parts import ByGroup, Group
from brinery.report.card import answers_what, report, takes
from brinery.report.groups import group_heads, group_rows
from tests.report.cards import churn, column


@pytest.fixture
def card():
    return churn()


def test_the_report_says_everything_a_reader_asks(card):
    text = report(card)
    assert text.startswith("# churn, version 3\n")
    for said in (
        "“churned” for each row: “no” or “yes”",
        "Right for 81 of 100 rows.",
        "Measured on 20 rows that training never saw.",
        "| accuracy | 0.81 | 0.78 to 0.84 | 0.62 |",
        "| age | whole number, 18 to 90 in training | 35 |",
        "| plan | one of a list: basic and gold | gold |",
        "recipe forest, seed 7",
        "Saved on 3 November 2026 by ada.",
        "numpy 2.4 and scikit-learn 1.9.1",
        "the same answers, bit for bit, for 100 replay rows",
        "14 KiB, sha256 " + "a" * 64,
    ):
        assert said in text


def test_names_and_descriptions_stay_text(card):
    text = report(card)
    assert "seen \\| on" in text
    assert "\\<b\\>next" in text
    assert "<b>" not in text


def test_a_brought_estimator_was_not_measured(card):
    text = report(dataclasses.replace(card, evaluation=None, training=None))
    assert "was not measured here" in text
    assert "recipe" not in text


def test_a_clustering_says_that_it_does_not_predict(card):
    kept = dataclasses.replace(card, answers_by="attributes", estimator="DBSCAN")
    assert answers_what(kept) == (
        "It does not predict: it is a DBSCAN, kept with what it was fitted to."
    )


def test_blanks_are_said():
    asked = dataclasses.replace(column("age"), n_blank=25)
    assert takes(asked) == "number; may be blank (25 % were)"


def test_a_label_that_holds_and_stays_as_it_is(card):
    labels = ("research and development", "sales")
    schema = dataclasses.replace(card.schema, labels=labels)
    assert answers_what(dataclasses.replace(card, schema=schema)).endswith(
        ": “research and development” or “sales”."
    )


def test_a_date_before_1970_is_its_own_day():
    asked = column("born", "date", minimum=-0.5, maximum=1.25)
    assert takes(asked) == "date, 1969-12-31 to 1970-01-02 in training"


def test_a_loss_of_nothing_is_said_in_words_and_small_amounts_in_full(card):
    def score(metric, value):
        return Score(metric, value, value, value, 1.0, higher_is_better=False)

    scores = (score("log_loss", 2.2e-16), score("mean_absolute_error", 3e-7))
    measured = dataclasses.replace(card.evaluation, scores=scores)
    text = report(dataclasses.replace(card, evaluation=measured))
    assert "| log loss | under 0.0001 | under 0.0001 to under 0.0001 | 1 |" in text
    assert "| mean absolute error | 3e-07 | 3e-07 to 3e-07 | 1 |" in text


def test_the_measures_have_the_names_that_the_pages_have(card):
    scores = tuple(Score(one, 0.5, 0.4, 0.6, 0.3, True) for one in ("roc_auc", "f1_macro", "r2"))
    measured = dataclasses.replace(card.evaluation, scores=scores)
    text = report(dataclasses.replace(card, evaluation=measured))
    assert "| ROC AUC | 0.5 |" in text
    assert "| F1, mean over the labels | 0.5 |" in text
    assert "| R² | 0.5 |" in text


def test_how_each_feature_acts_is_told():
    effect = Effect("plan", "level", ("gold", "basic"), (), ("yes",), ((0.1, 0.4),), 1.0)
    measured = dataclasses.replace(churn().evaluation, effects=(effect,))
    text = report(dataclasses.replace(churn(), evaluation=measured))
    assert "### How each feature acts" in text
    assert f"- {effect.sentence()}" in text


def test_each_group_is_a_line_and_what_cant_be_told_says_why(card):
    whole = Group("all rows", 900, 0.84, 0.81, 0.87, came=0.25, predicted=0.2)
    groups = (
        Group("north | east", 895, 0.85, 0.82, 0.88, came=0.25, predicted=0.2),
        Group("south", 5, why="Only 5 rows: too few to tell."),
    )
    by = ByGroup("the *region*", "roc_auc", True, "yes", whole, groups)
    told = report(
        dataclasses.replace(card, evaluation=dataclasses.replace(card.evaluation, groups=(by,)))
    )
    assert "each group of “the \\*region\\*”:" in told
    assert (
        "| the \\*region\\* | rows | ROC AUC | 95 % interval | are “yes” | called “yes” |" in told
    )
    assert "| north \\| east | 895 | 0.85 | 0.82 to 0.88 | 25 % | 20 % |" in told
    assert "| south | 5 | Only 5 rows: too few to tell. |  |  |  |" in told
    assert "| all rows | 900 | 0.84 | 0.81 to 0.87 | 25 % | 20 % |" in told
    # An amount tells means, and one of several labels neither.
    amount = dataclasses.replace(by, metric="mean_absolute_error", label="")
    assert group_heads(amount)[-2:] == ("came on average", "predicted on average")
    classes = dataclasses.replace(
        amount, whole=dataclasses.replace(whole, came=None, predicted=None)
    )
    assert len(group_heads(classes)) == len(group_rows(classes)[-1]) == 4


def test_what_fewer_rows_gave_is_told():
    points = (Learned(1000, 0.8, 0.7, 0.9), Learned(2000, 0.83, 0.75, 0.9))
    curve = LearningCurve("roc_auc", points, 0.03, 0.02, 0.04)
    measured = dataclasses.replace(churn().evaluation, learning=curve)
    text = report(dataclasses.replace(churn(), evaluation=measured))
    assert "### Would more rows help?" in text
    assert "| 2,000 | 0.830 | 0.750 | 0.900 |" in text
