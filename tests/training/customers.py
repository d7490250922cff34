"""A made-up table to train on."""

import numpy as np
import pandas as pd

TARGETS = {"yes/no": "churned", "classes": "plan", "amount": "spent"}
"""By task."""


def customers(n_rows: int = 240, seed: int = 0) -> pd.DataFrame:
    """Made-up customers with every kind of column that a plain read_csv can hold."""
    generator = np.random.default_rng(seed)

    def some(values, share_blank: float = 0.0) -> pd.Series:
        drawn = pd.Series(generator.choice(np.array(values, dtype=object), n_rows), dtype=object)
        drawn[generator.random(n_rows) < share_blank] = None
        return drawn

    frame = pd.DataFrame(
        {
            "customer": [f"C{number:06d}" for number in range(n_rows)],
            "visits": generator.poisson(4, n_rows),
            "income": generator.lognormal(8, 1, n_rows).round(2),
            "age": pd.Series(generator.integers(18, 90, n_rows), dtype="Int64"),
            "active": generator.random(n_rows) < 0.6,
            "newsletter": some([True, False], 0.1),
            "paperless": some([0, 1], 0.1),
            "partner": some(["Yes", "No"], 0.1),
            "branch": some([1, 2, 3, 4]),
            "region": some(["North", "South", "East-West", "Ünter"], 0.1),
            "colour": some(["red", "green"]),
            "always": "same",
        }
    )
    frame.loc[generator.random(n_rows) < 0.1, ["income", "age"]] = None
    strength = (
        (frame["partner"] == "Yes") * 2.0
        + (frame["region"] == "North") * 1.0
        + frame["visits"] / 4
        + generator.normal(scale=0.5, size=n_rows)
    )
    frame["spent"] = (10 * strength).round(2)
    frame["churned"] = np.where(strength > strength.median(), "yes", "no")
    frame["plan"] = pd.qcut(strength, 3, labels=["basic", "more", "most"]).astype(object)
    return frame


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def only(frame: pd.DataFrame, target: str) -> pd.DataFrame:
    return frame.drop(columns=[name for name in TARGETS.values() if name != target])
