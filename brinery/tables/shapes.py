"""What a cell looks like, and the words that mark a row as no record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = [
    "column_shapes",
    "filled",
    "fits",
    "is_bracketed",
    "is_dashes",
    "is_remark",
    "is_subtotal",
    "is_total",
    "is_types",
    "is_units",
    "shape",
    "trimmed_width",
]

_CURRENCY = (
    r"(?:R?\$|[€£¥₹₽₺₴₪₩฿]|USD|EUR|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|RUB|TRY|TL|BRL|CAD|AUD"
    r"|kr\.?|zł|Kč|Ft|руб\.?|Rs\.?|元|円)"  # noqa: RUF001
)
_NUMBER = re.compile(
    rf"[-+(\u2212]?\s*{_CURRENCY}?\s*[-+\u2212]?"
    r"(?:\d[\d.,'\u2019\u00a0\u202f\u066b\u066c ]*|[.,]\d+)"
    rf"(?:[eE][-+]?\d+)?\s*(?:[%\u066a]|{_CURRENCY})?\s*\)?-?"
)
_MONTH = (
    r"(?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|juin|juil"
    r"|mär|mrt|fév|avr|aoû|déc)[a-zéû]*\.?"
)
_DATE = re.compile(
    r"(?:\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4}|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    rf"|\d{{1,2}}[-/. ]+{_MONTH}[-/. ,]*\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
    r"(?:[T ,]+\d{1,2}:\d{2}.*)?",
    re.I,
)
_MISSING = frozenset(
    (
        *(
            "na",
            "n/a",
            "#n/a",
            "nan",
            "null",
            "none",
            "-",
            "--",
            "\u2013",
            "\u2014",
            "?",
            ".",
            "k.a.",
        ),
        "\\n",  # as PostgreSQL and MySQL export a null
    )
)
_TOTAL = re.compile(
    r"\W*(?:(?:grand|sub|over\s?all|report|column)?[\s-]*totals?"
    r"|(?:gesamt|end|zwischen|teil)?(?:summe|betrag|ergebnis)|sum|gesamt|insgesamt"
    r"|total(?:e|en|es|t)?(?:\s+(?:g[eé]n[eé]ral|geral|general|generale|complessivo))?|totaal"
    r"|(?:eind|sub)totaal|sous-total|sub?total(?:e|es)?|suma|somme|razem|łącznie|celkem|spolu"
    r"|összesen|ukupno|итого?|всего|усього|toplam|summa|yhteensä|i alt|sammanlagt|σύνολο|ogółem"
    r"|الإجمالي|المجموع|합계|총계|[小合总總]計|[小合总]计|average|mean|avg|mittelwert|durchschnitt|moyenne|media|Σ|∑)"
    r"(?:\b|(?<=[Σ∑]))(?::?\s+\S+){0,3}\W*",
    re.I,
)
_SUBTOTAL = re.compile(
    r"\W*(?:(?:sub[\s-]*totals?|zwischensumme|teilsumme|sous-total|subtotale|totaal|total|summe)\b.*"
    r"|\S.{0,40}[\s:-](?:sub)?(?:totals?|summe|gesamt|ergebnis|totaal|итого)\W*"
    r"|(?:übertrag|saldovortrag|carr(?:ied|y) forward|brought forward|à reporter|riporto)\W*)",
    re.I,
)
_REMARK = re.compile(
    r"\s*(?:[#*†‡]|//|--|\(?\d+\s+(?:rows?|records?|zeilen|entries|lines|rader|filas|lignes"
    r"|datens(?:ä|ae)tze|eintr(?:ä|ae)ge|umsätze|transactions?|registros|enregistrements)\b"
    r"|(?:rows?|records?|count|row count|number of (?:rows|records)|zeilen|anzahl|source|sources"
    r"|quelle|quellen|fuente|note|notes|hinweis|anmerkung|generated|created|printed|exported|erstellt"
    r"|gedruckt|stand|as of|date of export|end of|ende|page|seite|copyright|©|filters?|prepared"
    r"|report|total rows|total records|last updated|confidential|disclaimer|remark|remarks)\b"
    r"|.*\bend of (?:report|file|data)\b)",
    re.I,
)
_UNIT = re.compile(
    r"\s*(?:[(\[{<].*[)\]}>]|%|°[CFK]?|[kcmµun]?(?:m|g|l|W|Wh|Hz|s|A|V|N|J|B|Pa|b)|[KMGT]i?B|mm|km|ha"
    r"|(?:[kcmdµ]?m|in|ft)[²³23^]*|€|\$|£|EUR|USD|GBP|CHF|T?EUR|Mio\.?|pcs\.?|pieces?|St(?:ü|ue)?c?k\.?"
    r"|units?|count|days?|hours?|h|min|sec|months?|years?|years old|[a-z]{1,3}/[a-z0-9²³^]{1,4}"
    r"|text|date|number|string|y{2,4}[-/.]m{2}[-/.]d{2}|d{2}[-/.]m{2}[-/.]y{2,4}|m{2}[-/.]d{2}"
    r"[-/.]y{2,4}|iso ?\d*|-+|n/?a)\s*",
    re.I,
)
_DASHES = re.compile(r"\s*:?[-=_*~+|#.\u2014\u2500\u2550]{2,}[-=_*~+|#\s\u2500\u2550]*:?\s*")


_TYPE = re.compile(
    r"\s*(?:(?:n?var)?char2?|n?text|str(?:ing)?|(?:big|small|tiny)?int(?:eger)?(?:8|16|32|64)?|uint\d*"
    r"|decimal|numeric|number|float(?:32|64)?|double|real|date(?:time)?(?:2|64)?|time(?:stamp)?|bool(?:ean)?"
    r"|bit|money|object|category|uuid|json|blob|long)\s*(?:\([\d, ]+\)|\[\w+\])?\s*",
    re.I,
)


@lru_cache(maxsize=2**13)  # the first rows are looked at several times
def shape(cell: str) -> str:
    """Say what a cell looks like: "n" a number, "d" a date or time, "t" text, "" a blank."""
    text = cell.strip()
    if not text or (len(text) <= 4 and text.lower() in _MISSING):
        return ""
    if len(text) > 40:
        return "t"
    if _DATE.fullmatch(text):
        return "d"
    return "n" if _NUMBER.fullmatch(text) else "t"


def filled(row: Sequence[str]) -> int:
    """Count the cells that are not blank."""
    return sum(map(bool, map(str.strip, row)))


def trimmed_width(row: Sequence[str]) -> int:
    """Give the width without the blank cells at the end."""
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return width


def column_shapes(rows: Sequence[Sequence[str]], width: int, share: float = 0.8) -> list[str]:
    """Give what most cells of each column look like; "" where it is empty or mixed."""
    found = []
    for at in range(width):
        seen = [shape(row[at]) for row in rows if at < len(row)]
        full = [one for one in seen if one]
        best = max("ndt", key=full.count)
        found.append(best if full and full.count(best) >= share * len(full) else "t" * bool(full))
    return found


def fits(row: Sequence[str], shapes: Sequence[str]) -> int:
    """Count the cells that go against their column: text among numbers or dates."""
    return sum(
        1
        for cell, wanted in zip(row, shapes, strict=False)
        if wanted in ("n", "d") and shape(cell) not in ("", wanted)
    )


def is_dashes(row: Sequence[str]) -> bool:
    """Say whether a row is only a line drawn under or between others."""
    full = [cell for cell in row if cell.strip()]
    drawn = len(full) > 1 or (bool(full) and len(full[0].strip()) > 2)
    return drawn and all(_DASHES.fullmatch(cell) for cell in full)


def is_total(row: Sequence[str]) -> bool:
    """Say whether the first text of a row, or its one text among numbers, calls it a total."""
    full = [cell for cell in row if cell.strip()]
    texts = [cell for cell in full if shape(cell) not in ("n", "d")]
    if not texts or (texts[0] != full[0] and len(texts) > 1):
        return False
    if texts[0].strip(" *") == "":  # as SAP marks totals, by their rank
        return len(full) * 2 <= len(row) + 1
    return _TOTAL.fullmatch(texts[0]) is not None


def is_subtotal(row: Sequence[str]) -> bool:
    """Say whether the first text of a row calls it a total of some rows."""
    label = next((cell for cell in row if cell.strip()), "")
    return len(label) <= 60 and _SUBTOTAL.fullmatch(label) is not None


def is_remark(text: str) -> bool:
    """Say whether a line's text is a remark on the file rather than a cell of it."""
    return _REMARK.match(text) is not None


def is_types(row: Sequence[str]) -> bool:
    """Say whether a row under the header holds the columns' types, as programs call them."""
    full = [cell for cell in row if cell.strip()]
    return bool(full) and all(map(_TYPE.fullmatch, full))


def is_bracketed(row: Sequence[str]) -> bool:
    """Say whether every text of a row stands in brackets."""
    full = [cell.strip() for cell in row if cell.strip()]
    return bool(full) and all(cell[0] in "([{<" and cell[-1] in ")]}>" for cell in full)


def is_units(row: Sequence[str]) -> bool:
    """Say whether a row under the header holds the columns' units."""
    full = [cell for cell in row if cell.strip()]
    return bool(full) and sum(map(bool, map(_UNIT.fullmatch, full))) >= 0.6 * len(full)
