import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from brinery.evaluation.threshold import Aim, Threshold, called
from brinery.scoring.surest import Surest


def answered(said):
    other = pa.array([1 - one for one in said], pa.float64())
    return pa.table({"probability 0.0": other, "probability 1.0": pa.array(said, pa.float64())})


@given(
    parts=st.lists(st.lists(st.integers(0, 6).map(lambda n: n / 6), max_size=9), max_size=9),
    n_rows=st.integers(1, 40),
)
def test_part_by_part_the_rows_are_called_that_are_called_of_the_whole(parts, n_rows):
    own = Threshold("1", Aim("rows", (n_rows,)), 0.0, n_rows=n_rows)
    surest = Surest(own, ("0", "1"))
    for part in parts:
        surest.see(answered(part))
    found = [called(surest.threshold_of(answered(part)), np.array(part)) for part in parts]
    whole = called(own, np.array([one for part in parts for one in part]))
    assert [bool(one) for part in found for one in part] == whole.tolist()
