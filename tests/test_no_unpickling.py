"""No code of ours unpickles, not even the door, which reads; this reads the code and says so.

Every place below that looks like a way to unpickle, and is none, is an exact entry with
its reason. Add an entry only for what can't unpickle; a new need to unpickle belongs in a
worker, through `brinery.safety.door.load`.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Modules that unpickle, or run what they read; importing one is what is reported, and
# then each of its names that is used.
MODULES = {
    "_pickle",
    "cPickle",
    "cloudpickle",
    "dask",
    "dill",
    "diskcache",
    "distributed",
    "jsonpickle",
    "marshal",
    "multiprocessing",
    "multiprocess",
    "pickle",
    "shelve",
    "skops",
    "torch",
    "xmlrpc",
}
# Full names of what unpickles in modules that are otherwise welcome.
NAMES = {
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.process",
    "joblib.Memory",
    "joblib.Parallel",
    "joblib.load",
    "joblib.numpy_pickle",
    "logging.config.listen",
    "numpy.lib.format.read_array",
    "numpy.load",
    "pandas.read_hdf",
    "pandas.read_pickle",
    "pyarrow.deserialize",
    "pyarrow.PyExtensionType",
    "streamlit.cache_data",
}
# Names that mean unpickling wherever they come from.
WORDS = {
    "ProcessPoolExecutor",
    "PyExtensionType",
    "Unpickler",
    "__import__",
    "cache_data",
    "read_pickle",
}
ALLOWED = {
    ("brinery/model/portable.py", "pickle"): "tries what can be pickled",
    ("brinery/model/portable.py", "pickle.HIGHEST_PROTOCOL"): "a number",
    ("brinery/model/portable.py", "pickle.PicklingError"): "what making one may raise",
    ("brinery/model/portable.py", "pickle.dumps"): "makes a pickle",
    ("brinery/model/sealing.py", "pickle"): "makes pickles",
    ("brinery/model/sealing.py", "pickle.dumps"): "makes a pickle",
    ("brinery/worker/cluster.py", "distributed"): "in the dispatcher, or who trains in a shell",
    ("brinery/worker/cluster.py", "distributed.Client"): "as above",
    ("brinery/worker/cluster.py", "distributed.KilledWorker"): "an error's name",
    ("brinery/worker/dispatcher.py", "dask"): "a process of its own",
    ("brinery/worker/dispatcher.py", "dask.config.set"): "a setting",
    ("brinery/worker/dispatcher.py", "distributed"): "as its own process",
    ("brinery/worker/dispatcher.py", "distributed.KilledWorker"): "an error's name",
    ("brinery/worker/dispatcher.py", "multiprocessing"): "for Connection's framing of bytes",
    ("brinery/worker/dispatcher.py", "multiprocessing.connection.Connection"): "bytes only",
    ("brinery/worker/guest.py", "distributed"): "on a Dask worker, which is Dask's",
    ("brinery/worker/guest.py", "distributed.get_worker"): "asks how many threads it has",
    ("brinery/worker/forkserver.py", "multiprocessing"): "for Connection's framing of bytes",
    ("brinery/worker/forkserver.py", "multiprocessing.connection.Connection"): "bytes only",
    ("brinery/worker/process.py", "multiprocessing"): "for Connection's framing of bytes",
    ("brinery/worker/process.py", "multiprocessing.connection.Connection"): "bytes only",
    ("brinery/worker/process.py", "multiprocessing.context.BaseContext"): "its lock is replaced",
    ("brinery/worker/process.py", "multiprocessing.context.BaseContext.Lock"): "replaced itself",
    ("brinery/worker/protocol.py", "multiprocessing"): "for a type",
    ("brinery/worker/protocol.py", "multiprocessing.connection.Connection"): "a type",
    ("brinery/worker/server.py", "multiprocessing"): "for Connection's framing of bytes",
    ("brinery/worker/server.py", "multiprocessing.connection.Connection"): "bytes only",
    ("ui/lesson.py", "pickle"): "makes the pickles that the lesson shows",
    ("ui/lesson.py", "pickle.dumps"): "makes a pickle",
}


def found(code):
    """Give (line, what) for every way to unpickle in a piece of code."""
    tree = ast.parse(code)
    known = {}  # local name: full name
    report = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.split(".")[0]
                known[local] = alias.name if alias.asname else local
                report += _module(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            report += _module(node.lineno, node.module)
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                known[alias.asname or alias.name] = full
                report += _name(node.lineno, full)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            report += _name(node.lineno, _full(node, known))
        elif isinstance(node, ast.Name) and id(node) not in inner:
            full = known.get(node.id, node.id)
            if full in MODULES:
                report.append((node.lineno, f"{full} under another name"))
            report += _name(node.lineno, full)
        elif isinstance(node, ast.Call):
            report += _call(node, known)
    return sorted(set(report))


def _full(node, known):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(known.get(node.id, node.id) if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


def _module(line, name):
    root = name.split(".")[0]
    return [(line, root)] if root in MODULES else []


def _name(line, full):
    if full.split(".")[0] in MODULES and "." in full and full != "multiprocessing.connection":
        return [(line, full)]
    if any(full == name or full.startswith(f"{name}.") for name in NAMES):
        return [(line, full)]
    hidden = WORDS.intersection(full.split("."))
    return [(line, word) for word in hidden]


def _call(node, known):
    full = _full(node.func, known) if isinstance(node.func, ast.Attribute) else ""
    texts = [
        arg.value
        for arg in node.args
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    ]
    report = []
    if full.endswith(".recv") and not node.args and not node.keywords:
        report.append((node.lineno, "Connection.recv"))
    if full.endswith("import_module") or getattr(node.func, "id", "") == "import_module":
        report += [one for text in texts for one in _module(node.lineno, text)]
    if getattr(node.func, "id", "") == "getattr":
        report += [one for text in texts for one in _name(node.lineno, text)]
    for keyword in node.keywords:
        is_false = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        if keyword.arg == "allow_pickle" and not is_false:
            report.append((node.lineno, "allow_pickle"))
    return report


def files():
    yield ROOT / "app.py"
    for folder in ("brinery", "pages", "ui"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_nothing_unpickles():
    offences = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        if not path.exists():
            continue
        offences += [
            f"{name}:{line} {what}"
            for line, what in found(path.read_text(encoding="utf-8"))
            if (name, what) not in ALLOWED
        ]
    assert offences == []


def test_no_entry_is_left_over():
    seen = {
        (path.relative_to(ROOT).as_posix(), what)
        for path in files()
        if path.exists()
        for _, what in found(path.read_text(encoding="utf-8"))
    }
    assert set(ALLOWED) <= seen


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import pickle", "pickle"),
        ("import pickle as p\np.loads(b'')", "pickle.loads"),
        ("from pickle import loads", "pickle.loads"),
        ("from pickle import loads as quietly", "pickle.loads"),
        ("from pickle import *", "pickle.*"),
        ("import pickle\nread = pickle", "pickle under another name"),
        ("import pickle\npickle.Unpickler(file).load()", "Unpickler"),
        ("def later():\n    import dill", "dill"),
        ("import cloudpickle", "cloudpickle"),
        ("import shelve", "shelve"),
        ("import marshal", "marshal"),
        ("import _pickle", "_pickle"),
        ("import joblib\njoblib.load(path)", "joblib.load"),
        ("from joblib import load", "joblib.load"),
        ("import joblib.numpy_pickle as n\nn.load(x)", "joblib.numpy_pickle.load"),
        ("import pandas as pd\npd.read_pickle(path)", "pandas.read_pickle"),
        ("frame_module.read_pickle(path)", "read_pickle"),
        ("import numpy as np\nnp.load(path)", "numpy.load"),
        ("from numpy import load", "numpy.load"),
        ("read(path, allow_pickle=True)", "allow_pickle"),
        ("read(path, allow_pickle=setting)", "allow_pickle"),
        ("answer = connection.recv()", "Connection.recv"),
        ("import multiprocessing", "multiprocessing"),
        ("from multiprocessing import Pool", "multiprocessing.Pool"),
        ("from multiprocessing.connection import Client", "multiprocessing.connection.Client"),
        ("from concurrent.futures import ProcessPoolExecutor", "ProcessPoolExecutor"),
        (
            "import concurrent.futures as cf\ncf.ProcessPoolExecutor()",
            "concurrent.futures.ProcessPoolExecutor",
        ),
        ("import streamlit as st\n@st.cache_data\ndef f(): ...", "streamlit.cache_data"),
        ("import streamlit as st\n@st.cache_data(ttl=3)\ndef f(): ...", "streamlit.cache_data"),
        ("from streamlit import cache_data", "streamlit.cache_data"),
        ("import importlib\nimportlib.import_module('pickle')", "pickle"),
        ("from importlib import import_module\nimport_module('_pickle')", "_pickle"),
        ("__import__('pickle')", "__import__"),
        ("getattr(frame_module, 'read_pickle')(path)", "read_pickle"),
        ("import torch\ntorch.load(path)", "torch.load"),
    ],
)
def test_the_check_finds_what_it_is_for(code, what):
    assert any(what in name for _, name in found(code)), found(code)


@pytest.mark.parametrize(
    "code",
    [
        "import pickletools\npickletools.genops(data)",
        "import joblib\njoblib.cpu_count()",
        "import json\njson.loads(text)",
        "data = socket.recv(16)",
        "import numpy as np\nread(path, allow_pickle=False)",
        "from concurrent.futures import ThreadPoolExecutor",
        "import streamlit as st\n@st.cache_resource\ndef f(): ...",
        "pickled = stored.pickled",
        "import brinery.safety.audit",
    ],
)
def test_the_check_leaves_the_rest_alone(code):
    assert found(code) == []
