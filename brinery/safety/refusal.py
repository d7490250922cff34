"""Why a file is refused, and how its owner mends that: the words and the lines of code.

Nothing else has words for a remedy of the door's. Each kind of refusal has a key; whoever
raises `Problem` names it, and where none is named the file was put together by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from brinery.safety.nodes import Problem

__all__ = ["Refusal", "refused_names", "told"]

_MOST_NAMED, _MOST_SHOWN = 3, 80
_SAVE = 'joblib.dump(model, "model.joblib", compress=3)'


@dataclass(frozen=True)
class Refusal:
    """A refusal in words.

    Attributes
    ----------
    problem : str
        What is refused, by its name: one or two sentences.
    remedy : str
        What to do about it.
    lines : str
        Python that mends it, for a notebook; "" where nothing can.
    """

    problem: str
    remedy: str
    lines: str = ""


_MENDS: dict[str, tuple[str, str]] = {
    "forged": (
        "Nothing of it was run. No program that saves models writes such a file: don't use it, "
        "and ask whoever gave it to you. If it is your own, save the model anew.",
        _SAVE,
    ),
    "damaged": (
        "Nothing of it was run. Copy or download it once more, or save the model anew, and bring "
        "the whole file.",
        _SAVE,
    ),
    "form": (
        "Load it in the notebook that it comes from, and save it in a form that is read here.",
        _SAVE,
    ),
    "no model": (
        "Nothing of it was run. Choose the file that joblib.dump or pickle.dump wrote. A table "
        "goes to Train or to Predict.",
        "",
    ),
    "skops": (
        "Load it in the notebook that it comes from, and save it with joblib.",
        "import joblib\nimport skops.io\n\n"
        'model = skops.io.load("model.skops", trusted=skops.io.get_untrusted_types('
        'file="model.skops"))\n'
        'joblib.dump(model, "model.joblib", compress=3)',
    ),
    "outside": (
        "Save the model in one piece, by joblib or by pickle without buffer_callback.",
        _SAVE,
    ),
    "large": (
        "Save a smaller model: fewer or shallower trees answer nearly as well and are read faster.",
        "model.set_params(max_depth=12, n_estimators=100).fit(features, answers)\n" + _SAVE,
    ),
    "versions": (
        "It was made with other versions of the libraries. Train the model again with those of "
        "this server, or bring it in an environment of its own.",
        "import sklearn\n\nprint(sklearn.__version__)  # the version that made the file",
    ),
    "parameter": (
        "Nothing of it was run. Set this parameter to one of scikit-learn's own words or to a "
        "number, fit the model again, and bring that.",
        "model.set_params(...)  # the parameter, as scikit-learn's documentation has it\n"
        "model.fit(features, answers)\n" + _SAVE,
    ),
    "parameter memory": (
        "Nothing of it was run. Set memory to None: it only matters while a model is fitted.",
        "model.set_params(memory=None)\n" + _SAVE,
    ),
    "parameter func": (
        "Nothing of it was run. Use a function of numpy's, such as np.log1p, or one of "
        "scikit-learn's own steps, in its place; fit again, and bring that model.",
        "from sklearn.preprocessing import FunctionTransformer\n\n"
        "step = FunctionTransformer(np.log1p)  # in the place of your own function\n"
        "model.fit(features, answers)\n" + _SAVE,
    ),
    "parameter text": (
        "Nothing of it was run. Let the vectorizer take texts apart in its own way, fit the model "
        "again, and bring that.",
        'step = TfidfVectorizer(analyzer="word", tokenizer=None, preprocessor=None)\n'
        "model.fit(texts, answers)\n" + _SAVE,
    ),
    "parameter token_pattern": (
        "Nothing of it was run. Use a simpler regular expression, without repeats inside of "
        "repeats; fit the model again, and bring that.",
        'step = TfidfVectorizer(token_pattern=r"(?u)\\b\\w\\w+\\b")\n'
        "model.fit(texts, answers)\n" + _SAVE,
    ),
    "notebook": (
        "It is not in the file, so it can't be checked. Use scikit-learn's own steps in its place "
        "(for a function of numpy's, a FunctionTransformer), fit again, and bring that model.",
        "from sklearn.preprocessing import FunctionTransformer\n\n"
        "step = FunctionTransformer(np.log1p)  # in the place of your own step\n"
        "model.fit(features, answers)\n" + _SAVE,
    ),
    "code": (
        "Loading it would run that code, and nobody can check what it does. Use scikit-learn's own "
        "steps in its place, fit again, and save the model with joblib, not with cloudpickle or "
        "dill.",
        "from sklearn.preprocessing import FunctionTransformer\n\n"
        "step = FunctionTransformer(np.log1p)  # in the place of the lambda\n"
        "model.fit(features, answers)\n" + _SAVE,
    ),
    "boosted": (
        "Its own form can't be checked before its code reads it. Train the model again with "
        "scikit-learn's boosted trees, which come close, and bring that one.",
        "from sklearn.ensemble import HistGradientBoostingClassifier  # or …Regressor\n\n"
        "model = HistGradientBoostingClassifier(random_state=0).fit(features, answers)\n" + _SAVE,
    ),
    "imblearn": (
        "Its samplers matter only while a model is fitted. Take them out of the fitted pipeline, "
        "and bring what is left.",
        "from sklearn.pipeline import Pipeline\n\n"
        'model = Pipeline([s for s in model.steps if not hasattr(s[1], "fit_resample")])\n' + _SAVE,
    ),
    "other": (
        "Only models of scikit-learn are taken. Train one on the same table, and bring that.",
        "from sklearn.ensemble import HistGradientBoostingClassifier  # or …Regressor\n\n"
        "model = HistGradientBoostingClassifier(random_state=0).fit(features, answers)\n" + _SAVE,
    ),
    "search": (
        "A search keeps the distributions that it drew from. Only its best model is needed.",
        'import joblib\n\njoblib.dump(search.best_estimator_, "model.joblib", compress=3)',
    ),
    "unlisted": (
        "Nothing of it was run. It belongs to a library that models are made of, but no model that "
        "answers needs it. Bring the fitted estimator or pipeline alone.",
        _SAVE,
    ),
    "house": (
        "Nothing of it was run. Use scikit-learn's own steps in its place and fit again; or, if "
        "this package is your house's own and is installed on this server, ask the operator to "
        "allow these classes by name in BRINERY_ALLOW.",
        "from sklearn.preprocessing import FunctionTransformer\n\n"
        "step = FunctionTransformer(np.log1p)  # in the place of the package's own step\n"
        "model.fit(features, answers)\n" + _SAVE,
    ),
    "vouched": (
        "A class that this server allows by name is made of plain attributes alone. Let it keep "
        "what it learnt in attributes, without a way of loading of its own, and save it anew.",
        _SAVE,
    ),
    "hostile": (
        "Nothing of it was run. This is how harmful files work: delete it, load it nowhere, and "
        "tell whoever gave it to you.",
        "",
    ),
}
_BOOSTED = frozenset({"catboost", "lightgbm", "ngboost", "xgboost"})
_CODE = frozenset({"cloudpickle", "dill"})
_LIBRARIES = frozenset(
    {"joblib", "numpy", "pandas", "pyarrow", "scipy", "sklearn", "threadpoolctl"}
)
_OTHER = frozenset(
    {"fastai", "h2o", "keras", "onnx", "onnxruntime", "prophet", "pyspark", "skorch"}
    | {"statsmodels", "tensorflow", "torch", "transformers"}
)


def told(problem: Problem) -> Refusal:
    """Give a refusal that was found while a file was read or built."""
    key = problem.mend
    if key.startswith("parameter ") and key not in _MENDS:
        key = "parameter"
    return _refusal(str(problem), key)


def refused_names(names: Sequence[tuple[str, str]]) -> Refusal:
    """Give the refusal of a file that asks for names (module, name) that are not let in.

    The gravest of them chooses the words: what would act, before what is only unknown.
    """
    by_kind: dict[str, list[str]] = {}
    for module, name in names:
        by_kind.setdefault(_kind(module, name), []).append(f"{module}.{name}"[:_MOST_SHOWN])
    kind = next(one for one in _GRAVEST_FIRST if one in by_kind)
    found = by_kind[kind]
    verbs = _OF_ONE if len(found) == 1 else _OF_SEVERAL
    return _refusal(_SAID[kind].format(_listed(found, kind), **verbs), kind)


def _refusal(problem: str, key: str) -> Refusal:
    remedy, lines = _MENDS[key]
    needed = [
        line
        for line, word in (("import joblib\n", "joblib."), ("import numpy as np\n", "np."))
        if word in lines and line not in lines
    ]
    gap = "\n" if needed and not lines.startswith("from ") else ""
    return Refusal(problem, remedy, "".join(needed) + gap + lines)


_GRAVEST_FIRST = (
    *("hostile", "code", "notebook", "boosted", "imblearn", "other", "search", "house", "unlisted"),
)
_OF_ONE = {"are": "is", "were": "was", "run": "runs"}
_OF_SEVERAL = {"are": "are", "were": "were", "run": "run"}
_SAID = {
    "boosted": "The file holds a model of {}.",
    "code": "The file holds a function or a class of the notebook as code ({}).",
    "hostile": "The file would use {}, which {are} not on the list of what a model may use.",
    "house": "The file would use {}, which {are} not on the list of what a model may use.",
    "imblearn": "The file holds a pipeline of imblearn.",
    "notebook": "The file uses {}, which {were} written in the notebook or script that made it.",
    "other": "The file holds a model of {}.",
    "search": "The file would use {}, which {run} a piece of text from the file.",
    "unlisted": "The file would use {}, which {are} not on the list of what a model may use.",
}


def _kind(module: str, name: str) -> str:
    root = module.split(".")[0]
    is_plain = all(part.isidentifier() for part in [*module.split("."), name])
    if root in _BOOSTED:
        return "boosted"
    if root in _OTHER:
        return "other"
    if root == "imblearn":
        return "imblearn"
    if root in _CODE:
        return "code"
    if root in ("__main__", "__mp_main__"):
        return "notebook"
    if module.startswith("scipy.stats."):
        return "search"
    if not is_plain or root in sys.stdlib_module_names or root in _OF_OLD or root == "brinery":
        return "hostile"
    return "unlisted" if root in _LIBRARIES else "house"


_OF_OLD = frozenset({"__builtin__", "copy_reg", "distutils", "nt", "pip", "posix", "setuptools"})


def _listed(names: Sequence[str], kind: str) -> str:
    if kind in ("boosted", "other"):
        return names[0].split(".")[0]
    if kind == "notebook":
        names = [one.partition(".")[2] for one in names]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
