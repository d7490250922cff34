"""A look at what somebody brings, in a worker: what it holds, what is refused, what it asks for."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from brinery.bringing.opening import Opened, opened
from brinery.errors import BrineryError, UnsafePickle
from brinery.safety.table import House

__all__ = ["Look", "brought_estimator", "look_in_worker", "parts_in_words"]

_MOST_NAMES = 10_000


@dataclass(frozen=True)
class Look:
    """What is known of a file that was brought.

    Attributes
    ----------
    form : str
        What it came as, in words.
    problem, remedy, lines : str
        Why it can't be brought, what to do, and Python that does it; empty where it can.
    says : tuple of str
        What it holds, in sentences.
    estimator : str
        The class of the estimator, or of the pipeline's last step.
    columns : tuple of str
        The columns that it was fitted on, by its own or its folder's word.
    n_columns : int or None
        How many columns it takes; None where it does not say.
    knows_names : bool
        Whether the columns are the estimator's own, so that no other names will do.
    labels : tuple of str
        Its answers, where it tells labels apart.
    house : tuple of str
        The house's own classes that it uses.
    made_with : dict of str to str
        The versions that it was made with, as far as it says.
    """

    form: str
    problem: str = ""
    remedy: str = ""
    lines: str = ""
    says: tuple[str, ...] = ()
    estimator: str = ""
    columns: tuple[str, ...] = ()
    n_columns: int | None = None
    knows_names: bool = False
    labels: tuple[str, ...] = ()
    house: tuple[str, ...] = ()
    made_with: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether it can't be brought."""
        return bool(self.problem)

    @staticmethod
    def from_bytes(data: bytes) -> Look:
        """Make the look that a worker took."""
        fields = json.loads(data)
        for name in ("says", "columns", "labels", "house"):
            fields[name] = tuple(fields[name])
        return Look(**fields)


def look_in_worker(data: bytes, allow: str) -> bytes:
    """Look at a file inside a worker; never fails: a refusal is a look, too.

    Parameters
    ----------
    data : bytes
        The file.
    allow : str
        The house's own classes, as the setting has them.

    Returns
    -------
    bytes
        What `Look.from_bytes` takes.
    """
    try:
        look = _look(data, allow)
    except BrineryError as error:
        lines = error.lines if isinstance(error, UnsafePickle) else ""
        at = f"{error.where}: " if error.where else ""
        made_with = _made_with_of_refused(data, allow)
        look = Look("a file", at + error.problem, error.remedy, lines, made_with=made_with)
    return json.dumps(dataclasses.asdict(look)).encode()


@dataclass(frozen=True, eq=False)
class Brought:
    """An estimator that was built from what somebody brought."""

    estimator: Any
    opened: Opened
    says: tuple[str, ...]
    house: tuple[str, ...]
    made_with: dict[str, str]
    sha256: str


def brought_estimator(data: bytes, house: House) -> Brought:
    """Build what a file describes, inside a worker.

    Raises
    ------
    UnsafePickle
        It is refused; nothing of it was run.
    """
    from brinery.safety import door  # here: the web process names this module's functions
    from brinery.safety.contents import contents
    from brinery.safety.skops import audited_any

    file = opened(data)
    with door.deep():
        found, root = audited_any(file.data, house)
        if found.refusal:
            door.build(found, root, house)
        held = contents(root, house)
        estimator = door.build(found, root, house)
    made_with = dict(file.made_with)
    if held.versions:
        made_with["scikit-learn"] = " and ".join(held.versions)
    return Brought(
        estimator,
        file,
        (parts_in_words(held.parts),),
        tuple(str(one) for one in found.imports if one.of_house),
        made_with,
        hashlib.sha256(data).hexdigest(),
    )


def _made_with_of_refused(data: bytes, allow: str) -> dict[str, str]:
    """Give what a file that can't be built here says of its versions: another may build it."""
    from brinery.safety.contents import contents
    from brinery.safety.house import parsed
    from brinery.safety.skops import audited_any

    house = parsed(allow.split(",") if allow else ())
    try:
        file = opened(data)
        found, root = audited_any(file.data, house)
    except BrineryError:
        return {}
    if found.problem:
        return {}
    versions = contents(root, house).versions
    return {**file.made_with, **({"scikit-learn": versions[0]} if len(versions) == 1 else {})}


def _look(data: bytes, allow: str) -> Look:
    from brinery.safety.house import parsed

    brought = brought_estimator(data, parsed(allow.split(",") if allow else ()))
    try:
        return _described(brought)
    except BrineryError:
        raise
    except Exception as error:  # of scikit-learn's own code, on what a stranger left out
        raise UnsafePickle(
            f"The model in the file is not whole ({type(error).__name__}: {error}).",
            remedy="Save it again from where it predicts.",
        ) from error


def _described(brought: Brought) -> Look:
    from brinery.model.answers import label_text
    from brinery.model.brought import require_fitted
    from brinery.model.sealing import estimator_name

    estimator = brought.estimator
    require_fitted(estimator)
    own = getattr(estimator, "feature_names_in_", None)
    columns = brought.opened.columns if own is None else tuple(str(one) for one in own)
    n_columns = getattr(estimator, "n_features_in_", None)
    if own is None and n_columns not in (None, len(columns)):
        columns = ()
    classes = getattr(estimator, "classes_", None)
    is_flat = getattr(classes, "ndim", 0) == 1
    return Look(
        form=brought.opened.form,
        says=brought.says,
        estimator=estimator_name(estimator),
        columns=columns[:_MOST_NAMES],
        n_columns=None if n_columns is None else int(n_columns),
        knows_names=own is not None,
        labels=tuple(map(label_text, classes)) if classes is not None and is_flat else (),
        house=brought.house,
        made_with=brought.made_with,
    )


def parts_in_words(held: tuple[tuple[str, int, int], ...]) -> str:
    """Say what a file holds: "This file holds a StandardScaler and a Ridge. …"."""
    from brinery.schema.phrases import joined

    said = []
    for name, n_trees, times in held[:_MOST_SAID]:
        of = f" of {n_trees:,} tree{'s' * (n_trees != 1)}" if n_trees else ""
        said.append(f"{_article(name)} {name}{of}" if times == 1 else f"{times:,} times {name}{of}")
    if len(held) > _MOST_SAID:
        said.append(f"{len(held) - _MOST_SAID:,} more kinds")
    what = joined(said) if said else "no estimator that says so"
    return f"This file holds {what}. It would run nothing else."


_MOST_SAID = 12
_SPELLED = ("SVC", "SVR", "MLP", "NMF", "LDA", "RFE", "RBF", "LSH", "FA", "MDS")


def _article(name: str) -> str:
    is_an = name.startswith(("A", "E", "I", "O", *_SPELLED))
    return "an" if is_an and not name.startswith(("One", "Uni")) else "a"
