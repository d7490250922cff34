"""A second corpus of hostile pickles, from another point of view than `tools/hostile.py`.

What compiled code of scikit-learn, scipy and numpy follows without looking is forged, structure by
structure; honest parameters ask for work, memory or threads without end; streams are two things
at once; orders are used in ways that no writer uses. Each file comes with rows, since some harm
only when they are used.
"""

from __future__ import annotations

import copy
import io
import pickle
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import joblib
import numpy as np
from sklearn import (
    calibration,
    cluster,
    decomposition,
    feature_extraction,
    feature_selection,
    gaussian_process,
    impute,
    kernel_approximation,
    kernel_ridge,
    linear_model,
    neighbors,
    pipeline,
    preprocessing,
    svm,
)

from tools.forged import FAR, ROWS, Y, altered, forged
from tools.hostile import TOUCH, thing
from tools.polyglots import orders, streams

__all__ = ["ROWS", "attacks"]


def attacks() -> Iterator[tuple[str, bytes, Any]]:
    """Yield (family: name, bytes, rows)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for family, values in (
            ("forged", forged()),
            ("endless", _endless()),
            ("calls later", _calls_later()),
            ("array", _arrays()),
            ("generator", _generators()),
        ):
            for what, value, rows in values:
                for protocol in (2, 5):
                    data = _written(value, protocol)
                    if data:
                        yield f"{family}: {what}, protocol {protocol}", data, rows
        for what, data in (*streams(), *orders()):
            yield what, data, ROWS


def _written(value: Any, protocol: int) -> bytes:
    """Give a pickle; nothing where Python itself won't write it in this way."""
    try:
        return pickle.dumps(value, protocol)
    except (
        AttributeError,
        IndexError,
        RecursionError,
        TypeError,
        ValueError,
        pickle.PicklingError,
    ):
        return b""


def _endless() -> Iterator[tuple[str, Any, Any]]:
    """Give honest parameters that ask for work, memory or threads without end."""
    powers = preprocessing.PolynomialFeatures(degree=99).fit(ROWS[:, :1])
    yield (
        "powers of fifty columns",
        altered(powers, n_features_in_=50, _max_degree=99),
        np.ones((2, 50)),
    )
    chi = kernel_approximation.AdditiveChi2Sampler(sample_steps=2).fit(ROWS)
    yield "samples without end", altered(chi, sample_steps=FAR, sample_interval_=0.5), ROWS
    for keywords in ({"n_jobs": FAR}, {"n_jobs": -FAR}, {"metric": print}):
        kernel = gaussian_process.kernels.PairwiseKernel(pairwise_kernels_kwargs=keywords)
        process = gaussian_process.GaussianProcessRegressor(alpha=1.0).fit(ROWS, Y)
        yield f"kernel with {sorted(keywords)}", altered(process, kernel_=kernel), ROWS
        ridge = kernel_ridge.KernelRidge(kernel="rbf").fit(ROWS, Y)
        yield f"ridge with {sorted(keywords)}", altered(ridge, kernel_params=keywords), ROWS
        near = neighbors.KNeighborsClassifier(algorithm="brute").fit(ROWS, Y)
        yield f"near with {sorted(keywords)}", altered(near, metric_params=keywords), ROWS
    deep = gaussian_process.kernels.RBF()
    for _ in range(150):
        deep = gaussian_process.kernels.Sum(deep, gaussian_process.kernels.RBF())
    yield "kernel of kernels", altered(process, kernel_=deep), ROWS
    wide = gaussian_process.kernels.RBF()
    for _ in range(40):
        wide = gaussian_process.kernels.Product(wide, wide)
    yield "kernel that doubles", altered(process, kernel_=wide), ROWS
    line = linear_model.Ridge().fit(ROWS, Y)
    union: Any = preprocessing.StandardScaler().fit(ROWS)
    for _ in range(30):
        union = pipeline.FeatureUnion([("a", union), ("b", union)])
    yield "union that doubles", union, ROWS
    for pattern in (r"(\w+\s?)+$", r"^(([a-z])+.)+[A-Z]([a-z])+$", "(.*?,){30}x", r"(x+x+)+y"):
        counted = feature_extraction.text.CountVectorizer().fit(["salt dill"])
        rows = ["x" * 60 + "!"] * 2
        yield f"pattern {pattern}", altered(counted, token_pattern=pattern), rows
    parts = decomposition.NMF(2, max_iter=9, random_state=0).fit(ROWS)
    yield "rounds without end", altered(parts, max_iter=2**62, tol=0.0), ROWS
    coder = decomposition.SparseCoder(np.eye(3), transform_algorithm="lasso_cd")
    yield "codes without end", altered(coder, transform_max_iter=2**62, transform_alpha=0.0), ROWS
    hashes = feature_extraction.FeatureHasher(2**31 - 1)
    yield "hashes of very many", hashes, [[{"a": 1}]]
    yield "workers in a union", altered(union, n_jobs=FAR), ROWS
    yield "number without end", altered(line, alpha=10**100_000), ROWS


