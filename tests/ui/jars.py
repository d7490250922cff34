"""The table that the pages are tested with."""

import numpy as np
import pandas as pd


def jars(n: int = 120, seed: int = 3) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    salt = np.round(draw.uniform(1, 8, n), 1)
    days = draw.integers(2, 40, n)
    vinegar = draw.choice(["apple", "malt", "white"], n)
    grams = np.round(300 + 20 * salt - 2 * days + draw.normal(0, 5, n), 1)
    crunchy = np.where((salt > 3) & (days < 25), "yes", "no")
    return pd.DataFrame(
        {
            "jar": [f"J-{i}" for i in range(n)],
            "salt_percent": salt,
            "days": days,
            "vinegar": vinegar,
            "grams": grams,
            "crunchy": crunchy,
        }
    )


def csv(frame: pd.DataFrame, sep: str = ",") -> bytes:
    return frame.to_csv(index=False, sep=sep).encode()
