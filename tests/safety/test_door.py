import builtins
import collections
import copyreg
import operator
import os
import pickle
import struct
import subprocess
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pytest
import scipy.stats
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression

from brinery.errors import UnsafePickle
from brinery.safety import door
from brinery.safety.audit import Audit, audit
from brinery.safety.machine import read
from brinery.safety.stream import plain

MARKER = "it_ran"


class Calls:
    """Pickled, it is a call of `call` with `args`, and may be filled with `state`."""

    def __init__(self, call, *args, state=None):
        self.parts = (call, args) if state is None else (call, args, state)

    def __reduce__(self):
        return self.parts


def text(value):
    return b"\x8c" + bytes([len(value)]) + value.encode()


def stack_global(module, name):
    return text(module) + text(name) + b"\x93"


TOUCH = f"touch {MARKER}"
PYTHON = f"open('{MARKER}', 'w').close()"
PROTO = b"\x80\x04"
SYSTEM = stack_global("os", "system")
CALL = text(TOUCH) + b"\x85R"


def _object_array(element):
    array = np.empty(1, dtype=object)
    array[0] = element
    return array


def _with_attribute(value):
    model = LinearRegression()
    model.harmless = value
    return model


HOSTILE = {
    "os.system": (pickle.dumps(Calls(os.system, TOUCH)), "system"),
    "os.system, protocol 0": (pickle.dumps(Calls(os.system, TOUCH), 0), "system"),
    "eval": (pickle.dumps(Calls(eval, PYTHON)), r"builtins\.eval"),
    "exec": (pickle.dumps(Calls(exec, PYTHON)), r"builtins\.exec"),
    "exec as Python 2 has it": (
        b"c__builtin__\nexec\n(V" + PYTHON.encode() + b"\ntR.",
        r"__builtin__\.exec",
    ),
    "open": (pickle.dumps(Calls(open, MARKER, "w")), r"open"),
    "subprocess": (pickle.dumps(Calls(subprocess.check_call, ["touch", MARKER])), "subprocess"),
    "import": (pickle.dumps(Calls(__import__, "antigravity")), r"__import__"),
    "partial": (pickle.dumps(Calls(partial(os.system, TOUCH))), r"system"),
    "partial of a listed function": (pickle.dumps(partial(np.mean, [1.0])), "call for later"),
    "itemgetter": (pickle.dumps(operator.itemgetter(0)), "itemgetter"),
    "map": (pickle.dumps(Calls(builtins.map, os.system, [TOUCH])), "map"),
    "INST": (b"(S'" + TOUCH.encode() + b"'\nios\nsystem\n.", r"os\.system"),
    "OBJ": (PROTO + b"(" + SYSTEM + text(TOUCH) + b"o.", r"os\.system"),
    "NEWOBJ": (PROTO + stack_global("subprocess", "Popen") + CALL[:-1] + b"\x81.", "Popen"),
    "a distribution of the user's own": (
        pickle.dumps(scipy.stats.rv_histogram(np.histogram([1.0, 2.0]))),
        r"scipy\.stats",
    ),
    "dotted name": (PROTO + stack_global("sklearn.base", "os.system") + CALL + b".", r"os\.system"),
    "dotted class": (
        PROTO + stack_global("numpy", "ndarray.tofile") + b")R.",
        r"numpy\.ndarray\.tofile",
    ),
    "a name of two memo entries": (
        PROTO + text("os") + b"\x94" + text("system") + b"\x940h\x00h\x01\x93" + CALL + b".",
        r"os\.system",
    ),
    "a name that is computed": (
        PROTO + text("os") + stack_global("builtins", "str") + text("system") + b"\x85R\x93.",
        "works out a name",
    ),
    "getattr of a module's function": (
        PROTO
        + stack_global("builtins", "getattr")
        + stack_global("numpy", "mean")
        + text("__globals__")
        + b"\x86R.",
        "'__globals__'",
    ),
    "getattr of a class": (
        PROTO
        + stack_global("builtins", "getattr")
        + stack_global("builtins", "object")
        + text("__subclasses__")
        + b"\x86R)R.",
        "makes as it goes",
    ),
    "persistent id": (b"Pwhatever\n.", "kept outside"),
    "persistent id, binary": (PROTO + text("x") + b"Q.", "kept outside"),
    "a buffer from outside": (b"\x80\x05\x97.", "stored outside"),
    "in a list of a model": (
        pickle.dumps(_with_attribute([{"deep": Calls(os.system, TOUCH)}])),
        "system",
    ),
    "in an object array": (pickle.dumps(_object_array(Calls(os.system, TOUCH))), "system"),
    "in the state of an allowed class": (
        pickle.dumps(Calls(DummyClassifier, state={"strategy": Calls(os.system, TOUCH)})),
        "system",
    ),
    "a default factory": (pickle.dumps(collections.defaultdict(os.getcwd)), "getcwd"),
    "before the damage": (PROTO + SYSTEM + CALL + b"\xff\xff", "system|damaged"),
    "a reconstructor with a class of ours": (
        PROTO
        + stack_global("copyreg", "_reconstructor")
        + stack_global("builtins", "getattr")
        + stack_global("builtins", "object")
        + b"N\x87R.",
        "in a way that no honest|hidden way|no honest pickle",
    ),
    "a reconstructor with another base": (
        PROTO
        + stack_global("copyreg", "_reconstructor")
        + stack_global("builtins", "int")
        + stack_global("builtins", "str")
        + text("7")
        + b"\x87R.",
        "in a way that no honest",
    ),
    "a codec": (
        PROTO + stack_global("_codecs", "encode") + text("uryyb") + text("rot13") + b"\x86R.",
        "codec",
    ),
    "a memory map": (pickle.dumps(Calls(np.memmap, MARKER, "uint8", "w+")), "memmap"),
    "numpy's load": (pickle.dumps(Calls(np.load, MARKER)), "load"),
    "numpy's private runner": (
        PROTO + stack_global("numpy.testing._private.utils", "runstring") + b")R.",
        "runstring",
    ),
    "joblib's load": (pickle.dumps(Calls(joblib.load, MARKER)), "load"),
    "pickle's own loads": (pickle.dumps(Calls(pickle.loads, b"N.")), "loads"),
    "a dtype with a field of hostile title": (
        pickle.dumps(Calls(np.dtype, [((Calls(os.system, TOUCH), "a"), "i4")])),
        "system",
    ),
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pickle_is_refused_by_name_and_nothing_of_it_runs(name, tmp_path):
    pickled, words = HOSTILE[name]
    with pytest.raises(UnsafePickle, match=words):
        door.load(pickled)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["os.system", "eval", "exec", "subprocess", "INST", "OBJ", "before the damage"]
)
def test_the_hostile_pickles_would_run_if_they_were_let_in(name, tmp_path):
    try:
        pickle.loads(HOSTILE[name][0])
    except pickle.UnpicklingError:
        assert name == "before the damage"
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]


