"""What a model was made with: the exact versions that its pickle leans on."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys

from brinery.model.card import Environment

__all__ = ["describe"]

_ALWAYS = ("scikit-learn", "numpy", "scipy", "pandas", "joblib", "pyarrow")
_ALIASES = {"sklearn": "scikit-learn"}
_SHORT_TEXT = re.compile(rb"\x8c([\x01-\xff])([A-Za-z_]\w*)(?=[.\x94])")


def describe(pickled: bytes) -> Environment:
    """Record the versions of Python, the platform, and the packages of a pickle.

    Parameters
    ----------
    pickled : bytes
        A pickle that was made in this process; it is searched for the names of packages
        that are imported here, not run.
    """
    packages = {name: importlib.metadata.version(name) for name in _ALWAYS}
    for root in sorted(_roots(pickled)):
        name = _ALIASES.get(root, root)
        version = getattr(sys.modules[root], "__version__", None)
        if name not in packages and isinstance(version, str):
            packages[name] = version
    return Environment(
        python=platform.python_version(), platform=platform.platform(), packages=packages
    )


def _roots(pickled: bytes) -> set[str]:
    found = {match.group(2).decode() for match in _SHORT_TEXT.finditer(pickled)}
    return {root for root in found if root in sys.modules} - set(sys.stdlib_module_names)
