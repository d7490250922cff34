"""How well the probabilities of a yes/no model rank rows, and how true they are.

Everything is told for the rarer label. The intervals are those of Wilson (1927),
doi:10.1080/01621459.1927.10502953, at 95 %.
"""

from __future__ import annotations

import numpy as np

from brinery.evaluation.evaluation import Calibrated, Ranked, Ranking

__all__ = ["ranking_of"]

_POINTS = 50
_BINS = 8
_MIN_BIN_ROWS = 15
_Z = 1.959964


def ranking_of(actual: np.ndarray, chances: np.ndarray, labels: tuple[str, ...]) -> Ranking:
    """Rank the rows by the probability of the rarer label.

    Parameters
    ----------
    actual : numpy.ndarray of int64, shape (n_rows,)
        Label codes; both come.
    chances : numpy.ndarray, shape (n_rows, 2)
    labels : tuple of (str, str)
    """
    sought = int(np.bincount(actual, minlength=2).argmin())
    said, came = chances[:, sought], actual == sought
    return Ranking(
        label=labels[sought],
        share=float(came.mean()),
        points=_points(said, came),
        calibration=_calibration(said, came),
    )


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


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Give the 95 % range of a share. Wilson (1927), doi:10.1080/01621459.1927.10502953."""
    share, square = hits / n, _Z**2 / n
    middle = (share + square / 2) / (1 + square)
    half = _Z * np.sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    return (
        0.0 if hits == 0 else float(middle - half),
        1.0 if hits == n else float(middle + half),
    )
