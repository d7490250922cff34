"""The one place of the program where a pickle becomes objects; only a worker comes here."""

from __future__ import annotations

import importlib
import io
import pickle
import sys
from collections.abc import Callable
from types import MethodType
from typing import Any

from brinery.errors import UnsafePickle
from brinery.safety.audit import audit, refusal
from brinery.safety.table import ALLOWED, METHODS, OLD_MODULES

__all__ = ["load"]

_REMEDY = "Nothing of it was run. Ask the person who made the file what it contains."


def load(pickled: bytes) -> object:
    """Make the object that a pickle describes, if all that it uses is on the list.

    The bytes are read through once without running anything; only then are they
    unpickled, and each name is checked again as it is asked for.

    Parameters
    ----------
    pickled : bytes
        A pickle of any protocol.

    Returns
    -------
    object
        Usually a fitted estimator.

    Raises
    ------
    UnsafePickle
        The pickle uses a name that is not on the list, or hides what it uses, or is not
        whole. Nothing of it was run; don't use it unless its maker can explain it.
    """
    problem = refusal(audit(pickled))
    if problem:
        raise UnsafePickle(problem, remedy=_REMEDY)
    try:
        return _Door(io.BytesIO(pickled)).load()
    except (UnsafePickle, MemoryError):
        raise
    except (ImportError, AttributeError) as error:
        raise UnsafePickle(
            f"The file needs something that the installed libraries do not have: {error}",
            remedy="It was made with other versions; use those, or train the model again.",
        ) from error
    except Exception as error:
        raise UnsafePickle(
            f"The file can't be loaded ({type(error).__name__}).",
            remedy="It is damaged, or it was made with versions that differ too much.",
        ) from error


class _Door(pickle.Unpickler):
    """An unpickler that knows the names on the list and no others."""

    def find_class(self, module: str, name: str) -> Any:
        # As Python's own does, so that a process may forbid unpickling altogether.
        sys.audit("pickle.find_class", module, name)
        pair = OLD_MODULES.get(module, module), name
        if pair not in ALLOWED:
            raise UnsafePickle(
                f"The file would use {module}.{name}, which is not on the list of what a "
                "model may use.",
                remedy=_REMEDY,
            )
        if pair in _STAND_INS:
            return _STAND_INS[pair]
        return getattr(_module(pair[0]), name)

    def persistent_load(self, pid: Any) -> Any:  # noqa: ARG002  all are refused alike
        raise UnsafePickle("It asks for an object that is kept outside of it.", remedy=_REMEDY)


def _module(name: str) -> Any:
    if name.startswith("numpy._core."):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:  # numpy 1 calls it so
            return importlib.import_module(name.replace("numpy._core.", "numpy.core."))
    return importlib.import_module(name)


def _encode(text: str, encoding: str = "latin1") -> bytes:
    """Stand in for `_codecs.encode`: old protocols write bytes as Latin-1 text."""
    if type(text) is not str or encoding != "latin1":
        raise UnsafePickle("The file would use a codec to hide text.", remedy=_REMEDY)
    return text.encode("latin1")


def _getattr(owner: object, name: str) -> MethodType:
    """Stand in for `getattr`: only the few methods that estimators really keep."""
    kind = type(owner)
    if (kind.__module__, kind.__qualname__, name) not in METHODS:
        raise UnsafePickle(
            f"The file would take the attribute {str(name)[:80]!r} of a {kind.__qualname__}, "
            "which no model needs.",
            remedy=_REMEDY,
        )
    return MethodType(getattr(kind, name), owner)


def _reconstructor(kind: type, base: Any, state: Any) -> object:
    """Stand in for `copyreg._reconstructor`: an empty object of a plain class."""
    known = isinstance(kind, type) and (kind.__module__, kind.__qualname__) in ALLOWED
    if known and base is object and state is None:
        return object.__new__(kind)
    if known and base in (dict, tuple) and type(state) is base and issubclass(kind, base):
        made: Any = base.__new__(kind, state)
        if base is dict:
            dict.update(made, state)
        return made
    raise UnsafePickle("The file would build an object in a hidden way.", remedy=_REMEDY)


def _restore_array(parts: Any) -> Any:
    """Stand in for Arrow's own: an array whose offsets point outside itself is refused."""
    from pyarrow import lib

    array = lib._restore_array(parts)
    array.validate(full=True)
    return array


_STAND_INS: dict[tuple[str, str], Callable[..., Any]] = {
    ("_codecs", "encode"): _encode,
    ("builtins", "getattr"): _getattr,
    ("copyreg", "_reconstructor"): _reconstructor,
    ("pyarrow.lib", "_restore_array"): _restore_array,
}
