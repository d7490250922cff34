import io
import json

import numpy as np
import pandas as pd
import pytest

from brinery.safety import door
from brinery.training.recipes import PLAIN
from brinery.training.train import train
from tests.training.customers import TARGETS, csv, customers, only

NAMES = [recipe.name for recipe in PLAIN]


@pytest.fixture(scope="module", params=TARGETS)
def found(request):
    """What `auto` finds for a task in a few seconds, with its table and what it told."""
    told: list[dict] = []
    frame = only(customers(), TARGETS[request.param])
    model = train(frame, TARGETS[request.param], seconds=6, progress=told.append)
    return request.param, frame, model, told


def test_auto_compares_every_recipe_and_keeps_the_best(found):
    task, _, model, _ = found
    compared = model.training.compared
    assert {one.recipe for one in compared} >= set(NAMES)
    assert model.training.recipe == compared[0].recipe != "baseline"
    assert model.training.parameters == compared[0].parameters
    whole = [one.score for one in compared[1:] if one.n_folds == compared[0].n_folds]
    assert whole == sorted(whole, reverse=task == "yes/no")
    assert all(one.n_bytes and one.spread >= 0 and one.fit_seconds > 0 for one in compared)
    main = model.evaluation.scores[0]
    assert (main.value > main.baseline) == main.higher_is_better


def test_what_auto_found_can_be_trained_again_by_its_card(found):
    task, frame, model, _ = found
    training = model.training
    again = train(
        frame,
        TARGETS[task],
        recipe=training.recipe,
        parameters=training.parameters,
        refit=training.refit,
        seed=training.seed,
    )
    assert again.pickled == model.pickled
    assert again.evaluation == model.evaluation


def test_auto_tells_its_leaderboard_as_it_grows(found):
    _, _, model, told = found
    sizes = [len(one["compared"]) for one in told]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(model.training.compared)
    shares = [one["done"] / one["total"] for one in told]
    assert shares == sorted(shares)
    assert (told[-1]["step"], shares[-1]) == ("Done", 1)
    assert json.dumps(told)


def test_auto_learns_from_all_rows_once_a_twin_was_measured(found):
    _, _, model, _ = found
    assert model.training.refit
    assert any("a twin that never saw the rows" in one for one in model.evaluation.sentences)
    assert (model.evaluation.n_train, model.evaluation.n_holdout) == (192, 48)


def test_what_auto_found_goes_through_the_door(found):
    task, frame, model, _ = found
    loaded = door.load(model.pickled)
    features = frame[[column.name for column in model.schema.features]]
    rows = pd.read_csv(io.BytesIO(csv(features)))
    method = "predict" if task == "amount" else "predict_proba"
    np.testing.assert_array_equal(
        getattr(loaded, method)(rows), getattr(model.pipeline, method)(rows)
    )


def test_auto_that_is_stopped_keeps_the_best_so_far():
    frame = only(customers(), "churned")
    asked = iter([False, False, False])
    model = train(frame, "churned", seconds=60, is_stopped=lambda: next(asked, True))
    assert 0 < len(model.training.compared) < len(NAMES)
    assert model.evaluation.n_holdout == 48
