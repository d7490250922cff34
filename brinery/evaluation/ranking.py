"""How well the probabilities of a yes/no model rank rows, and how true they are.

Everything is told for the label that is sought. The intervals are those of Wilson, at 95 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brinery.evaluation.costs import Calls, calls_of
from brinery.evaluation.intervals import wilson
from brinery.evaluation.threshold import Threshold

__all__ = ["Calibrated", "Ranked", "Ranking", "ranking_of", "sought_of"]

_POINTS = 50
_BINS = 8
_MIN_BIN_ROWS = 15


@dataclass(frozen=True)
class Ranked:
    """What happens where the rows above one probability are called the label that is sought.

    Attributes
    ----------
    threshold : float
        That probability.
    called : float
        The share of all rows that is called.
    found, right : float
        The share of the sought rows that is among them (recall), and the share of them that is
        sought (precision), each with its 95 % range.
    disturbed : float
        The share of the other rows that is called in vain (false positive rate).
    """

    threshold: float
    called: float
    found: float
    found_range: tuple[float, float]
    right: float
    right_range: tuple[float, float]
    disturbed: float


@dataclass(frozen=True)
class Calibrated:
    """Rows of about the same probability: what was said, and the share that came."""

    n_rows: int
    said: float
    came: float
    came_range: tuple[float, float]


@dataclass(frozen=True)
class Ranking:
    """How well a yes/no model ranks: `label` is sought, which `share` of the rows are.

    `calls` are the counts from which what mistakes cost is told; None on an older card.
    """

    label: str
    share: float
    points: tuple[Ranked, ...]
    calibration: tuple[Calibrated, ...]
    calls: Calls | None = None

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Ranking:
        """Make the ranking that `dataclasses.asdict` described."""
        return Ranking(
            fields["label"],
            fields["share"],
            tuple(Ranked(**_with_tuples(one)) for one in fields["points"]),
            tuple(Calibrated(**_with_tuples(one)) for one in fields["calibration"]),
            Calls.from_dict(fields["calls"]) if fields.get("calls") else None,
        )


def ranking_of(
    actual: np.ndarray,
    chances: np.ndarray,
    labels: tuple[str, ...],
    threshold: Threshold | None = None,
) -> Ranking:
    """Rank the rows by the probability of the label that is sought: without another, the rarer.

    Parameters
    ----------
    actual : numpy.ndarray of int64, shape (n_rows,)
        Label codes; both come.
    chances : numpy.ndarray, shape (n_rows, 2)
    labels : tuple of (str, str)
    threshold : Threshold, optional
        The model's own; its label is sought.
    """
    sought = sought_of(actual, labels, threshold)
    said, came = chances[:, sought], actual == sought
    return Ranking(
        label=labels[sought],
        share=float(came.mean()),
        points=_points(said, came),
        calibration=_calibration(said, came),
        calls=calls_of(said, came, threshold),
    )


def sought_of(actual: np.ndarray, labels: tuple[str, ...], threshold: Threshold | None) -> int:
    """Give the code of the label of two that is sought: the threshold's, else the rarer one."""
    if threshold is not None:
        return labels.index(threshold.label)
    return int(np.bincount(actual, minlength=2).argmin())


def _points(said: np.ndarray, came: np.ndarray) -> tuple[Ranked, ...]:
    order = np.argsort(-said, kind="stable")
    n_found = np.cumsum(came[order])
    # Rows of one probability are called together or not at all.
    ends = np.flatnonzero(np.append(np.diff(said[order]) != 0, True))
    chosen = np.unique(np.linspace(0, len(ends) - 1, _POINTS).round().astype(int))
    n_rows, n_sought = len(said), int(came.sum())
    points = []
    for end in ends[chosen]:
        n_called, hits = int(end) + 1, int(n_found[end])
        points.append(
            Ranked(
                threshold=float(said[order][end]),
                called=n_called / n_rows,
                found=hits / n_sought,
                found_range=wilson(hits, n_sought),
                right=hits / n_called,
                right_range=wilson(hits, n_called),
                disturbed=(n_called - hits) / (n_rows - n_sought),
            )
        )
    return tuple(points)


def _calibration(said: np.ndarray, came: np.ndarray) -> tuple[Calibrated, ...]:
    order = np.argsort(said, kind="stable")
    n_bins = int(np.clip(len(said) // _MIN_BIN_ROWS, 1, _BINS))
    return tuple(
        Calibrated(
            n_rows=len(rows),
            said=float(said[rows].mean()),
            came=float(came[rows].mean()),
            came_range=wilson(int(came[rows].sum()), len(rows)),
        )
        for rows in np.array_split(order, n_bins)
    )


def _with_tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in fields.items()}
