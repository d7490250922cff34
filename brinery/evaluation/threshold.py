"""From which probability on a row is called the label that is sought, and why.

Elkan (2001), The foundations of cost-sensitive learning, IJCAI: what mistakes cost decides where
the threshold lies. It is chosen on answers for training rows, each given by a twin that had not
learned from the row, and what it is worth is told on the holdout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from brinery.errors import CannotLearn
from brinery.evaluation.wording import as_chosen, probability
from brinery.schema.columns import Task

__all__ = ["Aim", "Threshold", "aim_for", "aim_of", "called", "chosen", "in_short", "told"]

Kind = Literal["cost", "rows", "precision", "probability"]

_MIN_CALLED = 10
"""A precision that was seen on fewer rows than this says nothing."""
_REMEDY = (
    'Give one of {"cost": [of a wrong call, of a miss]}, {"rows": how many of each file}, '
    '{"precision": share of calls that are right} and {"probability": from 0 to 1}.'
)


@dataclass(frozen=True)
class Aim:
    """What a threshold is for: its kind, and the numbers that belong to it.

    Attributes
    ----------
    kind : {"cost", "rows", "precision", "probability"}
    asked : tuple of float
        For "cost" what a wrong call and what a miss costs, else one number.
    """

    kind: Kind
    asked: tuple[float, ...]


@dataclass(frozen=True)
class Threshold:
    """When a row is called the label that is sought.

    Attributes
    ----------
    label : str
        The label that is sought: the rarer one of the training rows.
    aim : Aim
        Why.
    probability : float
        From here on a row is called; of no meaning where `n_rows` is set.
    n_rows : int
        So many rows of each file are called, those with the highest probability; of rows alike,
        those that stand first. 0 where the probability alone decides.
    n_chosen_on : int
        Rows whose answers decided; 0 where the modeler did.
    on_holdout : bool
        Whether these are the rows that the model is measured on, for want of others; else they
        are training rows.
    """

    label: str
    aim: Aim
    probability: float
    n_rows: int = 0
    n_chosen_on: int = 0
    on_holdout: bool = False

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Threshold:
        """Make the threshold that `dataclasses.asdict` described."""
        aim = Aim(fields["aim"]["kind"], tuple(fields["aim"]["asked"]))
        return Threshold(**{**fields, "aim": aim})


def aim_for(asked: Mapping[str, Any] | None, task: Task | None, target: str = "") -> Aim | None:
    """Check what a threshold is asked for, and whether there can be one; None where nothing is.

    Raises
    ------
    CannotLearn
        It can't be asked, or the target has other than two labels.
    """
    if not asked:
        return None
    if task != "yes/no":
        raise CannotLearn(
            "Only an answer of two labels has a threshold.",
            where=target,
            remedy="Leave the threshold out.",
        )
    return aim_of(asked)


def aim_of(asked: Mapping[str, Any]) -> Aim:
    """Check what a threshold is asked for.

    Parameters
    ----------
    asked : mapping
        One of {"cost": [wrong, missed]}, {"rows": n}, {"precision": share} and
        {"probability": p}.

    Raises
    ------
    CannotLearn
        It is none of these, or a number is out of its bounds; the remedy says what can be.
    """
    try:
        ((kind, given),) = asked.items()
        numbers = tuple(float(one) for one in (given if kind == "cost" else [given]))
    except (AttributeError, TypeError, ValueError):
        raise _refused(asked) from None
    bounds = {"rows": (1, 1e9), "precision": (0, 1), "probability": (0, 1), "cost": (0, 1e12)}
    low, high = bounds.get(kind, (1, 0))
    fits = len(numbers) == (2 if kind == "cost" else 1)
    if kind == "cost" and fits and 0 in numbers:
        calls = "every row" if not numbers[0] else "no row"
        raise CannotLearn(
            f"Where {'a wrong call' if not numbers[0] else 'a miss'} costs nothing, the threshold "
            f"would call {calls}.",
            remedy="Say what a wrong call costs, and what a miss: both more than 0.",
        )
    fits = fits and all(low <= one <= high for one in numbers) and any(numbers)
    if not fits or (kind == "rows" and not numbers[0].is_integer()):
        raise _refused(asked)
    return Aim(next(one for one in get_args(Kind) if one == kind), numbers)


def chosen(aim: Aim, came: np.ndarray, said: np.ndarray, label: str) -> Threshold:
    """Choose the threshold.

    Parameters
    ----------
    aim : Aim
    came : numpy.ndarray of bool, shape (n_rows,)
        Which rows are what is sought.
    said : numpy.ndarray, shape (n_rows,)
        The probability of it, each from a model that had not learned from the row.
    label : str
        What is sought.

    Raises
    ------
    CannotLearn
        No threshold makes calls so often right; the remedy names what can be had.
    """
    if aim.kind == "rows":
        return Threshold(label, aim, 0.0, n_rows=int(aim.asked[0]))
    if aim.kind == "probability":
        return Threshold(label, aim, aim.asked[0])
    order = np.argsort(-said, kind="stable")
    # Rows of one probability are called together or not at all.
    ends = np.flatnonzero(np.append(np.diff(said[order]) != 0, True))
    n_called, n_right = ends + 1, np.cumsum(came[order])[ends]
    at = said[order][ends]
    if aim.kind == "cost":
        wrong, missed = aim.asked
        costs = wrong * (n_called - n_right) + missed * (came.sum() - n_right)
        best = int(costs.argmin())
    else:
        right = np.where(n_called >= _MIN_CALLED, n_right / n_called, 0.0)
        enough = np.flatnonzero(right >= aim.asked[0])
        if not len(enough):
            raise CannotLearn(
                f"No threshold makes {as_chosen(aim.asked[0])} of the calls right.",
                where=label,
                remedy=f"Ask for {np.floor(100 * right.max()) / 100:.2f} or less.",
            )
        best = int(enough[-1])
    return Threshold(label, aim, float(at[best]), n_chosen_on=len(came))


def called(threshold: Threshold, said: np.ndarray) -> np.ndarray:
    """Tell which rows are called: bool, shape (n_rows,), from the probability of each."""
    if not threshold.n_rows:
        return np.asarray(said >= threshold.probability)
    found = np.zeros(len(said), dtype=bool)
    found[np.argsort(-said, kind="stable")[: threshold.n_rows]] = True
    return found


def in_short(threshold: Threshold) -> str:
    """Say in a few words when a row is called, and why."""
    label, aim = f"“{threshold.label}”", threshold.aim
    if threshold.n_rows:
        rows = "row" if threshold.n_rows == 1 else f"{threshold.n_rows:,} rows"
        return f"{label} for the {rows} of the file with the highest probability of it"
    start = f"{label} from a probability of {probability(threshold.probability)} on"
    if aim.kind == "cost":
        wrong, missed = map(_amount, aim.asked)
        return (
            f"{start}: chosen so that mistakes cost least, a wrong call costing {wrong} and a miss "
            f"{missed}"
        )
    if aim.kind == "precision":
        return f"{start}: chosen so that {as_chosen(aim.asked[0])} of the calls are right"
    return f"{start}: as the modeler chose"


def told(threshold: Threshold, came: np.ndarray, said: np.ndarray) -> list[str]:
    """Say when a row is called, why, and what that was worth on rows that were never seen.

    Parameters
    ----------
    threshold : Threshold
    came, said : numpy.ndarray, shape (n_rows,)
        Of the holdout, as `chosen` takes them.
    """
    label, aim = f"“{threshold.label}”", threshold.aim
    chose = called(threshold, said)
    n_called, n_right = int(chose.sum()), int((chose & came).sum())
    if threshold.n_rows:
        line = (
            f"In each file the {threshold.n_rows:,} rows with the highest probability of {label} "
            "are called so, however high it is"
        )
        if n_called == len(came):
            return [f"{line}."]
        return [
            f"{line}: of that many out of {len(came):,} rows it had never seen, {n_right} were."
        ]
    start = f"A row is called {label} from a probability of {probability(threshold.probability)} on"
    if aim.kind == "cost":
        wrong, missed = aim.asked
        costs = [
            100 * (wrong * (some & ~came).sum() + missed * (came & ~some).sum()) / len(came)
            for some in (chose, said >= 0.5, np.zeros(len(came), dtype=bool))
        ]
        lines = [
            f"{start}, since a wrong call costs {_amount(wrong)} and a miss {_amount(missed)}. For "
            f"100 rows that it had never seen this cost {_amount(costs[0])}; from 0.5 on it would "
            f"have been {_amount(costs[1])}, and {_amount(costs[2])} had {label} never been called."
        ]
    elif aim.kind == "precision":
        right = f"{n_right} of the {n_called:,} calls" if n_called else "none, for none was called"
        lines = [
            f"{start}, so that {as_chosen(aim.asked[0])} of the calls are right. On rows that it "
            f"had never seen it was {right}."
        ]
    else:
        lines = [f"{start}, as the modeler chose."]
    if threshold.on_holdout:
        lines.append(
            f"That threshold was chosen on the very {threshold.n_chosen_on:,} rows that it is "
            "measured on, so what it is worth is told a little too well."
        )
    elif threshold.n_chosen_on:
        lines.append(
            f"That threshold was chosen on {threshold.n_chosen_on:,} training rows, each answered "
            "by a twin that had not learned from it."
        )
    return lines


def _amount(cost: float) -> str:
    return f"{cost:,.0f}" if cost >= 1000 else f"{cost:.4g}"


def _refused(asked: object) -> CannotLearn:
    return CannotLearn(f"The threshold can't be {asked!r}.", remedy=_REMEDY)
