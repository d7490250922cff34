"""The server around the pages, before it lets anybody in."""

import errno
import json
import os

import anyio
import pytest

from brinery.scoring.runs import Runs
from ui import server, services


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("BRINERY_WORKERS", "zero", "BRINERY_WORKERS is 'zero'. Set it to a whole number from 1."),
        ("BRINERY_MODELS", "ftp://host/models", "Set BRINERY_MODELS or --models to a folder"),
        ("BRINERY_MODELS", __file__, "The shelf is no folder. Set BRINERY_MODELS or"),
        ("BRINERY_RUNS", __file__, "test_server.py”, which is no folder. Set it to a folder"),
        ("BRINERY_REMEMBERED", __file__, "test_server.py”, which is no folder."),
        ("BRINERY_KEY_FILE", "/", "/: What should hold the key of the seals is no file."),
        ("BRINERY_KEY", "secret", "BRINERY_KEY: That is no key of the seals"),
        (
            "BRINERY_WORKER_MEMORY_BYTES",
            "1000",
            "Set it to a whole number from 1610612736 (1.5 GiB)",
        ),
        ("BRINERY_ALLOW", "os.system", "which is not of a package of your own"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start_in_one_sentence(
    monkeypatch, tmp_path, variable, value, told
):
    services.reset()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match="Brinery can't start") as ended:
        server.parts()
    services.reset()
    assert told in str(ended.value)


def test_what_was_set_in_vain_is_told_in_the_log(monkeypatch, tmp_path, caplog):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRINERY_MODELL", "shelf")
    monkeypatch.setenv("BRINERY_FILES", str(tmp_path / "inbox"))
    monkeypatch.setenv("BRINERY_EXAMPLES", "0")
    services.reset()
    life = server.parts()["lifespan"]

    async def begin_and_wait():
        async with life(None):
            with anyio.fail_after(60):
                while "BRINERY_FILES" not in caplog.text:
                    await anyio.sleep(0.02)

    anyio.run(begin_and_wait)
    assert "Did you mean BRINERY_MODELS?" in caplog.text
    assert "can't be opened (No such file or directory)" in caplog.text


def test_a_server_that_can_start_has_its_routes_and_headers(monkeypatch, tmp_path):
    services.reset()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRINERY_MODELS", str(tmp_path / "models"))
    given = server.parts()
    services.reset()
    assert given["routes"]
    assert given["middleware"]


def test_runs_are_cleared_while_the_server_goes_on(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRINERY_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("BRINERY_RUNS_DAYS", "1")
    monkeypatch.setattr(server, "_CLEAR_SECONDS", 0.05)
    services.reset()
    life = server.parts()["lifespan"]

    async def begin_and_wait():
        async with life(None):
            old = tmp_path / "runs" / "old"
            old.mkdir(parents=True)
            (old / "input.csv").write_text("a\n1\n")
            (old / "end.json").write_text('{"state": "stopped", "problem": "", "n_done": 0}')
            request = {"ref": "m", "file": "a.csv", "out": "b.csv"}
            (old / "asked").write_text(json.dumps(request))
            os.utime(old / "asked", (0, 0))
            (old / "asked").rename(old / "request.json")
            with anyio.fail_after(60):
                while old.exists():
                    await anyio.sleep(0.02)

    anyio.run(begin_and_wait)


def test_what_goes_wrong_in_clearing_ends_neither_that_nor_the_server(
    monkeypatch, tmp_path, caplog
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRINERY_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(server, "_CLEAR_SECONDS", 0.05)
    services.reset()
    tries = []

    def broken(*_, **__):
        tries.append(None)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Runs, "clear", broken)
    life = server.parts()["lifespan"]

    async def begin_and_wait():
        async with life(None):
            with anyio.fail_after(60):
                while len(tries) < 3:
                    await anyio.sleep(0.02)

    anyio.run(begin_and_wait)
    assert "Old runs are not cleared" in caplog.text
    assert not services._made


def test_where_runs_can_not_be_taken_up_the_models_are_tried_all_the_same(
    monkeypatch, tmp_path, caplog
):
    monkeypatch.setenv("BRINERY_MODELS", str(tmp_path / "models"))
    services.reset()
    here = services.get()

    def broken(*_, **__):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Runs, "resume", broken)
    tried = []
    monkeypatch.setattr(server, "_try_sandbox", tried.append)
    server._try_out(here)
    services.reset()
    assert tried == [here.pool]
    assert "Runs are not taken up" in caplog.text
