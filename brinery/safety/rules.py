"""Rules for the parameters that act: what a model would call, open, start or match with.

No forbidden name is needed to do harm with one of these, so each has its own short list of
what it may be. Every other parameter holds numbers, texts, arrays and estimators.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

from brinery.safety.nodes import Problem
from brinery.safety.patterns import is_quick

__all__ = ["check_parameters"]

_MOST_WORKERS = 256
_METHODS = {"predict", "predict_proba", "predict_log_proba", "decision_function", "transform"}
_ENCODINGS = frozenset(
    [
        "ascii",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp437",
        "cp850",
        "iso-8859-1",
        "iso-8859-15",
        "iso8859-1",
        "latin-1",
        "latin1",
        "mac-roman",
        "utf-16",
        "utf-32",
        "utf-8",
        "utf-8-sig",
        "utf16",
        "utf32",
        "utf8",
        "utf_8",
    ]
)
_PATH = re.compile(r"[A-Za-z]\w*_?(\.[A-Za-z]\w*_?)*\Z")
_FIELDS = re.compile(r"([^{}]|\{feature_name\}|\{transformer_name\})*\Z")
_PLAIN = (type(None), bool, int, float, str, np.generic)
_MOST_NESTED = 4

Rule = Callable[[Any], bool]
_MOST_DEGREE = 100
_MOST_ROUNDS = 100_000
_MOST_STEPS = 1_000
_MOST_HASHES = 2**31 - 1


def _one_of(*allowed: object) -> Rule:
    return lambda value: any(type(value) is type(one) and value == one for one in allowed)


def _is_plain(value: Any, depth: int = 0) -> bool:
    if isinstance(value, _PLAIN) or _is_type(value):
        return True
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind != "O")
    if depth > _MOST_NESTED:
        return False
    if type(value) is dict:
        return all(type(key) is str and _is_plain(one, depth + 1) for key, one in value.items())
    return type(value) in (list, tuple, set, frozenset) and all(
        _is_plain(one, depth + 1) for one in value
    )


def _is_type(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, (np.generic, bool, int, float, str))


def _is_of_numpy(value: Any) -> bool:
    """Tell whether a value is a function of numpy's (all that are let in compute on arrays).

    The functions of `scipy.special` are of numpy's kind; a type (`np.float64`) makes an array.
    """
    if isinstance(value, np.ufunc) or (isinstance(value, type) and issubclass(value, np.generic)):
        return True
    module = getattr(value, "__module__", None)
    kinds = (FunctionType, BuiltinFunctionType, type(np.clip))
    return isinstance(value, kinds) and isinstance(module, str) and module.split(".")[0] == "numpy"


def _is_function(value: Any) -> bool:
    if isinstance(value, partial):
        return value.func.__name__ == "check_array"
    return value is None or _is_of_numpy(value)


def _is_method(value: Any) -> bool:
    names = value if type(value) in (list, tuple) else [value]
    return all(type(name) is str and name in _METHODS for name in names)


def _is_plain_and_few_times(value: Any) -> bool:
    if value is not None and not _is_plain(value):
        return False
    times = value.get("n", 1) if type(value) is dict else 1  # `diff` goes over the array n times
    return isinstance(times, (int, np.integer)) and int(times) <= _MOST_DEGREE


def _is_few(value: Any) -> bool:
    is_whole = isinstance(value, (int, np.integer))
    return value is None or (is_whole and -_MOST_WORKERS <= int(value) <= _MOST_WORKERS)


def _is_hash_size(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and 1 <= int(value) <= _MOST_HASHES


def _up_to(most: int) -> Rule:
    """Make the rule for a number, or a few, from 0 to `most`; None is none."""

    def rule(value: Any) -> bool:
        numbers = value if type(value) in (tuple, list) else [value]
        return all(
            number is None or (isinstance(number, (int, np.integer)) and 0 <= int(number) <= most)
            for number in numbers
        )

    return rule


def _is_words(value: Any) -> bool:
    if type(value) in (list, set, frozenset, tuple):
        return all(type(word) is str for word in value)
    return value is None or value == "english"


def _is_pattern(value: Any) -> bool:
    return value is None or (type(value) is str and is_quick(value))


def _is_format(value: Any) -> bool:
    return type(value) is bool or (type(value) is str and bool(_FIELDS.match(value)))


def _is_path(value: Any) -> bool:
    return type(value) is str and bool(_PATH.match(value))


def _is_plain_alone(value: Any) -> bool:
    """Tell whether keywords of a distance or a kernel are plain, and start no workers."""
    return value is None or (
        _is_plain(value) and not (isinstance(value, dict) and {"n_jobs", "metric"} & set(value))
    )


_ALONE = (_is_plain_alone, "would start workers, or call something else than its distance")
_EVERYWHERE: dict[str, tuple[Rule, str]] = {
    "_kwargs": (_is_plain, "would give a score something else than plain values"),
    "_n_threads": (_is_few, "would start threads without end"),
    "_response_method": (_is_method, "would call another method of a model"),
    "analyzer": (_one_of("word", "char", "char_wb"), "would call a function on every text"),
    "decode_error": (_one_of("strict", "ignore", "replace"), "would call an error handler"),
    "effective_metric_params_": _ALONE,
    "encoding": (_one_of(*_ENCODINGS), "would look for a codec by name"),
    "feature_name_combiner": (_one_of("concat"), "would call a function on every name"),
    "func": (_is_function, "would call something else than a function of numpy's"),
    "importance_getter": (_is_path, "would reach into another object"),
    "input": (_one_of("content"), "would open files at every prediction"),
    "inv_kw_args": (_is_plain, "would give a function something else than plain values"),
    "inverse_func": (_is_function, "would call something else than a function of numpy's"),
    "kw_args": (_is_plain, "would give a function something else than plain values"),
    "kernel_params": _ALONE,
    "memory": (_one_of(None), "would write and unpickle files"),
    "metric_params": _ALONE,
    "n_jobs": (_is_few, "would start processes without end"),
    "pairwise_kernels_kwargs": _ALONE,
    "preprocessor": (_one_of(None), "would call a function on every text"),
    "response_method": (_is_method, "would call another method of a model"),
    "stack_method_": (_is_method, "would call another method of its models"),
    "stop_words": (_is_words, "is no list of words"),
    "strip_accents": (_one_of(None, "ascii", "unicode"), "would call a function on every text"),
    "token_pattern": (_is_pattern, "could take hours on a short text"),
    "tokenizer": (_one_of(None), "would call a function on every text"),
    "verbose_feature_names_out": (_is_format, "would call or format something else than names"),
}
"""The attributes that act, whichever class has them: what each may be, and why no other."""

_OF_CLASS: dict[tuple[str, str], tuple[Rule, str]] = {
    ("AdditiveChi2Sampler", "sample_steps"): (_up_to(_MOST_STEPS), "would go on without end"),
    ("PolynomialFeatures", "_max_degree"): (_up_to(_MOST_DEGREE), "would multiply without end"),
    ("PolynomialFeatures", "degree"): (_up_to(_MOST_DEGREE), "would multiply without end"),
    ("FeatureHasher", "n_features"): (_is_hash_size, "would divide by nothing"),
    ("HashingVectorizer", "n_features"): (_is_hash_size, "would divide by nothing"),
    ("make_column_selector", "pattern"): (_is_pattern, "could take hours on a short text"),
    ("FunctionTransformer", "kw_args"): (
        _is_plain_and_few_times,
        "would give a function something else than plain values, or go on without end",
    ),
    ("FunctionTransformer", "feature_names_out"): (
        _one_of(None, "one-to-one"),
        "would call a function on the names",
    ),
    ("TunedThresholdClassifierCV", "response_method"): (
        _one_of("auto", "predict_proba", "decision_function"),
        "would call another method of a model",
    ),
    ("FixedThresholdClassifier", "response_method"): (
        _one_of("auto", "predict_proba", "decision_function"),
        "would call another method of a model",
    ),
}
_OF_CLASS |= {
    (kind, key): (_up_to(_MOST_ROUNDS), "would go on without end at every prediction")
    for kind, key in (
        ("DictionaryLearning", "transform_max_iter"),
        ("LatentDirichletAllocation", "max_doc_update_iter"),
        ("MiniBatchDictionaryLearning", "transform_max_iter"),
        ("MiniBatchNMF", "max_iter"),
        ("NMF", "max_iter"),
        ("SparseCoder", "transform_max_iter"),
    )
}
"""The attributes that act in one class, or mean something of their own there."""


_MENDED_ALIKE = {
    "analyzer": "text",
    "inverse_func": "func",
    "preprocessor": "text",
    "tokenizer": "text",
}


def check_parameters(kind: str, state: dict[str, Any]) -> None:
    """Refuse parameters that would act in another way than an honest model's.

    Raises
    ------
    Problem
        It says which parameter, and what it would do.
    """
    for key, value in state.items():
        rule = _OF_CLASS.get((kind, key)) or _EVERYWHERE.get(key)
        if rule is not None and not rule[0](value):
            raise Problem(
                f"The parameter {key} of its {kind} {rule[1]}.",
                mend=f"parameter {_MENDED_ALIKE.get(key, key)}",
            )
