"""The answers of a run's whole chunks, kept so that it can go on after a fall."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Parts"]


@dataclass(frozen=True)
class Parts:
    """The answers of whole chunks in a folder, each with the digest of what was asked.

    Parameters
    ----------
    folder : Path
    """

    folder: Path

    def get(self, number: int, asked: bytes) -> bytes | None:
        """Give the answers of a chunk; None where they are torn, or of another question."""
        try:
            data = (self.folder / f"{number:06d}").read_bytes()
        except OSError:
            return None
        mark, answers = data[:64], data[64:]
        return answers if mark == _mark(asked, answers) else None

    def put(self, number: int, asked: bytes, answers: bytes) -> None:
        """Keep the answers of a chunk.

        Raises
        ------
        OSError
            There is no room; nothing of them is left.
        """
        self.lay(f"{number:06d}", _mark(asked, answers) + answers)

    def lay(self, name: str, data: bytes) -> None:
        """Put back what was kept elsewhere, under the name that it had here.

        Raises
        ------
        OSError
            There is no room; nothing of it is left.
        """
        hidden = self.folder / f"{name}.new"
        try:
            hidden.write_bytes(data)
            hidden.replace(self.folder / name)
        except OSError:
            hidden.unlink(missing_ok=True)
            raise


def _mark(asked: bytes, answers: bytes) -> bytes:
    return hashlib.sha256(asked).digest() + hashlib.sha256(answers).digest()
