"""The door's list: every (module, name) that a pickle may use, each there for a reason.

It is exact: never a prefix, never a pattern, and part of the program, never of a model.
A name on the list is not yet free: `door.py` has a builder for each, and what stands under
"kept" is referred to and never made or called.
Left out on purpose, though honest models use them now and then: `operator` (calls in
waiting); distributions of the user's own (they run a piece of text from their state as code);
`joblib.Memory` (writes where it is told); functions of the user's own (they are not here
to be read).
"""

from __future__ import annotations

from brinery.safety.table_scipy import DISTRIBUTIONS, KEPT_SCIPY, SCIPY
from brinery.safety.table_sklearn import KEPT_SKLEARN, SKLEARN

__all__ = [
    "ALLOWED",
    "METHODS",
    "NOBODY",
    "OLD_MODULES",
    "REFERENCES",
    "House",
    "present",
    "reason",
]

House = frozenset[tuple[str, str]]
"""Classes (module, name) of the house's own, which an operator lets in by exact name."""

NOBODY: House = frozenset()
"""No class of the house's own."""

# What Python itself writes for values that have no opcode of their own.
_PYTHON = {
    "builtins": "bytearray bytes complex dict frozenset getattr list range set slice tuple",
    "_codecs": "encode",
    "copyreg": "_reconstructor",
    "collections": "OrderedDict defaultdict",
    "datetime": "date datetime time timedelta timezone",
}
# A call in waiting: histogram boosting with categorical columns keeps `partial(check_array, …)`, a
# selection by mutual information `partial(mutual_info_…, random_state=…)`; no other is let in.
_PARTIAL = {"functools": "partial"}
# joblib's note that an array's bytes follow.
_JOBLIB = {"joblib.numpy_pickle": "NumpyArrayWrapper"}
# Arrays, scalars and random generators.
_NUMPY = {
    "numpy": "dtype ndarray",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy._core.numeric": "_frombuffer",
    "numpy.ma": "MaskedArray",
    "numpy.ma.core": "MaskedArray _mareconstruct",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64 PCG64DXSM",
    "numpy.random._philox": "Philox",
    "numpy.random._sfc64": "SFC64",
    "numpy.random._pickle": "__bit_generator_ctor __generator_ctor __randomstate_ctor",
    "numpy.random.bit_generator": "SeedSequence __pyx_unpickle_SeedSequence",
}
# Types, which a parameter may name (`dtype=np.float32`), and the functions that people give
# to a FunctionTransformer or as a target's scale; these compute on arrays and do nothing
# else.
_KEPT = {
    "builtins": "bool float int object str",
    "numpy": """
        bool bool_ datetime64 float16 float32 float64 int16 int32 int64 int8 object_ str_
        timedelta64 uint16 uint32 uint64 uint8
        abs absolute arccos arccosh arcsin arcsinh arctan arctanh array asarray cbrt ceil clip cos
        cosh deg2rad degrees diff exp exp2 expm1 fabs fix floor isfinite isinf isnan log log10 log1p
        log2 max mean median min nan_to_num negative positive power rad2deg radians ravel reciprocal
        rint round sign sin sinh sqrt square squeeze sum tan tanh trunc
    """,
}
# The names of columns, where someone gave `table.columns` to a ColumnTransformer.
_PANDAS = {
    "pandas": "Index RangeIndex StringDtype",
    "pandas.arrays": "ArrowStringArray",
    "pandas.core.arrays.string_": "StringDtype",
    "pandas.core.arrays.string_arrow": "ArrowStringArray",
    "pandas.core.indexes.base": "Index _new_Index",
    "pandas.core.indexes.range": "RangeIndex",
    "pyarrow.lib": "_restore_array py_buffer type_for_alias",
}

_GROUPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("a value of Python", _PYTHON),
    ("an array, a number or a random generator", _NUMPY),
    ("a sparse matrix or a spline", SCIPY),
    ("a distribution that a search drew from", DISTRIBUTIONS),
    ("the names of columns", _PANDAS),
    ("a note of joblib's", _JOBLIB),
    ("a check of the input", _PARTIAL),
    *SKLEARN,
)
_KEPT_GROUPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("a type or a function of numpy's, kept", _KEPT),
    ("a function of scipy's, kept", KEPT_SCIPY),
    ("a function of scikit-learn's, kept", KEPT_SKLEARN),
)


def _by_pair(groups: tuple[tuple[str, dict[str, str]], ...]) -> dict[tuple[str, str], str]:
    return {
        (module, name): why
        for why, modules in groups
        for module, names in modules.items()
        for name in names.split()
    }


_REASONS = _by_pair(_GROUPS) | _by_pair(_KEPT_GROUPS)

REFERENCES: frozenset[tuple[str, str]] = frozenset(_by_pair(_KEPT_GROUPS)) | {
    ("sklearn.model_selection._split", "KFold"),  # a repeated split keeps the class it repeats
    ("sklearn.model_selection._split", "StratifiedKFold"),
}
"""The pairs that may be kept themselves; the functions among them are never called here."""

ALLOWED: frozenset[tuple[str, str]] = frozenset(_REASONS)
"""Every pair that a pickle may use, by the module's present name."""

OLD_MODULES: dict[str, str] = {
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
    "_loss": "sklearn._loss._loss",  # Cython's unpickling functions, up to scikit-learn 1.7
    "numpy._core._multiarray_umath": "numpy",  # where numpy up to 2.0 says its functions are
    "numpy.core._multiarray_umath": "numpy",
    "numpy.core.multiarray": "numpy._core.multiarray",
    "numpy.core.numeric": "numpy._core.numeric",
    "scipy.special._special_ufuncs": "scipy.special._ufuncs",  # which has all of them
}
"""Module names that older pickles use, and what the list calls them."""

_OLD_NAMES = {
    ("__builtin__", "long"): ("builtins", "int"),
    ("__builtin__", "unicode"): ("builtins", "str"),
    ("__builtin__", "xrange"): ("builtins", "range"),
}


def present(module: str, name: str) -> tuple[str, str]:
    """Give the pair that the list knows an old name by; any other as it is."""
    return _OLD_NAMES.get((module, name)) or (OLD_MODULES.get(module, module), name)


METHODS: frozenset[tuple[str, str, str]] = frozenset(
    {
        (
            "sklearn.ensemble._hist_gradient_boosting.gradient_boosting",
            "HistGradientBoostingClassifier",
            "_raw_predict",
        ),
        (
            "sklearn.ensemble._hist_gradient_boosting.gradient_boosting",
            "HistGradientBoostingRegressor",
            "_raw_predict",
        ),
    }
)
"""The methods (module, class, name) that an estimator may keep a bound reference to."""


def reason(module: str, name: str) -> str:
    """Say why a pair is on the list, or "" where it is not."""
    return _REASONS.get(present(module, name), "")
