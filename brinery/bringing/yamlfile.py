"""A small YAML file, read without trust.

A module of its own: only a model's folder needs the reader, and a worker of older versions may
lack it.
"""

from __future__ import annotations

from typing import Any

import yaml

from brinery.bringing.metadata import mapping
from brinery.errors import UnsafePickle

__all__ = ["plain_yaml"]

_MOST_BYTES = 2**20


class _PlainLoader(yaml.SafeLoader):
    """Values only, and none twice: an alias lets a small file describe an endless one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


def plain_yaml(data: bytes, name: str) -> dict[str, Any]:
    """Read a small YAML file that holds a mapping.

    Raises
    ------
    UnsafePickle
        It is none, too large, or refers to itself.
    """
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError("too large")
        found = yaml.load(data, _PlainLoader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, TypeError) as error:
        raise UnsafePickle(
            f"{name} can't be read.",
            where=name,
            remedy="Save the model anew, and bring the folder.",
        ) from error
    return mapping(found)
