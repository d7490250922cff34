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
from brinery.safety.audit import Audit, audited
from brinery.safety.builder import Builder, Recipes
from brinery.safety.draws import DRAWS
from brinery.safety.frames import FRAMES
from brinery.safety.generators import GENERATORS
from brinery.safety.native import NATIVE
from brinery.safety.nodes import Node, Problem
from brinery.safety.plain import PLAIN, plain
from brinery.safety.refusal import Refusal, told
from brinery.safety.search_trees import SEARCH_TREES
from brinery.safety.table import NOBODY, REFERENCES, House
from brinery.safety.values import VALUES

__all__ = ["build", "deep", "load"]

RECIPES: Recipes = {
    **VALUES,
    **ARRAYS,
    **GENERATORS,
    **FRAMES,
    **DRAWS,
    **NATIVE,
    **SEARCH_TREES,
    **PLAIN,
}
"""How each thing is made that is more than an object with plain attributes."""

_DEEP = 10_000


def load(pickled: bytes, house: House = NOBODY) -> object:
    """Make the object that a pickle describes, if all that it uses is on the list.

    Parameters
    ----------
    pickled : bytes
        A pickle of any protocol, or what `joblib.dump` writes, also compressed.
    house : set of (module, name)
        The classes of the house's own that the operator lets in: see `house.py`.

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
    with deep():
        found, root = audited(pickled, house)
        return build(found, root, house)


def build(found: Audit, root: Node, house: House = NOBODY) -> object:
    """Make what was read of a file and judged, inside of `deep`.

    Raises
    ------
    UnsafePickle
        As `load`.
    """
    if found.refusal:
        raise _unsafe(found.refusal)
    try:
        return Builder(RECIPES, plain, REFERENCES, house).build(root)
    except Problem as error:
        raise _unsafe(told(error)) from error
    except (UnsafePickle, MemoryError):
        raise
    except Exception as error:
        said = Problem(f"The file can't be loaded ({type(error).__name__}).", mend="versions")
        raise _unsafe(told(said)) from error


def _unsafe(refusal: Refusal) -> UnsafePickle:
    return UnsafePickle(refusal.problem, remedy=refusal.remedy, lines=refusal.lines)


@contextmanager
def deep() -> Iterator[None]:
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
