"""The second corpus: what is not refused in words does no harm when it is used either."""

import os
import resource
import time

import pytest
from threadpoolctl import threadpool_limits

from brinery.errors import UnsafePickle
from brinery.safety import door
from tools.attacks import attacks
from tools.hostile import MARKER

MOST_SECONDS, MOST_MEBIBYTES = 2.0, 300
METHODS = ("predict", "predict_proba", "transform", "decision_function", "score_samples")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def used(data, rows):
    """Load and use a file in a process of its own; give how that ended and what it took."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        resource.setrlimit(resource.RLIMIT_CPU, (5, 6))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        threadpool_limits(1)  # a forked process waits for ever for threads that it does not have
        started, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            made = door.load(data)
            said = "used"
            for method in METHODS:
                try:
                    getattr(made, method)(rows)
                except MemoryError:
                    raise
                except Exception:  # noqa: BLE001  an error in words answers nobody wrongly
                    continue
        except UnsafePickle as error:
            said = "refused" if error.problem and error.remedy else "refused without words"
        except BaseException as error:  # noqa: BLE001  told to the parent
            said = repr(error)
        took = time.process_time() - started
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(write_end, f"{took} {more} {said}".encode()[:4000])
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        answer = pipe.read().decode()
    status = os.waitpid(pid, 0)[1]
    if status or not answer:
        return f"ended by {status}", 0.0, 0.0
    took, more, said = answer.split(" ", 2)
    return said, float(took), float(more)


def check(files):
    wrong, refused = [], 0
    for name, data, rows in files:
        said, took, more = used(data, rows)
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


def test_a_sample_of_attacks_is_refused_or_does_no_harm(every_attack):
    assert check(every_attack[::9]) > 75


@pytest.mark.slow
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
