"""Rows at the end that are called by a figure of the rows above: least, most, mean, spread, count.

Such a word is a name too (Max, Media), so that the figures have to prove it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from brinery.tables.shapes import filled, fits, is_dashes, is_total, shape

__all__ = ["called_so", "is_summary", "may_be_summary", "number_of", "proven", "summed_up"]

_WORDS = {
    "least": (
        r"min(?:i(?:m(?:um|o|a|al|alwert)?)?)?|m[ií]nimo|mínimum|kleinster wert|laagste"
        r"|najmniej|мин(?:имум)?|мінімум|最小[値值]?|최소"
    ),
    "most": (
        r"max(?:i(?:m(?:um|o|a|al|alwert)?)?)?|m[aá]ximo|massimo|größter wert|hoogste|najwięcej"
        r"|maks(?:imum)?|макс(?:имум)?|максимум|最大[値值]?|최대"
    ),
    "mean": (
        r"average|mean|avg|mittel(?:wert)?|durchschnitt|moyenne|media|m[eé]dia|promedio|gemiddelde|średnia"
        r"|medel(?:värde)?|genomsnitt|gennemsnit|gjennomsnitt|keskiarvo|průměr|átlag|ortalama"
        r"|сред(?:нее|няя|ний)|середнє|平均[値值]?|평균|Ø"
    ),
    "middle": r"median(?:e|o|wert)?|médiane|mediana|медиана|медіана|中央値|中位数|중앙값",
    "spread": (
        r"s\.?d\.?|st\.? ?d(?:e)?v(?:iation)?|st\.?d\.?(?: ?dev(?:iation)?)?|standard deviation"
        r"|standardabweichung|écart[- ]type|desviaci[oó]n (?:est[aá]ndar|t[ií]pica)"
        r"|deviazione standard|desvio padrão|odchylenie standardowe|standaarddeviatie"
        r"|стандартное отклонение|標準偏差|标准差|표준편차"
    ),
    "count": (
        r"count|anzahl|nombre|n[uú]mero|conte(?:o|ggio)|contagem|aantal|liczba|antal|antall|počet|darab"
        r"|количество|кількість|件数|个数|개수"
    ),
}
_CALLED = {
    what: re.compile(rf"\W*(?:{words})(?:\b|(?<=Ø))\W*", re.I) for what, words in _WORDS.items()
}
_FIGURES: dict[str, tuple[Callable[[np.ndarray], float], ...]] = {
    "least": (np.min,),
    "most": (np.max,),
    "mean": (np.mean,),
    "middle": (np.median,),
    "spread": (np.std, lambda values: float(np.std(values, ddof=1))),
    "count": (len,),
}
_BY_CHANCE, _ALONE = 0.05, 0.0001


def is_summary(row: Sequence[str]) -> str:
    """Say by which figure a row is called: the key of `_WORDS`, or "" for none."""
    label = next((cell for cell in row if cell.strip()), "")
    if not label or len(label) > 40 or shape(label) in ("n", "d"):
        return ""
    return next((what for what, called in _CALLED.items() if called.fullmatch(label)), "")


def _agreement(row: Sequence[str], records: Sequence[Sequence[str]]) -> tuple[int, float]:
    """Compare a row's figures with those of the rows above.

    Parameters
    ----------
    row : sequence of str
        One that `is_summary` tells.
    records : sequence of sequence of str
        The rows above.

    Returns
    -------
    n_against : int
        How many of its figures are others.
    chance : float
        How likely the rest would be the same if the row were a record; 1 where nothing is told.
    """
    what, n_against, chance = is_summary(row), 0, 1.0
    for at, cell in enumerate(row):
        if shape(cell) != "n":
            continue
        above = [record[at] for record in records if at < len(record) and record[at].strip()]
        found = [_by_chance(what, cell, above, mark) for mark in ".,"]
        told = [one for one in found if one is not None]
        n_against += not told
        chance *= min(told, default=1.0)
    return n_against, chance


def _by_chance(what: str, cell: str, above: Sequence[str], mark: str) -> float | None:
    """Say how often a figure of a column would be met by chance; None where it is another."""
    figure = number_of(cell, mark)
    if figure is None or not above:
        return None
    near = 0.51 * 10.0 ** -len(re.sub(r"\D", "", cell.rpartition(mark)[2] if mark in cell else ""))
    read = [number_of(one, mark) for one in above if shape(one) == "n"]
    values = np.array([one for one in read if one is not None])
    if what == "count":
        differs = len(above) != figure
        return None if differs else _share(values, figure, near, len(above))
    if len(values) < 2 or len(values) < len(above) * 0.9:
        return None
    if all(abs(of(values) - figure) > near for of in _FIGURES[what]):
        return None
    return _share(values, figure, near, len(values))


def _share(values: np.ndarray, figure: float, near: float, n_rows: int) -> float:
    """Give the share of a column that is about a figure, or would be if it were spread evenly."""
    if not len(values):
        return 1 / n_rows
    wide = float(np.ptp(values))
    same = float(np.mean(np.abs(values - figure) <= near))
    return max(same, min(1.0, 2 * near / wide) if wide else 1.0)


def number_of(text: str, mark: str) -> float | None:
    """Read a number with a decimal mark, whatever stands around its digits; else None."""
    plain = "".join(one for one in text if one in "0123456789-" or one == mark)
    try:
        return float(plain.replace(mark, "."))
    except ValueError:
        return None


def _top(rows: Sequence[Sequence[str]], full: Sequence[int]) -> int:
    """Give the place in `full` from which on the rows are called totals or figures."""
    top = len(full)
    while top:
        row = rows[full[top - 1]]
        if not (is_summary(row) or is_total(row) or is_dashes(row)):
            break
        top -= 1
    return top


def called_so(rows: Sequence[Sequence[str]], first: int, full: Sequence[int]) -> list[int]:
    """Give those of the last rows that are called by a figure, as no record above is.

    Parameters
    ----------
    rows : sequence of list of str
    first : int
        The first record.
    full : sequence of int
        The last rows that are not blank.
    """
    group = full[_top(rows, full) :]
    found = []
    for at in [at for at in group if is_summary(rows[at])]:
        place = next(n for n, cell in enumerate(rows[at]) if cell.strip())
        label = rows[at][place].strip().casefold()
        above = (
            row[place].strip().casefold() for row in rows[first : group[0]] if len(row) > place
        )
        if label not in above:
            found.append(at)
    return found


def summed_up(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether rows may end in figures of all the rows of a file, of which they are the last."""
    full = [at for at in range(max(0, len(rows) - 200), len(rows)) if filled(rows[at])]
    return bool(called_so(rows, 0, full))


