"""Classes of the house's own: an operator lets them in by exact name, and vouches for them.

Such an object is made like any estimator: empty, and filled with plain attributes. Nothing of
the class runs while it is loaded, but for the import of its module, and that only once the
whole file was found clean. Its methods run when it predicts: for that code the operator stands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from brinery.errors import BrineryError
from brinery.safety.nodes import Problem
from brinery.safety.table import House

__all__ = ["as_text", "check_class", "check_hidden", "parsed"]

_OF_OTHERS = frozenset(
    {"__main__", "__mp_main__", "brinery", "catboost", "cloudpickle", "dill", "imblearn"}
    | {"joblib", "lightgbm", "numpy", "pandas", "pip", "pyarrow", "scipy", "setuptools"}
    | {"sklearn", "skops", "streamlit", "tensorflow", "threadpoolctl", "torch", "ui", "xgboost"}
)
_LOADERS = (
    *("__reduce__", "__reduce_ex__", "__setstate__", "__getnewargs__", "__getnewargs_ex__"),
    *("__slots__", "__new__"),
)
_PLAIN = (type(None), bool, int, float, str, tuple)


def parsed(names: Iterable[str]) -> House:
    """Read what an operator wrote: dotted names of classes.

    Raises
    ------
    BrineryError
        A name is not one, or belongs to Python or to a library and not to the house.
    """
    found = set()
    for name in names:
        module, _, kind = name.rpartition(".")
        if not module or not all(part.isidentifier() for part in name.split(".")):
            raise BrineryError(
                f"BRINERY_ALLOW has {name!r}, which is no name of a class.",
                remedy="Write the module and the class, such as house.steps.Clean.",
            )
        root = module.split(".")[0]
        if root in sys.stdlib_module_names or root in _OF_OTHERS:
            raise BrineryError(
                f"BRINERY_ALLOW has {name!r}, which is not of a package of your own.",
                remedy="Only classes of the house's own package can be allowed by name.",
            )
        found.add((module, kind))
    return frozenset(found)


def as_text(house: House) -> str:
    """Give the names as an operator writes them, for a worker to read."""
    return ",".join(sorted(f"{module}.{name}" for module, name in house))


def check_class(kind: Any, name: object) -> None:
    """Refuse what is no class, and a class that has a way of its own of being loaded.

    Raises
    ------
    Problem
        It says what is wrong with the class.
    """
    if not isinstance(kind, type):
        raise Problem(f"{name} is allowed by name, but is no class.", mend="vouched")
    for base in kind.__mro__:
        own = base.__module__.split(".")[0] not in ("builtins", "sklearn", "abc", "typing")
        hidden = [one for one in _LOADERS if one in base.__dict__]
        if own and hidden:
            raise Problem(
                f"{name} is allowed by name, but has its own {hidden[0]}, which is not run here.",
                mend="vouched",
            )


def check_hidden(kind: type, key: str, value: object) -> None:
    """Let an attribute take the place of a plain default of the class, and of nothing else."""
    if not isinstance(getattr(kind, key, key), _PLAIN) or callable(value):
        raise Problem(
            f"It would put something else in the place of {kind.__name__}.{key[:60]}.",
            mend="vouched",
        )
