"""What known programs export: read right, whatever its size."""

import pytest

from tests.tables.exports import exports
from tests.tables.listings import listings
from tests.tables.scorer import RIGHT, outcome

CASES = [case for seed in range(6) for case in (*exports(seed), *listings(seed))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_export_is_read_right(case):
    what, detail = outcome(case)
    assert what in RIGHT, f"{what}: {detail}"