def test_extension_codes_are_refused_even_where_they_are_known(tmp_path):
    copyreg.add_extension("os", "system", 240)
    try:
        pickled = PROTO + b"\x82\xf0" + CALL + b"."
        with pytest.raises(UnsafePickle, match="by number"):
            door.load(pickled)
    finally:
        copyreg.remove_extension("os", "system", 240)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "pickled",
    [
        b"",
        b"not a pickle at all",
        b".",
        b"N",
        b"0.",
        b"\x80\x05K\x01h\x07.",
        b"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\x7fN.",
        b"\x80\x05\x8e" + struct.pack("<Q", 2**60) + b"x.",
        b"\x80\x05\x8e" + struct.pack("<Q", 2**63) + b"x.",
        b"\x80\x05N\x8b" + struct.pack("<i", -5) + b".",
        b"\x80\xffN.",
    ],
)
def test_what_is_no_whole_pickle_is_refused_in_words(pickled):
    with pytest.raises(
        UnsafePickle, match=r"whole pickle|left behind|far more|is empty|no model but"
    ):
        door.load(pickled)


@pytest.mark.parametrize("code", [b"r", b"p"])
def test_a_memo_that_asks_for_all_memory_is_refused(code):
    place = struct.pack("<I", 2**32 - 1) if code == b"r" else b"4294967295\n"
    with pytest.raises(UnsafePickle, match="far more room"):
        door.load(b"\x80\x04N" + code + place + b".")


