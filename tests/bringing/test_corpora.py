"""The corpora through the core of the Import page: each file gets an answer, in time and words."""

import io
import itertools
import os
import pickle

import joblib
import pytest

from brinery.bringing.look import Look, look_in_worker
from tests.apart import MOST_MEBIBYTES, MOST_SECONDS, apart
from tools.attacks import attacks
from tools.estimators import fitted
from tools.hostile import HARMLESS, MARKER, corpus
from tools.uncommon import uncommon
from tools.variants import variants

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def answered(data):
    """Look at a file in a process of its own, as a worker would; give what it took and said."""
    found = apart(lambda: look_in_worker(data, ""))
    assert found.status == 0
    return found.processor_seconds, found.mebibytes, found.said


def check(files, *, refused):
    wrong, n_files = [], 0
    for name, data in files:
        n_files += 1
        took, more, said = answered(data)
        if took > MOST_SECONDS or more > MOST_MEBIBYTES:
            wrong.append(f"{name}: {took:.1f} s, {more:.0f} MiB")
        if not said.startswith(b"{"):
            wrong.append(f"{name}: {said[:200]!r}")
            continue
        look = Look.from_bytes(said)
        if look.is_refused != refused or (refused and not look.remedy):
            wrong.append(f"{name}: {look}")
    assert not os.path.exists(MARKER)  # noqa: PTH110
    assert wrong == []
    return n_files


def honest(n=None):
    for source in (fitted(), variants()):
        for name, estimator, _ in itertools.islice(source, n):
            for protocol in (0, 5):
                yield f"{name}, protocol {protocol}", pickle.dumps(estimator, protocol)
            buffer = io.BytesIO()
            joblib.dump(estimator, buffer, compress=3)
            yield f"{name}, joblib", buffer.getvalue()


def test_a_sample_of_hostile_files_is_refused_in_words():
    files = [one for one in corpus() if not any(part in one[0] for part in HARMLESS)]
    assert check(files[::37], refused=True) > 30


@pytest.mark.filterwarnings("ignore")
def test_a_sample_of_honest_files_is_accepted():
    assert check(honest(8), refused=False) == 48


@pytest.mark.corpora
def test_every_hostile_file_is_refused_in_words():
    files = (one for one in corpus() if not any(part in one[0] for part in HARMLESS))
    assert check(files, refused=True) > 1_300


@pytest.mark.corpora
@pytest.mark.filterwarnings("ignore")
def test_every_file_of_the_other_corpora_is_answered():
    n_refused = 0
    for name, data, _ in attacks():
        took, more, said = answered(data)
        assert said.startswith(b"{"), name
        assert took <= MOST_SECONDS, name
        assert more <= MOST_MEBIBYTES, name
        n_refused += Look.from_bytes(said).is_refused
    assert n_refused > 740
    files = ((name, pickle.dumps(estimator, 5)) for name, estimator, _ in uncommon())
    assert check(files, refused=False) > 500


@pytest.mark.corpora
@pytest.mark.filterwarnings("ignore")
def test_every_honest_file_is_accepted():
    assert check(honest(), refused=False) > 900
