"""What a model was made with, and in what of it that matters this installation differs.

Nothing is imported to find out: the web process must not, and an installed package says its
version in a file.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import Path

import brinery
from brinery.model.card import Environment

__all__ = ["at_hand", "describe", "differing", "leant_on"]

_ALWAYS = ("scikit-learn", "numpy", "scipy", "pandas", "joblib", "pyarrow")
_DISTRIBUTIONS = {"sklearn": "scikit-learn"}
_CARRIES_TABLES = {"pyarrow"}  # it brings rows to a model and has no part in the answers
_MISSING = "not installed"


def describe(modules: Iterable[str] = (), house: Iterable[str] = ()) -> Environment:
    """Record the versions of Python, of the machine, and of the packages of a pickle.

    Parameters
    ----------
    modules : iterable of str
        The modules that the pickle imports, as the audit found them.
    house : iterable of str
        Those of them that are the house's own, whose code changes without a version.
    """
    own = {_root(module) for module in house}
    roots = {_root(module) for module in modules} - own - set(sys.stdlib_module_names)
    names = {name for root in roots if (name := _distribution(root))} | set(_ALWAYS)
    return Environment(
        python=platform.python_version(),
        platform=platform.platform(),
        packages={name: _version(name) for name in sorted(names)},
        machine=_machine(),
        brinery=brinery.__version__,
        house={root: _digest(root) for root in sorted(own)},
    )


def leant_on(environment: Environment) -> dict[str, str]:
    """Give what the answers of a model lean on, each with its version.

    Of Python its minor version, since a release of the same does not compute otherwise; of
    the machine its system, processor and C library, but not the kernel.
    """
    packages = {
        name: version
        for name, version in environment.packages.items()
        if name not in _CARRIES_TABLES
    }
    house = {f"the code of {root}": digest for root, digest in environment.house.items()}
    return {
        **packages,
        **house,
        "Python": ".".join(environment.python.split(".")[:2]),
        "Brinery": environment.brinery,
        "the machine": environment.machine,
    }


def at_hand(environment: Environment, own: Environment | None = None) -> dict[str, str]:
    """Give what this installation has of what `leant_on` names.

    Parameters
    ----------
    environment : Environment
        What a model was made with.
    own : Environment, optional
        The model's own environment, where it runs in one: its Python and packages count in the
        place of the server's.
    """
    there = own.packages if own else {name: _version(name) for name in environment.packages}
    return leant_on(
        Environment(
            python=own.python if own else platform.python_version(),
            platform=platform.platform(),
            packages={name: there.get(name, _MISSING) for name in environment.packages},
            machine=_machine(),
            brinery=brinery.__version__,
            house={root: _digest(root) for root in environment.house},
        )
    )


def differing(
    environment: Environment, own: Environment | None = None
) -> dict[str, tuple[str, str]]:
    """Give in what that matters what runs a model differs from what made it: (then, now).

    The parameters are those of `at_hand`.
    """
    now = at_hand(environment, own)
    return {
        name: (then, now[name]) for name, then in leant_on(environment).items() if then != now[name]
    }


def _root(module: str) -> str:
    return module.partition(".")[0]


@functools.cache  # an upgrade under a running server counts when it starts again
def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return _MISSING


@functools.cache
def _distribution(root: str) -> str:
    """Give the distribution that a package came with; "" for a module that is part of one."""
    name = _DISTRIBUTIONS.get(root, root)
    if _version(name) != _MISSING:
        return name
    return next(iter(importlib.metadata.packages_distributions().get(root, ())), "")


@functools.cache
def _machine() -> str:
    return " ".join(filter(None, (platform.system(), platform.machine(), *platform.libc_ver())))


@functools.cache
def _digest(root: str) -> str:
    """Give a digest of a package's code, without importing it."""
    spec = PathFinder.find_spec(root)
    if spec is None:
        return _MISSING
    whole = hashlib.sha256()
    for folder in map(Path, spec.submodule_search_locations or ()):
        for file in sorted(one for one in folder.rglob("*") if one.suffix in _CODE):
            _add(whole, file.relative_to(folder).as_posix(), file)
    if not spec.submodule_search_locations and spec.origin:
        _add(whole, root, Path(spec.origin))
    return whole.hexdigest()[:16]


_CODE = (".py", ".so", ".pyd")


def _add(whole: hashlib._Hash, name: str, file: Path) -> None:
    data = file.read_bytes()
    whole.update(f"{name} {len(data)}\n".encode() + data)
