"""The keys of the seals: where they are, which one signs, and who else could read them."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import logging
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from brinery.errors import BrineryError
from brinery.settings import KeyPlace

__all__ = ["KEY_BYTES", "Keys", "guarded", "hmac_of", "is_hmac", "key_id", "keys_at"]

KEY_BYTES = 32
_LOG = logging.getLogger("brinery.registry")
_OTHERS = 0o077
_HOW = "Make one with `python -c 'import secrets; print(secrets.token_hex(32))'`."


@dataclass(frozen=True)
class Keys:
    """The key that signs, and all that are good for reading.

    Attributes
    ----------
    signing : bytes
        What new cards are sealed with.
    by_id : dict of str to bytes
        Every key by its `key_id`, the signing one among them.
    """

    signing: bytes = field(repr=False)
    by_id: dict[str, bytes] = field(repr=False)

    def seal(self, data: bytes) -> str:
        """Give the seal of some bytes: their HMAC, made with the key that signs."""
        return hmac_of(self.signing, data)

    def made(self, seal: str, data: bytes) -> bool:
        """Say whether the seal of some bytes was made with one of the keys."""
        return any(is_hmac(seal, key, data) for key in self.by_id.values())


def keys_at(place: KeyPlace) -> Keys:
    """Read the keys; make the file where there is none and no key is given.

    A file holds one key a line, in hexadecimal or base64; the first signs. Of several processes
    that make the file at once, one wins and all get the same key.

    Raises
    ------
    BrineryError
        There is no key there, the file can't be read or made, or others than the server may
        read it; the message says what to do.
    """
    if place.given:
        return _parsed(place.given, "BRINERY_KEY")
    path = place.path
    try:
        if not path.exists():
            _make(path)
        if not path.is_file():  # and whose rights are not ours to change
            raise BrineryError(
                "What should hold the key of the seals is no file.",
                where=str(path),
                remedy="Set BRINERY_KEY_FILE to a file; where there is none yet, it is made.",
            )
        _require_guarded(path)
        text = path.read_text("ascii")
    except OSError as error:
        raise BrineryError(
            f"The key of the seals can't be used ({error.strerror or error}).",
            where=str(path),
            remedy="Let this account use the file, or set BRINERY_KEY_FILE to another.",
        ) from error
    except UnicodeDecodeError as error:
        raise _no_key(str(path)) from error
    return _parsed(text, str(path))


def key_id(key: bytes) -> str:
    """Give the start of the key's sha256, by which it is told from others."""
    return hashlib.sha256(key).hexdigest()[:16]


def hmac_of(key: bytes, data: bytes) -> str:
    """Give the HMAC of some bytes in hexadecimal digits."""
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def is_hmac(given: str, key: bytes, data: bytes) -> bool:
    """Say whether that is the HMAC of some bytes, in the same time wherever the two differ."""
    return hmac.compare_digest(hmac_of(key, data).encode(), given.encode(errors="replace"))


def guarded(path: Path) -> bool:
    """Tell whether only the file's owner can read or change it."""
    return not path.stat().st_mode & _OTHERS


def _require_guarded(path: Path) -> None:
    """Take the file away from others; raise where that is not ours to do."""
    if guarded(path):
        return
    with contextlib.suppress(OSError):
        path.chmod(path.stat().st_mode & ~_OTHERS)
    if not guarded(path):
        raise BrineryError(
            "Others than the server may read the key of the seals, and this account can't "
            "change that.",
            where=str(path),
            remedy="Let its owner run `chmod 600` on it, or give the key by BRINERY_KEY.",
        )
    _LOG.warning(
        "Others could read the key of the seals, %s, and no longer can. If somebody may have "
        "copied it, put a new key above it.",
        path,
    )


def _parsed(text: str, where: str) -> Keys:
    found = [_key(word, where) for word in text.split()]
    if not found:
        raise _no_key(where)
    return Keys(found[0], {key_id(key): key for key in found})


def _key(word: str, where: str) -> bytes:
    with contextlib.suppress(binascii.Error, ValueError):
        if re.fullmatch(f"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", word):
            return bytes.fromhex(word)
        key = base64.b64decode(word.translate(_URL_LETTERS), validate=True)
        if len(key) == KEY_BYTES:
            return key
    raise _no_key(where)


_URL_LETTERS = str.maketrans("-_", "+/")


def _no_key(where: str) -> BrineryError:
    return BrineryError(
        f"That is no key of the seals: a key is {KEY_BYTES} bytes, in hexadecimal or base64.",
        where=where,
        remedy=f"Put the right key there, or set BRINERY_KEY_FILE to another file. {_HOW}",
    )


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    hidden = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(hidden, flags, 0o600), "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first; its key counts
            os.link(hidden, path)
    finally:
        hidden.unlink(missing_ok=True)
