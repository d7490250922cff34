"""MLflow's way: the model as a pyfunc; read and written by pandas, for pyfunc takes frames."""

import shutil
import sys
from pathlib import Path

import joblib
import mlflow
import pandas as pd

model, data, out, folder = sys.argv[1:]
saved = Path(folder, f"mlflow {Path(model).stem}")
if not saved.is_dir():
    mlflow.sklearn.save_model(joblib.load(model), saved, pyfunc_predict_fn="predict_proba")
    shutil.rmtree(saved / "__pycache__", ignore_errors=True)
estimator = mlflow.pyfunc.load_model(str(saved))
table = pd.read_csv(data)
shares = pd.DataFrame(estimator.predict(table))
pd.concat([table, shares], axis=1).to_csv(out, index=False)
