"""Measuring an estimator that was brought: on a holdout that came with it, or on its sample."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from brinery.errors import CannotLearn
from brinery.evaluation.evaluation import Evaluation
from brinery.evaluation.ranking import sought_of
from brinery.evaluation.threshold import Aim, Threshold, aim_for, chosen
from brinery.model.answers import as_fitted, frame, how, label_text
from brinery.model.holdout import LEAST_ROWS, Holdout
from brinery.schema.coercion import coerce, target_values
from brinery.schema.columns import Schema
from brinery.schema.inference import require_once, with_kind
from brinery.schema.phrases import joined
from brinery.tables.table import Table

__all__ = ["MOST_ROWS", "features_of", "on_holdout", "on_sample"]

MOST_ROWS = 20_000
"""Of more rows of a sample, so many are drawn."""
_SHOWN = 5


def features_of(table: Table, schema: Schema) -> pa.Table:
    """Give the typed features of a table that has every one of them, read as text.

    Raises
    ------
    CannotLearn
        It lacks one, or has it more than once.
    """
    names = table.column_names
    lacking = [column.name for column in schema.features if column.name not in names]
    if lacking:
        raise CannotLearn(
            f"The holdout lacks {joined([f'“{name}”' for name in lacking[:_SHOWN]])}.",
            where=table.name,
            remedy="Give every column that the estimator was fitted on, under the same name.",
        )
    for column in schema.features:
        require_once(table, column.name, what="holdout")
    positions = {column.name: names.index(column.name) for column in schema.features}
    return coerce(table, schema, positions).features


def on_holdout(
    estimator: Any,
    holdout: Holdout,
    schema: Schema,
    features: pa.Table,
    *,
    coverage: float,
    sample: pa.Table | None,
    by_group: Sequence[str] = (),
    threshold: Mapping[str, Any] | None = None,
) -> Evaluation:
    """Measure an estimator on rows that it did not learn from, as a training here does.

    Parameters
    ----------
    estimator : object
        Fitted.
    holdout : Holdout
    schema : Schema
        With its task and its labels.
    features : pyarrow.Table
        Of the holdout.
    coverage : float, from 0.5 to 0.99
        The share of rows whose truth the range of a prediction is to hold.
    sample : pyarrow.Table, optional
        The features of the sample; rows of it that are in the holdout too are told.
    by_group : sequence of str
        Columns of the holdout by whose groups it is measured too.
    threshold : mapping, optional
        When the rarer of two labels is given, as `brinery.train` takes it; chosen on the holdout.

    Raises
    ------
    CannotLearn
        It can't be measured on these rows, or has no such threshold; the message says why.
    """
    if schema.task is None or how(estimator) != "predict":
        raise CannotLearn(
            "What this estimator answers can't be compared with one answer for each row.",
            where=type(estimator).__name__,
            remedy="Save it without a holdout.",
        )
    aim = aim_for(threshold, schema.task, holdout.target)
    actual = _codes(holdout, schema) if schema.task != "amount" else _amounts(holdout)
    notes = [
        "The rows that it was measured on were kept aside where it was trained, by the word of "
        "whoever saved it."
    ]
    if holdout.n_unknown:
        notes.append(f"Left out of them, having no answer: {holdout.n_unknown:,}.")
    n_shared = 0 if sample is None else _n_shared(features, sample)
    if n_shared:
        notes.append(
            f"{n_shared:,} of these {features.num_rows:,} rows are in the sample too. If it was "
            "trained on the sample, the figures are too good."
        )
    from brinery.evaluation.groups import groupings

    rows = np.arange(features.num_rows)
    groups = groupings(holdout.table, by_group, rows, target=holdout.target)
    found = _measured(estimator, features, actual, schema, "holdout", coverage, notes, groups, aim)
    told = "\n".join(map(label_text, holdout.answers))
    sha256 = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    return dataclasses.replace(found, rows_sha256=sha256)


def on_sample(
    estimator: Any, table: Table, schema: Schema, features: pa.Table
) -> Evaluation | None:
    """Measure it on the sample, where that has every label of the target in enough rows."""
    from brinery.evaluation.conformal import COVERAGE
    from brinery.evaluation.sentences import TOO_GOOD

    if schema.target is None or schema.task is None or how(estimator) != "predict":
        return None
    is_amount = schema.task == "amount"
    if is_amount and schema.target.kind != "number":  # few whole numbers look like labels
        schema = with_kind(table, schema, schema.target.name, "number", "target")
    given, known = target_values(table, schema)
    rows = np.flatnonzero(known)
    rows = np.sort(np.random.default_rng(0).permutation(rows)[:MOST_ROWS])
    texts = {text: at for at, text in enumerate(schema.labels)}
    actual = given[rows] if is_amount else np.array([texts[str(one)] for one in given[rows]], int)
    if len(rows) < LEAST_ROWS or (not is_amount and len(set(actual)) < len(schema.labels)):
        return None
    asked = features.take(pa.array(rows))
    return _measured(estimator, asked, actual, schema, "given", COVERAGE, [TOO_GOOD])


def _measured(
    estimator: Any,
    features: pa.Table,
    actual: np.ndarray,
    schema: Schema,
    source: Any,
    coverage: float,
    notes: Sequence[str],
    groups: Sequence[Any] = (),
    aim: Aim | None = None,
) -> Evaluation:
    """Measure beside the constant that would be best for these very rows."""
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    from brinery.evaluation.measure import measure
    from brinery.evaluation.metrics import main_metric

    assert schema.task is not None
    is_amount = schema.task == "amount"
    target = actual if is_amount else np.asarray(estimator.classes_)[actual]
    rows = frame(features)
    constant = DummyRegressor(strategy="median") if is_amount else DummyClassifier(strategy="prior")
    asked = estimator
    if getattr(estimator, "feature_names_in_", None) is None:  # it takes rows in another form
        form = FunctionTransformer(lambda some: as_fitted(estimator, pa.Table.from_pandas(some)))
        asked = Pipeline([("form", form), ("model", estimator)])
    return measure(
        asked,
        constant.fit(rows, target),
        rows,
        target,
        task=schema.task,
        main_metric=main_metric(schema.task, actual),
        n_train=0,
        coverage=coverage,
        notes=notes,
        source=source,
        threshold=_threshold(aim, asked, rows, actual, schema.labels) if aim else None,
        labels=schema.labels,
        columns=schema.features,
        groups=groups,
        seed=0,
    )


def _threshold(
    aim: Aim, estimator: Any, rows: pd.DataFrame, actual: np.ndarray, labels: tuple[str, ...]
) -> Threshold:
    """Choose it on the holdout, for there are no other rows, and no recipe for twins."""
    if not hasattr(estimator, "predict_proba"):
        raise CannotLearn(
            "The estimator gives labels without a probability, so it has no threshold.",
            remedy="Leave the threshold out, or wrap it in scikit-learn's CalibratedClassifierCV.",
        )
    sought = sought_of(actual, labels, None)
    said = estimator.predict_proba(rows)[:, sought]
    found = chosen(aim, actual == sought, said, labels[sought])
    return dataclasses.replace(found, on_holdout=found.n_chosen_on > 0)


def _codes(holdout: Holdout, schema: Schema) -> np.ndarray:
    """Give the position of each answer among the labels, each of which must come."""
    places = {text: at for at, text in enumerate(schema.labels)}
    texts = [_as_label(label_text(one), places) for one in holdout.answers]
    foreign = [one for one in dict.fromkeys(texts) if one not in places]
    lacking = [one for one in schema.labels if one not in set(texts)]
    if foreign:
        raise CannotLearn(
            f"The holdout has answers that the estimator never gives: {_quoted(foreign)}. It gives "
            f"{_quoted(schema.labels)}.",
            where=holdout.target,
            remedy="Give the answers in the form in which it was fitted on them.",
        )
    if lacking:
        raise CannotLearn(
            f"The holdout has no row with the answer {_quoted(lacking)}.",
            where=holdout.target,
            remedy="Give rows of every label that the estimator tells apart.",
        )
    return np.array([places[one] for one in texts], dtype=np.int64)


def _as_label(text: str, places: Mapping[str, int]) -> str:
    """Find "1.0" again, as pandas writes a whole number where others are missing, as "1"."""
    if text in places:
        return text
    try:
        return label_text(float(text))
    except ValueError:
        return text


def _amounts(holdout: Holdout) -> np.ndarray:
    try:
        return holdout.answers.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise CannotLearn(
            "The holdout's answers are no numbers, and the estimator gives numbers.",
            where=holdout.target,
            remedy="Give the answers in the form in which it was fitted on them.",
        ) from error


def _n_shared(features: pa.Table, sample: pa.Table) -> int:
    """Count the rows that are in the sample too."""
    ours, theirs = (
        pd.util.hash_pandas_object(frame(one), index=False).to_numpy()
        for one in (features, sample.select(features.column_names))
    )
    return int(np.isin(ours, theirs).sum())


def _quoted(texts: Sequence[str]) -> str:
    named = [f"“{one[:80]}”" for one in texts[:_SHOWN]]
    more = len(texts) - _SHOWN
    return joined([*named, f"{more} more"]) if more > 0 else joined(named)
