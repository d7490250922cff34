import base64
import dataclasses
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from brinery.errors import BrineryError, SealBroken
from brinery.registry.keys import KEY_BYTES, guarded, key_id, keys_at
from brinery.registry.shelf import Shelf
from brinery.settings import KeyPlace, Settings

FIRST, SECOND = bytes(range(32)), bytes(range(32, 64))


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return KeyPlace(path)


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    place = KeyPlace(tmp_path / "config" / "brinery" / "key")
    keys = keys_at(place)
    assert len(keys.signing) == KEY_BYTES
    assert keys_at(place) == keys
    assert place.path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in place.path.parent.iterdir()] == ["key"]


def test_a_folder_in_place_of_the_key_is_refused_and_left_as_it_is(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(BrineryError, match="is no file"):
        keys_at(KeyPlace(tmp_path))
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_processes_that_race_for_the_key_get_the_same(tmp_path):
    program = (
        "import sys, pathlib; from brinery.registry.keys import KeyPlace, keys_at;"
        "print('ready', flush=True); sys.stdin.readline();"
        "print(keys_at(KeyPlace(pathlib.Path(sys.argv[1]))).signing.hex())"
    )
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [one.stdout.readline() for one in racing] == ["ready\n"] * 3
    for one in racing:
        one.stdin.write("go\n")
        one.stdin.flush()
    keys = {one.communicate(timeout=30)[0] for one in racing}
    assert len(keys) == 1


@pytest.mark.parametrize(
    "written",
    [
        FIRST.hex(),
        FIRST.hex().upper(),
        base64.b64encode(FIRST).decode(),
        base64.urlsafe_b64encode(FIRST).decode(),
    ],
)
def test_a_key_is_hexadecimal_or_base64_in_a_file_or_given(tmp_path, written):
    assert keys_at(write(tmp_path / "key", written)).signing == FIRST
    assert keys_at(KeyPlace(tmp_path / "none", written)).signing == FIRST
    assert not (tmp_path / "none").exists()


def test_the_first_of_several_signs_and_all_are_known(tmp_path):
    keys = keys_at(write(tmp_path / "key", SECOND.hex(), "", FIRST.hex()))
    assert keys.signing == SECOND
    assert keys.by_id == {key_id(SECOND): SECOND, key_id(FIRST): FIRST}


@pytest.mark.parametrize(
    "text", ["short", "", "\n", "g" * 64, "00" * 31, FIRST.hex() + " short", "ж" * 32, "0" * 44]
)
def test_what_is_no_key_is_refused_without_being_shown(tmp_path, text):
    place = write(tmp_path / "key", text)
    with pytest.raises(BrineryError, match="That is no key of the seals") as caught:
        keys_at(place)
    assert "token_hex" in caught.value.remedy
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_key_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BrineryError, match="key of the seals can't be used"):
        keys_at(KeyPlace(tmp_path / "file" / "key"))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o622])
def test_a_key_that_others_can_read_is_taken_from_them(tmp_path, mode, caplog):
    place = write(tmp_path / "key", FIRST.hex())
    place.path.chmod(mode)
    assert keys_at(place).signing == FIRST
    assert place.path.stat().st_mode & 0o777 == 0o600
    assert "no longer can" in caplog.text
    caplog.clear()
    keys_at(place)
    assert not caplog.text


def test_a_key_that_stays_open_to_others_is_refused(tmp_path, monkeypatch):
    place = write(tmp_path / "key", FIRST.hex())
    place.path.chmod(0o644)

    def refused(*_):
        raise PermissionError("not the owner")

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(BrineryError, match="Others than the server may read the key") as caught:
        keys_at(place)
    assert "BRINERY_KEY" in caught.value.remedy
    assert not guarded(place.path)


def test_keys_are_not_shown(tmp_path):
    place = KeyPlace(tmp_path / "key", FIRST.hex())
    shown = f"{place!r} {keys_at(place)!r} {Settings(key=FIRST.hex())!r}"
    assert FIRST.hex() not in shown
    assert repr(FIRST) not in shown


def test_models_outlive_a_change_of_the_key(shelf):
    shelf.save()
    old = shelf.settings.key_path.read_text()
    new = secrets.token_hex(KEY_BYTES)
    shelf.settings.key_path.write_text(f"{new}\n{old}")
    assert shelf.shelf.open("bread@1")
    shelf.save()
    assert shelf.shelf.card("bread@2").sealed.key_id == key_id(bytes.fromhex(new))
    shelf.settings.key_path.write_text(new)
    assert shelf.shelf.open("bread@2")
    with pytest.raises(SealBroken, match="sealed with another key"):
        shelf.shelf.open("bread@1")


def test_a_given_key_counts_for_the_whole_shelf(shelf):
    shelf.save()
    given = dataclasses.replace(shelf.settings, key=SECOND.hex())
    entry = Shelf.of(given).entries()[0]
    assert entry.card is None
    assert "another key" in entry.problem
    both = f"{SECOND.hex()} {shelf.settings.key_path.read_text()}"
    assert Shelf.of(dataclasses.replace(given, key=both)).entries()[0].card is not None


def test_a_seal_of_some_bytes_is_good_with_each_key_and_for_these_bytes_alone(tmp_path):
    old = keys_at(KeyPlace(tmp_path / "key"))
    seal = old.seal(b"some")
    both = keys_at(KeyPlace(tmp_path / "none", f"{SECOND.hex()} {old.signing.hex()}"))
    assert both.made(seal, b"some")
    assert both.made(both.seal(b"some"), b"some")
    assert not both.made(seal, b"other")
    assert not both.made("", b"some")
    assert not both.made("\ud800", b"some")
    assert not old.made(both.seal(b"some"), b"some")
