import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
sys.path.insert(0, {root!r})
import io, pickle, copy
from collections import OrderedDict
from brinery.safety.guard import forbid_unpickling
pickled = pickle.dumps(OrderedDict(a=1))
forbid_unpickling()
{attempt}
"""


def run(attempt):
    program = PROGRAM.format(root=str(ROOT), attempt=attempt)
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "attempt",
    [
        "pickle.loads(pickled)",
        "pickle._loads(pickled)",
        "pickle.Unpickler(io.BytesIO(pickled)).load()",
        "import joblib; joblib.load(io.BytesIO(pickled))",
        "import pandas; pandas.read_pickle(io.BytesIO(pickled))",
        "import numpy; numpy.load(io.BytesIO(pickled), allow_pickle=True)",
        "from brinery.safety import door; door.load(pickled)",
    ],
)
def test_no_library_can_unpickle_afterwards(attempt):
    done = run(attempt)
    assert done.returncode == 1
    assert "does not unpickle" in done.stderr
    assert "OrderedDict" in done.stderr


def test_everything_else_goes_on():
    done = run("print(copy.deepcopy(OrderedDict(a=1)), len(pickle.dumps(OrderedDict())) > 0)")
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout
