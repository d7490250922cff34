"""The second corpus: what is not refused in words does no harm when it is used either."""

import os
import resource

import pytest
from threadpoolctl import threadpool_limits

from brinery.errors import UnsafePickle
from brinery.safety import door
from tests.apart import MOST_MEBIBYTES, MOST_SECONDS, apart
from tools.attacks import attacks
from tools.estimators import METHODS
from tools.hostile import MARKER

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def used(data, rows):
    """Load and use a file; give how that ended."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_CPU, (5, 6))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threadpool_limits(1)  # a forked process waits for ever for threads that it does not have
    try:
        made = door.load(data)
    except UnsafePickle as error:
        return b"refused" if error.problem and error.remedy else b"refused without words"
    for method in METHODS:
        try:
            getattr(made, method)(rows)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  an error in words answers nobody wrongly
            continue
    return b"used"


def check(files):
    wrong, refused = [], 0
    for name, data, rows in files:
        found = apart(lambda data=data, rows=rows: used(data, rows))
        said = f"ended by {found.status}" if found.status else found.said.decode()
        took, more = found.processor_seconds, found.mebibytes
        refused += said == "refused"
        if said not in ("refused", "used") or took > MOST_SECONDS or more > MOST_MEBIBYTES:
            wrong.append(f"{name}: {said}, {took:.1f} s, {more:.0f} MiB")
        if os.path.exists(MARKER):  # noqa: PTH110
            wrong.append(f"{name} ran")
            os.remove(MARKER)  # noqa: PTH107
    assert wrong == []
    return refused


@pytest.fixture(scope="module")
def every_attack():
    return list(attacks())


@pytest.mark.slow
def test_attacks_are_refused_or_do_no_harm(every_attack):
    """Every second one: of two that differ in the protocol alone, each time the other."""
    assert check(one for at, one in enumerate(every_attack) if at // 2 % 2 == at % 2) > 370


@pytest.mark.corpora
def test_every_attack_is_refused_or_does_no_harm(every_attack):
    assert check(every_attack) > 740


@pytest.mark.parametrize(
    "part",
    [
        "KNeighborsClassifier, wide points",  # compiled code reads beyond each row
        "RadiusNeighborsClassifier, narrow points",
        "KNeighborsRegressor, wide points",
        "powers, n_output_features_ 99",  # memory that nobody cleared would be the answer
        "powers, _n_out_full 1000000000",
        "powers of fifty columns",
        "spline, another number",
        "samples without end",
        "kernel with ['n_jobs']",
    ],
)
def test_what_compiled_code_would_follow_is_refused(every_attack, part):
    found = [data for name, data, _ in every_attack if part in name]
    assert found
    for data in found:
        with pytest.raises(UnsafePickle):
            door.load(data)
