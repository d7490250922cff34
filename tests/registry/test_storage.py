import errno
import os
import threading
import time
from pathlib import Path

import pytest

from brinery.errors import BrineryError
from brinery.registry import storage


def listed(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.fixture(params=["local", "bucket"])
def root(request, tmp_path):
    if request.param == "local":
        return str(tmp_path / "shelf")
    return request.getfixturevalue(request.param)


def test_a_file_is_created_once(root):
    storage.create_file(root, "a/events/1.json", b"one")
    with pytest.raises(FileExistsError):
        storage.create_file(root, "a/events/1.json", b"two")
    assert storage.read(root, "a/events/1.json") == b"one"
    assert storage.names(root, "a/events") == ["1.json"]


def test_a_folder_is_created_once(root):
    storage.create_folder(root, "a/versions/0001", {"model.pkl": b"one", "card.json": b"{}"})
    with pytest.raises(FileExistsError):
        storage.create_folder(root, "a/versions/0001", {"model.pkl": b"two", "card.json": b"{}"})
    assert storage.read(root, "a/versions/0001/model.pkl") == b"one"
    assert storage.names(root, "a/versions") == ["0001"]
    assert storage.folders_with(root, "a/versions", "card.json") == ["0001"]


def test_a_folder_without_its_last_file_is_not_there_yet(root):
    storage.create_file(root, "a/versions/0001/model.pkl", b"one")
    storage.create_folder(root, "a/versions/0002", {"model.pkl": b"two", "card.json": b"{}"})
    assert storage.folders_with(root, "a/versions", "card.json") == ["0002"]
    assert storage.names(root) == ["a"], "nor is what a store was tried with"


def test_several_files_are_read_in_the_order_asked(root):
    for number in (1, 2, 3):
        storage.create_file(root, f"a/events/{number}.json", str(number).encode())
    paths = [f"a/events/{number}.json" for number in (3, 1, 2)]
    assert storage.read_all(root, paths) == [b"3", b"1", b"2"]
    assert storage.read_all(root, paths) == [b"3", b"1", b"2"]
    with pytest.raises(FileNotFoundError):
        storage.read_all(root, [*paths, "a/events/4.json"])


def test_what_is_missing(root):
    assert storage.names(root, "nothing") == []
    with pytest.raises(FileNotFoundError):
        storage.read(root, "nothing.json")


def test_nothing_hidden_is_left(tmp_path):
    storage.create_file(str(tmp_path), "a/1.json", b"")
    with pytest.raises(FileExistsError):
        storage.create_file(str(tmp_path), "a/1.json", b"")
    storage.create_folder(str(tmp_path), "v/1", {"card.json": b""})
    with pytest.raises(FileExistsError):
        storage.create_folder(str(tmp_path), "v/1", {"card.json": b""})
    assert listed(tmp_path / "a") == ["1.json"]
    assert listed(tmp_path / "v") == ["1"]


@pytest.mark.parametrize("path", ["../up", "/etc/passwd", "a/../../up", "a\\..\\b"])
def test_no_path_leaves_the_shelf(tmp_path, path):
    with pytest.raises(BrineryError, match="leaves the shelf"):
        storage.create_file(str(tmp_path / "shelf"), path, b"")


@pytest.mark.parametrize(
    ("create", "given"),
    [(storage.create_file, b"x"), (storage.create_folder, {"card.json": b"x"})],
)
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch, create, given):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a").mkdir()
    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(BrineryError, match=r"No space left on device.*nothing was changed"):
        create(str(tmp_path), "a/1", given)
    assert listed(tmp_path / "a") == []


def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    (tmp_path / "a").write_text("a file in the way")
    with pytest.raises(BrineryError, match="shelf can't be written"):
        storage.create_file(str(tmp_path), "a/b/1", b"x")


def test_racing_threads_each_get_their_own_number(root):
    won = []

    def claim(mark):
        number = 1
        while True:
            try:
                storage.create_folder(root, f"v/{number}", {"card.json": mark})
            except FileExistsError:
                number += 1
            else:
                won.append((number, mark))
                return

    threads = [threading.Thread(target=claim, args=(bytes([n]),)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number, _ in won) == list(range(1, 13))
    storage.forget(root)
    assert all(storage.read(root, f"v/{n}/card.json") == mark for n, mark in won)


def test_leftovers_of_killed_writers_are_swept_after_an_hour(tmp_path):
    old, young = tmp_path / ".0001.7.aa.new", tmp_path / ".0002.7.bb.new"
    for left in (old, young):
        left.mkdir()
        (left / "model.pkl").write_bytes(b"half")
    (tmp_path / ".000001.json.7.cc.new").write_bytes(b"half")
    before = time.time() - storage.OLD_SECONDS - 5
    os.utime(old, (before, before))
    os.utime(tmp_path / ".000001.json.7.cc.new", (before, before))
    storage.sweep(str(tmp_path), "")
    assert listed(tmp_path) == [young.name]
    storage.sweep(str(tmp_path), "nothing")


def test_a_shelf_behind_a_url_is_not_a_folder():
    assert storage.is_local("models")
    assert not storage.is_local("s3://bucket/models")
