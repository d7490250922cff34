"""Two versions beside each other, in words: how good each is, what changes, what to look at."""

from __future__ import annotations

from collections import Counter

import numpy as np

from brinery.evaluation.evaluation import Evaluation, Score
from brinery.evaluation.wording import metric_in_words
from brinery.model.card import Card
from brinery.registry.live import Compared
from brinery.report.card import figure, measured_on
from brinery.report.words import count, listed, number, percent
from brinery.schema.check import written_value
from brinery.schema.phrases import joined, quoted
from brinery.scoring.comparison import SURE, Comparison
from brinery.scoring.contrast import Shared, right, shared

__all__ = [
    "changes",
    "evidence",
    "in_one_line",
    "measured",
    "moved",
    "needs_otherwise",
    "noticed",
    "scores",
]

_BY_CHANCE = 0.05
_MOST_PAIRS = 4
_POINT = 0.01


def scores(before: Card, after: Card) -> list[dict[str, str]]:
    """Give a row a metric: its name, and each version's value with its 95 % interval."""
    measured_in = [card.evaluation for card in (before, after)]
    names = dict.fromkeys(one.metric for part in measured_in if part for one in part.scores)
    return [
        {
            "measure": metric_in_words(name),
            f"version {before.version}": _told(before.evaluation, name),
            f"version {after.version}": _told(after.evaluation, name),
        }
        for name in names
    ]


def measured(before: Card, after: Card) -> str:
    """Say whether the figures of two versions can be compared, and what they tell if so."""
    old, new = before.evaluation, after.evaluation
    if old is None or new is None:
        missing = [c.version for c in (before, after) if c.evaluation is None]
        which = joined([f"version {version}" for version in missing])
        return f"How good {which} is was never measured here, so there is nothing to compare."
    rows = (
        f"version {before.version} on {measured_on(old)}, "
        f"version {after.version} on {measured_on(new)}"
    )
    if not old.rows_sha256 or old.rows_sha256 != new.rows_sha256:
        return (
            f"They were measured on different rows ({rows}), so the figures can't be compared "
            "with each other. Your own file below tells more."
        )
    main = new.main_metric
    if main not in [one.metric for one in old.scores]:
        return f"Both were measured on the same {count(new.n_holdout, 'row')}."
    a, b = old.score(main), new.score(main)
    better = after if (b.value > a.value) == b.higher_is_better else before
    name = metric_in_words(main)
    said = f"Both were measured on the same {count(new.n_holdout, 'row')}. "
    if a.value == b.value:
        return f"{said}Their {name} is the same."
    overlap = a.low <= b.high and b.low <= a.high
    if overlap:
        return (
            f"{said}Version {better.version} has the better {name}, but the intervals overlap: "
            "the difference may be chance."
        )
    return f"{said}Version {better.version} is better: the intervals of {name} do not overlap."


def in_one_line(comparison: Comparison) -> str:
    """Say how many answers change: "12 of 900 answers change"."""
    if comparison.problem:
        return (
            f"Version {comparison.version} can't be asked ({comparison.problem.rstrip('.')}), so "
            f"there is nothing to compare with. Version {comparison.after.version} answers "
            f"{_n(comparison.gained):,} of {count(comparison.n_rows, 'row')}."
        )
    n = _n(comparison.changed)
    what = "answer changes" if n == 1 else "answers change"
    return f"{n:,} of {comparison.n_rows:,} {what}."


def changes(comparison: Comparison) -> list[str]:
    """Say what changes, how far, and where to look first; nothing where no answer changes."""
    if comparison.problem or not comparison.changed.any():
        return []
    lines = [_lost(comparison), _gained(comparison)]
    lines += _amounts(comparison) if comparison.is_amount else _labels(comparison)
    lines += [_right(comparison), _shared(comparison)]
    return [line for line in lines if line]


def moved(comparison: Comparison) -> str:
    """Say in one sentence how the differences are spread; it is the chart's alternative."""
    far = comparison.moved[np.isfinite(comparison.moved)]
    size = np.abs(far)
    half, most = float(np.median(size)), float(size.max())
    what = "amounts move by" if comparison.is_amount else f"probabilities{_of(comparison)} move by"
    write = number if comparison.is_amount else _points
    if most == 0:
        return f"None of the {count(len(far), 'answer')} moves."
    up, down = int((far > 0).sum()), int((far < 0).sum())
    ways = ""
    if comparison.is_amount or len(comparison.after.schema.labels) == 2:
        ways = f" {up:,} go up, {down:,} go down."
    is_small = not comparison.is_amount and half < _POINT
    by = "less than a point" if is_small else f"{write(half)} or less"
    return f"Half of the {what} {by}, the farthest by {write(most)}.{ways}"


def noticed(before: Card | None, after: Card, comparison: Comparison) -> list[str]:
    """Say what people will notice once the new version is live."""
    lines = [
        f"Whoever predicts with “{after.name}” gets the answers of version {after.version} from "
        f"then on: {in_one_line(comparison)}"
    ]
    return [*lines, *(needs_otherwise(before, after) if before else [])]