def proven(
    rows: Sequence[list[str]], first: int, full: Sequence[int], shapes: Sequence[str]
) -> set[int]:
    """Give the last rows that are called by a figure and have it, beyond chance.

    A row alone that is called Max or Min, as people are, has to be unlike a record besides, or
    to be so in several columns.

    Parameters
    ----------
    rows : sequence of list of str
    first : int
        The first record.
    full : sequence of int
        The last rows that are not blank.
    shapes : sequence of str
        What most cells of each column look like.
    """
    called = called_so(rows, first, full)
    if not called:
        return set()
    top = _top(rows, full)
    group = list(full[top:])
    records = [row for row in rows[first : group[0]] if filled(row) and not is_total(row)]
    found = {at: _agreement(rows[at], records) for at in called}
    agreeing = [at for at in called if found[at][0] == 0 and found[at][1] < 1]
    chance = float(np.prod([found[at][1] for at in agreeing]))
    total = next((at for at in group if is_total(rows[at]) and at not in called), None)
    alone = len(agreeing) < 2 and not any(total is not None and total < at for at in agreeing)
    name = all(is_summary(rows[at]) in ("least", "most") for at in agreeing)
    alike = not any(_unlike(rows[at], shapes) for at in agreeing)
    enough = _ALONE if alone and name and alike else _BY_CHANCE
    return set(agreeing) if chance <= enough else set()


def _unlike(row: Sequence[str], shapes: Sequence[str]) -> bool:
    """Say whether a row has text among numbers, or a blank where the records have texts."""
    lacks = any(want == "t" and not cell.strip() for cell, want in zip(row, shapes, strict=False))
    return lacks or fits(row, shapes) > 0 or len(row) < len(shapes)


def may_be_summary(row: Sequence[str], records: Sequence[Sequence[str]]) -> bool:
    """Say of a last row that is a record whether half of its figures are what it is called."""
    if not called_so([*records, row], 0, [len(records)]):
        return False
    n_against, chance = _agreement(row, records)
    return chance <= 0.5 and n_against * 2 <= sum(shape(cell) == "n" for cell in row)
