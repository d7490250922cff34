"""The outcomes of the frozen set as a page."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.frozen import Outcome

__all__ = ["page"]

_HEAD = """\
# Models of older releases, asked today

Each model of the [frozen set](../tests/frozen) was made, pickled and asked by one release of
scikit-learn, with the libraries of its time. `make check-matrix` puts it on a shelf as if it had
been saved then, and asks it again, the way a page does: first under what is installed here. Before
it may answer, its proof is replayed. Where that gives any other answer, by a single bit, or the
model can't be loaded any more, it is refused; then `brinery env build` builds the environment that
it was made in, and the model is asked there. Written by that target, under {here}.

- **same**: every answer under the versions of today is that of then, bit for bit.
- **own**: refused under the versions of today, and then, in its own environment, every answer is
  that of then, bit for bit.

There is no third outcome.
"""


def page(outcomes: Sequence[Outcome]) -> str:
    """Write the outcomes as Markdown: one row a model, one column a release, then the reasons."""
    releases = list(dict.fromkeys(one.release for one in outcomes))
    models = list(dict.fromkeys(one.model for one in outcomes))
    cell = {(one.model, one.release): _word(one) for one in outcomes}
    here = [f"{name} {version(name)}" for name in ("scikit-learn", "numpy", "scipy", "pandas")]
    lines = [_HEAD.format(here=", ".join([f"Python {platform.python_version()}", *here]))]
    lines += ["| made by scikit-learn | " + " | ".join(releases) + " |"]
    lines += ["|---" * (len(releases) + 1) + "|"]
    for model in models:
        lines.append(f"| {model} | " + " | ".join(cell[model, one] for one in releases) + " |")
    counted = [sum(cell[model, one] == "same" for model in models) for one in releases]
    lines.append(
        "| **same, of all** | " + " | ".join(f"{n} of {len(models)}" for n in counted) + " |"
    )
    lines += ["", "Why they are refused:", "", "| made by | models | reason |", "|---|---|---|"]
    reasons = Counter((one.release, one.refusal) for one in outcomes if one.refusal)
    for (release, reason), n in reasons.items():
        lines.append(f"| {release} | {n} | {_short(reason)} |")
    return "\n".join(lines) + "\n"


def _word(outcome: Outcome) -> str:
    if outcome.third:
        return f"**{outcome.third}**"
    return "own" if outcome.in_own else "same"


def _short(reason: str) -> str:
    """Leave out which versions differ: the table says that."""
    return reason.partition(" It was saved under")[0].replace("|", "\\|").replace("_", "\\_")
