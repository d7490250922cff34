"""Large files for benchmarks and journeys: some rows, again and again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

__all__ = ["repeated"]


def repeated(path: Path, rows: pd.DataFrame, n_times: int) -> None:
    """Write a CSV file with all the rows so many times under one header."""
    header, *lines = rows.to_csv(index=False).splitlines(keepends=True)
    text = "".join(lines)
    with path.open("w") as file:
        file.write(header)
        for _ in range(n_times):
            file.write(text)
