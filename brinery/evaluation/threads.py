"""Fitting and predicting in several threads at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet_threads"]


@contextmanager
def quiet_threads() -> Iterator[None]:
    """Keep threads that fit side by side from spoiling the filters of warnings.

    scikit-learn empties and refills these around every task of a thread, but they belong to the
    whole process: what one thread restores, another has just emptied. Nobody reads what a fit
    warns of in the middle of a training.
    """
    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
        # For the moments in which there are no filters.
        warnings.showwarning = lambda *_, **__: None
        yield
