import os
import resource
import time

import pytest

from brinery.errors import UnsafePickle
from brinery.safety import door
from brinery.safety.audit import audit, explain
from tools.hostile import MARKER, corpus

MOST_SECONDS, MOST_MEBIBYTES = 2.0, 300
# What is loaded and harmless: its flags and sizes are not taken from the file, but made anew.
HARMLESS = ("dtype with object flag", "dtype with a size")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refused(name, data):
    """Hand one file to the door, in a process of its own; give what it said and what it took."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            door.load(data)
            said = "LOADED"
        except UnsafePickle as error:
            said = str(error)
        except BaseException as error:  # noqa: BLE001  told to the parent
            said = f"RAISED {error!r}"
        took = time.perf_counter() - started
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(write_end, f"{took} {more} {said}".encode()[:4000])
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        answer = pipe.read().decode()
    status = os.waitpid(pid, 0)[1]
    assert status == 0, f"{name}: ended by {status}"
    took, more, said = answer.split(" ", 2)
    return float(took), float(more), said


def check(files):
    wrong, n_files = [], 0
    for name, data in files:
        n_files += 1
        took, more, said = refused(name, data)
        if os.path.exists(MARKER):  # noqa: PTH110  as quick as it can be
            wrong.append(f"{name} ran")
            os.remove(MARKER)  # noqa: PTH107
        is_harmless = said == "LOADED" and any(one in name for one in HARMLESS)
        if said.startswith(("LOADED", "RAISED")) and not is_harmless:
            wrong.append(f"{name}: {said}")
        if took > MOST_SECONDS or more > MOST_MEBIBYTES:
            wrong.append(f"{name}: {took:.1f} s, {more:.0f} MiB")
    assert wrong == []
    return n_files


def test_a_sample_of_hostile_files_is_refused_in_words():
    files = [one for one in corpus() if not one[0].startswith(("bomb: many", "bomb: marks"))]
    assert check(files[::9]) > 140


@pytest.mark.slow
def test_every_hostile_file_is_refused_in_words():
    assert check(corpus()) > 1_300


def test_the_web_process_reads_hostile_files_too():
    for name, data in list(corpus())[::9]:
        found = audit(data)
        assert isinstance(found.allowed, bool), name
    assert not os.path.exists(MARKER)  # noqa: PTH110


def test_the_lesson_explains_hostile_files_too():
    for name, data in list(corpus())[::37]:
        assert explain(data[:2_000]), name


def test_names_of_the_corpus_are_many():
    families = {name.split(":")[0] for name, _ in corpus()}
    assert {"call", "name", "order", "place", "stream", "bomb", "trojan"} <= families


@pytest.mark.parametrize(
    ("module", "words"),
    [("xgboost.sklearn", "model of xgboost"), ("__main__", "written in the notebook")],
)
def test_a_refusal_says_how_to_mend_it(module, words):
    with pytest.raises(UnsafePickle, match=words):
        door.load(f"c{module}\nMine\n)R.".encode())
