"""The charts of how a yes/no model ranks: gain, precision, ROC and calibration."""

from __future__ import annotations

import altair as alt
import pandas as pd

from brinery.evaluation.ranking import Ranked, Ranking
from brinery.evaluation.wording import in_100
from ui.charts import GREY, dots, draw, spans

__all__ = ["calibration", "gain", "precision", "roc"]

_SHARE = alt.Axis(format="%")


def gain(ranking: Ranking) -> None:
    """Draw how many of the sought rows are among the surest ones."""
    near = _nearest(ranking, 0.2)
    low, high = near.found_range
    sentence = (
        f"Of the {in_100(near.called)} of 100 rows that it is surest of, you find "
        f"{in_100(near.found)} of 100 that are “{ranking.label}” (between {in_100(low)} and "
        f"{in_100(high)}); picked by chance, you would find {in_100(near.called)}."
    )
    frame = _frame(ranking)
    _curve(
        frame,
        ("called", "Rows that are called"),
        ("found", f"“{ranking.label}” found"),
        sentence,
        diagonal=True,
    )


def precision(ranking: Ranking) -> None:
    """Draw precision against recall."""
    near = min(ranking.points, key=lambda one: abs(one.found - 0.5))
    low, high = near.right_range
    sentence = (
        f"To find {in_100(near.found)} of 100 that are “{ranking.label}”, {in_100(near.right)} "
        f"of 100 calls are right (between {in_100(low)} and {in_100(high)}); picked by chance, "
        f"{in_100(ranking.share)} would be."
    )
    _curve(
        _frame(ranking),
        ("found", f"“{ranking.label}” found"),
        ("right", "Calls that are right"),
        sentence,
    )


def roc(ranking: Ranking) -> None:
    """Draw the ROC curve."""
    near = min(ranking.points, key=lambda one: abs(one.found - 0.8))
    sentence = (
        f"To find {in_100(near.found)} of 100 that are “{ranking.label}”, "
        f"{in_100(near.disturbed)} of 100 others are called in vain: the nearer the line to the "
        "upper left corner, the better."
    )
    _curve(
        _frame(ranking),
        ("disturbed", "Others called in vain"),
        ("found", f"“{ranking.label}” found"),
        sentence,
        diagonal=True,
    )


def calibration(ranking: Ranking) -> None:
    """Draw what came beside what was said."""
    far = max(ranking.calibration, key=lambda one: abs(one.came - one.said))
    sentence = (
        f"Where it is furthest off, it says {in_100(far.said)} of 100 and {in_100(far.came)} "
        f"of 100 came ({far.n_rows} rows, between {in_100(far.came_range[0])} and "
        f"{in_100(far.came_range[1])}): on the dashed line, its probabilities would be true."
    )
    frame = pd.DataFrame(
        {
            "said": [one.said for one in ranking.calibration],
            "came": [one.came for one in ranking.calibration],
            "low": [one.came_range[0] for one in ranking.calibration],
            "high": [one.came_range[1] for one in ranking.calibration],
            "Rows": [one.n_rows for one in ranking.calibration],
        }
    )
    x = alt.X("said:Q", title="Probability that it gave", axis=_SHARE)
    bars = spans(alt.Chart(frame)).encode(
        x=x, y=alt.Y("low:Q", title="Share that came", axis=_SHARE), y2="high:Q"
    )
    points = dots(alt.Chart(frame)).encode(
        x=x, y="came:Q", tooltip=["said", "came", "low", "high", "Rows"]
    )
    draw((_diagonal("said", "low") + bars + points).properties(height=300), sentence)


def _curve(
    frame: pd.DataFrame,
    across: tuple[str, str],
    up: tuple[str, str],
    sentence: str,
    *,
    diagonal: bool = False,
) -> None:
    x = alt.X(f"{across[0]}:Q", title=across[1], axis=_SHARE, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y(f"{up[0]}:Q", title=up[1], axis=_SHARE, scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(frame).encode(x=x)
    band = base.mark_area(opacity=0.2).encode(
        y=alt.Y(f"{up[0]}_low:Q", title=up[1]), y2=f"{up[0]}_high:Q"
    )
    line = base.mark_line(interpolate="monotone").encode(
        y=y, order="called:Q", tooltip=["threshold", "called", "found", "right"]
    )
    chart = band + line
    if diagonal:
        chart = _diagonal(across[0], up[0]) + chart
    draw(chart.properties(height=300), sentence)


def _diagonal(across: str, up: str) -> alt.Chart:
    ends = pd.DataFrame({across: [0.0, 1.0], up: [0.0, 1.0]})
    line: alt.Chart = alt.Chart(ends).mark_line(strokeDash=[4, 4], color=GREY)
    drawn: alt.Chart = line.encode(x=alt.X(f"{across}:Q"), y=alt.Y(f"{up}:Q"))
    return drawn


def _frame(ranking: Ranking) -> pd.DataFrame:
    rows = [
        {
            "threshold": one.threshold,
            "called": one.called,
            "disturbed": one.disturbed,
            "found": one.found,
            "found_low": one.found_range[0],
            "found_high": one.found_range[1],
            "right": one.right,
            "right_low": one.right_range[0],
            "right_high": one.right_range[1],
        }
        for one in ranking.points
    ]
    return pd.DataFrame(rows)


def _nearest(ranking: Ranking, called: float) -> Ranked:
    return min(ranking.points, key=lambda one: abs(one.called - called))
