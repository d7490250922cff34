"""How good `auto` is beside plain recipes and FLAML, on rows that none of them saw.

    python -m benchmarks.quality [FILE:TARGET …] --seconds 60 --flaml .venv-flaml/bin/python

Each table is split into seven tenths to learn from and three tenths to measure on, by the area
under the ROC curve (two labels) or R² (amounts); with `--splits`, several times, and the mean
counts: on few rows one split decides little. The plain recipes are what anyone would
write first. FLAML runs in an environment of its own, where there is one. Without files, the
tables are scikit-learn's own and made-up ones.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import compose, datasets, ensemble, impute, linear_model, pipeline, preprocessing
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import train_test_split

from brinery.evaluation.threads import quiet_threads
from brinery.model.answers import frame as frame_of
from brinery.schema.coercion import coerce
from brinery.tables.table import Table
from brinery.training.train import train

PLAIN = ("linear", "forest", "boosting")
SHARE = 0.3


def own_tables() -> Iterator[tuple[str, pd.DataFrame, str]]:
    """Yield (name, table, target) for tables that come with scikit-learn or are made up."""
    yield "diabetes", datasets.load_diabetes(as_frame=True).frame, "target"
    yield "breast cancer", datasets.load_breast_cancer(as_frame=True).frame, "target"
    wine = datasets.load_wine(as_frame=True).frame.drop(columns=["proline", "flavanoids"])
    yield "wine", wine.assign(target=(wine["target"] == 1).astype(int)), "target"
    X, y = datasets.make_friedman1(3000, noise=2.0, random_state=0)
    yield "friedman", _made(X, y), "y"
    X, y = datasets.make_classification(
        4000, 25, n_informative=8, n_redundant=4, flip_y=0.15, class_sep=0.7, random_state=1
    )
    yield "classification", _made(X, y), "y"


def _made(X: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(X, columns=[f"x{n}" for n in range(X.shape[1])]).assign(y=y)


def main() -> None:
    """Print a line for each table and the means."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tables", nargs="*", metavar="FILE:TARGET", help="CSV files and targets")
    parser.add_argument("--seconds", type=float, default=60, help="time for a table (60)")
    parser.add_argument("--seed", type=int, default=0, help="of the split and the training (0)")
    parser.add_argument("--splits", type=int, default=1, help="splits of each table (1)")
    parser.add_argument("--flaml", type=Path, help="the Python of an environment with FLAML")
    arguments = parser.parse_args()
    flaml = arguments.flaml if arguments.flaml and arguments.flaml.exists() else None
    if flaml is None:
        print("FLAML is left out: name the Python of an environment that has it by --flaml.")
    names = ["auto", *PLAIN, *(["flaml"] if flaml else [])]
    print(f"| table | rows | {' | '.join(names)} | auto chose |")
    print("|---" * (len(names) + 3) + "|")
    rows = []
    given = [read_table(one) for one in arguments.tables]
    for name, table, target in given or own_tables():
        found = [
            _measure(table, target, arguments.seconds, arguments.seed + split, flaml)
            for split in range(arguments.splits)
        ]
        rows.append([np.mean([scores[one] for scores, _ in found]) for one in names])
        said = " | ".join(f"{one:.3f}" for one in rows[-1])
        chose = ", ".join(dict.fromkeys(one for _, one in found))
        print(f"| {name} | {len(table)} | {said} | {chose} |", flush=True)
    means = " | ".join(f"{one:.4f}" for one in np.mean(rows, axis=0))
    print(f"| mean | | {means} | |")
    best = np.max([row[1 : 1 + len(PLAIN)] for row in rows], axis=1)
    print(f"\nThe best plain recipe of each table: {best.mean():.4f}; auto is below it by more")
    print(f"than 0.005 on {sum(row[0] < one - 0.005 for row, one in zip(rows, best, strict=True))}")


def read_table(text: str) -> tuple[str, pd.DataFrame, str]:
    """Read what "FILE:TARGET" names: give the table's name, the table and its target."""
    path, _, target = text.rpartition(":")
    return Path(path).stem, pd.read_csv(path), target


