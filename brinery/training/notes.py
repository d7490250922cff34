"""What a reader of the figures should know of how the training was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from brinery.training.cuts import Way

__all__ = ["of_training"]


def of_training(way: Way, column: str, n_held: int, weights: str, *, refit: bool) -> Iterator[str]:
    """Say how the holdout was set aside, how rows count, and which model was measured."""
    if way == "group":
        yield f"It was measured on other values of “{column}” than it had learned from."
    if way == "time":
        yield f"It was measured on the latest {n_held:,} rows by “{column}”, after all it learned."
    if weights:
        yield (
            f"Rows count by “{weights}” in what was learned and in the averages; where rows are "
            "counted, and for ranges, each counts once."
        )
    if refit:
        yield (
            "These figures are of a twin that never saw the rows it was measured on. The model "
            "itself was then made in the same way from all rows."
        )
