"""Files that the operator offers: listed, looked into, fetched whole or not at all."""

import dataclasses
import errno
import json
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
import s3fs

from brinery.errors import BrineryError, Cancelled, CannotWrite, ReadError
from brinery.registry.bucket import connected
from brinery.scoring import offered as module
from brinery.scoring.offered import Offered, offered
from brinery.settings import Settings


class Folder:
    """A folder to offer files from."""

    def __init__(self, path):
        self.place, self.path = str(path), path

    def put(self, name, data):
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        hidden = path.with_suffix(".new")
        hidden.write_bytes(data)
        os.utime(hidden, (1e9, 1e9))
        hidden.replace(path)

    def remove(self, name):
        (self.path / name).unlink()


class Bucket:
    """A folder in a bucket."""

    def __init__(self, url):
        self.place = f"{url}/in box"
        self.store = s3fs.S3FileSystem(skip_instance_cache=True)
        self.store.pipe_file(f"{url}/in boxes.csv", b"beside it")
        self.store.pipe_file(f"{self.place}/", b"")

    def put(self, name, data):
        self.store.pipe_file(f"{self.place}/{name}", data)

    def remove(self, name):
        self.store.rm_file(f"{self.place}/{name}")


@pytest.fixture(params=["folder", "bucket"])
def there(request, tmp_path):
    if request.param == "folder":
        (tmp_path / "inbox").mkdir()
        return Folder(tmp_path / "inbox")
    return Bucket(request.getfixturevalue("bucket"))


def test_files_are_listed_with_their_sizes(there):
    there.put("b.csv", b"id\n1\n")
    there.put("may/1 ä.csv", b"id\n")
    there.put(".hidden.csv", b"id\n")
    there.put(".hidden/c.csv", b"id\n")
    found = offered(there.place)
    assert {name: one.n_bytes for name, one in found.items()} == {"b.csv": 5, "may/1 ä.csv": 3}
    assert list(found) == sorted(found)
    assert found["may/1 ä.csv"].name == "1 ä.csv"


def test_the_list_ends(there, monkeypatch):
    monkeypatch.setattr(module, "MOST_LISTED", 3)
    for number in range(5):
        there.put(f"{number}.csv", b"id\n")
    assert len(offered(there.place)) <= 3


def test_hidden_files_leave_room_for_the_others(there, monkeypatch):
    monkeypatch.setattr(module, "MOST_LISTED", 3)
    for number in range(4):
        there.put(f".trash/{number}.csv", b"id\n")
        there.put(f".{number}.csv", b"id\n")
    there.put(".trash0/x.csv", b"id\n")
    there.put("a.csv", b"id\n")
    there.put("b/c.csv", b"id\n")
    assert [*offered(there.place)] == ["a.csv", "b/c.csv"]


def test_the_files_of_a_bucket_share_its_connection(bucket):
    there = Bucket(bucket)
    for number in range(20):
        there.put(f"{number}::x?.csv", b"%d\n" % number)
    found = offered(there.place)
    for name, one in found.items():
        with one.open() as file:
            assert file.read() == name.partition(":")[0].encode() + b"\n"
    store = connected(there.place)[0]
    assert {id(connected(one.place)[0]) for one in found.values()} == {id(store)}