def _calls_later() -> Iterator[tuple[str, Any, Any]]:
    """Give callables where an honest model has a word."""
    import os
    import subprocess

    line = linear_model.Ridge().fit(ROWS, Y)
    near = neighbors.KNeighborsClassifier().fit(ROWS, Y)
    for what, act in {"a command": os.system, "a process": subprocess.Popen, "eval": eval}.items():
        for model, key in (
            (near, "weights"),
            (near, "metric"),
            (near, "effective_metric_"),
            (cluster.FeatureAgglomeration(2).fit(ROWS), "pooling_func"),
            (svm.SVC().fit(ROWS, Y), "kernel"),
            (kernel_approximation.Nystroem(n_components=3).fit(ROWS), "kernel"),
            (decomposition.KernelPCA(2).fit(ROWS), "kernel"),
            (decomposition.FastICA(2, random_state=0).fit(ROWS), "fun"),
            (impute.SimpleImputer().fit(ROWS), "strategy"),
            (feature_selection.SelectKBest(k=1).fit(ROWS, Y), "score_func"),
            (line, "predict_proba"),
            (line, "get_feature_names_out"),
            (line, "__call__"),
            (line, "feature_names_in_"),
        ):
            made = altered(model, **{key: act})
            yield f"{what} as {key} of {type(model).__name__}", made, ROWS
    yield "a call that waits as weights", altered(near, weights=partial(os.system, TOUCH)), ROWS
    yield "a call in a list", altered(line, notes_=[partial(os.system, TOUCH)]), ROWS
    yield "a scorer that acts", altered(line, scorer_=thing(os.system, (TOUCH,))), ROWS
    both = calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2).fit(ROWS, Y)
    inner = copy.copy(both.calibrated_classifiers_[0])
    inner.calibrators = [partial(os.system, TOUCH)]
    yield "a calibrator that acts", altered(both, calibrated_classifiers_=[inner]), ROWS
    for call_ in (np.add.reduce, np.frompyfunc(os.system, 1, 1), np.vectorize(os.system), "a".join):
        try:
            pickle.dumps(call_)
        except (TypeError, AttributeError, pickle.PicklingError):
            continue
        act = preprocessing.FunctionTransformer(call_)
        yield f"function {type(call_).__name__} {getattr(call_, '__name__', '')}", act, ROWS
    for keywords in ({"out": ROWS}, {"dtype": object}, {"where": line}, {"signature": "OO"}):
        act = preprocessing.FunctionTransformer(np.log1p, kw_args=keywords)
        yield f"function told {sorted(keywords)}", act, ROWS


