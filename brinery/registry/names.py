"""Which texts can be a model's name: those that every disk keeps and nobody misreads."""

from __future__ import annotations

import unicodedata

from brinery.errors import NameRefused

__all__ = ["LONGEST_NAME", "checked"]

LONGEST_NAME = 64

_RESERVED = {
    "con", "prn", "aux", "nul",
    *(f"com{n}" for n in "0123456789¹²³"),
    *(f"lpt{n}" for n in "0123456789¹²³"),
}  # fmt: skip
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}


def checked(name: str) -> str:
    """Give a name in its one spelling (NFC), or refuse it.

    Parameters
    ----------
    name : str
        1 to 64 letters and digits of any script, spaces, and ``. _ -``; it begins with a
        letter or a digit and does not end with a dot or a space.

    Raises
    ------
    NameRefused
        It is none of this, or a name that Windows keeps for itself: choose another.
    """
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise _refused(name, f"A model's name has 1 to {LONGEST_NAME} characters.")
    for character in name:
        if not _allowed(character):
            raise _refused(name, f"A model's name can't hold {_shown(character)}.")
    if not name[0].isalnum():
        raise _refused(name, "A model's name begins with a letter or a digit.")
    if name[-1] in ". ":
        raise _refused(name, "A model's name can't end with a dot or a space.")
    if name.split(".")[0].strip().lower() in _RESERVED:
        raise _refused(name, "Windows keeps this name for itself.")
    return name


def _allowed(character: str) -> bool:
    if character in " ._-":
        return True
    category = unicodedata.category(character)
    return (category[0] in "LM" or category == "Nd") and character not in _UNSEEN


def _shown(character: str) -> str:
    visible = character.isprintable() and character not in _UNSEEN and character != " "
    return f"“{character}”" if visible else f"the character U+{ord(character):04X}"


def _refused(name: str, problem: str) -> NameRefused:
    shown = "".join(one if one.isprintable() else "�" for one in name[:LONGEST_NAME])
    return NameRefused(
        problem,
        where=f"“{shown}”",
        remedy="Use letters, digits, spaces, dots, hyphens and underscores.",
    )