def test_every_cut_of_a_model_is_refused():
    pickled = pickle.dumps(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), 5)
    for end in range(1, len(pickled)):
        with pytest.raises(UnsafePickle, match=r"whole pickle"):
            door.load(pickled[:end])


def test_bytes_after_the_end_are_refused():
    with pytest.raises(UnsafePickle, match="8 bytes follow"):
        door.load(pickle.dumps(LinearRegression()) + b"N.N.N.N.")


def test_a_pickle_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("brinery.safety.stream.MAX_PICKLE_BYTES", 10)
    with pytest.raises(UnsafePickle, match="larger than"):
        door.load(pickle.dumps(list(range(100))))


def test_a_name_that_the_libraries_lack_is_told_as_such():
    pickled = PROTO + stack_global("sklearn.linear_model._sgd_fast", "SquaredLoss") + b")R."
    with pytest.raises(UnsafePickle, match="installed libraries do not have"):
        door.load(pickled)


def test_the_names_of_older_libraries_are_known():
    new = pickle.dumps(np.float64(2.5), 2)
    old = new.replace(b"numpy._core", b"numpy.core")
    assert old != new
    assert door.load(old) == door.load(new) == 2.5


def test_a_function_of_older_numpy_is_known_by_its_present_name():
    for module in ("numpy.core._multiarray_umath", "numpy._core._multiarray_umath"):
        held = [door.load(PROTO + b"]" + stack_global(module, "log1p") + b"a.")]
        assert held == [[np.log1p]]
    with pytest.raises(UnsafePickle, match="not on the list"):
        door.load(PROTO + stack_global("numpy.core._multiarray_umath", "_reconstruct") + b".")


def _older_loss(*numbers):
    """Give a loss as scikit-learn up to 1.5 pickles it."""
    put = b"".join(b"G" + struct.pack(">d", one) for one in numbers)
    return (
        PROTO
        + stack_global("sklearn._loss._loss", "__pyx_unpickle_CyPinballLoss")
        + stack_global("sklearn._loss._loss", "CyPinballLoss")
        + b"J"
        + struct.pack("<i", 232784418)
        + b"("
        + put
        + b"t\x87R."
    )


def test_a_loss_of_older_releases_keeps_its_number():
    loss = door.load(_older_loss(0.25))
    assert type(loss).__name__ == "CyPinballLoss"
    assert pickle.dumps(loss) == pickle.dumps(type(loss)(0.25))


@pytest.mark.parametrize("numbers", [(float("nan"),), (float("inf"),), (), (0.5,) * 4])
def test_a_loss_of_older_releases_with_other_numbers_is_refused(numbers):
    with pytest.raises(UnsafePickle, match="parameter that none has"):
        door.load(_older_loss(*numbers))


@pytest.mark.parametrize("protocol", range(6))
def test_plain_values_come_back_equal(protocol):
    value = {"salt": [1, 2.5, None, True, b"\xff"], "set": {1, 2}, "long": 2**100, "c": 1j}
    value["array"] = ["a"] * 3
    assert door.load(pickle.dumps(value, protocol)) == value


def test_the_builders_alone_stand_where_the_list_is_forgotten(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for pickled, _ in HOSTILE.values():
        if audit(pickled).problem is None:
            with pytest.raises(UnsafePickle):
                door.build(Audit((), None, None), read(plain(pickled)).root)
    assert list(tmp_path.iterdir()) == []


def test_the_text_that_scipy_would_run_for_a_distribution_is_left_unread(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    drawn = scipy.stats.loguniform(0.1, 1)
    drawn.dist._parse_arg_template += f"\nopen('{MARKER}', 'w').close()\n"
    for protocol in range(6):
        made = door.load(pickle.dumps(drawn, protocol))
        assert made.rvs(random_state=0) == scipy.stats.loguniform(0.1, 1).rvs(random_state=0)
    assert not Path(MARKER).exists()
    pickle.loads(pickle.dumps(drawn))  # it is what it claims to be
    Path(MARKER).unlink()