def test_a_file_is_looked_into_at_any_place_and_fetched(there, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PIECE_BYTES", 1000)
    data = os.urandom(3500)
    there.put("a.csv", data)
    one = offered(there.place)["a.csv"]
    with one.open() as file:
        assert file.read(10) == data[:10]
        file.seek(-10, os.SEEK_END)
        assert file.read() == data[-10:]
    told = []
    one.fetch(tmp_path / "input.csv", told.append)
    assert (tmp_path / "input.csv").read_bytes() == data
    assert told == [1000, 2000, 3000, 3500]


def test_a_file_that_was_changed_is_not_taken_for_the_one_that_was_chosen(there, tmp_path):
    there.put("a.csv", b"id\n1\n")
    one = offered(there.place)["a.csv"]
    there.put("a.csv", b"id\n2\n")
    with pytest.raises(ReadError, match=r"has changed.*Choose it again"):
        one.fetch(tmp_path / "input.csv", print)
    with pytest.raises(ReadError, match="has changed"), one.open():
        pass
    there.remove("a.csv")
    with pytest.raises(ReadError, match=r"no longer there.*Choose another"):
        one.fetch(tmp_path / "input.csv", print)
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == []


def test_a_file_that_changes_while_it_is_fetched_is_not_taken(there, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PIECE_BYTES", 1000)
    there.put("a.csv", b"a" * 4000)
    one = offered(there.place)["a.csv"]

    def told(n_bytes):
        if n_bytes == 1000:
            if isinstance(there, Bucket):
                there.put("a.csv", b"b" * 4000)
            else:
                with (there.path / "a.csv").open("r+b") as file:
                    file.seek(3000)
                    file.write(b"b" * 1000)

    with pytest.raises(ReadError, match="has changed"):
        one.fetch(tmp_path / "input.csv", told)
    assert not (tmp_path / "input.csv").exists()


def test_what_was_cancelled_leaves_nothing(there, tmp_path):
    there.put("a.csv", b"id\n1\n")

    def cancelled(_):
        raise Cancelled("It was cancelled.")

    with pytest.raises(Cancelled):
        offered(there.place)["a.csv"].fetch(tmp_path / "input.csv", cancelled)
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == []


def test_no_room_is_said_before_anything_is_fetched(there, tmp_path, monkeypatch):
    there.put("a.csv", b"id\n1\n")
    one = offered(there.place)["a.csv"]
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1000))
    with pytest.raises(CannotWrite, match=r"No space left.*make room"):
        one.fetch(tmp_path / "input.csv", print)


def test_no_folder_and_no_bucket(bucket, tmp_path):
    with pytest.raises(BrineryError, match=r"folder can.t be opened .No such file.*BRINERY_FILES"):
        offered(str(tmp_path / "none"))
    with pytest.raises(BrineryError, match=r"no bucket.*BRINERY_FILES"):
        offered(f"{bucket}-other/inbox")
    assert offered(f"{bucket}/nothing here") == {}


def test_no_keys_and_no_store_are_told_apart(bucket, monkeypatch, tmp_path):
    there = Bucket(bucket)
    there.put("a.csv", b"id\n1\n")
    one = offered(there.place)["a.csv"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    away = Offered(f"{bucket}-away/a.csv", one.n_bytes, one.mark)
    with pytest.raises(BrineryError, match=r"can't be read: the store does not answer"):
        away.fetch(tmp_path / "input.csv", print)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(BrineryError, match=r"can't be listed: this server has no keys"):
        offered(f"{bucket}-without-keys")


def test_a_link_is_left_aside(tmp_path):
    (tmp_path / "key").write_text("secret")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "out.csv").symlink_to(tmp_path / "key")
    assert offered(str(tmp_path / "inbox")) == {}


def test_a_name_that_is_not_in_utf_8_can_be_shown_and_its_file_taken(tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    Path(os.fsdecode(os.fsencode(inbox) + b"/caf\xe9.csv")).write_bytes(b"id\n1\n")
    ((name, one),) = offered(str(inbox)).items()
    assert (name, one.name) == ("café.csv", "café.csv")
    assert one.id.encode()
    again = Offered(**json.loads(json.dumps(dataclasses.asdict(one))))
    again.fetch(tmp_path / "input.csv", print)
    assert (tmp_path / "input.csv").read_bytes() == b"id\n1\n"


def test_what_the_server_may_not_look_at_is_not_offered(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_bytes(b"id\n")
    (tmp_path / "b.csv").write_bytes(b"id\n")
    real = Path.is_file

    def is_file(path):
        if path.name == "b.csv":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert list(offered(str(tmp_path))) == ["a.csv"]


def test_only_a_folder_or_a_bucket_can_be_named():
    with pytest.raises(BrineryError, match=r"BRINERY_FILES is 'gs://inbox'.*s3://bucket/inbox"):
        Settings.from_environment({"BRINERY_FILES": "gs://inbox"})
    assert Settings.from_environment({"BRINERY_FILES": "s3://b/inbox"}).files == "s3://b/inbox"
