"""The files in a zip, or in a folder, within bounds; nothing is unpacked to a disk."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from brinery.errors import BrineryError, UnsafePickle
from brinery.safety.stream import MAX_PICKLE_BYTES
from brinery.tables.unpack import ZIP_ERRORS

__all__ = ["Archive", "of_folder"]

_MOST_FILES = 10_000
_MOST_GROWTH, _ALWAYS_BYTES = 200, 2**26
_BROKEN = "The zip file is damaged, or made in a way that no program makes one."
_AGAIN = "Zip the folder of the model once more, without a password, and bring that."


class Archive:
    """A zip file as a set of names and their bytes.

    Parameters
    ----------
    data : bytes
        The zip file.

    Raises
    ------
    UnsafePickle
        It is damaged, locked by a password, has too many files or would fill the memory:
        zip the folder once more.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except ZIP_ERRORS as error:
            raise UnsafePickle(_BROKEN, remedy=_AGAIN) from error
        found = [one for one in self._zip.infolist() if not one.is_dir()]
        self._left = max(_ALWAYS_BYTES, min(MAX_PICKLE_BYTES, _MOST_GROWTH * len(data)))
        self._by_name = {one.filename.replace("\\", "/").lstrip("./"): one for one in found}
        if len(found) > _MOST_FILES or len(self._by_name) < len(found):
            raise UnsafePickle(
                "The zip file has too many files, or two of one name.", remedy=_AGAIN
            )

    @property
    def names(self) -> list[str]:
        """The files' paths, in their order, but for those that macOS adds."""
        return [name for name in self._by_name if not name.startswith("__MACOSX/")]

    def find(self, last: str) -> list[str]:
        """Give the paths that end with this file's name, the shallowest first."""
        found = [name for name in self.names if name.rsplit("/", 1)[-1] == last]
        return sorted(found, key=lambda name: (name.count("/"), name))

    def read(self, name: str, *, most: int = MAX_PICKLE_BYTES) -> bytes:
        """Give a file's bytes.

        Raises
        ------
        UnsafePickle
            It is damaged, locked, or larger than it may be.
        """
        most = min(most, self._left)
        try:
            with self._zip.open(self._by_name[name]) as file:
                data = file.read(most + 1)
        except (*ZIP_ERRORS, NotImplementedError) as error:
            raise UnsafePickle(_BROKEN, where=name, remedy=_AGAIN) from error
        if len(data) > most:
            raise UnsafePickle(
                f"{name} in the zip file is larger than it may be.", where=name, remedy=_AGAIN
            )
        self._left -= len(data)
        return data


def of_folder(folder: Path) -> bytes:
    """Put a folder's files into a zip in memory, so that both are read by the same code.

    Raises
    ------
    BrineryError
        It has too many files or too many bytes: name the folder of one model.
    """
    files = sorted(one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    if len(files) > _MOST_FILES or sum(one.stat().st_size for one in files) > MAX_PICKLE_BYTES:
        raise BrineryError(
            "The folder holds more than one model can.",
            where=str(folder),
            remedy="Give the folder of one model.",
        )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for one in files:
            archive.writestr(zipfile.ZipInfo(str(one.relative_to(folder))), one.read_bytes())
    return whole.getvalue()
