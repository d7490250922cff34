"""What the options of the verbs take, from text; what they can't take is wrong usage."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

from brinery.environments.pins import KNOWN, is_release
from brinery.errors import CannotLearn

__all__ = ["day", "line", "parameters", "release", "rename", "seed", "sklearn", "threshold"]


def day(text: str) -> date:
    """Take a day, ISO 8601."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2027-11-30") from None


def line(text: str) -> int:
    """Take a line number."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no line number")
    return int(text)


def rename(text: str) -> tuple[str, str]:
    """Take FEATURE=COLUMN."""
    feature, equals, column = text.partition("=")
    if not feature or not equals or not column:
        raise argparse.ArgumentTypeError(f"{text!r} is not FEATURE=COLUMN")
    return feature, column


def release(text: str) -> tuple[str, str]:
    """Take PACKAGE==VERSION, of a package whose version matters."""
    package, _, version = text.partition("==")
    if package not in KNOWN or not is_release(version):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not PACKAGE==VERSION, with one of {', '.join(KNOWN)}"
        )
    return package, version


def parameters(text: str) -> dict[str, Any]:
    """Take a JSON object."""
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text!r} is no JSON: {problem}") from problem
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError(f'{text!r} is no JSON object, such as {{"max_depth": 3}}')
    return found


def sklearn(text: str) -> str:
    """Take scikit-learn==VERSION."""
    package, version = release(text)
    if package != "scikit-learn":
        raise argparse.ArgumentTypeError(f"{text!r} is not scikit-learn==VERSION")
    return version


def threshold(text: str) -> dict[str, Any]:
    """Take cost=WRONG:MISSED, rows=N, precision=SHARE or a probability."""
    from brinery.evaluation.threshold import aim_of  # here: only who gives one waits for it

    kind, equals, given = text.partition("=")
    try:
        numbers = [float(one) for one in (given if equals else text).split(":")]
        kind = kind if equals else "probability"
        asked = {kind: numbers if kind == "cost" or len(numbers) > 1 else numbers[0]}
        aim_of(asked)
    except (ValueError, CannotLearn):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not cost=WRONG:MISSED (such as cost=1:5, both above 0), rows=N "
            "(rows=50), precision=SHARE (precision=0.8) or a probability (0.3)"
        ) from None
    return asked


def seed(text: str) -> int:
    """Take a seed of chance."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {2**32 - 1}")
    return int(text)
