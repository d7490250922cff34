import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import brinery
from brinery.report.reproduction import python_of
from brinery.schema.inference import with_kind
from brinery.tables.table import Table
from brinery.training.learnable import infer
from brinery.training.train import train

ROOT = Path(__file__).parents[2]


@pytest.fixture
def table(tmp_path):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "it's": draw.normal(size=120).round(3),
            "grade": draw.integers(1, 5, 120),
            "rows": draw.integers(1, 9, 120),
            "day": pd.date_range("2024-01-01", periods=120).strftime("%Y-%m-%d"),
        }
    )
    frame["paid"] = (frame["it's"] * 3 + frame["grade"] + draw.normal(size=120)).round(2)
    frame.to_csv(tmp_path / "known.csv", index=False)
    return brinery.read(tmp_path / "known.csv")


MEMBERS = [
    {"recipe": "tree", "parameters": {"max_depth": 2}, "weight": 1},
    {"recipe": "linear", "parameters": {}, "weight": 2},
]


@pytest.mark.parametrize(
    "given",
    [
        {"recipe": "blend", "parameters": {"members": MEMBERS}, "refit": True},
        {
            "recipe": "tree",
            "split": "time",
            "split_by": "day",
            "coverage": 0.8,
            "seed": 5,
            "by_group": ["grade", "rows"],
        },
        {"recipe": "boosting", "weights": "rows", "monotonic": {"it's": "up"}},
    ],
)
def test_the_code_run_in_a_fresh_process_gives_the_same_figures_and_answers(table, tmp_path, given):
    schema = with_kind(table, infer(table, target="paid"), "grade", "category")
    model = train(table, "paid", schema=schema, **given)
    code = python_of(model.training, model.schema)
    assert "Set by the modeler" not in code
    more = "import pathlib; pathlib.Path('again.pkl').write_bytes(model.pickled)\n"
    (tmp_path / "again.py").write_text(code + more)
    done = subprocess.run(
        [sys.executable, "again.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().split("\n") == list(model.evaluation.sentences)
    assert (tmp_path / "again.pkl").read_bytes() == model.pickled


def test_where_nothing_was_corrected_the_code_is_short():
    frame = pd.DataFrame({"x": range(60), "z": [1.5, 2.5] * 30, "y": ["a", "b"] * 30})
    model = train(Table.from_pandas(frame, name="few.csv"), "y", recipe="baseline")
    code = python_of(model.training, model.schema)
    assert code.startswith("import brinery\n\ntable = brinery.read('few.csv')\nmodel = ")
    compile(code, "code", "exec")
