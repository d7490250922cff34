import itertools
import os

import pytest

from brinery.errors import UnsafePickle
from brinery.safety import door
from brinery.safety.audit import audit, explain
from tests.apart import MOST_MEBIBYTES, MOST_SECONDS, apart
from tools.hostile import HARMLESS, MARKER, corpus

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def handed(data):
    """Hand one file to the door; give what it said."""
    try:
        door.load(data)
    except UnsafePickle as error:
        return str(error).encode()
    return b"LOADED"


def check(files):
    wrong, n_files = [], 0
    for name, data in files:
        n_files += 1
        found = apart(lambda data=data: handed(data))
        assert found.status == 0, f"{name}: ended by {found.status}"
        said, took, more = found.said.decode(), found.processor_seconds, found.mebibytes
        if os.path.exists(MARKER):  # noqa: PTH110  as quick as it can be
            wrong.append(f"{name} ran")
            os.remove(MARKER)  # noqa: PTH107
        is_harmless = said == "LOADED" and any(one in name for one in HARMLESS)
        if (said == "LOADED" or found.failed) and not is_harmless:
            wrong.append(f"{name}: {said}")
        if took > MOST_SECONDS or more > MOST_MEBIBYTES:
            wrong.append(f"{name}: {took:.1f} s, {more:.0f} MiB")
    assert wrong == []
    return n_files


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, pytest.param(1, marks=pytest.mark.corpora)])
def test_hostile_files_are_refused_in_words(first):
    assert check(itertools.islice(corpus(), first, None, 2)) > 650


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
