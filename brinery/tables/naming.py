"""Whether the first row of a table of texts alone has the names, or is a record already.

No number stands under a text there to tell. What else tells: cells that come again below, the
habits of a column (signs, digits, capitals, lengths) that the first row has or lacks, and words
that name columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

__all__ = ["Naming", "naming"]

Naming = Literal["names", "record", "open"]

_LEAST_ROWS = 3
_BY_CHANCE = 0.05
_ALL = 0.95  # of the cells of a column that has a habit
_WORD_LISTS = (
    "name names id key code title label type kind class category group status state country",
    "city town region address street zip postcode email mail phone date day month year time",
    "text comment comments note notes description subject message answer question response",
    "remark remarks value gender sex language department company customer client user product",
    "item brand model color colour owner author first last firstname lastname surname firm",
    "job occupation sector industry vorname nachname ort stadt land strasse plz telefon datum",
    "bemerkung kommentar beschreibung typ art gruppe kategorie abteilung firma kunde produkt",
    "artikel farbe beruf geschlecht sprache bezeichnung antwort frage titel nom prenom ville",
    "pays rue adresse courriel telephone statut commentaire sexe categorie groupe produit",
    "couleur metier langue nombre apellido ciudad pais calle correo telefono fecha estado",
    "tipo grupo categoria comentario descripcion cliente producto nome cognome citta paese",
    "indirizzo stato commento prodotto colore naam voornaam achternaam plaats straat klant",
    "soort imie nazwisko miasto kraj ulica namn efternamn",
    "amount number price quantity total opened closed created updated",
)
_WORDS = frozenset(word for words in _WORD_LISTS for word in words.split())
_AS_IN_PROGRAMS = re.compile(r"[a-z]+(?:[_.-][a-z0-9]+)+")
_HABITS: tuple[Callable[[str], bool], ...] = (
    lambda cell: "@" in cell,
    lambda cell: any(map(str.isdigit, cell)),
    lambda cell: re.search(r"[-/.:+]", cell) is not None,
    lambda cell: " " in cell,
    str.isupper,
    str.islower,
    lambda cell: cell[:1].isupper(),
)
_TELLING = 3  # of the habits, the first: few names have them


def naming(row: Sequence[str], below: Sequence[Sequence[str]]) -> Naming:
    """Say what the first row of a table of texts is.

    Parameters
    ----------
    row : sequence of str
    below : sequence of sequence of str
        The rows under it.
    """
    columns = [
        (cell.strip(), [one[at].strip() for one in below if len(one) > at and one[at].strip()])
        for at, cell in enumerate(row)
        if cell.strip()
    ]
    if any(cell in cells for cell, cells in columns):
        return "record"
    if sum(_is_word(cell, cells) for cell, cells in columns) * 2 >= len(columns) > 0:
        return "names"
    if len(below) < _LEAST_ROWS:
        return "open"
    chance, lacks, has = 1.0, False, False
    for cell, cells in columns:
        if len(cells) < _LEAST_ROWS:
            continue
        chance *= sum(n == 1 for n in Counter(cells).values()) / len(cells)
        for at, habit in enumerate(_HABITS):
            if sum(map(habit, cells)) >= _ALL * len(cells):
                lacks |= not habit(cell)
                has |= habit(cell) and at < _TELLING
        lengths = [len(one) for one in cells]
        lacks |= len(cell) * 3 < min(lengths) or len(cell) > 3 * max(lengths)
        if min(lengths) == max(lengths) > 1:
            lacks |= len(cell) != lengths[0]
            has |= len(cell) == lengths[0] and cell.isupper() and all(map(str.isupper, cells))
    if lacks or chance <= _BY_CHANCE:
        return "open" if has and not chance <= _BY_CHANCE else "names"
    return "record" if has else "open"


def _is_word(cell: str, cells: Sequence[str]) -> bool:
    """Say whether a cell is a word that names columns, or written as programs write names."""
    if _AS_IN_PROGRAMS.fullmatch(cell) and not any(map(_AS_IN_PROGRAMS.fullmatch, cells)):
        return True
    plain = unicodedata.normalize("NFKD", cell.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(r"[^\W\d_]+", plain)
    return 0 < len(words) <= 6 and sum(word in _WORDS for word in words) * 2 > len(words)
