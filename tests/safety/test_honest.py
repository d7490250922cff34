import contextlib
import io
import pickle
from functools import cache

import cloudpickle
import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from brinery.errors import UnsafePickle
from brinery.safety import door
from tools.estimators import METHODS, fitted
from tools.uncommon import functions, routed, searches, uncommon
from tools.variants import variants

COMPRESSIONS = (0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3))


@cache
def every_model():
    return list(fitted())


def joblib_bytes(value, compress):
    buffer = io.BytesIO()
    joblib.dump(value, buffer, compress=compress)
    return buffer.getvalue()


def forms(value, protocols=range(6), compressions=COMPRESSIONS):
    for protocol in protocols:
        yield f"protocol {protocol}", pickle.dumps(value, protocol)
    for compress in compressions:
        yield f"joblib {compress}", joblib_bytes(value, compress)


def answers(estimator, features):
    found = []
    for method in METHODS:
        if not hasattr(estimator, method):
            continue
        try:
            given = getattr(estimator, method)(features)
        except Exception as error:  # noqa: BLE001  then both must fail alike
            found.append((method, type(error).__name__))
            continue
        for one in given if isinstance(given, list) else [given]:
            array = one.toarray() if hasattr(one, "toarray") else np.asarray(one)
            is_plain = array.dtype != object
            found.append((method, array.tobytes() if is_plain else repr(array.tolist())))
    return found


def check(models, protocols, compressions):
    n_files = 0
    for name, estimator, features in models:
        before = answers(pickle.loads(pickle.dumps(estimator)), features)
        for how, data in forms(estimator, protocols, compressions):
            n_files += 1
            loaded = door.load(data)
            assert type(loaded) is type(estimator), (name, how)
            assert answers(loaded, features) == before, (name, how)
    return n_files


@pytest.mark.filterwarnings("ignore")  # of small data, by scikit-learn
def test_models_of_many_settings_pass_and_answer_as_before():
    assert check(variants(), (0, 5), (("zlib", 1),)) > 300


@pytest.mark.filterwarnings("ignore")
def test_models_of_uncommon_settings_pass_and_answer_as_before():
    parts = (functions, routed, searches)
    assert check((one for part in parts for one in part()), (0, 5), (("zlib", 1),)) > 180


@pytest.mark.corpora
@pytest.mark.filterwarnings("ignore")
def test_every_option_of_every_estimator_passes_and_answers_as_before():
    assert check(uncommon(), (2, 5), ()) > 1_000


@pytest.mark.filterwarnings("ignore")
def test_what_cloudpickle_writes_of_importable_things_passes():
    for name, estimator, features in every_model()[::12]:
        loaded = door.load(cloudpickle.dumps(estimator))
        before = answers(pickle.loads(pickle.dumps(estimator)), features)
        assert answers(loaded, features) == before, name


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_estimator_passes_and_answers_as_before():
    assert check(every_model(), (2, 5), (("lzma", 3),)) > 700


@pytest.mark.corpora
@pytest.mark.filterwarnings("ignore")
def test_every_estimator_in_every_form_passes_and_answers_as_before():
    assert check(every_model(), range(6), COMPRESSIONS) > 2_900
    assert check(variants(), range(6), COMPRESSIONS) > 1_200


@pytest.mark.filterwarnings("ignore:Class .* is deprecated:FutureWarning")
def test_what_is_built_has_the_attributes_that_plain_loading_gives():
    for name, estimator, _ in every_model():
        data = pickle.dumps(estimator, 5)
        built, plain = door.load(data), pickle.loads(data)
        assert vars(built).keys() == vars(plain).keys(), name


def test_lz4_is_refused_in_words():
    with pytest.raises(UnsafePickle, match="LZ4"):
        door.load(b"\x04\x22\x4d\x18" + b"x" * 40)


def test_shared_parts_stay_shared_and_circles_stay_closed():
    one = [1]
    first, second = door.load(pickle.dumps((one, one)))
    assert first is second
    array = np.arange(5.0)
    first, second = door.load(pickle.dumps((array, array)))
    assert first is second


def test_arrays_come_back_as_they_were():
    for array in (
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2),
        np.array(["a", "Ü"]),
        np.array([b"a", b"bc"]),
        np.zeros((0, 3)),
        np.array(3.5),
        np.array([True, False]),
        np.array([1, None, "x"], dtype=object),
        np.array(["2026-01-01"], dtype="datetime64[D]"),
        np.arange(3, dtype=">i4"),
        np.zeros(2, dtype=[("a", "i4"), ("b", "f8", (1,))][:1]),
    ):
        for how, data in forms(array):
            found = door.load(data)
            assert found.dtype == array.dtype, how
            np.testing.assert_array_equal(found, array, how)
            assert found.flags.writeable, how


TREE = DecisionTreeClassifier(random_state=0).fit([[1.0], [2.0], [3.0]], [0, 1, 0])
TEXT = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(["salt", "dill"], [0, 1])
HONEST = [data for value in (TREE, TEXT) for _, data in forms(value, (0, 2, 5), (0,))]


@settings(max_examples=400, deadline=2_000, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_pickle_is_an_object_or_refused(data):
    pickled = bytearray(data.draw(st.sampled_from(HONEST)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(pickled) - 1))
        kind = data.draw(st.sampled_from(["change", "drop", "double", "cut", "swap"]))
        if kind == "change":
            pickled[place] = data.draw(st.integers(0, 255))
        elif kind == "drop":
            del pickled[place : place + data.draw(st.integers(1, 9))]
        elif kind == "double":
            end = place + data.draw(st.integers(1, 40))
            pickled[place:place] = pickled[place:end]
        elif kind == "cut":
            del pickled[place + 1 :]
        else:
            other = data.draw(st.integers(0, len(pickled) - 1))
            pickled[place], pickled[other] = pickled[other], pickled[place]
        if not pickled:
            return
    with contextlib.suppress(UnsafePickle):
        door.load(bytes(pickled))
