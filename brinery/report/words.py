"""Counts, shares, sizes and times as a reader writes them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from brinery.schema.phrases import joined

__all__ = ["count", "day", "duration", "listed", "moment", "number", "percent", "size"]


def count(n: int, one: str, many: str = "") -> str:
    """Give "1 row", "2 rows", "12,345 rows"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Give a share from 0 to 1 as "38 %"; never "0 %" or "100 %" unless it is exactly so."""
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    if share < 0.01:
        return "under 1 %"
    if share > 0.99:
        return "over 99 %"
    return f"{share * 100:.0f} %"


def number(value: float) -> str:
    """Give a number short enough to read: four significant digits, or all before the point."""
    if value == int(value) if abs(value) < 1e15 else False:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def listed(names: list[str] | tuple[str, ...], most: int = 6, last: str = "and") -> str:
    """Give "a, b and c", or "a, b and 7 more"; with another word than "and" where `last` is."""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1:,} more"]
    return joined(names, last)


def day(at: str, zone: tzinfo | None = None) -> str:
    """Give a UTC time in ISO 8601 as the reader's day, "3 November 2026"."""
    local = _local(at, zone)
    return f"{local.day} {local:%B %Y}"


def moment(at: str, zone: tzinfo | None = None) -> str:
    """Give a UTC time in ISO 8601 as the reader's, "3 November 2026, 14:05"."""
    return f"{day(at, zone)}, {_local(at, zone):%H:%M}"


def duration(seconds: float) -> str:
    """Give "under a second", "8 seconds", "3 minutes", "2 hours"."""
    if seconds < 1:
        return "under a second"
    if seconds < 90:
        return count(round(seconds), "second")
    if seconds < 5400:
        return count(round(seconds / 60), "minute")
    return count(round(seconds / 3600), "hour")


def size(n_bytes: int) -> str:
    """Give "812 bytes", "14 KiB", "3.2 MiB", "1.5 GiB"."""
    if n_bytes < 1024:
        return count(n_bytes, "byte")
    if n_bytes < 2**20:
        return f"{n_bytes / 1024:.0f} KiB"
    if n_bytes < 2**30:
        return f"{n_bytes / 2**20:.1f} MiB"
    return f"{n_bytes / 2**30:.1f} GiB"


def _local(at: str, zone: tzinfo | None) -> datetime:
    """Read the time; without a zone, the machine's own."""
    return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(zone)
