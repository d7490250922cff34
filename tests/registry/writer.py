"""Saves a tiny model again and again until it is killed; run by test_kill.py.

Usage: writer.py MODELS KEY LOG. A line "saved N" is written to LOG for each finished save.
"""

import itertools
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

from brinery.model.brought import model_of_brought
from brinery.registry.save import save
from brinery.settings import Settings
from brinery.worker.pool import Pool


def main(models: str, key: str, log: str) -> None:
    frame = pd.DataFrame({"x": np.arange(30.0)})
    several = [
        model_of_brought(LinearRegression().fit(frame, slope * frame["x"]), frame)
        for slope in (1.0, 2.0, 3.0)
    ]
    settings = Settings(models=models, key_path=Path(key), n_workers=1)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    with Pool(settings) as pool:
        for model in itertools.cycle(several):
            ref = save(model, name="bread", models=models, settings=settings, pool=pool)
            os.write(told, f"saved {ref.version}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
