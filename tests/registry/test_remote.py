"""A shelf in an object store: two servers on a bucket, few requests, troubles in words."""

import dataclasses
import logging
import threading

import fsspec
import pytest
import s3fs

from brinery.cli import main
from brinery.errors import BrineryError, SealBroken
from brinery.registry import storage
from brinery.registry.save import save
from brinery.registry.shelf import Shelf
from brinery.settings import KeyPlace, Settings
from tests.registry.conftest import HerePool, tiny_model


@pytest.fixture
def settings(bucket, tmp_path):
    return Settings(models=f"{bucket}/models", key_path=tmp_path / "key")


def put(settings, slope=2.0, name="bread"):
    return save(
        tiny_model(slope), name=name, models=settings.models, settings=settings, pool=HerePool()
    )


def elsewhere(settings):
    """Give the shelf as a server sees it that has read nothing yet."""
    return dataclasses.replace(settings, models=settings.models + "/")


def store():
    return s3fs.S3FileSystem(skip_instance_cache=True)


def test_what_one_server_saves_the_other_sees_at_once(settings):
    here, there = Shelf.of(settings), Shelf.of(elsewhere(settings))
    assert there.entries() == []
    assert put(settings).version == 1
    assert there.versions("bread") == [1]
    assert put(elsewhere(settings), 3.0).version == 2
    there.archive("bread", 2, why="too coarse")
    (entry,) = here.entries()
    assert (entry.n_versions, entry.live_version, entry.problem) == (2, 1, "")
    assert [event["kind"] for event in here.events("bread")] == ["saved", "saved", "archived"]
    assert here.open("bread").pickled == there.open("bread").pickled


def test_few_requests(settings, monkeypatch):
    for number in range(6):
        put(settings, float(number))
    shelf = Shelf.of(elsewhere(settings))
    shelf.open("bread")
    asked = []
    call = s3fs.S3FileSystem._call_s3

    async def counted(self, method, *args, **options):
        asked.append(method)
        return await call(self, method, *args, **options)

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", counted)
    shelf.open("bread")
    listings = {"list_objects_v2"}
    assert set(asked) <= listings, "what was read before is not asked for again"
    pages = len(asked)
    shelf.entries()
    assert pages <= 4
    assert not set(asked) - listings


def test_a_put_whose_answer_was_lost_is_known_as_ones_own(bucket, monkeypatch):
    storage.create_file(bucket, "a/first", b"")
    real = s3fs.S3FileSystem.pipe_file

    def twice(self, *args, **options):
        real(self, *args, **options)
        return real(self, *args, **options)

    monkeypatch.setattr(s3fs.S3FileSystem, "pipe_file", twice)
    storage.create_file(bucket, "a/events/1.json", b"one")
    with pytest.raises(FileExistsError):
        storage.create_file(bucket, "a/events/1.json", b"one")


def test_a_file_that_was_put_back_is_read_anew(settings):
    put(settings)
    place = f"{settings.models}/bread/versions/0001/model.pkl"
    whole = store().cat_file(place)
    store().pipe_file(place, whole[:-1] + b"!")
    shelf = Shelf.of(elsewhere(settings))
    with pytest.raises(SealBroken, match="was changed after it was saved"):
        shelf.open("bread")
    store().pipe_file(place, whole)
    assert shelf.open("bread").pickled == whole


@pytest.mark.parametrize("looks_first", [False, True])
def test_a_store_that_overwrites_is_refused(bucket, monkeypatch, looks_first):
    """Also one that looks whether there is a file, and does not keep others out meanwhile."""
    real = s3fs.S3FileSystem.pipe_file
    all_looked = threading.Barrier(4)

    def careless(self, path, value, mode="", **_):
        if looks_first:
            if self.exists(path):
                raise FileExistsError(path)
            all_looked.wait(10)
        real(self, path, value)

    monkeypatch.setattr(s3fs.S3FileSystem, "pipe_file", careless)
    with pytest.raises(BrineryError, match=r"could lose each other's.*conditional writes"):
        storage.create_file(f"{bucket}/careless", "a/1", b"")


