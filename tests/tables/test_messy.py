"""Tables as people really save them: read right, or refused."""

import pytest

from tests.tables import messy, messy_books
from tests.tables.scorer import RIGHT, outcome

CASES = [*messy.texts(), *messy_books.books()]
_ALIKE = {"cp850 western"}  # no detector tells it from cp852; a note says so


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.category}-{case.name}")
def test_it_is_read_right_or_refused(case):
    what, detail = outcome(case)
    assert what in RIGHT or (case.name in _ALIKE and what == "noted"), f"{what}: {detail}"


@pytest.mark.parametrize("seed", [10_000, 20_000])
def test_other_seeds_are_no_worse(seed):
    found = [(case, outcome(case)) for case in messy.texts(seed)]
    assert not [case.name for case, (what, _) in found if what == "SILENT"]
    right = sum(what in RIGHT for _, (what, _) in found)
    assert right >= 0.97 * len(found), [(c.name, o) for c, o in found if o[0] not in RIGHT]
