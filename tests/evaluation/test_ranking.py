import dataclasses
import json

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from brinery.evaluation.ranking import Ranking, ranking_of
from brinery.evaluation.threshold import Aim, Threshold


def ranked(n_rows=2000, seed=0, share=0.2):
    draw = np.random.default_rng(seed)
    chance = draw.beta(1, 1 / share - 1, n_rows)
    actual = (draw.random(n_rows) < chance).astype(int)
    return actual, np.column_stack([1 - chance, chance])


def test_every_point_is_what_scikit_learn_gives_at_its_threshold():
    actual, chances = ranked()
    found = ranking_of(actual, chances, ("no", "yes"))
    assert found.label == "yes"
    for one in found.points:
        called = chances[:, 1] >= one.threshold
        assert one.called == pytest.approx(called.mean())
        assert one.found == pytest.approx(recall_score(actual, called))
        assert one.right == pytest.approx(precision_score(actual, called))
        assert one.found_range[0] <= one.found <= one.found_range[1]
        assert one.right_range[0] <= one.right <= one.right_range[1]
    across = [0, *(one.disturbed for one in found.points)]
    up = [0, *(one.found for one in found.points)]
    assert np.trapezoid(up, across) == pytest.approx(roc_auc_score(actual, chances[:, 1]), abs=0.01)


def test_honest_probabilities_lie_within_their_ranges():
    found = ranking_of(*ranked(8000), ("no", "yes"))
    inside = [one.came_range[0] <= one.said <= one.came_range[1] for one in found.calibration]
    assert sum(inside) >= len(inside) - 1
    assert sum(one.n_rows for one in found.calibration) == 8000


def test_the_rarer_label_is_sought_and_rows_of_one_probability_are_called_together():
    actual = np.array([0, 0, 1, 1, 1, 1, 1, 1])
    chances = np.column_stack([np.repeat([0.8, 0.3], [4, 4]), np.repeat([0.2, 0.7], [4, 4])])
    found = ranking_of(actual, chances, ("away", "here"))
    assert (found.label, found.share) == ("away", 0.25)
    assert [(one.called, one.found, one.right) for one in found.points] == [
        (0.5, 1, 0.5),
        (1, 1, 0.25),
    ]


def test_what_the_threshold_of_the_model_is_for_is_sought():
    actual, chances = ranked()
    own = Threshold("no", Aim("cost", (1, 1)), 0.9)
    found = ranking_of(actual, chances, ("no", "yes"), own)
    assert (found.label, found.share) == ("no", pytest.approx((actual == 0).mean()))
    assert found.calls.n_sought == (actual == 0).sum()


def test_a_ranking_comes_back_from_json():
    found = ranking_of(*ranked(200), ("no", "yes"))
    assert Ranking.from_dict(json.loads(json.dumps(dataclasses.asdict(found)))) == found
