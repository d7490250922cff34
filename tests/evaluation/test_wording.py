import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinery.evaluation.metrics import metric_names
from brinery.evaluation.wording import as_chosen, metric_in_words, probability


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5, "0.5"),
        (0.08, "0.08"),
        (0.123456, "0.123"),
        (0.95, "0.95"),
        (0.98765, "0.9877"),
        (0.99999, "0.99999"),
        (1 - 1e-9, "0.999999999"),
        (1e-7, "0.0000001"),
        (1.0, "1"),
        (0.0, "0"),
    ],
)
def test_a_probability_is_not_rounded_away(value, said):
    assert probability(value) == said


@given(st.floats(0, 1))
def test_a_probability_is_0_or_1_only_where_it_is_exact(value):
    assert (float(probability(value)) in (0, 1)) == (value in (0, 1))
    assert float(probability(value)) == pytest.approx(value, rel=0.005)


@pytest.mark.parametrize(
    ("share", "said"), [(0.8, "80%"), (0.07, "7%"), (0.995, "99.5%"), (0.99999, "99.999%")]
)
def test_a_share_that_was_chosen_is_told_as_it_was_chosen(share, said):
    assert as_chosen(share) == said


def test_every_metric_is_written_as_in_a_sentence():
    names = (*metric_names("classes", "accuracy"), *metric_names("amount", "mean_absolute_error"))
    written = [metric_in_words(name) for name in names]
    assert {"ROC AUC", "F1, mean over the labels", "R²", "balanced accuracy"} < set(written)
    assert not any("_" in one for one in written)
