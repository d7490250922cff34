"""The 95 % ranges of a share and of a mean, by the normal distribution."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

__all__ = ["Z_95", "range_of_mean", "wilson"]

Z_95 = NormalDist().inv_cdf(0.975)
"""Between so many standard errors below and above lie 95 % of what chance brings."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Give the 95 % range of a share. Wilson (1927), doi:10.1080/01621459.1927.10502953."""
    share, square = hits / n, Z_95**2 / n
    middle = (share + square / 2) / (1 + square)
    half = Z_95 * np.sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    return (
        0.0 if hits == 0 else float(middle - half),
        1.0 if hits == n else float(middle + half),
    )


def range_of_mean(errors: np.ndarray) -> tuple[float, float]:
    """Give the 95 % range of the mean error; none is below 0."""
    half = Z_95 * float(errors.std(ddof=1)) / np.sqrt(len(errors))
    return max(0.0, float(errors.mean() - half)), float(errors.mean() + half)
