"""Two made-up business tables, for the example models and for trying things out.

Nothing in them is real: every name, number and date comes from a random generator with a
fixed seed. They look like what an office keeps, though: mixed columns, an identifier, dates,
blanks, and a target that can be learned well but not perfectly.

Run `python examples/make_tables.py FOLDER` to write them as CSV files, each with a second
file of new rows to predict.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["EXAMPLES", "Example", "customers", "deliveries"]


@dataclass(frozen=True)
class Example:
    """A made-up table and the model that the first start trains on it.

    Attributes
    ----------
    name, title, description : str
        The model's name on the shelf, and what it is in words; the description says that
        the table is made up.
    make : callable
        `make(n, seed=…, first=…)` gives a table of `n` records numbered from `first`.
    target : str
        The column to predict.
    seed : int
        The seed of the table and of the training.
    recipe : str
        The recipe to train with; a quick one.
    blemishes : tuple of (int, str, str or float)
        What is wrong in the new rows: row number, column, and what stands there.
    """

    name: str
    title: str
    make: Callable[..., pd.DataFrame]
    target: str
    description: str
    seed: int
    recipe: str
    blemishes: tuple[tuple[int, str, str | float], ...]

    def table(self) -> pd.DataFrame:
        """Give the table to train on, target included, shape (1500, n_columns)."""
        return self.make(seed=self.seed)

    def new_rows(self, n: int = 50) -> pd.DataFrame:
        """Give `n` rows that the model never saw, without the target.

        A few hold what real files hold: a blank, a level that is new, a number out of range.
        """
        rows = self.make(n, seed=self.seed + 1, first=90_001).drop(columns=self.target)
        for row, column, value in self.blemishes:
            if row < n:
                rows[column] = rows[column].astype(object)
                rows.loc[row, column] = value
        return rows


def customers(n: int = 1500, *, seed: int = 7, first: int = 10_001) -> pd.DataFrame:
    """Make up the customers of a telephone and internet company.

    Parameters
    ----------
    n : int
        How many records.
    seed : int
        The same seed gives the same table.
    first : int
        The first customer's number.

    Returns
    -------
    pandas.DataFrame, shape (n, 13)
        One customer a row; the target is `cancelled`, "yes" or "no".
    """
    draw = np.random.default_rng(seed)
    months = np.minimum(1 + draw.gamma(1.4, 17, n).astype(int), 96)
    contract = draw.choice(["monthly", "one year", "two years"], n, p=[0.54, 0.26, 0.20])
    plan = draw.choice(["Basic", "Plus", "Premium"], n, p=[0.45, 0.35, 0.20])
    paid_by = draw.choice(
        ["card", "direct debit", "invoice", "bank transfer"], n, p=[0.35, 0.35, 0.20, 0.10]
    )
    base = pd.Series(plan).map({"Basic": 24.0, "Plus": 41.0, "Premium": 68.0}).to_numpy()
    fee = np.round(base + draw.normal(0, 4, n), 2)
    calls = draw.poisson(1.3, n)
    late = draw.binomial(6, np.where(paid_by == "invoice", 0.22, 0.06))
    satisfaction = np.clip(np.round(4.1 - 0.45 * calls + draw.normal(0, 0.8, n)), 1, 5)
    used = np.round(draw.lognormal(3.2, 0.8, n), 1)
    paperless = draw.choice(["yes", "no"], n, p=[0.62, 0.38])

    leaning = (
        -2.7
        + np.where(contract == "monthly", 2.4, np.where(contract == "one year", 0.0, -1.6))
        + 1.15 * (calls - 1.3)
        + 0.8 * late
        - 0.85 * (satisfaction - 3.5)
        - 0.045 * (months - 24)
        + 0.035 * (fee - 38)
        + np.where((plan == "Premium") & (used < 15), 1.6, 0.0)
    )
    cancelled = draw.random(n) < 1 / (1 + np.exp(-leaning))
    signed_up = pd.Timestamp("2026-06-30") - pd.to_timedelta(
        months * 30 + draw.integers(0, 30, n), unit="D"
    )
    return pd.DataFrame(
        {
            "customer_id": [f"C-{number}" for number in range(first, first + n)],
            "signed_up": signed_up.strftime("%Y-%m-%d"),
            "region": draw.choice(["North", "South", "East", "West"], n),
            "plan": plan,
            "contract": contract,
            "paid_by": _blank(paid_by, 0.02, draw),
            "paperless": paperless,
            "monthly_fee": fee,
            "months": months,
            "support_calls": calls,
            "late_payments": late,
            "satisfaction": _blank(satisfaction, 0.18, draw),
            "data_used_gb": _blank(used, 0.06, draw),
            "cancelled": np.where(cancelled, "yes", "no"),
        }
    )


def deliveries(n: int = 1500, *, seed: int = 11, first: int = 500_001) -> pd.DataFrame:
    """Make up the deliveries of a mail-order company.

    Parameters
    ----------
    n : int
        How many records.
    seed : int
        The same seed gives the same table.
    first : int
        The first order's number.

    Returns
    -------
    pandas.DataFrame, shape (n, 11)
        One delivery a row; the target is `delivery_days`, in days to one decimal place.
    """
    draw = np.random.default_rng(seed)
    ordered_on = pd.Timestamp("2026-01-01") + pd.to_timedelta(draw.integers(0, 180, n), unit="D")
    weekday = ordered_on.strftime("%A").to_numpy()
    warehouse = draw.choice(["Harbour", "Midland", "Airport"], n, p=[0.40, 0.35, 0.25])
    carrier = draw.choice(["Swift", "Parcelway", "Kestrel", "Postal"], n, p=[0.3, 0.3, 0.2, 0.2])
    distance = np.round(draw.gamma(2.2, 140, n) + 5, 0)
    weight = np.round(draw.lognormal(0.9, 0.9, n), 2)
    items = 1 + draw.poisson(1.6, n)
    express = draw.choice(["yes", "no"], n, p=[0.28, 0.72])
    value = np.round(items * draw.lognormal(3.1, 0.5, n), 2)

    days = (
        1.2
        + 0.0052 * distance
        + 0.10 * weight
        + 0.15 * items
        + pd.Series(carrier)
        .map({"Swift": 0.0, "Parcelway": 0.7, "Kestrel": 1.3, "Postal": 2.2})
        .to_numpy()
        + pd.Series(warehouse).map({"Harbour": 0.5, "Midland": 0.0, "Airport": -0.3}).to_numpy()
        + np.where(np.isin(weekday, ["Friday", "Saturday"]), 1.2, 0.0)
        - np.where(express == "yes", 1.6, 0.0)
        + draw.gamma(2.0, 0.45, n)
    )
    return pd.DataFrame(
        {
            "order_id": [f"D{number}" for number in range(first, first + n)],
            "ordered_on": ordered_on.strftime("%Y-%m-%d"),
            "weekday": weekday,
            "warehouse": warehouse,
            "carrier": _blank(carrier, 0.01, draw),
            "distance_km": distance.astype(int),
            "weight_kg": _blank(weight, 0.05, draw),
            "items": items,
            "express": express,
            "order_value": value,
            "delivery_days": np.round(np.maximum(days, 0.5), 1),
        }
    )


def _blank(values: np.ndarray, share: float, draw: np.random.Generator) -> pd.Series:
    return pd.Series(values).mask(draw.random(len(values)) < share)


EXAMPLES = (
    Example(
        name="customer-cancellation",
        title="Will a customer cancel?",
        make=customers,
        target="cancelled",
        description=(
            "Says whether a customer will cancel the contract. "
            "An example: the customers that it learned from are made up."
        ),
        seed=7,
        recipe="boosting",
        blemishes=(
            (3, "monthly_fee", ""),
            (11, "contract", "three years"),
            (24, "support_calls", 45),
        ),
    ),
    Example(
        name="delivery-days",
        title="How many days will a delivery take?",
        make=deliveries,
        target="delivery_days",
        description=(
            "Says how many days a delivery will take. "
            "An example: the deliveries that it learned from are made up."
        ),
        seed=11,
        recipe="linear",
        blemishes=(
            (5, "carrier", "Pigeon Post"),
            (17, "distance_km", 25_000),
            (30, "weight_kg", "about 3"),
        ),
    ),
)
"""The examples of the first start: a yes/no question and an amount."""


def main(folder: Path) -> None:
    """Write every example's table and its new rows into `folder` as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for example in EXAMPLES:
        for name, frame in (
            (example.name, example.table()),
            (f"{example.name}-new", example.new_rows()),
        ):
            frame.to_csv(folder / f"{name}.csv", index=False)
            print(f"{folder / name}.csv: {len(frame)} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("examples"))