@pytest.mark.parametrize("kind", ["file", "ftp", "memory", "https", "gs", "nothing-known", ""])
def test_a_url_that_can_not_hold_a_shelf_is_refused_before_anything_is_done(
    kind, settings, tmp_path
):
    url = f"{kind}://{tmp_path}/shelf"
    refused = r"can't be kept at .*lose each other's.*to a folder, or to a bucket such as s3://"
    with pytest.raises(BrineryError, match=refused):
        Shelf(url, KeyPlace("key")).entries()
    with pytest.raises(BrineryError, match=refused):
        put(dataclasses.replace(settings, models=url))
    assert not (tmp_path / "shelf").exists()


def test_a_bucket_that_is_not_there(bucket):
    shelf = Shelf(f"{bucket}-other", KeyPlace("key"))
    with pytest.raises(BrineryError, match=r"There is no bucket.*correct BRINERY_MODELS"):
        shelf.entries()
    with pytest.raises(BrineryError, match="There is no bucket"):
        storage.create_file(f"{bucket}-other", "a/1", b"")


def test_a_store_that_does_not_answer(bucket, monkeypatch, caplog):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(
            BrineryError,
            match=r"can't be read: the store does not answer .*127\.0\.0\.1:9.*AWS_ENDPOINT_URL",
        ),
    ):
        Shelf(f"{bucket}/unreachable", KeyPlace("key")).entries()
    assert "127.0.0.1:9" in caplog.text


def test_a_driver_that_is_not_installed(monkeypatch):
    def missing(*_, **__):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(BrineryError, match=r"can't be opened.*brinery\[s3\]"):
        storage.names(f"s3://bucket/{__name__}")


@pytest.mark.parametrize("name", ["BRINERY_RUNS_DISK", "BRINERY_REMEMBERED"])
def test_what_has_to_be_a_folder_is_said_before_the_start(name):
    with pytest.raises(BrineryError, match=rf"{name} is 's3://bucket/x'.*a folder"):
        Settings.from_environment({name: "s3://bucket/x"})


@pytest.mark.parametrize("name", ["BRINERY_RUNS", "BRINERY_FILES"])
def test_what_may_be_a_bucket_is_no_other_url(name):
    with pytest.raises(BrineryError, match=rf"{name} is 'gs://bucket/x'.*such as s3://bucket/"):
        Settings.from_environment({name: "gs://bucket/x"})


def test_the_runs_are_in_a_folder_or_in_a_bucket_with_a_folder_for_those_under_way():
    read = Settings.from_environment({"BRINERY_MODELS": "a/models", "BRINERY_RUNS": "b"})
    assert (str(read.runs_path), read.runs_url) == ("b", "")
    bucket = {"BRINERY_MODELS": "a/models", "BRINERY_RUNS": "s3://bucket/runs"}
    read = Settings.from_environment(bucket)
    assert (str(read.runs_path), read.runs_url) == ("a/runs", "s3://bucket/runs")
    read = Settings.from_environment({**bucket, "BRINERY_RUNS_DISK": "/scratch"})
    assert str(read.runs_path) == "/scratch"


def test_from_a_shell(settings, capsys, monkeypatch):
    put(settings)
    monkeypatch.setenv("BRINERY_KEY_FILE", str(settings.key_path))
    assert main(["models", "--models", settings.models]) == 0
    assert "bread" in capsys.readouterr().out
    assert main(["models", "--models", "s3://no-such-bucket-here/models"]) == 1
    assert "There is no bucket" in capsys.readouterr().err


def test_the_same_bytes_out_from_a_folder_and_from_a_bucket(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("BRINERY_KEY_FILE", str(settings.key_path))
    put(settings)
    folder = str(tmp_path / "models")
    base = settings.models.removeprefix("s3://") + "/"
    for one in store().find(settings.models):
        if "/.tried/" not in one:
            storage.create_file(folder, one.removeprefix(base), store().cat_file(one))
    table = tmp_path / "table.csv"
    table.write_text("id,x\n" + "".join(f"{n},{n / 7}\n" for n in range(3000)))
    outs = []
    for place, models in (("folder", folder), ("bucket", settings.models)):
        outs.append(tmp_path / f"{place}.csv")
        asked = ["score", "bread", str(table), "--models", models, "--out", str(outs[-1])]
        assert main(asked) == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert len(outs[0].read_text().splitlines()) == 3001
