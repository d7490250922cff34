import pickle
import platform
from importlib.metadata import version

import brinery
from brinery.model.environment import at_hand, describe, differing, leant_on
from brinery.safety.audit import audit


class Odd:
    """A class of a package that came with a distribution of another name."""


def test_it_has_exact_versions():
    found = describe(["sklearn.tree._tree", "numpy", "collections", "copy_reg", "_loss"])
    assert found.python == platform.python_version()
    assert found.platform == platform.platform()
    assert found.machine.startswith(f"{platform.system()} {platform.machine()}")
    assert found.brinery == brinery.__version__
    names = {"scikit-learn", "numpy", "scipy", "pandas", "joblib", "pyarrow"}
    assert found.packages == {name: version(name) for name in names}


def test_it_has_the_other_packages_that_the_pickle_imports():
    data = pickle.dumps((pytest_item(), Odd), 5)
    found = describe(one.module for one in audit(data).imports)
    assert found.packages["pytest"] == version("pytest")
    assert describe(["yaml.nodes"]).packages["PyYAML"] == version("pyyaml")


def pytest_item():
    import pytest

    return pytest.Item


def test_nothing_differs_from_what_is_here_now():
    found = describe(["yaml.nodes"])
    assert leant_on(found) == at_hand(found)
    assert differing(found) == {}
    assert "pyarrow" not in leant_on(found)
