import dataclasses
import time

import numpy as np
import pandas as pd
import pytest

from brinery.model.answers import frame as frame_of
from brinery.schema.coercion import coerce, target_values
from brinery.schema.inference import infer
from brinery.tables.table import Table
from brinery.training import blending, candidates, race, search, splits, trials
from brinery.training.candidates import Candidate
from brinery.training.race import Clock, Race
from brinery.training.rows import Rows


def wide(n_rows: int, task: str, seed: int = 0) -> pd.DataFrame:
    """A table whose answer bends with one number, and differs by town and by weekday."""
    draw = np.random.default_rng(seed)
    days = pd.Timestamp("2021-01-04") + pd.to_timedelta(draw.integers(0, 1500, n_rows), "D")
    towns = np.array([f"town {n}" for n in range(25)])
    town = draw.integers(0, 25, n_rows)
    bend = draw.uniform(-3, 3, n_rows)
    value = bend**2 + (days.day_of_week == 6) * 4 + (town % 5) + draw.normal(size=n_rows)
    frame = pd.DataFrame({"bend": bend, "town": towns[town], "day": days.strftime("%Y-%m-%d")})
    if task == "amount":
        return frame.assign(answer=np.exp(value / 3).round(3))
    return frame.assign(answer=np.where(value > np.quantile(value, 0.9), "yes", "no"))


def learnable(frame: pd.DataFrame):
    table = Table.from_pandas(frame)
    schema = infer(table, target="answer")
    positions = {name: at for at, name in enumerate(table.column_names)}
    features = frame_of(coerce(table, schema, positions).features)
    return schema, features, target_values(table, schema)[0]


def run(frame, seconds=5.0, is_stopped=lambda: False, metric=None, seed=0):
    schema, features, target = learnable(frame)
    metric = metric or ("root_mean_squared_error" if schema.task == "amount" else "roc_auc")
    told = []
    found = search.search(
        schema,
        Rows(features, target),
        metric=metric,
        seed=seed,
        clock=Clock(time.monotonic(), seconds, is_stopped),
        tell=lambda step, rows: told.append((step, rows)),
    )
    return found, told


def folds_of(frame, metric):
    schema, features, target = learnable(frame)
    return cut_up(schema, features, target, metric)


def cut_up(schema, features, target, metric):
    parts = splits.folds(schema.task, target, seed=0, once=True)
    labels = np.array([]) if schema.task == "amount" else np.unique(target)
    return trials.Folds(schema, Rows(features, target), parts, metric, 0, labels)


def test_variants_are_tried_that_fit_the_table():
    schema, _, target = learnable(wide(400, "amount"))
    changes = [one.parameters for one in candidates.first_candidates(schema, target)]
    assert any(one.get("levels") == "target" for one in changes)
    assert any(one.get("scale") == "log" for one in changes)
    schema, _, target = learnable(wide(400, "yes/no"))
    changes = [one.parameters for one in candidates.first_candidates(schema, target)]
    assert any(one.get("class_weight") == "balanced" for one in changes)
    assert not any("scale" in one for one in changes)


def test_candidates_near_another_stay_within_bounds_and_can_be_built():
    schema, _, target = learnable(wide(200, "amount"))
    random = np.random.default_rng(0)
    for first in candidates.first_candidates(schema, target):
        one = first
        for _ in range(20):
            one = candidates.near(one, schema, random)
            known = {p.name: p for p in candidates.recipe_named(one.recipe).parameters}
            for name, value in one.parameters.items():
                assert known[name].checked(value) == value
            assert trials.built(one, schema, 0)


@pytest.fixture(scope="module", params=["amount", "yes/no"])
def searched(request):
    return request.param, *run(wide(250, request.param))


def test_a_search_finds_something_better_than_the_baseline(searched):
    task, found, told = searched
    assert found.candidate.recipe != "baseline"
    assert found.compared[0].recipe == found.candidate.recipe
    by_recipe = {one.recipe: one.score for one in reversed(found.compared)}
    better = by_recipe["baseline"] - found.compared[0].score
    assert better > 0 if task == "amount" else better < 0
    assert told[0][1] == ()


def test_who_is_far_behind_is_dropped_after_the_first_folds(searched):
    task, found, _ = searched
    first = found.compared[0]
    dropped = [one for one in found.compared if one.n_folds < first.n_folds]
    assert "baseline" not in [one.recipe for one in found.compared if one not in dropped][:2]
    assert all((one.score > first.score) == (task == "amount") for one in dropped)


def test_a_search_that_is_stopped_at_once_has_tried_one_candidate():
    found, _ = run(wide(300, "yes/no"), is_stopped=lambda: True)
    assert [one.recipe for one in found.compared] == ["baseline"]
    assert found.candidate == Candidate("baseline")


def test_a_search_that_is_stopped_finishes_no_candidate_but_the_first(monkeypatch):
    fitted = []

    def counted(*args, **more):
        fitted.append(args[1].recipe)
        return original(*args, **more)

    original = trials._fit
    monkeypatch.setattr(trials, "_fit", counted)
    found, _ = run(wide(300, "yes/no"), is_stopped=lambda: len(fitted) > 5)
    assert [one.recipe for one in found.compared] == ["baseline"]
    assert fitted.count("baseline") == 5
    assert 1 <= fitted.count("tree") < 5


