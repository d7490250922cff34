"""From the file that somebody brings to the bytes of one model, and what was noted beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from brinery.bringing.metadata import (
    columns_of_prototype,
    columns_of_signature,
    mapping,
    packages_of,
)
from brinery.errors import UnsafePickle
from brinery.safety.archive import Archive

__all__ = ["Opened", "opened"]

_MODEL = re.compile(r".*\.(pkl|pickle|joblib|sav|skops)(\.(gz|bz2|xz|z|lzma))?\Z", re.IGNORECASE)
_ZIP = b"PK\x03\x04"
_NOTE_BYTES = 2**20
_NO_MODELS = {
    "xl/workbook.xml": "an Excel workbook",
    "xl/workbook.bin": "an Excel workbook",
    "word/document.xml": "a Word document",
    "META-INF/manifest.xml": "an OpenDocument file",
}


@dataclass(frozen=True)
class Opened:
    """One model as it was brought.

    Attributes
    ----------
    form : str
        What it came as, in words: "a pickle", "an MLflow model", …
    data : bytes
        The pickle, as it is or compressed; or a skops file.
    columns : tuple of str
        The columns that were noted beside it; empty where none were.
    made_with : dict of str to str
        The versions that were noted beside it: Python's and the packages'.
    """

    form: str
    data: bytes = field(repr=False)
    columns: tuple[str, ...] = ()
    made_with: dict[str, str] = field(default_factory=dict)


def opened(data: bytes) -> Opened:
    """Find the one model in a file.

    Parameters
    ----------
    data : bytes
        A pickle, a file of joblib's or of skops', or a zip of a model's folder: of MLflow's,
        of a board of vetiver's or pins', or of anything with one pickle in it.

    Raises
    ------
    UnsafePickle
        A zip that is damaged, or that has no model or more than one: bring the one. Or it is of
        an office program.
    """
    if not data.startswith(_ZIP):
        compressed = data[:2] in (b"\x1f\x8b", b"BZ", b"\xfd7", b"]\x00") or data[:1] == b"x"
        is_joblib = b"joblib.numpy_pickle" in data[:_NOTE_BYTES]
        return Opened("a file of joblib's" if compressed or is_joblib else "a pickle", data)
    archive = Archive(data)
    if "schema.json" in archive.names:
        return Opened("a file of skops'", data)
    if found := archive.find("MLmodel"):
        return _mlflow(archive, found[0])
    if found := archive.find("data.txt"):
        return _pin(archive, found)
    for name in _NO_MODELS.keys() & set(archive.names):
        raise UnsafePickle(
            f"It is no model but {_NO_MODELS[name]}.",
            remedy="Choose the file that joblib.dump or pickle.dump wrote. A table goes to Train "
            "or to Predict.",
        )
    models = [name for name in archive.names if _MODEL.match(name)]
    if len(models) != 1:
        named = ", ".join(models[:5])
        raise UnsafePickle(
            f"The zip file holds more than one model: {named}."
            if models
            else "The zip file holds no model.",
            remedy="Bring the one file of the model, or the folder that MLflow or vetiver wrote.",
        )
    return _inside(archive, models[0])


def _inside(archive: Archive, name: str) -> Opened:
    """Open a model that stands in a zip; a zip inside of the zip only where it is of skops'."""
    data = archive.read(name)
    if data.startswith(_ZIP) and "schema.json" not in Archive(data).names:
        raise UnsafePickle(
            f"{name} is a zip file inside of a zip file.", remedy="Bring the inner one."
        )
    return opened(data)


def _mlflow(archive: Archive, place: str) -> Opened:
    from brinery.bringing.yamlfile import plain_yaml

    folder = place.removesuffix("MLmodel")
    noted = plain_yaml(archive.read(place, most=_NOTE_BYTES), "MLmodel")
    flavors = mapping(noted.get("flavors"))
    flavor = mapping(flavors.get("sklearn"))
    if not flavor:
        others = ", ".join(str(one)[:40] for one in flavors if one != "python_function")
        raise UnsafePickle(
            f"The MLflow folder holds no scikit-learn model{f', but {others}' if others else ''}.",
            where="MLmodel",
            remedy="Log it with mlflow.sklearn.log_model, and bring that folder.",
        )
    file = f"{folder}{flavor.get('pickled_model')}"
    if file not in archive.names:
        raise UnsafePickle(
            f"The MLflow folder lacks its model ({file[:80]}).",
            where="MLmodel",
            remedy="Bring the whole folder: MLmodel and everything beside it.",
        )
    inner = _inside(archive, file)
    python = mapping(flavors.get("python_function")).get("python_version")
    made_with = _requirements(archive, folder)
    if isinstance(flavor.get("sklearn_version"), str):
        made_with["scikit-learn"] = flavor["sklearn_version"]
    if isinstance(python, str):
        made_with["python"] = python
    if isinstance(noted.get("mlflow_version"), str):
        made_with["mlflow"] = noted["mlflow_version"]
    columns = columns_of_signature(noted.get("signature"))
    return Opened("an MLflow model", inner.data, columns, made_with)


def _requirements(archive: Archive, folder: str) -> dict[str, str]:
    file = f"{folder}requirements.txt"
    if file not in archive.names:
        return {}
    return packages_of(archive.read(file, most=_NOTE_BYTES).decode("utf-8", "replace"))


def _pin(archive: Archive, places: list[str]) -> Opened:
    """Open the latest version of a board's one pin: <pin>/<time>-<hash>/data.txt and its file."""
    pins = {place.rsplit("/", 2)[0] if place.count("/") > 1 else "" for place in places}
    if len(pins) > 1:
        named = ", ".join(sorted(one.rsplit("/", 1)[-1] for one in pins)[:5])
        raise UnsafePickle(
            f"The board holds more than one pin: {named}.",
            remedy="Bring the folder of one of them.",
        )
    place = max(places)
    folder = place.removesuffix("data.txt")
    from brinery.bringing.yamlfile import plain_yaml

    noted = plain_yaml(archive.read(place, most=_NOTE_BYTES), "data.txt")
    file = f"{folder}{noted.get('file')}"
    if file not in archive.names:
        raise UnsafePickle(
            f"The pin lacks its file ({file[:80]}).",
            where="data.txt",
            remedy="Bring the whole folder: data.txt and the file beside it.",
        )
    inner = _inside(archive, file)
    user = mapping(noted.get("user"))
    given = mapping(user.get("vetiver_meta", user))
    columns = columns_of_prototype(given.get("prototype") or given.get("ptype"))
    python = given.get("python_version")
    required = given.get("required_pkgs")
    made_with = packages_of("\n".join(map(str, required)) if isinstance(required, list) else "")
    if isinstance(python, list) and len(python) >= 2:
        made_with["python"] = ".".join(str(part) for part in python[:3])
    form = "a pin of vetiver's" if "vetiver_meta" in user else "a pin"
    return Opened(form, inner.data, columns, made_with)
