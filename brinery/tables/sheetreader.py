"""The process that opens a workbook: its own, since a bad one can end the process.

A cell far out, or a file that unpacks to gigabytes, makes the reading library ask for more
memory than there is and abort. So it runs here, under limits: bytes of the workbook on
standard input, JSON on standard output. Only the standard library and python-calamine.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
import unicodedata
from typing import Any

__all__ = ["MEMORY_BYTES", "SECONDS", "SECONDS_PER_MB"]

MEMORY_BYTES = 3 * 2**30
SECONDS = 4
SECONDS_PER_MB = 10


def _main() -> None:
    request = json.loads(sys.argv[1])
    sys.path[:] = request["path"]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answer = _answer(sys.stdin.buffer.read(), request["sheet"], set(request["expected"]))
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


def _answer(data: bytes, wanted: str | None, expected: set[str]) -> dict[str, Any]:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
            and (meta.visible == SheetVisibleEnum.Visible or meta.name == wanted)
        ]
        if wanted is not None and wanted not in sheets:
            return {"problem": "no such sheet", "sheets": sheets}
        filled: list[tuple[str, tuple[int, ...]]] = []
        for name in sheets if wanted is None else [wanted]:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None:
                filled.append((name, _fitness(sheet, expected)))
        if not filled:
            return {"problem": "blank", "sheets": sheets}
        best = max(fitness for _, fitness in filled)
        chosen = next(name for name, fitness in filled if fitness == best)
        sheet = book.get_sheet_by_name(chosen)
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
        merged = [list(map(list, one)) for one in sheet.merged_cell_ranges or ()]
        left = sheet.start[1] if sheet.start is not None else 0
    except PasswordError:
        return {"problem": "password"}
    except (CalamineError, OSError) as error:
        return {"problem": "damaged", "detail": str(error)}
    return {
        "sheet": chosen,
        "sheets": sheets,
        "others": [name for name, _ in filled if name != chosen],
        "rivals": sum(fitness == best for _, fitness in filled) - 1,
        "rows": rows,
        "merged": merged,
        "left": left,
    }


def _fitness(sheet: Any, expected: set[str]) -> tuple[int, ...]:
    """Say how well a sheet fits: names that are expected, then whether it looks like a table."""
    names: set[str] = set()
    n_wide = widest = 0
    for row, _ in zip(sheet.iter_rows(), range(200), strict=False):
        texts = [_text(cell).strip() for cell in row]
        names |= expected & {_key(text) for text in texts}
        n_filled = sum(map(bool, texts))
        n_wide += n_filled >= max(2, len(texts) // 2)
        widest = max(widest, n_filled)
    return len(names), int(n_wide >= 3 or (n_wide == 2 and widest > 2))


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    _main()
