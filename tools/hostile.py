"""Hostile pickles by the hundred, harmless in effect: each would at most make a marker file.

`corpus()` gives them by family. None is to be loaded by anything but the door, except in
the test that shows that they are what they claim to be.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
from sklearn.linear_model import LinearRegression

__all__ = ["HARMLESS", "MARKER", "corpus", "text", "thing"]

HARMLESS = ("dtype with object flag", "dtype with a size")
"""What is loaded and harmless: its flags and sizes are not taken from the file, but made anew."""

MARKER = "it_ran"
TOUCH = f"touch {MARKER}"
PYTHON = f"open('{MARKER}', 'w').close()"
PROTO = b"\x80\x04"

# (module, name, arguments) of calls that run something, open something, or lead to it.
CALLS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("os", "system", (TOUCH,)),
    ("posix", "system", (TOUCH,)),
    ("nt", "system", (TOUCH,)),
    ("os", "popen", (TOUCH,)),
    ("os", "execv", ("/bin/sh", ["sh", "-c", TOUCH])),
    ("os", "posix_spawn", ("/bin/true", ["true"], {})),
    ("os", "remove", (MARKER,)),
    ("os", "putenv", ("A", "b")),
    ("subprocess", "Popen", (["touch", MARKER],)),
    ("subprocess", "check_output", (["touch", MARKER],)),
    ("subprocess", "getoutput", (TOUCH,)),
    ("builtins", "eval", (PYTHON,)),
    ("builtins", "exec", (PYTHON,)),
    ("builtins", "compile", (PYTHON, "x", "exec")),
    ("builtins", "open", (MARKER, "w")),
    ("builtins", "__import__", ("antigravity",)),
    ("builtins", "map", (1, [2])),
    ("builtins", "type", ("X", (), {})),
    ("builtins", "input", ()),
    ("builtins", "breakpoint", ()),
    ("builtins", "vars", ()),
    ("builtins", "globals", ()),
    ("builtins", "setattr", (1, "a", 2)),
    ("__builtin__", "execfile", (MARKER,)),
    ("__builtin__", "eval", (PYTHON,)),
    ("io", "open", (MARKER, "w")),
    ("_io", "FileIO", (MARKER, "w")),
    ("pathlib", "Path", (MARKER,)),
    ("code", "interact", ()),
    ("pty", "spawn", (["touch", MARKER],)),
    ("timeit", "timeit", (PYTHON,)),
    ("pdb", "run", (PYTHON,)),
    ("bdb", "Bdb", ()),
    ("trace", "Trace", ()),
    ("cProfile", "run", (PYTHON,)),
    ("profile", "run", (PYTHON,)),
    ("runpy", "run_path", (MARKER,)),
    ("runpy", "_run_code", (PYTHON, {})),
    ("importlib", "import_module", ("antigravity",)),
    ("webbrowser", "open", ("about:blank",)),
    ("ctypes", "CDLL", ("libc.so.6",)),
    ("socket", "create_connection", (("127.0.0.1", 9),)),
    ("urllib.request", "urlopen", ("http://127.0.0.1:9",)),
    ("http.client", "HTTPSConnection", ("127.0.0.1",)),
    ("ftplib", "FTP", ("127.0.0.1",)),
    ("smtplib", "SMTP", ("127.0.0.1",)),
    ("shutil", "rmtree", (MARKER,)),
    ("shutil", "copyfile", ("/etc/hostname", MARKER)),
    ("tempfile", "mktemp", ()),
    ("sys", "exit", (3,)),
    ("os", "_exit", (3,)),
    ("signal", "alarm", (1,)),
    ("multiprocessing.util", "spawnv_passfds", (b"/bin/true", [b"true"], ())),
    ("asyncio.unix_events", "_UnixSubprocessTransport", ()),
    ("distutils.file_util", "write_file", (MARKER, ["x"])),
    ("pydoc", "pipepager", ("x", TOUCH)),
    ("pip", "main", (["help"],)),
    ("idlelib.pyshell", "ModifiedInterpreter", ()),
    ("lib2to3.pgen2.grammar", "Grammar", ()),
    ("functools", "reduce", (1, [2])),
    ("operator", "attrgetter", ("__class__",)),
    ("operator", "methodcaller", ("system", TOUCH)),
    ("operator", "itemgetter", (0,)),
    ("types", "CodeType", ()),
    ("types", "FunctionType", ()),
    ("marshal", "loads", (b"c",)),
    ("pickle", "loads", (b"N.",)),
    ("_pickle", "loads", (b"N.",)),
    ("pickle", "Unpickler", ()),
    ("dill", "loads", (b"N.",)),
    ("cloudpickle", "loads", (b"N.",)),
    ("cloudpickle.cloudpickle", "_make_function", ()),
    ("shelve", "open", (MARKER,)),
    ("joblib", "load", (MARKER,)),
    ("joblib", "Parallel", (2,)),
    ("joblib.memory", "Memory", (MARKER,)),
    ("numpy", "load", (MARKER,)),
    ("numpy", "fromfile", (MARKER,)),
    ("numpy", "memmap", (MARKER, "uint8", "w+")),
    ("numpy", "save", (MARKER, [1])),
    ("numpy", "vectorize", (1,)),
    ("numpy", "apply_along_axis", (1, 0, [1])),
    ("numpy", "genfromtxt", (MARKER,)),
    ("numpy", "ndarray", ((2**40,), "O")),
    ("numpy", "frompyfunc", (1, 1, 1)),
    ("numpy.f2py.crackfortran", "getlincoef", (PYTHON, {})),
    ("numpy.testing._private.utils", "runstring", (PYTHON, {})),
    ("numpy.lib.npyio", "DataSource", ()),
    ("numpy.ctypeslib", "load_library", ("libc", "/lib")),
    ("numpy.distutils.exec_command", "exec_command", (TOUCH,)),
    ("scipy.stats._distn_infrastructure", "rv_frozen", ()),
    ("scipy.stats._continuous_distns", "norm_gen", ()),
    ("scipy.io", "loadmat", (MARKER,)),
    ("pandas", "read_pickle", (MARKER,)),
    ("pandas", "read_csv", (MARKER,)),
    ("pandas", "eval", ("@pd.io.common.os.system('true')",)),
    ("pandas.core.computation.eval", "eval", ("1",)),
    ("pyarrow", "memory_map", (MARKER,)),
    ("sklearn.datasets", "load_svmlight_file", (MARKER,)),
    ("sklearn.utils._testing", "assert_run_python_script_without_output", (PYTHON,)),
    ("sklearn.utils", "deprecated", ()),
    ("sklearn.utils.metaestimators", "available_if", (1,)),
    ("sklearn.metrics._dist_metrics", "PyFuncDistance64", (1,)),
    ("sklearn.externals._packaging.version", "parse", ("1",)),
    ("sklearn.base", "clone", (1,)),
    ("sklearn.linear_model._base", "LinearRegression", ("yes",)),
    ("torch", "load", (MARKER,)),
    ("torch.storage", "_load_from_bytes", (b"N.",)),
    ("tensorflow", "load", (MARKER,)),
    ("skops.io", "load", (MARKER,)),
    ("xgboost.core", "Booster", ()),
    ("xgboost.sklearn", "XGBClassifier", ()),
    ("lightgbm.basic", "Booster", ()),
    ("catboost.core", "CatBoostClassifier", ()),
    ("imblearn.pipeline", "Pipeline", ()),
    ("__main__", "Mine", ()),
    ("brinery.safety.door", "load", (b"N.",)),
    ("brinery.worker.server", "start", ()),
)
# Names that are spelled so that a list of bad names, or of good beginnings, is walked around.
NAMES: tuple[tuple[str, str], ...] = (
    ("os", "system\n"),
    (" os", "system"),
    ("OS", "system"),
    ("os.path", "os.system"),
    ("sklearn", "os.system"),
    ("sklearn.base", "os.system"),
    ("sklearn.linear_model._base", "LinearRegression.fit"),
    ("sklearn.linear_model._base", "LinearRegression.__init__.__globals__"),
    ("sklearn..os", "system"),
    (".os", "system"),
    ("..os", "system"),
    ("", "system"),
    ("os", ""),
    ("sklearn.utils._show_versions", "sys.modules"),
    ("numpy.core.os", "system"),
    ("numpy", "ndarray.tofile"),
    ("numpy._core.multiarray", "scalar.__self__"),
    ("joblib.numpy_pickle", "NumpyArrayWrapper.read_array"),
    ("joblib.numpy_pickle", "load"),
    ("builtins", "object.__subclasses__"),
    ("builtins", "\uff45val"),
    ("builtins", "eval\x00"),
    ("sklearn.pipeline", "Pipeline\u200b"),
    ("sklearn.pipeline.Pipeline", "__init__"),
    ("sklearn.pipeline", "__builtins__"),
    ("sklearn.tree._tree", "__loader__"),
    ("copyreg", "add_extension"),
    ("copyreg", "pickle"),
    ("copyreg", "__newobj__"),
    ("copyreg", "__reduce_ex__"),
)


def text(value: str) -> bytes:
    """Give the order for a text."""
    data = value.encode("utf-8", "surrogatepass")
    return b"\x8c" + bytes([len(data)]) + data


def name(module: str, attribute: str) -> bytes:
    """Give the orders for a name."""
    return text(module) + text(attribute) + b"\x93"


def plainly(value: Any) -> bytes:
    """Give the orders for a plain value, to be put among others."""
    return pickle.dumps(value, 2)[2:-1]


def call(module: str, attribute: str, args: tuple[Any, ...]) -> bytes:
    """Give the orders for a call."""
    return name(module, attribute) + plainly(args) + b"R"


class thing:  # noqa: N801  it stands for a call in the middle of honest values
    """Pickled, it is a call of `module.attribute(*args)`, and may be filled with a state."""

    def __init__(self, call: Any, args: tuple[Any, ...] = (), *rest: Any) -> None:
        self.parts = (call, args, *rest)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.parts


def _run() -> thing:
    import os

    return thing(os.system, (TOUCH,))


def corpus() -> Iterator[tuple[str, bytes]]:
    """Yield (family: name, bytes)."""
    from tools.trojans import trojans

    yield from _calls()
    yield from _names()
    yield from _orders()
    yield from _places()
    yield from _streams()
    yield from _bombs()
    yield from trojans()


def _calls() -> Iterator[tuple[str, bytes]]:
    for module, attribute, args in CALLS:
        yield f"call: {module}.{attribute}", PROTO + call(module, attribute, args) + b"."
        lines = f"c{module}\n{attribute}\n".encode() + plainly(args) + b"R."
        yield f"call in lines: {module}.{attribute}", lines
        made = PROTO + name(module, attribute) + plainly(args) + b"\x81."
        yield f"object: {module}.{attribute}", made


def _names() -> Iterator[tuple[str, bytes]]:
    for module, attribute in NAMES:
        made = PROTO + name(module, attribute) + plainly((TOUCH,)) + b"R."
        yield f"name: {module!r} {attribute!r}", made
        yield f"name kept: {module!r} {attribute!r}", PROTO + name(module, attribute) + b"."


def _orders() -> Iterator[tuple[str, bytes]]:
    run = name("os", "system") + text(TOUCH) + b"\x85"
    getattr_ = name("builtins", "getattr")
    for how, data in {
        "instance": b"(S'" + TOUCH.encode() + b"'\nios\nsystem\n.",
        "object": PROTO + b"(" + name("os", "system") + text(TOUCH) + b"o.",
        "new with keywords": PROTO + run + b"}\x92.",
        "memo": PROTO
        + text("os")
        + b"\x94"
        + text("system")
        + b"\x940h\x00h\x01\x93"
        + text(TOUCH)
        + b"\x85R.",
        "memo by number": b"cos\nsystem\np77\n0g77\n(S'" + TOUCH.encode() + b"'\ntR.",
        "popped": PROTO + run + b"R0N.",
        "popped with a mark": PROTO + b"(" + run + b"R1N.",
        "in a tuple that is dropped": PROTO + run + b"R" + run + b"R\x860N.",
        "after the end": PROTO + b"N." + run + b"R.",
        "before the damage": PROTO + run + b"R\xff\xff",
        "before the cut": PROTO + run + b"R",
        "before a bad frame": PROTO + b"\x95\xff\xff\xff\xff\xff\xff\xff\x7f" + run + b"R.",
        "before another protocol": PROTO + run + b"R\x80\x09.",
        "no protocol": run + b"R.",
        "protocol 255": b"\x80\xff" + run + b"R.",
        "built": PROTO + name("builtins", "object") + b")\x81" + run + b"Rb.",
        "build on a list": PROTO + b"]}" + text("append") + name("os", "system") + b"sb.",
        "build on a name": PROTO
        + name("sklearn.pipeline", "Pipeline")
        + b"}"
        + text("fit")
        + name("os", "system")
        + b"sb.",
        "build with slots": PROTO
        + name("sklearn.pipeline", "Pipeline")
        + b")\x81N}"
        + text("fit")
        + name("os", "system")
        + b"s\x86b.",
        "append to a name": PROTO + name("os", "environ") + b"Na.",
        "set item of a name": PROTO + name("sys", "modules") + text("os") + b"Ns.",
        "persistent": b"Pos\n.",
        "persistent from the stack": PROTO + run + b"RQ.",
        "extension 1": PROTO + b"\x82\x01.",
        "extension 2": PROTO + b"\x83\x01\x01.",
        "extension 4": PROTO + b"\x84\x01\x01\x01\x01.",
        "buffer": b"\x80\x05\x97.",
        "read-only buffer": b"\x80\x05N\x98.",
        "computed module": PROTO + call("builtins", "str", ("os",)) + text("system") + b"\x93.",
        "name of bytes": PROTO + b"C\x02osC\x06system\x93.",
        "name of a list": PROTO + b"]]\x93.",
        "call of a call": PROTO + getattr_ + getattr_ + text("__call__") + b"\x86R)R.",
        "call of a list": PROTO + b"])R.",
        "call of a text": PROTO + text("os.system") + text(TOUCH) + b"\x85R.",
        "arguments of a list": PROTO + name("os", "system") + b"]" + text(TOUCH) + b"aR.",
        "getattr of a class": PROTO
        + getattr_
        + name("sklearn.pipeline", "Pipeline")
        + text("fit")
        + b"\x86R.",
        "getattr of globals": PROTO
        + getattr_
        + name("numpy", "mean")
        + text("__globals__")
        + b"\x86R.",
        "getattr by three": PROTO + getattr_ + b"N" + text("x") + b"N\x87R.",
        "getattr of a text": PROTO + getattr_ + text("{0.__class__}") + text("format") + b"\x86R.",
        "codec": PROTO + call("_codecs", "encode", ("x", "rot13")) + b".",
        "codec by name": PROTO + call("_codecs", "encode", ("x", "antigravity")) + b".",
        "codec on bytes": PROTO + call("_codecs", "encode", (b"x", "zlib")) + b".",
        "reconstructor of a function": PROTO
        + name("copyreg", "_reconstructor")
        + name("os", "system")
        + name("builtins", "object")
        + b"N\x87R.",
        "reconstructor of a text": PROTO
        + name("copyreg", "_reconstructor")
        + name("builtins", "str")
        + name("builtins", "str")
        + text("x")
        + b"\x87R.",
        "reconstructor of a list": PROTO + name("copyreg", "_reconstructor") + b"]]N\x87R.",
        "default factory": PROTO
        + name("collections", "defaultdict")
        + name("os", "getcwd")
        + b"\x85R.",
        "default factory of a model": PROTO
        + name("collections", "defaultdict")
        + name("sklearn.pipeline", "Pipeline")
        + b"\x85R.",
        "a key that is slow": PROTO
        + b"}("
        + b"".join(plainly(place * (2**61 - 1)) + b"N" for place in range(1, 3000))
        + b"u.",
        "a list as key": PROTO + b"}]Ns.",
        "set of lists": PROTO + b"\x8f(]\x90.",
        "own kind of array": PROTO
        + name("numpy._core.multiarray", "_reconstruct")
        + name("sklearn.pipeline", "Pipeline")
        + b"K\x00\x85C\x01b\x87R.",
        "partial of a function": PROTO
        + name("functools", "partial")
        + name("os", "system")
        + b"\x85R("
        + name("os", "system")
        + b")}Ntb.",
        "partial of a score": PROTO
        + name("functools", "partial")
        + name("numpy", "mean")
        + b"\x85R("
        + name("numpy", "mean")
        + b")}Ntb.",
        "partial with arguments": PROTO
        + name("functools", "partial")
        + name("sklearn.utils.validation", "check_array")
        + b"\x94\x85R(h\x00K\x01\x85}Ntb.",
        "partial with another keyword": PROTO
        + name("functools", "partial")
        + name("sklearn.utils.validation", "check_array")
        + b"\x94\x85R(h\x00)}"
        + text("estimator")
        + b"NsNtb.",
    }.items():
        yield f"order: {how}", data


def _places() -> Iterator[tuple[str, bytes]]:
    """Put the call where an honest model has something else."""
    array = np.empty(2, dtype=object)
    array[0] = _run()
    deep: Any = _run()
    for _ in range(40):
        deep = [deep]
    model = LinearRegression()
    model.coef_ = _run()
    odd = LinearRegression()
    odd.note = {"a": ({"b": [_run()]},)}
    nested = np.empty(1, dtype=object)
    nested[0] = array
    for where, value in {
        "list": [1, _run()],
        "key": {_run(): 1},
        "set": {_run()},
        "array of objects": array,
        "array in an array": nested,
        "attribute": model,
        "deep in an attribute": odd,
        "deep": deep,
        "dtype": thing(np.dtype, ([(("t", "a"), _run())],)),
        "shape": thing(np.ndarray, ((_run(),),)),
    }.items():
        for protocol in (0, 2, 4, 5):
            yield f"place: {where}, protocol {protocol}", pickle.dumps(value, protocol)
        for compress in (0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)):
            buffer = io.BytesIO()
            joblib.dump(value, buffer, compress=compress)
            yield f"place: {where}, joblib {compress}", buffer.getvalue()


def _streams() -> Iterator[tuple[str, bytes]]:
    evil = pickle.dumps(_run(), 4)
    good = pickle.dumps([1], 4)
    packers = {"gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    packers["zlib"] = zlib.compress
    packers["lzma"] = lambda data: lzma.compress(data, lzma.FORMAT_ALONE)
    for kind, pack in packers.items():
        yield f"stream: {kind}", pack(evil)
        yield f"stream: {kind} twice", pack(pack(evil))
        yield f"stream: {kind}, good then evil", pack(good) + pack(evil)
        yield f"stream: {kind}, then more", pack(good) + evil
        yield f"stream: {kind}, good and evil inside", pack(good + evil)
        yield f"stream: {kind}, cut", pack(evil)[:-3]
        yield f"stream: {kind}, damaged", pack(evil)[:15] + b"\0\0\0\0" + pack(evil)[19:]
        bomb = pack(bytes(2**26)) if kind != "bz2" else pack(bytes(2**25 + 2**20))
        yield f"stream: {kind} bomb", bomb
    yield "stream: good then evil", good + evil
    yield "stream: zip then evil", b"PK\x03\x04" + evil
    yield "stream: lz4", b"\x04\x22\x4d\x18" + evil
    yield "stream: zstd", b"\x28\xb5\x2f\xfd" + evil
    yield "stream: numpy", b"\x93NUMPY\x01\x00" + evil
    yield "stream: text", b"age,income\n3,4\n"
    yield "stream: nothing", b""
    yield "stream: html", b"<html><script>1</script></html>"
    yield "stream: skipped bytes", b"\n\n" + evil


def _bombs() -> Iterator[tuple[str, bytes]]:
    laughs = b"]\x94" + b"".join(
        b"](" + b"h" + bytes([place]) + b"h" + bytes([place]) + b"e\x94" for place in range(60)
    )
    yield "bomb: a list of two times a list", PROTO + laughs + b"."
    pairs = b")\x94" + b"".join(
        b"h" + bytes([place]) + b"h" + bytes([place]) + b"\x86\x94" for place in range(60)
    )
    yield "bomb: a pair of pairs", PROTO + pairs + b"."
    dicts = b"}\x94" + b"".join(
        b"}(K\x00h" + bytes([p]) + b"K\x01h" + bytes([p]) + b"u\x94" for p in range(60)
    )
    yield "bomb: dictionaries", PROTO + dicts + b"."
    yield "bomb: deep list", PROTO + b"]" * 100_000 + b"a" * 99_999 + b"."
    yield "bomb: deep tuple", PROTO + b"N" + b"\x85" * 200_000 + b"."
    yield "bomb: marks", PROTO + b"(" * 5_000_000 + b"."
    yield "bomb: many lists", PROTO + b"(" + b"]" * 8_000_000 + b"l."
    yield "bomb: many nothings", PROTO + b"(" + b"N" * 20_000_000 + b"l."
    yield "bomb: many of one", PROTO + b"(" + b"2" * 3 + b"N" + b"2" * 16_000_000 + b"l."
    yield "bomb: many names", b"".join(b"cos\nf%d\n0" % place for place in range(300_000)) + b"N."
    yield "bomb: long name", b"c" + b"a" * 5_000_000 + b"\nb\n."
    yield "bomb: digits", b"I" + b"9" * 5_000_000 + b"\n."
    yield "bomb: long digits", b"L" + b"9" * 5_000_000 + b"L\n."
    yield (
        "bomb: number",
        PROTO + b"\x8b" + struct.pack("<i", 2_000_000) + b"\xff" * 2_000_000 + b".",
    )
    yield "bomb: memory place", PROTO + b"Nr" + struct.pack("<I", 2**32 - 1) + b"."
    yield "bomb: memory place in lines", b"Np4294967295\n."
    yield "bomb: itself", PROTO + b"]\x94h\x00a."
    yield "bomb: itself in a dictionary", PROTO + b"}\x94N h\x00s.".replace(b" ", b"")
    yield "bomb: itself in a pair", PROTO + b"]\x94h\x00\x85\x94a."
    for size, order in ((2**60, b"\x8e"), (2**63, b"\x8e"), (2**40, b"\x8d"), (2**60, b"\x96")):
        yield f"bomb: {size} bytes", PROTO + order + struct.pack("<Q", size) + b"x."
    yield "bomb: bytes of a size", PROTO + call("builtins", "bytes", (2**40,)) + b"."
    yield "bomb: byte array of a size", PROTO + call("builtins", "bytearray", (2**40,)) + b"."
    yield "bomb: list of a range", PROTO + call("builtins", "list", (range(2**40),)) + b"."
    for shape in ((2**40,), (2**31, 2**31), (0, 2**60), (-1,), (1, 2**62, 0)):
        yield f"bomb: array of {shape}", _array(shape, b"")
        yield f"bomb: empty texts of {shape}", _array(shape, b"", "U0")


def _array(shape: tuple[int, ...], data: bytes, letters: str = "f8") -> bytes:
    parts = name("numpy._core.numeric", "_frombuffer") + b"("
    return (
        PROTO
        + parts
        + plainly(data)
        + call("numpy", "dtype", (letters,))
        + plainly(shape)
        + text("C")
        + b"tR."
    )
