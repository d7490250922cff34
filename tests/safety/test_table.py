import pytest

from brinery.safety.table import ALLOWED, OLD_MODULES, reason

NEVER = {
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("builtins", "compile"),
    ("builtins", "open"),
    ("builtins", "type"),
    ("builtins", "__import__"),
    ("operator", "itemgetter"),
    ("operator", "attrgetter"),
    ("operator", "methodcaller"),
    ("joblib.memory", "Memory"),
    ("numpy", "load"),
    ("numpy", "memmap"),
    ("pickle", "loads"),
    ("sklearn.metrics._dist_metrics", "PyFuncDistance64"),
}
ROOTS = {
    "functools",
    "joblib",
    "builtins",
    "_codecs",
    "copyreg",
    "collections",
    "datetime",
    "numpy",
    "scipy",
} | {
    "pandas",
    "pyarrow",
    "sklearn",
}


def test_what_must_never_be_listed_is_not():
    assert not ALLOWED & NEVER


def test_no_name_is_dotted_or_a_pattern():
    for module, name in ALLOWED:
        assert name.isidentifier(), name
        assert all(part.isidentifier() for part in module.split(".")), module
        assert module.split(".")[0] in ROOTS


def test_no_distribution_of_the_users_own_is_listed():
    listed = {name for module, name in ALLOWED if module.startswith("scipy.stats")}
    assert not {"rv_continuous", "rv_discrete", "rv_histogram", "rv_sample"} & listed
    assert all(name.endswith(("_gen", "_frozen")) for name in listed)


def test_old_names_lead_to_listed_modules():
    modules = {module for module, _ in ALLOWED}
    assert set(OLD_MODULES.values()) <= modules


def test_every_name_has_a_reason():
    assert all(reason(*pair) for pair in ALLOWED)
    assert reason("copy_reg", "_reconstructor") == "a value of Python"


@pytest.mark.parametrize("pair", sorted(NEVER))
def test_what_is_not_listed_has_no_reason(pair):
    assert reason(*pair) == ""
