"""The floor: the same bytes read and written by the fastest reader and writer, and the estimator.

The estimator is asked with a matrix that is ready, on all cores; nothing is checked, and no
text becomes a number.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.csv

model, data, out, folder = sys.argv[1:]
estimator = joblib.load(model)[-1]
matrix = np.load(Path(folder, f"{Path(model).stem} {Path(data).stem}.npy"), mmap_mode="r")
with Path(data).open() as file:
    names = file.readline().strip().split(",")
text = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
table = pyarrow.csv.read_csv(data, convert_options=text)
parts = np.array_split(np.arange(len(matrix)), 4 * (os.cpu_count() or 1))
with ThreadPoolExecutor(os.cpu_count()) as threads:
    asked = threads.map(lambda part: estimator.predict_proba(matrix[part[0] : part[-1] + 1]), parts)
    shares = np.concatenate(list(asked))
table = table.append_column(
    "prediction", pa.array(estimator.classes_[shares.argmax(axis=1)].astype(str))
)
for at, label in enumerate(estimator.classes_):
    table = table.append_column(f"probability {label}", pa.array(shares[:, at]))
pyarrow.csv.write_csv(table, out)