def test_of_a_large_table_a_part_is_seen_first(monkeypatch):
    monkeypatch.setattr(search, "FIRST_ROWS", 100)
    monkeypatch.setattr(search, "_PLAIN_SHARE", 1e6)
    schema, features, target = learnable(wide(400, "yes/no"))
    clock = Clock(time.monotonic() + 1e6, 15)  # time without end

    def cut(rows):
        return cut_up(schema, features.iloc[rows], target[rows], "roc_auc")

    first = search._first_pass(schema, target, cut, 0, clock=clock, tell=lambda *_: None)
    assert len(first.folds.rows) == 400
    assert len(first.trials) + len(first.before) == 6
    assert len(first.before) >= 2


def test_boosting_stops_by_the_held_rows_and_keeps_its_number_of_trees():
    folds = folds_of(wide(400, "amount"), "root_mean_squared_error")
    open_ended = Candidate("boosting", {"learning_rate": 0.3, "scale": "log"})
    tried = trials.try_on(folds, open_ended, (0, 1))
    rounds = tried.candidate.parameters["max_iter"]
    assert 10 <= rounds < 1500
    fixed = trials.try_on(folds, tried.candidate, (0, 1))
    assert fixed.candidate == tried.candidate
    assert fixed.mean == pytest.approx(tried.mean, rel=0.2)


def test_a_blend_takes_what_helps_and_its_score_is_of_other_folds_than_its_weights():
    folds = folds_of(wide(400, "yes/no"), "roc_auc")
    every = range(len(folds.folds))
    random = np.random.default_rng(0)
    actual = [folds.answers(f, np.zeros((len(folds.folds[f][1]), 2))).actual for f in every]

    def guess(noise: float) -> trials.Trial:
        given = []
        for one in actual:
            chance = np.clip(
                0.5 + (one - 0.5) * 0.4 + random.normal(0, noise, len(one)), 0.01, 0.99
            )
            given.append(np.column_stack([1 - chance, chance]))
        scores = tuple(folds.score(f, one) for f, one in zip(every, given, strict=True))
        return trials.Trial(Candidate("tree"), scores, tuple(given), 0.1, 0.1, 1)

    good, as_good, useless = guess(0.3), guess(0.3), guess(5.0)
    members, given, scores = blending.blended(folds, [good, as_good, useless])
    assert {id(one) for one, _ in members} == {id(good), id(as_good)}
    assert np.mean(scores) > max(good.mean, as_good.mean)
    np.testing.assert_allclose(given[0].sum(axis=1), 1)
    counts = blending.weights(folds, [good] * 9, list(every))
    assert np.count_nonzero(counts) <= blending.MOST_MEMBERS


def answering(folds, candidate: Candidate, noise: float, seed: int) -> trials.Trial:
    """A trial that is off by chance alone."""
    random = np.random.default_rng(seed)
    given = tuple(
        folds.rows.target[held] + random.normal(0, noise, len(held)) for _, held in folds.folds
    )
    scores = tuple(folds.score(f, one) for f, one in enumerate(given))
    return trials.Trial(candidate, scores, given, 0.1, 0.1, 1)


@pytest.mark.parametrize("n_rows", [200, 4000])
def test_on_few_rows_a_blend_starts_with_the_best_of_each_sort(n_rows):
    folds = folds_of(wide(n_rows, "amount"), "root_mean_squared_error")
    spread = float(folds.rows.target.std())
    sorts = [Candidate("boosting"), Candidate("linear"), Candidate("linear", {"shape": "surfaces"})]
    alike = [answering(folds, one, spread / 2, n) for n, one in enumerate(sorts)]
    # The answers of one are in the other too, so that it adds nothing but what is started with.
    same = [dataclasses.replace(one, given=alike[0].given) for one in alike]
    far = answering(folds, Candidate("forest"), 5 * spread, 5)
    alone = [dataclasses.replace(same[0], candidate=Candidate(one)) for one in ("tree", "baseline")]
    counts = blending.weights(folds, [*same, far, *alone], range(len(folds.folds)))
    assert np.count_nonzero(counts[:3]) == (3 if n_rows == 200 else 1)
    assert not counts[3:].any()


def test_surfaces_are_tried_where_nothing_lies_beyond_the_rows():
    schema, _, target = learnable(wide(100, "amount"))
    surfaces = Candidate("linear", {"shape": "surfaces"})
    assert surfaces in candidates.first_candidates(schema, target)
    assert surfaces not in candidates.first_candidates(schema, target, way="time")


def test_boosting_is_scored_by_trees_that_these_rows_did_not_choose(monkeypatch):
    asked = []
    monkeypatch.setattr(
        race, "try_on", lambda *args: asked.append(args[1:3]) or trials.try_on(*args)
    )
    folds = folds_of(wide(300, "amount"), "root_mean_squared_error")
    clock = Clock(time.monotonic(), 60)
    tried = Race(folds, 300, 0, clock, lambda *_: None).run(
        Candidate("boosting", {"learning_rate": 0.3})
    )
    (first, early), (again, same), (rest, late) = asked
    assert "max_iter" not in first.parameters
    assert "max_iter" in again.parameters
    assert again == rest == tried.candidate
    assert [*early] == [*same]
    assert len(tried.scores) == len(early) + len(late)


def test_time_is_left_for_what_is_fitted_after_the_search():
    folds = folds_of(wide(300, "amount"), "root_mean_squared_error")
    clock = Clock(time.monotonic(), 60)
    alone, more = (Race(folds, 300, n_rows, clock, lambda *_: None) for n_rows in (0, 600))
    trial = answering(folds, Candidate("linear"), 1.0, 0)
    trial = dataclasses.replace(trial, fit_seconds=10.0)
    before = alone.reserve()
    for one in (alone, more):
        one.trials["linear"] = trial
    a_row = 10.0 / len(folds.folds[0][0])
    assert more.reserve() - alone.reserve() == pytest.approx(1.5 * 600 * a_row)
    assert alone.reserve() > before
