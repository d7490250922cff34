"""What MLflow, vetiver and pins write beside a model: YAML and JSON, read without trust.

References
----------
MLflow's model format: mlflow.org/docs/latest/ml/model. pins: rstudio.github.io/pins-python.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["columns_of_prototype", "columns_of_signature", "mapping", "packages_of"]

_MOST_BYTES = 2**20
_MOST_COLUMNS, _MOST_LETTERS = 10_000, 500


def mapping(value: Any) -> dict[str, Any]:
    """Give the value where it is a mapping, and an empty one where it is anything else."""
    return value if isinstance(value, dict) else {}


def columns_of_signature(signature: Any) -> tuple[str, ...]:
    """Give the columns of MLflow's signature: JSON in a text, a list of columns or tensors."""
    listed = _json(mapping(signature).get("inputs"))
    if not isinstance(listed, list):
        return ()
    return _names([one.get("name") for one in listed if isinstance(one, dict)])


def columns_of_prototype(prototype: Any) -> tuple[str, ...]:
    """Give the columns of vetiver's prototype: a JSON object, or JSON Schema's properties."""
    found = _json(prototype)
    if isinstance(found, dict) and isinstance(found.get("properties"), dict):
        found = found["properties"]
    return _names(list(found)) if isinstance(found, dict) else ()


def packages_of(text: str) -> dict[str, str]:
    """Give the exact versions of a requirements file."""
    found = {}
    for line in text[:_MOST_BYTES].splitlines():
        name, exact, version = line.split(";")[0].split("#")[0].partition("==")
        if exact and len(line) < _MOST_LETTERS:
            found[name.strip().lower().replace("_", "-")] = version.strip()
    return found


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value[:_MOST_BYTES])
    except (ValueError, RecursionError):
        return None


def _names(values: list[Any]) -> tuple[str, ...]:
    good = [one for one in values if isinstance(one, str) and 0 < len(one) <= _MOST_LETTERS]
    return tuple(good) if len(good) == len(values) <= _MOST_COLUMNS else ()
