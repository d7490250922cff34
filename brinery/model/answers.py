"""What a fitted estimator answers for typed rows, as named columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from brinery.model.likeliest import likeliest

__all__ = ["MOST_OUTPUTS", "answer", "as_fitted", "frame", "how", "label_text"]

MOST_OUTPUTS = 1000
"""A transformer with more outputs than this (or with none) answers with one digest a row:
a vectorizer may have millions, nearly all of them zero."""

_TAKES_DICTS = {"DictVectorizer", "FeatureHasher"}


def how(estimator: Any) -> str:
    """Tell how a fitted estimator answers.

    Parameters
    ----------
    estimator : object
        A fitted scikit-learn estimator.

    Returns
    -------
    {"predict", "transform", "attributes"}
        "attributes" where it can't answer for new rows of a table: DBSCAN and TSNE, which
        only know their own, and PatchExtractor, which takes images.
    """
    if _takes_images(estimator):
        return "attributes"
    for method in ("predict", "transform"):
        if hasattr(estimator, method):
            return method
    return "attributes"


def frame(features: pa.Table) -> pd.DataFrame:
    """Give typed features as the frame that the pipeline was fitted on.

    Parameters
    ----------
    features : pyarrow.Table
        Columns of float64, string or dictionary of string; a blank is null.

    Returns
    -------
    pandas.DataFrame
        float64 with NaN, and object with `numpy.nan`, which is what every release of
        pandas and scikit-learn takes alike.
    """
    columns = {name: _series(features.column(name)) for name in features.column_names}
    return pd.DataFrame(columns, index=pd.RangeIndex(features.num_rows))


def answer(estimator: Any, features: pa.Table, by: str) -> pa.Table:
    """Answer for every row.

    Parameters
    ----------
    estimator : object
        A fitted scikit-learn estimator.
    features : pyarrow.Table
        The features in the schema's order, float64 or string; a blank is null.
    by : {"predict", "transform", "attributes"}
        What `how` said when the model was saved.

    Returns
    -------
    pyarrow.Table
        Columns of float64, int64, bool or string, one row a row of `features`:
        "prediction" (for several targets "prediction 1", …) and, from a classifier that
        knows them, "probability <label>" in the order of its `classes_`; for "transform"
        "output 1", …, or "outputs digest" beyond `MOST_OUTPUTS`. For "attributes" one row
        a fitted attribute: its name, its shape and type, and the sha256 of its values.
    """
    if by == "attributes":
        return _attributes(estimator)
    rows = as_fitted(estimator, features)
    if by == "transform":
        return _outputs(estimator.transform(rows))
    labels = getattr(estimator, "classes_", None)
    both = likeliest(estimator, rows)
    columns = _named("prediction", estimator.predict(rows) if both is None else both[0])
    if isinstance(labels, np.ndarray) and labels.ndim == 1 and hasattr(estimator, "predict_proba"):
        shares = estimator.predict_proba(rows) if both is None else both[1]
        if isinstance(shares, np.ndarray) and shares.shape == (features.num_rows, len(labels)):
            for position, label in enumerate(labels):
                columns[f"probability {label_text(label)}"] = _column(shares[:, position])
    return pa.table(columns)


def label_text(label: object) -> str:
    """Give a label as text: a whole number without its ".0", all else as `str` has it."""
    if isinstance(label, float | np.floating) and float(label).is_integer():
        return str(int(label))
    return str(label)


def _takes_images(estimator: Any) -> bool:
    try:
        return bool(estimator.__sklearn_tags__().input_tags.three_d_array)
    except AttributeError:  # scikit-learn before 1.6, and libraries made for it, have no tags
        return False


def _series(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_floating(column.type):
        return pd.Series(column.to_numpy(), dtype="float64")
    # Each distinct text becomes one Python object, however many rows hold it.
    encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        return pd.Series([], dtype="object")
    texts = np.array([*encoded.dictionary.to_pylist(), np.nan], dtype=object)
    codes = encoded.indices.fill_null(len(texts) - 1).to_numpy()
    return pd.Series(texts[codes], dtype="object")


def as_fitted(estimator: Any, features: pa.Table) -> Any:
    """Give the rows in the form in which the estimator was given them when it was fitted."""
    if getattr(estimator, "feature_names_in_", None) is not None:
        return frame(features)
    if getattr(estimator, "n_features_in_", None) is not None:
        return frame(features).to_numpy()
    first = _first_step(estimator)
    if type(first).__name__ in _TAKES_DICTS:
        return _dicts(features, getattr(first, "input_type", "dict"))
    if features.num_columns == 1:
        one = features.column(0)
        blank = "" if pa.types.is_string(one.type) else float("nan")
        return _series(one).fillna(blank).to_numpy()
    return frame(features).to_numpy()


def _first_step(estimator: Any) -> Any:
    while True:
        if hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        elif hasattr(estimator, "steps"):
            steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
            if not steps:
                return estimator
            estimator = steps[0]
        else:
            return estimator


def _dicts(features: pa.Table, input_type: str) -> list[Any]:
    filled = [
        {name: value for name, value in row.items() if value is not None}
        for row in features.to_pylist()
    ]
    if input_type == "pair":
        return [list(row.items()) for row in filled]
    if input_type == "string":
        return [[str(value) for value in row.values()] for row in filled]
    return filled


def _dense(values: Any) -> np.ndarray:
    if hasattr(values, "toarray"):
        values = values.toarray()
    return np.asarray(values)


def _outputs(values: Any) -> pa.Table:
    if values.ndim == 2 and not 0 < values.shape[1] <= MOST_OUTPUTS:
        rows = values.tocsr() if hasattr(values, "tocsr") else np.asarray(values)
        digests = [_digest(rows[position]) for position in range(rows.shape[0])]
        return pa.table({"outputs digest": pa.array(digests, pa.string())})
    dense = _dense(values)
    return pa.table(_named("output", dense.reshape(len(dense), -1), number_one=True))


def _named(name: str, values: Any, *, number_one: bool = False) -> dict[str, pa.Array]:
    values = _dense(values)
    if values.ndim == 1:
        return {name: _column(values)}
    if values.shape[1] == 1 and not number_one:
        return {name: _column(values[:, 0])}
    return {
        f"{name} {position + 1}": _column(values[:, position])
        for position in range(values.shape[1])
    }


def _column(values: np.ndarray) -> pa.Array:
    if values.dtype.kind == "O":
        values = _narrowed(values)
    types = {"f": pa.float64(), "i": pa.int64(), "u": pa.int64(), "b": pa.bool_()}
    wanted = types.get(values.dtype.kind)
    if wanted is not None:
        return pa.array(np.ascontiguousarray(values), wanted, from_pandas=False)
    return pa.array([None if one is None else str(one) for one in values], pa.string())


def _narrowed(values: np.ndarray) -> np.ndarray:
    for kinds, dtype in (
        ((bool, np.bool_), "bool"),
        ((int, np.integer), "int64"),
        ((int, np.integer, float, np.floating), "float64"),
    ):
        if len(values) and all(isinstance(one, kinds) for one in values):
            return values.astype(dtype)
    return values


def _attributes(estimator: Any) -> pa.Table:
    rows = sorted((name, *_shape_and_digest(value)) for name, value in _leaves("", estimator, 0))
    names, shapes, digests = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "attribute": pa.array(names, pa.string()),
            "shape": pa.array(shapes, pa.string()),
            "digest": pa.array(digests, pa.string()),
        }
    )


def _leaves(name: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Walk the arrays and the plain values that a fitted object holds, by their names."""
    if isinstance(value, np.ndarray | np.generic | str | bytes | bool | int | float):
        yield name, value
    elif hasattr(value, "tocsr"):
        matrix = value.tocsr()
        for part in ("data", "indices", "indptr"):
            yield f"{name}.{part}", getattr(matrix, part)
    elif depth > 8:
        return
    elif hasattr(value, "get_arrays"):  # the trees of nearest neighbours
        for position, array in enumerate(value.get_arrays()):
            yield f"{name}.{position}", np.asarray(array)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(f"{name}[{key}]", one, depth + 1)
    elif isinstance(value, list | tuple):
        for position, one in enumerate(value):
            yield from _leaves(f"{name}[{position}]", one, depth + 1)
    elif hasattr(value, "__dict__") and not callable(value):
        for key, one in vars(value).items():
            yield from _leaves(f"{name}.{key}".lstrip("."), one, depth + 1)


def _shape_and_digest(value: Any) -> tuple[str, str]:
    array = np.asarray(value)
    return f"{array.dtype.str} {array.shape}", _digest(array)


def _digest(values: Any) -> str:
    if hasattr(values, "indices"):
        parts = [values.indices.astype("int64").tobytes(), np.asarray(values.data).tobytes()]
        return hashlib.sha256(b"".join(parts)).hexdigest()
    array = np.asarray(values)
    raw = repr(array.tolist()).encode() if array.dtype.kind == "O" else array.tobytes()
    return hashlib.sha256(raw).hexdigest()
