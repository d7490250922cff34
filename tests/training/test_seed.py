import pandas as pd
import pytest

from brinery.errors import CannotLearn
from brinery.training.train import train


def test_a_seed_that_cannot_be_one_is_refused():
    rows = pd.DataFrame({"x": range(60), "y": ["a", "b"] * 30})
    with pytest.raises(CannotLearn, match=r"The seed is -1\. Take a whole number from 0 to"):
        train(rows, "y", seed=-1)
