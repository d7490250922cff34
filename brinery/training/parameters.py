"""The parameters of the recipes: what a modeler may fix by hand, and within which bounds."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brinery.errors import CannotLearn

__all__ = ["CALIBRATE", "LEAF", "LEVELS", "SCALE", "SHARE", "WEIGHT", "Parameter", "checked"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a recipe.

    Attributes
    ----------
    name, title : str
        scikit-learn's word where it has one, and the words on screen.
    low, high : float
        The bounds of a number.
    whole, log : bool
        Whether it is a whole number; whether a search steps by factors rather than by sums.
    choices : tuple of str
        The words that it may be; then it is no number.
    task : {"", "labels", "amount"}
        What it is for; "" is for all.
    """

    name: str
    title: str
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    log: bool = False
    choices: tuple[str, ...] = ()
    task: str = ""

    def fits(self, task: str | None) -> bool:
        """Tell whether the parameter means anything for a task."""
        return self.task in ("", "amount" if task == "amount" else "labels")

    def to_dict(self) -> dict[str, Any]:
        """Give plain values that JSON takes."""
        return dataclasses.asdict(self)

    def checked(self, value: object) -> Any:
        """Give the value as the recipe takes it.

        Raises
        ------
        CannotLearn
            It is none of the choices, no number, or out of bounds; the remedy says which are.
        """
        if self.choices:
            if value in self.choices:
                return value
            raise self._refused(value, f"Take one of {', '.join(self.choices)}.")
        bounds = (
            f"Take a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}."
        )
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refused(value, bounds)
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            raise self._refused(value, bounds)
        return int(value) if self.whole else float(value)

    def _refused(self, value: object, remedy: str) -> CannotLearn:
        return CannotLearn(f"The parameter {self.name} can't be {value!r}.", remedy=remedy)


def checked(
    known: Sequence[Parameter], given: Mapping[str, object], task: str | None
) -> dict[str, Any]:
    """Check the parameters that somebody fixed, and give them as the recipe takes them.

    Raises
    ------
    CannotLearn
        One is unknown to this recipe or for this task, or its value can't be taken.
    """
    by_name = {one.name: one for one in known if one.fits(task)}
    found = {}
    for name, value in given.items():
        if name not in by_name:
            close = difflib.get_close_matches(name, by_name, n=1)
            meant = f"Did you mean {close[0]}? " if close else ""
            names = ", ".join(by_name) or "none"
            raise CannotLearn(
                f"This recipe has no parameter {name!r} for this target.",
                remedy=f"{meant}It has: {names}.",
            )
        found[name] = by_name[name].checked(value)
    return found


LEVELS = Parameter("levels", "Levels become", choices=("columns", "target", "order"))
SCALE = Parameter("scale", "Learn the amount's", choices=("value", "log"), task="amount")
WEIGHT = Parameter("class_weight", "Rows count", choices=("alike", "balanced"), task="labels")
CALIBRATE = Parameter(
    "calibrate", "Probabilities", choices=("as_they_are", "sigmoid", "isotonic"), task="labels"
)
"""What `fitting` does with any recipe for labels, once it is built."""
LEAF = Parameter("min_samples_leaf", "Least rows in a leaf", 1, 1000, whole=True, log=True)
SHARE = Parameter("max_features", "Share of columns looked at in each step", 0.05, 1.0)
