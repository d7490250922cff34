"""The evaluation in plain words, for someone who knows no statistics."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from brinery.evaluation.conformal import possible
from brinery.evaluation.evaluation import Confusion, Evaluation, Importance
from brinery.evaluation.metrics import Answers
from brinery.evaluation.parts import weaknesses_in_words
from brinery.evaluation.ranking import sought_of
from brinery.evaluation.wording import between, digits, in_100
from brinery.schema.phrases import joined

__all__ = ["TOO_GOOD", "told"]

TOO_GOOD = (
    "These figures are for the table that came with the model. If it was trained on that table, "
    "they are too good: expect less for new rows."
)
"""What must be said where nobody knows whether the model was trained on the rows."""


_SMALL_HOLDOUT = 50
_FEW_OF_A_LABEL = 10
_WORTH_NAMING = 0.05
"""The share of the greatest importance from which a feature is named as mattering."""


_NAMED = 6

_NEAR = 0.1
"""An amount is near that is off by no more than this share of what came."""


def told(
    evaluation: Evaluation,
    answers: Answers,
    baseline: Answers,
    notes: Sequence[str] = (),
    why: Sequence[str] = (),
) -> Evaluation:
    """Give the evaluation with its sentences.

    Parameters
    ----------
    evaluation : Evaluation
        Everything but the sentences.
    answers, baseline : Answers
        Of the model and of the baseline, for the holdout.
    notes : sequence of str
        Put last.
    why : sequence of str
        On the threshold; put after how often it is right.
    """
    if evaluation.confusion is not None:
        labels = evaluation.confusion.labels
        always = labels[int(baseline.predicted[0])]
        sought = sought_of(answers.actual, labels, evaluation.threshold)
        lines = _on_labels(evaluation, evaluation.confusion, always, sought)
    else:
        lines = _on_amounts(evaluation, answers, baseline)
    lines += [*why, *_gain(evaluation)]
    lines += _how_sure(evaluation, answers)
    lines += _what_matters(evaluation.importances)
    is_amount = evaluation.confusion is None
    lines += weaknesses_in_words(evaluation.weaknesses, is_amount=is_amount)
    lines += [one.sentence() for one in evaluation.groups]
    if evaluation.n_holdout < _SMALL_HOLDOUT:
        lines.append(f"Measured on only {evaluation.n_holdout} rows, so these figures are rough.")
    return dataclasses.replace(evaluation, sentences=(*lines, *notes))


def _on_labels(evaluation: Evaluation, confusion: Confusion, always: str, sought: int) -> list[str]:
    right = evaluation.score("accuracy")
    lines = [
        f"Right for {in_100(right.value)} of 100 {_rows(evaluation)}"
        f"{between(in_100(right.low), in_100(right.high))}. "
        f"Always answering “{always}” would be right for {in_100(right.baseline)}."
    ]
    counts = np.array(confusion.counts)
    if len(confusion.labels) == 2:
        label = confusion.labels[sought]
        actual, called = int(counts[sought].sum()), int(counts[:, sought].sum())
        hit = int(counts[sought, sought])
        line = f"Of 100 rows that are “{label}” it finds {in_100(hit / actual)}"
        if called:
            line += f"; of 100 that it calls “{label}”, {in_100(hit / called)} are"
        lines.append(f"{line}.")
    else:
        recalls = counts.diagonal() / counts.sum(axis=1)
        worst = int(recalls.argmin())
        if recalls[worst] < 1:
            lines.append(
                f"It is weakest on “{confusion.labels[worst]}”: it finds "
                f"{in_100(recalls[worst])} of 100."
            )
    fewest = int(counts.sum(axis=1).argmin())
    n_fewest = int(counts[fewest].sum())
    if n_fewest < _FEW_OF_A_LABEL:
        are = "is" if n_fewest == 1 else "are"
        lines.append(
            f"Only {n_fewest} of these {evaluation.n_holdout:,} rows {are} "
            f"“{confusion.labels[fewest]}”, so what is said of that answer is rough."
        )
    return lines


def _on_amounts(evaluation: Evaluation, answers: Answers, baseline: Answers) -> list[str]:
    off = evaluation.score("mean_absolute_error")
    places = digits(off.value)
    wrong = np.abs(answers.actual - answers.predicted)
    half = float(np.median(wrong))
    near = float(np.mean(wrong <= _NEAR * np.abs(answers.actual)))
    always = float(baseline.predicted[0])
    lines = [
        f"Off by {off.value:,.{places}f} on average for {_rows(evaluation)}"
        f"{between(f'{off.low:,.{places}f}', f'{off.high:,.{places}f}')}. "
        f"Always answering {always:,.{places}f} would be off by {off.baseline:,.{places}f}.",
        f"Half of its answers are off by less than {half:,.{places}f}; {in_100(near)} of 100 are "
        f"within {in_100(_NEAR)} % of what came.",
    ]
    if evaluation.by_size is not None:
        lines.append(evaluation.by_size.sentence())
    return lines


def _how_sure(evaluation: Evaluation, answers: Answers) -> list[str]:
    ranges = evaluation.ranges
    if ranges is None:
        return []
    asked, held = in_100(ranges.coverage), in_100(ranges.measured)
    if answers.probabilities is None:
        wide = float(np.median(ranges.widths))
        return [
            f"Each prediction comes with a range, from “low” to “high”, that should hold the "
            f"truth for {asked} of 100 rows (measured: {held}): typically "
            f"{wide:,.{digits(wide)}f} to either side."
        ]
    n_alone = int((possible(ranges, answers.probabilities).sum(axis=1) == 1).sum())
    lines = [
        f"Each prediction comes with the labels that are possible, which should hold the truth "
        f"for {asked} of 100 rows (measured: {held}); for {in_100(n_alone / len(answers.actual))} "
        "of 100 rows that is one label alone."
    ]
    off = evaluation.calibration_error
    if off is not None:
        lines.append(f"Its probabilities are off by {100 * off:.1f} percentage points on average.")
    return lines


def _rows(evaluation: Evaluation) -> str:
    return "rows of the table given" if evaluation.source == "given" else "rows it had never seen"


def _gain(evaluation: Evaluation) -> list[str]:
    # A threshold by costs gives up being right more often; what it needs is a good ranking.
    name = "roc_auc" if evaluation.threshold else evaluation.main_metric
    main = evaluation.score(name)
    better = main.low > main.baseline if main.higher_is_better else main.high < main.baseline
    if better:
        return []
    return ["That is no sure gain over always giving the same answer. Do not rely on it yet."]


def _what_matters(importances: tuple[Importance, ...]) -> list[str]:
    least = _WORTH_NAMING * max((one.mean for one in importances), default=0.0)
    names = [f"“{one.feature}”" for one in importances if one.mean > max(one.spread, least)][:3]
    lines = []
    if len(names) == 1:
        lines = [f"What matters most: {names[0]}."]
    elif names:
        lines = [f"What matters most: {joined(names)}, in this order."]
    unsure = [f"“{one.feature}”" for one in importances if one.mean <= one.spread]
    if names and unsure:
        shown = unsure if len(unsure) <= _NAMED else [*unsure[: _NAMED - 1], "others"]
        lines.append(
            f"No sure effect: {joined(shown)}. Shuffled, they change the figures no more than "
            "chance does, whatever they seem to matter."
        )
    return lines