def needs_otherwise(before: Card, after: Card) -> list[str]:
    """Say which columns are needed that were not, which no more, and which labels are new."""
    old, new = ({c.name for c in card.schema.features} for card in (before, after))
    more = [quoted(c.name) for c in after.schema.features if c.name not in old]
    fewer = [quoted(c.name) for c in before.schema.features if c.name not in new]
    labels = [quoted(one) for one in after.schema.labels if one not in before.schema.labels]
    gone = [quoted(one) for one in before.schema.labels if one not in after.schema.labels]
    lines = []
    if more:
        lines.append(f"Files need {_columns(more)} that they did not need before.")
    if fewer:
        lines.append(f"Files no longer need {_columns(fewer)}.")
    if labels:
        lines.append(f"There are new answers: {listed(labels)}.")
    if gone:
        lines.append(f"It never answers {listed(gone, last='or')} any more.")
    return lines


def evidence(compared: Compared) -> str:
    """Say in one line what a version was compared with before it was put live."""
    of = f" of {compared.file}" if compared.file else ""
    if compared.problem:
        return f"version {compared.against} could not be asked: {compared.problem.rstrip('.')}"
    return (
        f"with version {compared.against} on {count(compared.n_rows, 'row')}{of}: "
        f"{compared.n_changed:,} {'changes' if compared.n_changed == 1 else 'change'}"
    )


def _columns(names: list[str]) -> str:
    return f"the column{'' if len(names) == 1 else 's'} {listed(names)}"


def _n(rows: np.ndarray) -> int:
    return int(rows.sum())


def _told(evaluation: Evaluation | None, metric: str) -> str:
    found: Score | None = None
    if evaluation is not None:
        found = next((one for one in evaluation.scores if one.metric == metric), None)
    if found is None:
        return "not measured"
    _, value, interval, _ = figure(found)
    return f"{value} ({interval})"


def _lost(comparison: Comparison) -> str:
    n = _n(comparison.lost)
    gets = "gets" if n == 1 else "get"
    if not n:
        return ""
    return f"{count(n, 'row')} that version {comparison.version} answers {gets} no answer any more."


def _gained(comparison: Comparison) -> str:
    n = _n(comparison.gained)
    gets = "gets" if n == 1 else "get"
    return f"{count(n, 'row')} that had no answer {gets} one now." if n else ""


def _labels(comparison: Comparison) -> list[str]:
    other = comparison.changed & comparison.both
    if not other.any():
        return []
    old = comparison.old.to_numpy(zero_copy_only=False)[other]
    new = comparison.new.to_numpy(zero_copy_only=False)[other]
    pairs = Counter(zip(old.tolist(), new.tolist(), strict=True)).most_common()
    told = [f"{n:,} from {quoted(a)} to {quoted(b)}" for (a, b), n in pairs]
    lines = [f"{listed(told, most=_MOST_PAIRS)}."]
    if comparison.has_distances:
        sure = _n(other & ~comparison.unsure)
        if sure:
            lines.append(
                f"In {sure:,} of them both versions are sure of their answer ({percent(SURE)} or "
                "more), and yet they differ: look at these first."
            )
        else:
            lines.append(
                "In each of them at least one of the versions is unsure of its answer (under "
                f"{percent(SURE)}): these are cases near the border."
            )
    return lines


def _amounts(comparison: Comparison) -> list[str]:
    far = np.abs(comparison.moved[comparison.both])
    if not len(far):
        return []
    tenth = float(np.quantile(far, 0.9))
    lines = [f"One in ten moves by {number(tenth)} or more: look at these first."]
    shift = float(np.mean(comparison.moved[comparison.both]))
    way = "up" if shift >= 0 else "down"
    return [*lines, f"On average the amounts go {way} by {number(abs(shift))}."]


def _right(comparison: Comparison) -> str:
    found = right(comparison)
    target = comparison.after.schema.target
    if found is None or target is None:
        return ""
    old, new = comparison.version, comparison.after.version
    chance = " That may be chance." if found.chance > _BY_CHANCE else ""
    chance += " A version that learned from these very rows has an edge."
    known = f"For {count(found.n_rows, 'row')} that change" + ("s" if found.n_rows == 1 else "")
    known += f" the file tells what really came, in “{target.name}”: "
    if comparison.is_amount:
        return (
            f"{known}version {new} is closer in {found.n_new:,}, version {old} in "
            f"{found.n_old:,}; on average they are off by {number(found.far_new)} and "
            f"{number(found.far_old)}.{chance}"
        )
    return (
        f"{known}version {new} is right in {found.n_new:,}, version {old} in "
        f"{found.n_old:,}.{chance}"
    )


def _shared(comparison: Comparison) -> str:
    found = shared(comparison)
    if found is None:
        return ""
    which = "that move farthest" if comparison.is_amount else "that change"
    of = "all" if found.n_of == found.n_changed else f"{found.n_of:,} of the"
    return (
        f"In {of} {count(found.n_changed, 'row')} {which}, “{found.column}” is "
        f"{_where(found, comparison)}; in {found.n_all:,} of all {count(found.n_rows, 'row')}."
    )


def _where(found: Shared, comparison: Comparison) -> str:
    if found.level is not None:
        return quoted(found.level)
    column = next(c for c in comparison.columns if c.name == found.column)
    ends = [written_value(column, one) for one in (found.low, found.high)]
    return f"from {ends[0]} to {ends[1]}"


def _of(comparison: Comparison) -> str:
    labels = comparison.after.schema.labels
    return f" of {quoted(labels[-1])}" if len(labels) == 2 else ""


def _points(share: float) -> str:
    return count(round(100 * share), "point") if share >= _POINT else "less than a point"
