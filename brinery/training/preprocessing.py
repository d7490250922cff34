"""How mixed columns become numbers: one preparation for each family of models.

Every preparation is plain scikit-learn, selects its columns by name, and so takes the
frame that Brinery makes as well as the one that `pandas.read_csv` makes of the same file.
None of them ever fails on a level or a blank that training did not see.

- A level that training never saw counts as "rare" where training had rare levels, else as
  no level at all.
- A blank level is a level of its own where training had blanks, else it counts as a level
  never seen.
- A blank number becomes the median, with a mark where training had blanks too. Only
  "blank" leaves it blank: boosting learns where to send such rows, and where training
  had none, they go the way that most rows went.
- A date is its day, and where the table spans enough of them, also where it lies in the
  week and in the year; of two dates and more, also how far apart they are.
- A text is what its words are about: TF-IDF of hashed words, so that no word of anybody
  is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)

from brinery.schema.columns import Column, Schema

__all__ = [
    "MANY_LEVELS",
    "Levels",
    "Numbers",
    "directions",
    "has_many_levels",
    "n_columns",
    "preparation",
]

Numbers = Literal["scaled", "curved", "filled", "blank"]
"""What becomes of numbers: on one scale; curves that a linear model adds up; in their own
unit; the same, and blanks stay blank."""

Levels = Literal["columns", "target", "order"]
"""What becomes of levels: a 0/1 column each; where there are many, the mean of the target
that rows with them have; their place in the alphabet."""

MANY_LEVELS = 10
"""Columns with more levels than this take the mean of the target, where that is asked for."""

_N_WORDS, _N_TOPICS = 2**11, 24
_N_KNOTS = 6
_WEEK_DAYS, _YEAR_DAYS = 7.0, 365.2425
_MONDAY = 4.0  # 1970-01-05, in days since 1970-01-01


def preparation(
    schema: Schema,
    *,
    numbers: Numbers,
    levels: Levels = "columns",
    max_levels: int = 50,
    seed: int = 0,
) -> ColumnTransformer:
    """Make the unfitted preparation of a schema's features.

    Parameters
    ----------
    schema : Schema
    numbers : {"scaled", "curved", "filled", "blank"}
        "scaled" and "curved" are for linear models, "filled" for trees, "blank" for
        histogram gradient boosting.
    levels : {"columns", "target", "order"}
        The mean of the target is taken inside a cross-validation of its own (Micci-Barreca,
        2001, doi:10.1145/507533.507538), so that no row meets its own answer.
        Boosting's own way with levels puts a `functools.partial` into the pickle; on five
        public tables 0/1 columns were equally accurate, within the spread of the folds.
    max_levels : int
        The most 0/1 columns that one column becomes; rarer levels share one.
    seed : int
        Of the target's means and of the topics of texts.
    """
    linear = _is_linear(numbers)
    features = schema.features
    plain = _plain_numbers(schema)
    curved = plain if numbers == "curved" else []
    many = [c for c in features if _is_level(c) and levels == "target" and _has_many(c)]
    few = [c for c in features if _is_level(c) and c not in many]
    encode = _in_order() if levels == "order" else _in_columns(max_levels)
    mean = [("mean", _mean(schema, seed)), *_scaled(linear)]
    parts = [
        ("numbers", _numbers(numbers), _names(plain)),  # the first: see `directions`
        ("curves", _curves(len(curved)), _names(curved)),
        *_split("levels", encode, few),
        *_split("many_levels", mean, many),
        *_dates([c for c in features if c.kind == "date"], numbers),
        *(
            (f"text {position}", _text(linear, seed), [column.name])
            for position, column in enumerate(c for c in features if c.kind == "text")
        ),
    ]
    return ColumnTransformer(
        [part for part in parts if part[2]], remainder="drop", verbose_feature_names_out=False
    )


def has_many_levels(schema: Schema) -> bool:
    """Tell whether a feature has so many levels that the mean of the target may serve better."""
    return any(_is_level(column) and _has_many(column) for column in schema.features)


def directions(schema: Schema, n_columns: int) -> list[int]:
    """Tell which way a model may go with each of the columns that it is given.

    Parameters
    ----------
    schema : Schema
        Its numbers have a direction each.
    n_columns : int
        How many columns the preparation made.

    Returns
    -------
    list of {-1, 0, 1}
        As scikit-learn's `monotonic_cst` takes them; empty where no direction is fixed.
    """
    ways = {"": 0, "up": 1, "down": -1}
    found = [ways[column.direction] for column in _plain_numbers(schema)]
    return [*found, *[0] * (n_columns - len(found))] if any(found) else []


def _plain_numbers(schema: Schema) -> list[Column]:
    return [c for c in schema.features if not _is_level(c) and c.kind not in ("date", "text")]


def n_columns(schema: Schema, *, max_levels: int) -> int:
    """Estimate how many columns a linear model is given, from what the schema knows."""

    def of(column: Column) -> int:
        if _is_level(column):
            return min(len(column.levels), max_levels)
        return _N_WORDS if column.kind == "text" else 1 + (column.n_blank > 0)

    return max(1, sum(of(column) for column in schema.features))


def _numbers(numbers: Numbers) -> Pipeline:
    if numbers == "blank":
        return Pipeline([("float", _as_float())])
    steps = [("float", _as_float()), ("blanks", _filled(mark=True))]
    return Pipeline([*steps, *_scaled(_is_linear(numbers))])


def _curves(n_columns: int) -> Pipeline:
    """Make of every number a few smooth bumps along its ranks. Eilers and Marx (1996)."""
    # The knots are given, so that a column of one value, whose range is empty, has some too.
    knots = np.tile(np.linspace(0.0, 1.0, _N_KNOTS)[:, None], (1, n_columns))
    return Pipeline(
        [
            ("float", _as_float()),
            ("blanks", _filled(mark=False)),
            ("ranks", QuantileTransformer(n_quantiles=100, random_state=0)),
            ("curves", SplineTransformer(degree=3, knots=knots, include_bias=False)),
        ]
    )


def _dates(columns: list[Column], numbers: Numbers) -> list[tuple[str, Pipeline, list[str]]]:
    if not columns:
        return []
    names = _names(columns)
    parts = [("dates", _numbers(numbers), names)]
    for name, period, n_knots in (("weeks", _WEEK_DAYS, 8), ("years", _YEAR_DAYS, 9)):
        long = [c for c in columns if _days(c) >= 2 * period]
        parts.append((name, _periodic(period, n_knots, len(long)), _names(long)))
    with_time = [c for c in columns if not c.whole and c.minimum is not None]
    parts.append(("clock", _periodic(1.0, 7, len(with_time)), _names(with_time)))
    apart = [
        ("float", _as_float()),
        ("blanks", _filled(mark=False)),
        ("apart", FunctionTransformer(np.diff)),
        *_scaled(_is_linear(numbers)),
    ]
    parts.append(("days_apart", Pipeline(apart), names if len(names) > 1 else []))
    return parts


def _periodic(period: float, n_knots: int, n_columns: int) -> Pipeline:
    start = _MONDAY if period == _WEEK_DAYS else 0.0
    knots = np.tile(np.linspace(start, start + period, n_knots)[:, None], (1, n_columns))
    # With knots a day apart, straight lines between them tell the days of the week exactly.
    bumps = SplineTransformer(degree=1, knots=knots, extrapolation="periodic", include_bias=False)
    return Pipeline([("float", _as_float()), ("blanks", _filled(mark=False)), ("bumps", bumps)])


def _text(linear: bool, seed: int) -> Pipeline:
    """Weigh words by how rare they are; for trees, gather them to topics.

    Spärck Jones (1972), doi:10.1108/eb026526; Deerwester et al. (1990),
    doi:10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9.
    """
    words = HashingVectorizer(n_features=_N_WORDS, alternate_sign=False, norm=None)
    steps: list[tuple[str, Any]] = [
        ("words", _as_words()),
        ("flat", FunctionTransformer(np.ravel)),
        ("counts", words),
        ("weights", TfidfTransformer(sublinear_tf=True)),
    ]
    if not linear:
        steps.append(("topics", TruncatedSVD(_N_TOPICS, random_state=seed)))
    return Pipeline(steps)


def _in_columns(max_levels: int) -> list[tuple[str, Any]]:
    encoder = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=5,
        max_categories=max_levels,
        sparse_output=False,
    )
    return [("levels", encoder)]


def _mean(schema: Schema, seed: int) -> TargetEncoder:
    if schema.task == "amount":
        # Told, since an amount in whole numbers would be taken for that many labels.
        cv = KFold(shuffle=True, random_state=seed)
        return TargetEncoder(target_type="continuous", cv=cv)
    return TargetEncoder(cv=StratifiedKFold(shuffle=True, random_state=seed))


def _in_order() -> list[tuple[str, Any]]:
    encoder = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1
    )
    return [("order", encoder)]


def _split(
    name: str, steps: list[tuple[str, Any]], columns: list[Column]
) -> list[tuple[str, Pipeline, list[str]]]:
    """Give the parts for levels that are numbers and for those that are words."""
    coded = [c.name for c in columns if c.storage == "float64"]
    words = [c.name for c in columns if c.storage == "string"]
    return [
        (f"number_{name}", Pipeline([("float", _as_float()), *steps]), coded),
        (name, Pipeline([("words", _as_words()), *steps]), words),
    ]


def _names(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns]


def _is_level(column: Column) -> bool:
    return column.kind != "text" and (column.storage == "string" or column.kind == "category")


def _has_many(column: Column) -> bool:
    return len(column.levels) > MANY_LEVELS


def _days(column: Column) -> float:
    if column.minimum is None or column.maximum is None:
        return 0.0
    return column.maximum - column.minimum


def _filled(*, mark: bool) -> SimpleImputer:
    return SimpleImputer(strategy="median", add_indicator=mark, keep_empty_features=True)


def _is_linear(numbers: Numbers) -> bool:
    return numbers in ("scaled", "curved")


def _scaled(linear: bool) -> list[tuple[str, Any]]:
    return [("scale", StandardScaler())] if linear else []


def _as_float() -> StandardScaler:
    # It changes no value; it makes floats of the bool and object columns of a plain read_csv.
    return StandardScaler(with_mean=False, with_std=False)


def _as_words() -> SimpleImputer:
    # A plain read_csv makes floats of a column without any cell, which encoders of words
    # refuse; this makes "" of every blank, which no level can be.
    return SimpleImputer(strategy="constant", fill_value="", keep_empty_features=True)
