"""Runs: a large file is predicted in the background, watched, cancelled, taken up, handed out."""

import io
import time
import zipfile

import pandas as pd
import pytest
import s3fs
from starlette.applications import Starlette

from brinery.registry.shelf import Shelf
from brinery.scoring import keeper
from brinery.scoring.run import Request
from brinery.scoring.runs import Runs
from brinery.settings import Settings
from brinery.worker.pool import Pool
from tests.killing import wait_until
from tests.scoring.pools import Halting
from tests.ui.test_files import Client
from ui import files, run_view, services


def ended(id):
    """Wait for a run, and give it."""
    for _ in range(600):
        run = services.get().runs.find(id)
        if run.has_ended:
            return run
        time.sleep(0.1)
    raise AssertionError(f"The run is still {run.state}.")


def begun(frame, ref="crunchy@1"):
    request = Request(ref=ref, file="jars.csv", out="jars predictions.csv")
    return services.get().runs.start(request, io.BytesIO(frame.to_csv(index=False).encode()))


def test_with_no_runs_it_says_where_they_come_from(serve, said, copy_of):
    app = serve(copy_of, "runs", role="user")
    assert "No runs yet." in said(app)
    assert app.button(key="runs/predict")


def test_an_address_of_no_run_says_so(serve, said, copy_of):
    for id in ("gone", "../models"):
        app = serve(copy_of, "runs", id=id)
        assert "There is no such run any more." in said(app)


def test_a_large_file_is_predicted_in_the_background(serve, said, copy_of, odd_jars, monkeypatch):
    monkeypatch.setattr(run_view, "LARGE_ROWS", 30)
    app = serve(copy_of, "predict", model="crunchy")
    data = odd_jars.to_csv(index=False).encode()
    app.file_uploader(key="predict_file").upload("jars.csv", data).run()
    assert "you may close the page" in said(app)
    assert "27 fine, 3 to look at" in said(app)
    app.button(key="predict/run").click().run()
    assert not app.exception
    (run,) = services.get().runs.all()
    run = ended(run.id)
    assert run.state == "done"

    app = serve(copy_of, "runs", role="user", id=run.id)  # another server, another visitor
    assert "jars.csv by crunchy, version 1" in said(app)
    assert f"{run.receipt().n_scored} of 30 rows predicted" in said(app)
    assert pd.read_csv(run.output).shape[0] == 30
    assert not app.button
    assert "No runs yet" not in said(app)


def test_a_cancelled_run_has_no_file_and_goes_on_when_asked(serve, said, copy_of, odd_jars):
    app = serve(copy_of, "runs")
    *_, run = [begun(odd_jars) for _ in range(4)]  # more than have a place
    services.get().runs.cancel(run.id)
    assert ended(run.id).state == "cancelled"
    app.query_params["id"] = run.id
    app.run()
    assert "Cancelled after" in said(app)
    assert "There is no file" in said(app)
    app.button(key="runs/again").click().run()
    assert not app.exception
    assert ended(run.id).state == "done"


def test_a_run_that_fails_says_why(serve, said, copy_of, odd_jars):
    app = serve(copy_of, "runs")
    run = ended(begun(odd_jars.drop(columns="days")).id)
    app.query_params["id"] = run.id
    app.run()
    assert "Stopped after 0 rows." in said(app)
    assert "days" in said(app)


def test_only_an_operator_sees_the_runs_of_others(serve, said, copy_of, odd_jars):
    serve(copy_of, "runs")
    ended(begun(odd_jars).id)
    assert "jars.csv by crunchy" in said(serve(copy_of, "runs"))
    assert "jars.csv" not in said(serve(copy_of, "runs", role="user"))


@pytest.fixture
def other(copy_of, bucket, tmp_path, monkeypatch):
    """Another server, on the same shelf and the same bucket, whose pool waits."""
    monkeypatch.setenv("BRINERY_RUNS", f"{bucket}/runs")
    monkeypatch.setattr(keeper, "BEAT_SECONDS", 0.1)
    settings = Settings(models=str(copy_of / "models"), key_path=copy_of / "key", n_workers=1)
    with Pool(settings) as pool:
        waiting = Halting(pool, 0)
        shelf = Shelf(settings.models, settings.key_place)
        runs = Runs(tmp_path / "other", shelf, waiting, url=f"{bucket}/runs")
        yield runs
        waiting.go.set()
        runs.shutdown()


def test_a_run_of_another_server_is_shown_cancelled_and_handed_out(
    serve, said, copy_of, odd_jars, other, monkeypatch
):
    request = Request(ref="crunchy@1", file="jars.csv", out="jars predictions.csv")
    data = odd_jars.to_csv(index=False).encode()
    run = other.start(request, io.BytesIO(data))
    wait_until(lambda: other.find(run.id).state == "running", 30)
    app = serve(copy_of, "runs", id=run.id)
    assert "Predicting on another server" in app.get("progress")[0].proto.text
    monkeypatch.setattr(run_view, "_SILENT_SECONDS", -9)
    app.run()
    assert "has not been heard of for" in said(app)
    app.button(key="runs/cancel").click().run()
    assert "It is being cancelled" in said(app)
    other.pool.go.set()
    wait_until(lambda: services.get().runs.find(run.id).state == "cancelled", 30)
    app.run()
    assert "There is no file" in said(app)
    app.button(key="runs/again").click().run()
    assert not app.exception
    assert ended(run.id).state == "done"
    client = Client(Starlette(routes=files.routes()))
    got = client.get(f"/{files.link(run.id)}")
    assert got.headers["content-disposition"].endswith("jars%20predictions.csv")
    assert got.headers["content-type"].startswith("text/csv")
    assert pd.read_csv(io.BytesIO(got.content)).shape[0] == 30
    asked = {"Range": "bytes=100-", "If-Range": got.headers["etag"]}
    rest = client.get(f"/{files.link(run.id)}", headers=asked)
    assert (rest.status_code, rest.content) == (206, got.content[100:])
    n_bytes = len(got.content)
    assert rest.headers["content-range"] == f"bytes 100-{n_bytes - 1}/{n_bytes}"
    other_mark = {"Range": "bytes=100-", "If-Range": '"another"'}
    assert client.get(f"/{files.link(run.id)}", headers=other_mark).content == got.content
    packed = client.get(f"/{files.link(run.id, packed=True)}").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.read("jars predictions.csv") == got.content
    app = serve(copy_of, "runs", id=run.id)
    assert "30 rows predicted" in said(app)
    assert "jars.csv by crunchy" in said(serve(copy_of, "runs"))


def test_a_store_that_is_away_is_said(serve, said, copy_of, odd_jars, other, monkeypatch):
    app = serve(copy_of, "runs")
    run = ended(begun(odd_jars).id)

    async def away(*_, **__):
        raise TimeoutError

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", away)
    app = serve(copy_of, "runs", id=run.id)
    assert "the store does not answer" in said(app)
    got = Client(Starlette(routes=files.routes())).get(f"/{files.link(run.id)}")
    assert got.status_code == 503
    assert "does not answer" in got.json()["problem"]