def _measure(
    table: pd.DataFrame, target: str, seconds: float, seed: int, flaml: Path | None
) -> tuple[dict[str, float], str]:
    table = table[table[target].notna()].reset_index(drop=True)
    labels = np.unique(table[target].astype(str))
    is_amount = len(labels) > 2
    learn, held = train_test_split(
        table,
        test_size=SHARE,
        random_state=seed,
        stratify=None if is_amount else table[target],
    )
    actual = (
        held[target].to_numpy(float)
        if is_amount
        else (held[target].astype(str) == labels[1]).to_numpy(int)
    )

    def score(given: np.ndarray) -> float:
        return float((r2_score if is_amount else roc_auc_score)(actual, given))

    model = train(learn, target, recipe="auto", seconds=seconds, seed=seed)
    rows = Table.from_pandas(held)
    positions = {name: at for at, name in enumerate(rows.column_names)}
    frame = frame_of(coerce(rows, model.schema, positions).features)
    scores = {"auto": score(_asked(model.pipeline, frame, is_amount=is_amount))}
    numbers = learn[target].astype(float) if is_amount else learn[target].astype(str)
    for name in PLAIN:
        plain = _plain(name, learn.drop(columns=target), is_amount=is_amount, seed=seed)
        with quiet_threads():
            plain.fit(learn.drop(columns=target), numbers)
            scores[name] = score(_asked(plain, held.drop(columns=target), is_amount=is_amount))
    if flaml is not None:
        scores["flaml"] = score(_by_flaml(flaml, learn, held, target, seconds, seed, is_amount))
    assert model.training is not None
    return scores, model.training.recipe


def _asked(model: Any, frame: pd.DataFrame, *, is_amount: bool) -> np.ndarray:
    return np.asarray(model.predict(frame) if is_amount else model.predict_proba(frame)[:, 1])


def _plain(name: str, frame: pd.DataFrame, *, is_amount: bool, seed: int) -> Any:
    """Make what anyone would write first: defaults, blanks filled, levels as 0/1 or in order."""
    numbers = frame.select_dtypes("number").columns.tolist()
    words = [column for column in frame.columns if column not in numbers]
    text = ("text", preprocessing.FunctionTransformer(_as_text))
    blank = ("blanks", impute.SimpleImputer(strategy="median"))
    order = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    levels = preprocessing.OneHotEncoder(handle_unknown="ignore", min_frequency=2)
    is_linear = name == "linear"
    steps = {
        "linear": [blank, ("scale", preprocessing.StandardScaler())],
        "forest": [blank],
        "boosting": [("as_is", preprocessing.FunctionTransformer())],
    }[name]
    prepare = compose.ColumnTransformer(
        [
            ("numbers", pipeline.Pipeline(steps), numbers),
            ("words", pipeline.Pipeline([text, ("code", levels if is_linear else order)]), words),
        ]
    )
    kinds = {
        "linear": (linear_model.Ridge(), linear_model.LogisticRegression(max_iter=2000)),
        "forest": (
            ensemble.RandomForestRegressor(300, random_state=seed, n_jobs=-1),
            ensemble.RandomForestClassifier(300, random_state=seed, n_jobs=-1),
        ),
        "boosting": (
            ensemble.HistGradientBoostingRegressor(random_state=seed),
            ensemble.HistGradientBoostingClassifier(random_state=seed),
        ),
    }
    return pipeline.Pipeline([("prepare", prepare), ("model", kinds[name][0 if is_amount else 1])])


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), "").astype(str)


def _by_flaml(
    python: Path,
    learn: pd.DataFrame,
    held: pd.DataFrame,
    target: str,
    seconds: float,
    seed: int,
    is_amount: bool,
) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        learn.to_csv(Path(folder, "learn.csv"), index=False)
        held.drop(columns=target).to_csv(Path(folder, "held.csv"), index=False)
        asked = {"target": target, "seconds": seconds, "seed": seed, "is_amount": is_amount}
        Path(folder, "asked.json").write_text(json.dumps(asked))
        script = Path(__file__).with_name("quality_flaml.py")
        started = time.monotonic()
        done = subprocess.run([python, script, folder], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(
                f"FLAML failed after {time.monotonic() - started:.0f} s:\n{done.stderr}"
            )
        return np.array(json.loads(Path(folder, "given.json").read_text()))


if __name__ == "__main__":
    main()
