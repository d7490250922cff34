"""What is said of a file that was brought: what it holds, its versions, and its columns."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata

from brinery.bringing.look import Look
from brinery.environments.pins import of_release
from brinery.errors import NoEnvironment
from brinery.model.card import Brought, Environment
from brinery.schema.phrases import joined, quoted, some

__all__ = [
    "about",
    "columns_in_words",
    "house_in_words",
    "release_to_bring_in",
    "versions_in_words",
]

_MOST_NAMED = 6


def about(look: Look, own: Mapping[str, str] | None = None) -> list[str]:
    """Say what is known of a file, a sentence or two each.

    Parameters
    ----------
    look : Look
        What a worker saw.
    own : mapping of str to str, optional
        The packages of the environment that it is brought in, where it is not the server's.
    """
    here = _here(look.made_with)
    if own is not None:
        here = Environment(here.python, here.platform, dict(own))
    lines = [*look.says, versions_in_words(look.made_with, here)]
    if look.house:
        lines.append(house_in_words(look.house))
    return lines


def release_to_bring_in(look: Look) -> str:
    """Give the release of scikit-learn that made a file, where it is another than here and known.

    Empty where the file can be brought in no environment but the server's.
    """
    made = look.made_with.get("scikit-learn", "")
    if look.house or made == metadata.version("scikit-learn"):
        return ""
    try:
        of_release(made)
    except NoEnvironment:
        return ""
    return made


def versions_in_words(made_with: dict[str, str], here: Environment) -> str:
    """Say what a model was made with, and where this server has another version."""
    if not made_with:
        return "It does not say with which versions it was made."
    said = joined([f"{_TITLES.get(name, name)} {made_with[name]}" for name in _first(made_with)])
    others = Brought("", "", made_with).differing(here)
    if not others:
        return f"It was made with {said}."
    now = joined([f"{_TITLES.get(name, name)} {others[name][1]}" for name in _first(others)])
    return (
        f"It was made with {said}; this server has {now}. The proof that is made now holds for "
        "this server: compare a few answers with those of the notebook."
    )


def house_in_words(names: tuple[str, ...]) -> str:
    """Say that a model uses code of the house's own, and who stands for it."""
    return (
        f"It uses code of this house's own, {some(names, _MOST_NAMED)}, which the operator of this "
        "server allowed by name and vouches for. Brinery did not check that code, and it runs at "
        "every prediction."
    )


def columns_in_words(look: Look, names: list[str], target: str | None) -> tuple[str, bool]:
    """Say how a sample's columns fit the model's, and whether they do."""
    given = [name for name in names if name != target]
    missing = [name for name in look.columns if name not in names]
    if look.columns and not missing:
        more = [name for name in given if name not in look.columns]
        left = f" Not used: {some([quoted(one) for one in more], _MOST_NAMED)}." if more else ""
        n_columns = len(look.columns)
        which = "the one column" if n_columns == 1 else f"all {n_columns:,} columns"
        return f"The sample has {which} that the model takes.{left}", True
    if look.columns:
        return (
            f"The sample lacks {some([quoted(one) for one in missing], _MOST_NAMED)}, which the "
            "model takes. Bring a table with the columns that it was fitted on, under their names.",
            False,
        )
    if look.n_columns is not None and look.n_columns != len(given):
        columns = f"{look.n_columns:,} column{'s' * (look.n_columns != 1)}"
        return (
            f"The model takes {columns} and knows no names; the sample has {len(given):,}"
            f"{' besides the one that it predicts' if target else ''}. Choose which.",
            False,
        )
    return "The model knows no names of columns. Check that they stand in its order.", True


_TITLES = {"python": "Python", "scikit-learn": "scikit-learn", "mlflow": "MLflow"}
_TOLD_FIRST = ("scikit-learn", "python", "numpy", "scipy", "pandas", "joblib")


def _first(versions: Mapping[str, object]) -> list[str]:
    known = [name for name in _TOLD_FIRST if name in versions]
    return (known or list(versions))[:_MOST_NAMED]


def _here(names: dict[str, str]) -> Environment:
    packages = {}
    for name in names:
        try:
            packages[name] = metadata.version(name)
        except (metadata.PackageNotFoundError, ValueError):
            continue
    return Environment(platform.python_version(), platform.platform(), packages)
