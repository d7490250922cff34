"""FLAML on one table, for `benchmarks.quality`; runs in an environment of its own."""

import json
import sys
from pathlib import Path

import pandas as pd
from flaml import AutoML

folder = Path(sys.argv[1])
asked = json.loads((folder / "asked.json").read_text())
learn, held = pd.read_csv(folder / "learn.csv"), pd.read_csv(folder / "held.csv")
for column in held.columns:
    if not pd.api.types.is_numeric_dtype(learn[column]):
        learn[column] = learn[column].astype(str).astype("category")
        levels = learn[column].cat.categories
        held[column] = pd.Categorical(held[column].astype(str), categories=levels)
answers = learn[asked["target"]]
automl = AutoML()
automl.fit(
    learn.drop(columns=asked["target"]),
    answers.astype(float) if asked["is_amount"] else (answers.astype(str)),
    task="regression" if asked["is_amount"] else "classification",
    metric="r2" if asked["is_amount"] else "roc_auc",
    time_budget=asked["seconds"],
    seed=asked["seed"],
    n_jobs=2,
    verbose=0,
)
given = automl.predict(held) if asked["is_amount"] else automl.predict_proba(held)[:, 1]
(folder / "given.json").write_text(json.dumps([float(one) for one in given]))
