"""What was measured on the holdout, as values."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from brinery.evaluation.effects import Effect
from brinery.evaluation.learning import LearningCurve
from brinery.evaluation.parts import ByGroup, Weakness
from brinery.evaluation.ranking import Ranking
from brinery.evaluation.sizes import BySize
from brinery.evaluation.threshold import Threshold

__all__ = [
    "Confusion",
    "Evaluation",
    "Importance",
    "Ranges",
    "ResidualBand",
    "Score",
]


@dataclass(frozen=True)
class Score:
    """One metric on the holdout, beside the baseline's.

    Attributes
    ----------
    metric : str
        Its name in the field: "accuracy", "balanced_accuracy", "roc_auc", "log_loss",
        "f1_macro", "mean_absolute_error", "root_mean_squared_error", "r2".
    value, low, high : float
        The value and its 95 % bootstrap interval.
    baseline : float
        The same metric for the baseline, on the same rows.
    higher_is_better : bool
        Which way is good.
    """

    metric: str
    value: float
    low: float
    high: float
    baseline: float
    higher_is_better: bool


@dataclass(frozen=True)
class Confusion:
    """How often each label was predicted as each: `counts[actual][predicted]`, by `labels`."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class ResidualBand:
    """Holdout rows with predictions between `low` and `high`: what was predicted and what came.

    No single record can be read off it: a band holds many rows, and only their
    mean prediction, the 10, 50 and 90 % quantiles of the actual values, and the mean error
    with its 95 % range are kept.
    """

    n_rows: int
    predicted: float
    actual_low: float
    actual_median: float
    actual_high: float
    error: float
    error_low: float
    error_high: float


@dataclass(frozen=True)
class Importance:
    """How much the main metric falls when the feature's column is shuffled, mean ± spread."""

    feature: str
    mean: float
    spread: float


@dataclass(frozen=True)
class Ranges:
    """What the holdout says of how sure a prediction is; see `brinery.evaluation.conformal`.

    Attributes
    ----------
    coverage : float, from 0 to 1
        The share of rows whose truth was to be held.
    n_rows : int
        Rows that it was learned from.
    measured : float
        The share that was held where one half of these rows told the range of the other.
    edges, widths : tuple of float
        For amounts: where the bands of predictions meet, and how far the truth may lie to
        either side in each band; one width more than edges.
    floor : float or None
        No amount lies below it.
    least : float
        For labels: with a smaller probability a label is not possible.
    """

    coverage: float
    n_rows: int
    measured: float = 0.0
    edges: tuple[float, ...] = ()
    widths: tuple[float, ...] = ()
    floor: float | None = None
    least: float = 0.0

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Ranges:
        """Make the ranges that `dataclasses.asdict` described."""
        return Ranges(
            **{**fields, "edges": tuple(fields["edges"]), "widths": tuple(fields["widths"])}
        )


@dataclass(frozen=True)
class Evaluation:
    """Everything measured on rows that training never saw, or on those that were given.

    Attributes
    ----------
    n_train, n_holdout : int
        Rows on each side.
    main_metric : str
        The metric that a reader should look at first; one of `scores`.
    scores : tuple of Score
        All metrics, the main one first.
    confusion : Confusion or None
        For labels.
    residuals : tuple of ResidualBand
        For amounts; empty for labels.
    by_size : BySize or None
        For amounts: how far off small predictions are, and large ones.
    importances : tuple of Importance
        The features, what matters most first.
    effects : tuple of Effect
        How those that matter most act on the answers; empty where none surely does.
    sentences : tuple of str
        The evaluation in plain words, e.g. "Right for 81 of 100 rows (78 to 84);
        always answering “no” would be right for 62."
    ranges : Ranges or None
        What the range, or the set of possible labels, of a prediction is made from.
    ranking : Ranking or None
        For two labels: how well it ranks, and how true its probabilities are.
    calibration_error : float or None
        For labels: how far probabilities are from how often they come true, on average.
    threshold : Threshold or None
        For two labels: when a row is called the sought one; None where the likelier label is
        given. The scores and the confusion are at it; for so many rows of a file the holdout
        stands for the file.
    learning : LearningCurve or None
        What the same recipe made of fewer rows; None where that was not tried.
    weaknesses : tuple of Weakness
        Where it errs most, the worst first; they share no row. Empty where no part of the rows is
        worse by more than chance.
    groups : tuple of ByGroup
        How good it is for each group of the columns that the modeler named.
    source : {"holdout", "given"}
        Where the rows came from: "holdout" was kept from training; "given" came with a model
        from a notebook, which may have been trained on them.
    rows_sha256 : str
        Of the numbers of these rows and of what came in each: two models with the same one
        were measured on the same cases. Empty where it is not known.
    """

    n_train: int
    n_holdout: int
    main_metric: str
    scores: tuple[Score, ...]
    confusion: Confusion | None = None
    residuals: tuple[ResidualBand, ...] = ()
    by_size: BySize | None = None
    importances: tuple[Importance, ...] = ()
    effects: tuple[Effect, ...] = ()
    learning: LearningCurve | None = None
    sentences: tuple[str, ...] = ()
    ranges: Ranges | None = None
    ranking: Ranking | None = None
    calibration_error: float | None = None
    threshold: Threshold | None = None
    weaknesses: tuple[Weakness, ...] = ()
    groups: tuple[ByGroup, ...] = ()
    source: Literal["holdout", "given"] = "holdout"
    rows_sha256: str = ""

    def score(self, metric: str) -> Score:
        """Give the score of one metric.

        Raises
        ------
        LookupError
            The metric was not measured; `scores` lists those that were.
        """
        found = next((score for score in self.scores if score.metric == metric), None)
        if found is None:
            raise LookupError(f"{metric} was not measured")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give plain values that JSON takes."""
        return dataclasses.asdict(self)

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Evaluation:
        """Make the evaluation that `to_dict` described."""
        confusion = fields.get("confusion")
        return Evaluation(
            n_train=fields["n_train"],
            n_holdout=fields["n_holdout"],
            main_metric=fields["main_metric"],
            scores=tuple(Score(**score) for score in fields["scores"]),
            confusion=confusion
            and Confusion(
                labels=tuple(confusion["labels"]),
                counts=tuple(tuple(row) for row in confusion["counts"]),
            ),
            residuals=tuple(ResidualBand(**band) for band in fields.get("residuals", ())),
            by_size=BySize.from_dict(fields["by_size"]) if fields.get("by_size") else None,
            importances=tuple(Importance(**one) for one in fields.get("importances", ())),
            learning=LearningCurve.from_dict(fields["learning"])
            if fields.get("learning")
            else None,
            effects=tuple(Effect.from_dict(one) for one in fields.get("effects", ())),
            sentences=tuple(fields.get("sentences", ())),
            ranges=Ranges.from_dict(fields["ranges"]) if fields.get("ranges") else None,
            ranking=Ranking.from_dict(fields["ranking"]) if fields.get("ranking") else None,
            calibration_error=fields.get("calibration_error"),
            threshold=Threshold.from_dict(fields["threshold"]) if fields.get("threshold") else None,
            weaknesses=tuple(Weakness(**one) for one in fields.get("weaknesses", ())),
            groups=tuple(map(ByGroup.from_dict, fields.get("groups", ()))),
            source=fields.get("source", "holdout"),
            rows_sha256=fields.get("rows_sha256", ""),
        )
