"""The notebook way: read the table, ask for the probabilities, write the table."""

import sys

import joblib
import pandas as pd

model, data, out, _ = sys.argv[1:]
estimator = joblib.load(model)
table = pd.read_csv(data)
shares = estimator.predict_proba(table)
table["prediction"] = estimator.classes_[shares.argmax(axis=1)]
for at, label in enumerate(estimator.classes_):
    table[f"probability {label}"] = shares[:, at]
table.to_csv(out, index=False)
