import json
from dataclasses import asdict

import pytest

from brinery.evaluation.effects import Effect


def effect(*values, kind="number", labels=("yes",), agree=0.97, **more):
    n_points = len(values[0]) if isinstance(values[0], tuple) else len(values)
    lines = values if isinstance(values[0], tuple) else (values,)
    marks = tuple(10.0 * n for n in range(n_points))
    at = tuple(f"{mark:g}" for mark in marks)
    if kind == "level":
        at, marks = ("red", "blue", "")[:n_points], ()
    return Effect("months", kind, at, marks, labels, lines, agree, **more)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            (0.52, 0.3, 0.31, 0.09),
            "The predicted chance of “yes” falls from 52 in 100 where “months” is 0 to 9 in 100 "
            "where it is 30. Between these ends it goes the same way for 97 of 100 rows.",
        ),
        ((0.1, 0.3, 0.29, 0.6), "rises from 10 in 100 where “months” is 0 to 60 in 100 where"),
        (
            (0.1, 0.3, 0.6, 0.2),
            "rises from 10 in 100 where “months” is 0 to 60 in 100 where it is 20, and falls again "
            "to 20 in 100 where it is 30.",
        ),
        ((0.6, 0.3, 0.1, 0.5), "falls from 60 in 100 where “months” is 0 to 10 in 100 where it is"),
        (
            (0.1, 0.6, 0.2, 0.5),
            "goes up and down with “months”: it is highest where that is 10 (60 in 100) and "
            "lowest where it is 0 (10 in 100).",
        ),
        ((0.261, 0.262), "hardly moves with “months”, on average: it stays at about 26 in 100."),
        ((0.001, 0.006), "rises from 0.1 in 100 where “months” is 0 to 0.6 in 100 where it is 10."),
    ],
)
def test_a_line_in_words(values, said):
    assert said in effect(*values).sentence()


def test_amounts_and_levels_in_words():
    assert effect(1000.0, 1250.0, labels=(), agree=1.0).sentence() == (
        "The predicted amount rises from 1,000 where “months” is 0 to 1,250 where it is 10. "
        "Between these ends it goes the same way for every row."
    )
    assert effect(-4.0, -2.5, labels=()).what == "predicted amount"
    of_levels = effect(0.1, 0.3, 0.4, kind="level").sentence()
    assert of_levels.startswith(
        "The predicted chance of “yes” is highest where “months” is blank (40 in 100) and lowest "
        "where it is “red” (10 in 100)."
    )
    unlike = effect(0.1, 0.3, agree=0.46).sentence()
    assert unlike.endswith(
        "It depends on the rest of a row: it goes this way for only 46 of 100 rows."
    )
    bare = effect(0.1, 0.3, is_share=True)
    assert bare.sentence().startswith("The share of rows called “yes” rises from 10 in 100")


def test_of_several_labels_the_one_that_moves_most_is_told():
    many = effect((0.5, 0.4), (0.1, 0.6), labels=("a", "b"))
    assert many.lead == 1
    assert many.sentence().startswith("The predicted chance of “b” rises from 10 in 100")


def test_it_comes_back_from_a_card():
    for one in (effect((0.5, 0.4), (0.1, 0.6), labels=("a", "b")), effect(0.1, 0.2, kind="level")):
        assert Effect.from_dict(json.loads(json.dumps(asdict(one)))) == one
