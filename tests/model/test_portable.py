import functools
import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor, VotingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from brinery.errors import CannotPickle
from brinery.model.portable import require_portable
from brinery.model.sealing import pickle_of

ROWS = pd.DataFrame({"x": np.arange(30.0), "z": np.arange(30.0) % 7})


class OfTheNotebook(StandardScaler):
    pass


def of_the_notebook(rows):
    return rows


@pytest.fixture
def notebook(monkeypatch):
    """Have the function and the class above be a notebook's."""
    for one in (OfTheNotebook, of_the_notebook):
        monkeypatch.setattr(one, "__module__", "__main__")


def on(step):
    return make_pipeline(step, LinearRegression()).fit(ROWS, ROWS["x"])


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (FunctionTransformer(lambda rows: rows), r"a lambda \(in “functiontransformer”, func\)"),
        (FunctionTransformer(functools.partial(lambda rows: rows)), "a lambda"),
        (FunctionTransformer(of_the_notebook), "the function of_the_notebook"),
        (OfTheNotebook(), r"an object of the class OfTheNotebook \(in “ofthenotebook”\)"),
        (
            ColumnTransformer([("log", FunctionTransformer(lambda rows: rows), ["x"])]),
            r"a lambda \(in “columntransformer”, “log”, func\)",
        ),
    ],
)
def test_what_would_not_load_elsewhere_is_named_with_its_place(notebook, step, told):
    with pytest.raises(CannotPickle, match=f"It holds {told}") as caught:
        require_portable(on(step))
    assert caught.value.where == "Pipeline"
    assert "Put " in caught.value.remedy
    assert "BRINERY_ALLOW" in caught.value.remedy


def test_a_class_made_inside_of_a_function_is_refused():
    class Local(StandardScaler):
        pass

    with pytest.raises(CannotPickle, match="an object of the class Local"):
        require_portable(on(Local()))
    with pytest.raises(CannotPickle, match="an object of the class Local"):
        pickle_of(on(Local()))


def test_what_python_itself_can_not_pickle_is_found_in_its_step():
    fitted = on(StandardScaler())
    fitted.steps[0][1].connection = threading.Lock()
    require_portable(fitted)
    with pytest.raises(
        CannotPickle, match=r"an object of the class _thread.lock \(in “standardscaler”, conn"
    ):
        pickle_of(fitted)


def test_a_lambda_can_not_be_pickled():
    with pytest.raises(CannotPickle, match=r"It holds a lambda \(in func\)"):
        pickle_of(FunctionTransformer(lambda rows: rows).fit([[1]]))


def test_what_loads_anywhere_passes():
    parts = [("line", LinearRegression()), ("trees", GradientBoostingRegressor(n_estimators=3))]
    steps = [("log", FunctionTransformer(np.log1p)), ("blend", VotingRegressor(parts))]
    fitted = Pipeline(steps).fit(ROWS, ROWS["x"])
    require_portable(fitted)
    assert pickle_of(fitted)
