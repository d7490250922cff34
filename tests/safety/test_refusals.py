"""Every refusal in words: what is refused, what to do, and the lines that do it.

`tests/golden/door_refusals.md` has them all. Write it anew by
`python -m tests.safety.test_refusals`, and read the difference.
"""

import pickle
from pathlib import Path

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from brinery.errors import UnsafePickle
from brinery.safety import door
from brinery.safety.audit import audit
from brinery.safety.refusal import _MENDS
from tools.hostile import corpus

GOLDEN = Path(__file__).parent.parent / "golden" / "door_refusals.md"


def _name(module, name):
    return f"c{module}\n{name}\n)R.".encode()


def _text(**parameters):
    return pickle.dumps(TfidfVectorizer(**parameters))


CASES = {
    "a command": b"cos\nsystem\n(S'true'\ntR.",
    "a lambda by cloudpickle": _name("cloudpickle.cloudpickle", "_make_function"),
    "a function by dill": _name("dill._dill", "_create_function"),
    "a class of the notebook": _name("__main__", "Cleaner"),
    "xgboost": _name("xgboost.sklearn", "XGBClassifier"),
    "lightgbm": _name("lightgbm.sklearn", "LGBMRegressor"),
    "catboost": _name("catboost.core", "CatBoostClassifier"),
    "imblearn": _name("imblearn.pipeline", "Pipeline"),
    "torch": _name("torch._utils", "_rebuild_tensor_v2"),
    "a package of the house's own": _name("house.steps", "Clean"),
    "a distribution of scipy's": _name("scipy.stats._continuous_distns", "rv_histogram"),
    "a name that no model needs": _name("sklearn.datasets._base", "load_files"),
    "memory": pickle.dumps(Pipeline([("scale", StandardScaler())], memory="/tmp/cache")),
    "a function of Python's own": pickle.dumps(FunctionTransformer(func=str)),
    "a token pattern": _text(token_pattern="(a+)+b"),
    "an analyzer": _text(analyzer="unheard of"),
    "a file name as input": _text(input="filename"),
    "LZ4": b"\x04\x22\x4d\x18" + b"x" * 40,
    "skops inside of a zip": b"PK\x03\x04" + b"x" * 40,
    "an array file of numpy's": b"\x93NUMPY" + b"x" * 40,
    "cut short": pickle.dumps(StandardScaler(), 4)[:-9],
    "a table": b"age,income\n3,4\n",
    "a table that begins as a pickle could": b"customer,fee\n000017,3\n000018,4\n",
    "a table of Parquet": b"PAR1\x15\x04" + b"x" * 40 + b"PAR1",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"x" * 40,
    "no pickle": b"\x01\x02\x03",
    "nothing": b"",
    "bytes kept elsewhere": b"\x80\x05\x97.",
    "something that is kept elsewhere": b"Pelsewhere\n.",
    "a name by number": b"\x80\x04\x82\x01.",
    "more after the end": pickle.dumps(1) + b"more",
    "a method that is hidden": pickle.dumps(StandardScaler()).replace(b"with_mean", b"transform"),
    "something that is not there": _name("sklearn.linear_model._base", "LinearRegression"),
}


def refusal(data):
    with pytest.raises(UnsafePickle) as caught:
        door.load(data)
    return caught.value


def written():
    parts = ["# What the door refuses, in its words\n"]
    for name, data in CASES.items():
        error = refusal(data)
        code = f"\n\n```python\n{error.lines}\n```" if error.lines else ""
        parts.append(f"## {name}\n\n{error.problem}\n\n{error.remedy}{code}\n")
    return "\n".join(parts)


def test_the_words_are_those_that_were_read():
    assert written() == GOLDEN.read_text("utf-8")


def test_every_mend_is_used_by_somebody():
    source = "\n".join(file.read_text("utf-8") for file in Path(door.__file__).parent.glob("*.py"))
    for key in _MENDS:
        assert f'"{key}"' in source or key.startswith("parameter "), key


def test_every_refusal_names_the_thing_and_what_to_do():
    for name, data in list(corpus())[::7]:
        found = audit(data)
        if found.refusal is None:
            continue
        assert found.refusal.problem.endswith("."), name
        assert found.refusal.remedy.endswith("."), name


@pytest.mark.parametrize("name", CASES)
def test_the_lines_are_python(name):
    compile(refusal(CASES[name]).lines, name, "exec")


if __name__ == "__main__":
    GOLDEN.write_text(written(), "utf-8")
