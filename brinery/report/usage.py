"""What whoever uses a version should know of it: that it was put away, or is past its review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from brinery.model.card import Card
from brinery.registry.events import fold
from brinery.report.words import day

__all__ = ["is_overdue", "to_know"]


def to_know(
    card: Card, happened: Iterable[Mapping[str, Any]], today: date | None = None
) -> list[str]:
    """Say what speaks against using a version as if nothing were.

    Parameters
    ----------
    card : Card
        Of the version.
    happened : iterable of mapping
        The model's events, the oldest first.
    today : datetime.date, optional
        Without it, this day (UTC).

    Returns
    -------
    list of str
        Plain sentences; none where nothing does.
    """
    happened = tuple(happened)
    state = fold(happened)
    lines = []
    if state.archived:
        whole = [e for e in happened if e["kind"] == "archived" and "version" not in e]
        lines.append(f"This model was archived{_by_whom(whole[-1])}")
    elif card.version in state.put_away:
        put_away = state.put_away[card.version]
        lines.append(f"Version {card.version} was archived{_by_whom(put_away)}")
    if is_overdue(card, today):
        whom = f"ask {card.owner}" if card.owner else "ask whoever runs this server"
        lines.append(
            f"Somebody was to look at version {card.version} again by {day(card.review_by)}, and "
            f"that day is past: {whom} before you rely on it."
        )
    return lines


def is_overdue(card: Card, today: date | None = None) -> bool:
    """Whether the day by which somebody was to look at a version again is past."""
    now = today or datetime.now(UTC).date()
    return bool(card.review_by) and date.fromisoformat(card.review_by) < now


def _by_whom(event: Mapping[str, Any]) -> str:
    on = f" on {day(str(event['at']))}" if event.get("at") else ""
    by = f" by {event['by']}" if event.get("by") else ""
    why = f": {event['why']}" if event.get("why") else ""
    return f"{on}{by}{why}."
