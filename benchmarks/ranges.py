"""Whether ranges hold the truth as often as asked, and probabilities come true, over many splits.

python -m benchmarks.ranges [FILE:TARGET …] --recipe linear --splits 20
"""

from __future__ import annotations

import argparse
from itertools import islice

import numpy as np
from sklearn.model_selection import train_test_split

from benchmarks.quality import SHARE, own_tables, read_table
from brinery.evaluation.conformal import calibration_error, limits, possible
from brinery.model.answers import frame as frame_of
from brinery.schema.coercion import coerce, target_values
from brinery.tables.table import Table
from brinery.training.train import train


def main() -> None:
    """Print a line for each table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tables", nargs="*", metavar="FILE:TARGET", help="CSV files and targets")
    parser.add_argument("--recipe", default="linear", help="what is trained (linear)")
    parser.add_argument("--splits", type=int, default=20, help="splits of each table (20)")
    parser.add_argument("--seconds", type=float, default=60, help="time of auto (60)")
    arguments = parser.parse_args()
    print("| table | rows | held, of 100 | fewest of a split | said | calibration error |")
    print("|---|---|---|---|---|---|")
    given = [read_table(one) for one in arguments.tables]
    for name, table, target in given or islice(own_tables(), 3):
        table = table[table[target].notna()]
        held, said, off = [], [], []
        for seed in range(arguments.splits):
            learn, new = train_test_split(table, test_size=SHARE, random_state=seed)
            model = train(
                learn, target, recipe=arguments.recipe, seed=seed, seconds=arguments.seconds
            )
            rows = Table.from_pandas(new)
            places = {column: at for at, column in enumerate(rows.column_names)}
            frame = frame_of(coerce(rows, model.schema, places).features)
            actual, _ = target_values(rows, model.schema)
            ranges = model.evaluation.ranges
            said.append(ranges.measured)
            if model.schema.task == "amount":
                low, high = limits(ranges, model.pipeline.predict(frame))
                held.append(((low <= actual) & (actual <= high)).mean())
                continue
            chances = model.pipeline.predict_proba(frame)
            codes = np.searchsorted(model.pipeline.classes_, actual)
            held.append(possible(ranges, chances)[np.arange(len(codes)), codes].mean())
            off.append(calibration_error(codes, chances))
        error = f"{np.mean(off):.3f}" if off else ""
        print(
            f"| {name} | {len(table)} | {100 * np.mean(held):.1f} | {100 * min(held):.0f} "
            f"| {100 * np.mean(said):.1f} | {error} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
