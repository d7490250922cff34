"""The surest rows of a file that is never held as a whole: found in one pass, named in another.

The rows are those that `brinery.evaluation.threshold.called` calls of the whole.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa

from brinery.evaluation.threshold import Threshold

__all__ = ["Surest"]


class Surest:
    """The rows of a file with the highest probability of what is sought.

    Parameters
    ----------
    threshold : Threshold
        Which calls `n_rows` of each file; so many probabilities are held.
    labels : tuple of str
        The target's labels, in the order of the estimator's classes.
    """

    def __init__(self, threshold: Threshold, labels: tuple[str, ...]) -> None:
        self.threshold, self._place = threshold, labels.index(threshold.label)
        self._highest = np.empty(0)
        self._n_alike = 0

    def see(self, answers: pa.Table) -> None:
        """Take the estimator's answers for some rows into account."""
        merged = np.concatenate([self._highest, self._said(answers)])
        self._highest = -np.sort(-merged)[: self.threshold.n_rows]

    def threshold_of(self, answers: pa.Table) -> Threshold:
        """Give the threshold that calls the rows among these which are called of the whole.

        All rows have been seen, and are given once more, part by part, in their order: of rows
        alike, those that stand first are called.
        """
        said = self._said(answers)
        if len(self._highest) < self.threshold.n_rows:  # there are no more rows than that
            return self.threshold
        least = self._highest[-1]
        n_left = int((self._highest == least).sum()) - self._n_alike
        n_alike = min(int((said == least).sum()), n_left)
        self._n_alike += n_alike
        n_called = int((said > least).sum()) + n_alike
        if not n_called:
            return dataclasses.replace(self.threshold, n_rows=0, probability=np.inf)
        return dataclasses.replace(self.threshold, n_rows=n_called)

    def _said(self, answers: pa.Table) -> np.ndarray:
        shares = [name for name in answers.column_names if name.startswith("probability ")]
        return np.asarray(answers.column(shares[self._place]), dtype=np.float64)
