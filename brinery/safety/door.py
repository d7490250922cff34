"""The one place of the program where a pickle becomes objects; only a worker comes here.

The file is read without being run, then checked as a whole, then built by builders of our
own. Nothing that stands in it is ever called.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from brinery.errors import UnsafePickle
from brinery.safety.arrays import ARRAYS
from brinery.safety.audit import audited, refusal
from brinery.safety.builder import Builder, Recipes
from brinery.safety.frames import FRAMES
from brinery.safety.generators import GENERATORS
from brinery.safety.native import NATIVE
from brinery.safety.nodes import Missing, Problem
from brinery.safety.plain import PLAIN, plain
from brinery.safety.search_trees import SEARCH_TREES
from brinery.safety.table import REFERENCES
from brinery.safety.values import VALUES

__all__ = ["load"]

RECIPES: Recipes = {**VALUES, **ARRAYS, **GENERATORS, **FRAMES, **NATIVE, **SEARCH_TREES, **PLAIN}
"""How each thing is made that is more than an object with plain attributes."""

_REMEDY = "Nothing of it was run. Ask the person who made the file what it contains."
_VERSIONS = "It was made with other versions; use those, or train the model again."
_DEEP = 10_000


def load(pickled: bytes) -> object:
    """Make the object that a pickle describes, if all that it uses is on the list.

    Parameters
    ----------
    pickled : bytes
        A pickle of any protocol, or what `joblib.dump` writes, also compressed.

    Returns
    -------
    object
        Usually a fitted estimator.

    Raises
    ------
    UnsafePickle
        The pickle uses a name that is not on the list, or describes something that would
        act, mislead compiled code or fill the memory, or is not whole. Nothing of it was
        run; don't use it unless its maker can explain it.
    """
    try:
        with _deep():
            found, root = audited(pickled)
            if problem := refusal(found):
                raise UnsafePickle(problem, remedy=_REMEDY)
            return Builder(RECIPES, plain, REFERENCES).build(root)
    except Missing as error:
        raise UnsafePickle(str(error), remedy=_VERSIONS) from error
    except Problem as error:
        raise UnsafePickle(str(error), remedy=_REMEDY) from error
    except (UnsafePickle, MemoryError):
        raise
    except Exception as error:
        raise UnsafePickle(
            f"The file can't be loaded ({type(error).__name__}).",
            remedy="It is damaged, or it was made with versions that differ too much.",
        ) from error


@contextmanager
def _deep() -> Iterator[None]:
    """Allow as many nested calls as the deepest honest model needs, and collect no garbage.

    A million new objects, all of them in use, would be gone through again and again.
    """
    before, collects = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(before, _DEEP))
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
        if collects:
            gc.enable()