def _arrays() -> Iterator[tuple[str, Any, Any]]:
    """Give arrays that are other than they say."""
    line = linear_model.Ridge().fit(ROWS, Y)
    made = np._core.multiarray._reconstruct
    for base in (np.memmap, np.matrix, np.recarray, np.ma.MaskedArray, np.char.chararray):
        forged = thing(made, (base, (0,), b"b"), (1, (3,), np.dtype("f8"), False, b"A" * 24))
        yield f"array that is a {base.__name__}", altered(line, coef_=forged), ROWS
    for what, state in {
        "short": (1, (9,), np.dtype("f8"), False, b"A" * 24),
        "long": (1, (1,), np.dtype("f8"), False, b"A" * 24),
        "negative": (1, (-3,), np.dtype("f8"), False, b"A" * 24),
        "wide": (1, (2**31, 2**31), np.dtype("V0"), False, b""),
        "many dimensions": (1, (1,) * 99, np.dtype("f8"), False, b"A" * 8),
        "objects of bytes": (1, (3,), np.dtype("O"), False, b"A" * 24),
        "objects that are fewer": (1, (3,), np.dtype("O"), False, [1]),
        "another version": (99, (3,), np.dtype("f8"), False, b"A" * 24),
        "a shape of floats": (1, (3.0,), np.dtype("f8"), False, b"A" * 24),
        "a type that is a text": (1, (3,), "O", False, b"A" * 24),
        "long texts": (1, (1,), np.dtype("U1"), False, b"\xff\xff\xff\xff"),
    }.items():
        forged = thing(made, (np.ndarray, (0,), b"b"), state)
        yield f"array, {what}", altered(line, coef_=forged), ROWS
    for what, fields in {
        "past the end": {"names": ["a"], "formats": ["f8"], "offsets": [2], "itemsize": 10},
        "in a union": {
            "names": ["a", "b"],
            "formats": ["i8", "f8"],
            "offsets": [0, 4],
            "itemsize": 12,
        },
        "of objects": [("a", "O")],
        "of a shape": [("a", "f8", (2**20, 2**3))],
        "with a title": [(("t", "a"), "f8")],
    }.items():
        kind = np.dtype(fields)
        yield f"fields {what}", altered(line, coef_=thing(np.dtype, (kind.str,), None)), ROWS
        held = np.zeros(1, kind) if kind.itemsize < 2**20 else kind
        yield f"array with fields {what}", altered(line, coef_=held, intercept_=kind), ROWS
    yield "times without end", altered(line, coef_=np.array(["2026"], f"M8[{2**31 - 1}Y]")), ROWS
    yield "a text as key", {np.str_("predict"): 1}, ROWS
    yield "weak", altered(line, coef_=thing(np.ndarray, ((3,), "O"))), ROWS
    inner = io.BytesIO()
    joblib.dump(np.array([thing(eval, ("1",))], dtype=object), inner)
    yield "pickle as an attribute", altered(line, notes_=inner.getvalue()), ROWS


def _generators() -> Iterator[tuple[str, Any, Any]]:
    """Give random generators in states that none can have."""
    line = linear_model.Ridge().fit(ROWS, Y)
    for kind in ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"):
        bits = getattr(np.random, kind)(0)
        state = copy.deepcopy(bits.state)
        for key, value in _leaves(state):
            for changed in (FAR, -1, 2**200, "a", None, np.zeros(1)):
                if isinstance(value, np.ndarray) and changed is None:
                    continue
                forged = copy.deepcopy(bits.state)
                holder = forged
                for part in key[:-1]:
                    holder = holder[part]
                holder[key[-1]] = changed
                made = thing(np.random._pickle.__bit_generator_ctor, (type(bits),), (forged, None))
                held = thing(np.random._pickle.__generator_ctor, (made,))
                yield (
                    f"{kind} {'.'.join(key)} {str(changed)[:9]}",
                    altered(line, random_state=held),
                    ROWS,
                )
    for name_ in ("os", "RandomState", "default_rng", "../x", ""):
        made = thing(np.random._pickle.__bit_generator_ctor, (name_,), ({}, None))
        yield f"bits by {name_!r}", altered(line, random_state=made), ROWS


def _leaves(state: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, value in state.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value
