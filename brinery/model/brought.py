"""A fitted estimator that was brought from a notebook, made into a model by its sample."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from brinery.errors import BrineryError, CannotLearn
from brinery.evaluation.conformal import COVERAGE
from brinery.model.answers import answer, how, label_text
from brinery.model.holdout import Holdout
from brinery.model.measuring import features_of, on_holdout, on_sample
from brinery.model.model import Model
from brinery.model.sealing import model_of
from brinery.schema.columns import Schema, Task
from brinery.schema.inference import for_estimator
from brinery.tables.reading import as_table
from brinery.tables.table import Table

__all__ = ["COMPARED_ROWS", "model_of_brought", "require_fitted"]

COMPARED_ROWS = 200
"""How many rows of a sample frame are answered both as they are and as read from a file."""


def model_of_brought(
    estimator: Any,
    sample: Table | pd.DataFrame | str | Any,
    target: str | None = None,
    columns: Sequence[str] | None = None,
    *,
    holdout: tuple[Any, Any] | Table | pd.DataFrame | str | Path | None = None,
    coverage: float = COVERAGE,
    by_group: Sequence[str] = (),
    threshold: Mapping[str, Any] | None = None,
) -> Model:
    """Describe a fitted estimator by a sample of the table that it takes.

    Parameters
    ----------
    estimator : object
        A fitted scikit-learn estimator.
    sample : Table, DataFrame or path, optional
        Rows like those it was fitted on; the holdout's, where it is None. Its columns are
        found by the names that the estimator knows; one fitted without names takes them in
        their order.
    target : str, optional
        The sample's column that holds what it predicts, if there is one.
    columns : sequence of str, optional
        For an estimator that was fitted without names: the sample's columns in its order; the
        sample's own order where it is left out.
    holdout : (X, y), or Table, DataFrame or path, optional
        Rows that it did not learn from, and what came in each, beside them or in the column
        `target`: measured on these, it gets the
        same evaluation and the same ranges as a model that was trained here. Without them it
        is measured on the sample, where that has the target.
    coverage : float, from 0.5 to 0.99
        The share of rows whose truth the range of a prediction is to hold.
    by_group : sequence of str
        Columns of the holdout's rows, whether it takes them or not, by whose groups it is measured
        too.
    threshold : mapping, optional
        When the rarer of two labels is given, as `brinery.train` takes it; chosen on the holdout.

    Raises
    ------
    CannotLearn
        It is not fitted, or does not fit the sample or the holdout; the message says why.
    CannotPickle
        It can't be pickled.
    ProofFailed
        It can't answer, or not twice alike.
    """
    require_fitted(estimator)
    if by_group and holdout is None:
        raise CannotLearn(
            "Without rows with known answers nothing is measured by group.",
            where=", ".join(by_group),
            remedy="Give a holdout too.",
        )
    names = getattr(estimator, "feature_names_in_", columns)
    wanted = None if names is None else [str(name) for name in names]
    if threshold and holdout is None:
        raise CannotLearn(
            "A threshold is chosen on rows that the estimator did not learn from.",
            where=type(estimator).__name__,
            remedy="Give a holdout too.",
        )
    kept = _holdout(estimator, holdout, sample, wanted, target)
    rows = kept.given if kept and sample is None else sample
    table = as_table(rows)
    if kept:
        kept = kept.called(target) if target else kept
        target = kept.target
    if wanted is not None and target in wanted:
        raise CannotLearn(
            f"“{target}” is one of the columns that the model takes, so it can't be what it "
            "predicts.",
            where=table.name,
            remedy="Name another column with the answers, which the model did not learn from.",
        )
    schema = for_estimator(table, wanted, target)
    if kept and target not in table.column_names:
        schema = dataclasses.replace(schema, columns=(*schema.columns, kept.described()))
    elif target is not None and target not in table.column_names:
        raise CannotLearn(
            f"The sample has no column “{target}”.",
            where=table.name,
            remedy="Leave target out, or give the name of a column.",
        )
    _require_count(estimator, schema, table)
    schema = _answering(estimator, schema)
    features = features_of(table, schema)
    try:
        if isinstance(rows, pd.DataFrame):
            _require_same(estimator, rows, features)
        if kept is None:
            evaluation = on_sample(estimator, table, schema, features)
        else:
            seen = None if sample is None else features
            features = features_of(kept.table, schema)
            evaluation = on_holdout(
                *(estimator, kept, schema, features),
                coverage=coverage,
                sample=seen,
                threshold=threshold,
                by_group=by_group,
            )
        return model_of(estimator, schema, features, evaluation=evaluation)
    except BrineryError:
        raise
    except Exception as error:
        raise CannotLearn(
            f"The estimator fails on the rows given ({type(error).__name__}: {str(error)[:200]}).",
            where=type(estimator).__name__,
            remedy="Give a sample with the columns, in the form, that it was fitted on.",
        ) from error


def _holdout(
    estimator: Any, given: Any, sample: Any, names: list[str] | None, target: str | None
) -> Holdout | None:
    if given is None:
        return None
    if isinstance(given, tuple):
        return Holdout.of(*given, sample=sample, names=names)
    if target is None:
        raise CannotLearn(
            "A holdout of one table has the answers in a column, and nothing says in which.",
            where=type(estimator).__name__,
            remedy="Name it as the target, or give (X, y).",
        )
    is_amount = getattr(estimator, "classes_", None) is None
    return Holdout.in_table(given, target, is_amount=is_amount)


def require_fitted(estimator: Any) -> None:
    """Refuse what is no estimator, or is not fitted.

    Raises
    ------
    CannotLearn
        It says which.
    """
    from sklearn.exceptions import NotFittedError  # here: whoever brings an estimator has it
    from sklearn.utils.validation import check_is_fitted

    try:
        check_is_fitted(estimator)
    except NotFittedError as error:
        raise CannotLearn(
            "The estimator is not fitted.",
            where=type(estimator).__name__,
            remedy="Call its fit first.",
        ) from error
    except TypeError as error:
        raise _no_estimator(estimator) from error


def _no_estimator(thing: Any) -> CannotLearn:
    """Say what it is instead, and where in it the estimator stands."""
    from sklearn.base import BaseEstimator

    held = dict(enumerate(thing)) if isinstance(thing, list | tuple) else thing
    items = held.items() if isinstance(held, dict) else ()
    keys = [key for key, one in items if isinstance(one, BaseEstimator)]
    where = type(thing).__name__
    if len(keys) != 1 or not isinstance(keys[0], str | int):
        return CannotLearn(
            "This is no scikit-learn estimator.",
            where=where,
            remedy="Give the fitted estimator alone.",
        )
    return CannotLearn(
        f"This is no scikit-learn estimator, but holds one: [{keys[0]!r}].",
        where=where,
        remedy=f'Give that alone, as by joblib.dump(bundle[{keys[0]!r}], "model.joblib").',
    )


def _require_count(estimator: Any, schema: Schema, table: Table) -> None:
    n_features = len(schema.features)
    wanted = getattr(estimator, "n_features_in_", n_features)
    if n_features != wanted:
        listed = ", ".join(column.name for column in schema.features[:10])
        raise CannotLearn(
            f"The estimator takes {wanted} column{'s' * (wanted != 1)}, and the sample has "
            f"{n_features}: {listed}.",
            where=table.name,
            remedy="Give a sample of exactly the columns it was fitted on, and the target's name.",
        )


def _answering(estimator: Any, schema: Schema) -> Schema:
    """Say what is asked of the estimator as it knows it itself, whatever the sample shows."""
    from sklearn.base import is_regressor

    classes = getattr(estimator, "classes_", None)
    if isinstance(classes, np.ndarray) and classes.ndim == 1 and how(estimator) == "predict":
        labels = tuple(label_text(one) for one in classes)
        return dataclasses.replace(
            schema, task="yes/no" if len(labels) == 2 else "classes", labels=labels
        )
    task: Task | None = "amount" if is_regressor(estimator) else None
    return dataclasses.replace(schema, task=task, labels=())


def _require_same(estimator: Any, sample: pd.DataFrame, features: pa.Table) -> None:
    """Refuse an estimator that answers otherwise once the sample has been to a file and back."""
    by = how(estimator)
    if by != "predict" or getattr(estimator, "feature_names_in_", None) is None:
        return
    few = sample[list(estimator.feature_names_in_)].iloc[:COMPARED_ROWS]
    before = np.asarray(estimator.predict(few))
    read = answer(estimator, features.slice(0, COMPARED_ROWS), by)
    after = read.select([name for name in read.column_names if name.startswith("prediction")])
    for column, old in zip(after.columns, before.reshape(len(few), -1).T, strict=True):
        if pa.types.is_floating(column.type):
            new = column.to_numpy()
            same = np.isclose(old.astype("float64"), new, rtol=1e-6, equal_nan=True)
        else:
            same = np.array(
                [str(a) == str(b) for a, b in zip(old, column.to_pylist(), strict=True)]
            )
        if not same.all():
            raise CannotLearn(
                f"For {int((~same).sum())} of {len(few)} rows the estimator answers otherwise when "
                "the sample is read from a file, where all cells are text.",
                where=type(estimator).__name__,
                remedy="Fit it on the table as pandas reads it from a CSV file.",
            )
