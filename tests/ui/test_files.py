"""Large files through the application's own routes, and the pages around them."""

import asyncio
import io
import time
import zipfile

import httpx
import pandas as pd
import pytest
import s3fs
from starlette.applications import Starlette

from brinery.scoring.run import Request
from brinery.tables import columnar
from ui import files, large_file, services
from ui.incoming import Incoming


@pytest.fixture
def client():
    return Client(Starlette(routes=files.routes()))


class Client:
    """Asks the routes as a browser does."""

    def __init__(self, app):
        self.transport = httpx.ASGITransport(app)

    def ask(self, method, path, **options):
        async def asked():
            async with httpx.AsyncClient(
                transport=self.transport, base_url="http://brinery"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(asked())

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def put(self, path, **options):
        return self.ask("PUT", path, **options)

    def post(self, path, **options):
        return self.ask("POST", path, **options)


def ended(run):
    for _ in range(600):
        if run.has_ended:
            return run
        time.sleep(0.1)
    raise AssertionError(f"The run is still {run.state}.")


def sent(client, ticket, data, name="jars.csv"):
    told = client.post(f"/files/in/{ticket}", json={"name": name, "n_bytes": len(data)})
    assert told.json() == {"n_here": 0}
    half = len(data) // 2
    assert client.put(f"/files/in/{ticket}?start=0", content=data[:half]).json()["n_here"] == half
    done = client.put(f"/files/in/{ticket}?start={half}", content=data[half:])
    assert done.json() == {"n_here": len(data)}


def test_a_large_file_is_sent_checked_predicted_and_fetched(
    serve, said, copy_of, odd_jars, client, monkeypatch
):
    monkeypatch.setattr(large_file, "_HEAD_BYTES", 300)
    app = serve(copy_of, "predict", model="crunchy")
    app.toggle(key="predict_file/is_large").set_value(True).run()
    ticket = app.session_state["predict_file/ticket"]
    sent(client, ticket, odd_jars.to_csv(index=False).encode())
    app.run()
    assert not app.exception
    assert "What follows is of its first 15 rows" in said(app)
    assert "Of the beginning of your file" in said(app)
    app.button(key="predict/run").click().run()
    assert not app.exception
    (run,) = services.get().runs.all()
    assert ended(run).state == "done"
    assert not (services.get().incoming.folder / ticket / "file").exists()

    got = client.get(f"/{files.link(run.id)}")
    assert got.content == run.output.read_bytes()
    assert "jars%20predictions.csv" in got.headers["content-disposition"]
    assert pd.read_csv(io.BytesIO(got.content)).shape[0] == 30
    part = client.get(f"/{files.link(run.id)}", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, got.content[10:20])
    packed = client.get(f"/{files.link(run.id, packed=True)}").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["jars predictions.csv"]
        assert archive.read("jars predictions.csv") == got.content
    assert "What was found" in " ".join(one.label for one in serve_run(app, run.id).expander)


def serve_run(app, id):
    app.query_params["id"] = id
    return app.switch_page("pages/runs.py").run()


def test_a_file_in_the_folder_of_the_server_is_taken_and_left_there(
    serve, said, copy_of, odd_jars, tmp_path, monkeypatch
):
    folder = tmp_path / "shared"
    (folder / "may").mkdir(parents=True)
    odd_jars.to_csv(folder / "may" / "jars.csv", index=False)
    (folder / "out.csv").symlink_to(copy_of / "key")
    (folder / ".hidden.csv").write_text("a\n1\n")
    monkeypatch.setenv("BRINERY_FILES", str(folder))
    app = serve(copy_of, "predict", model="crunchy")
    app.toggle(key="predict_file/is_large").set_value(True).run()
    choice = app.selectbox(key="predict_file/folder")
    assert [one.split(" (")[0] for one in choice.options] == ["may/jars.csv"]
    choice.select("may/jars.csv").run()
    assert "27 fine, 3 to look at" in said(app)
    app.selectbox(key="predict/kind").select("Excel").run()
    app.button(key="predict/run").click().run()
    (run,) = services.get().runs.all()
    assert ended(run).state == "done"
    assert run.output.suffix == ".xlsx"
    assert (folder / "may" / "jars.csv").is_file()


def test_a_file_in_a_bucket_is_taken(serve, said, copy_of, odd_jars, bucket, monkeypatch):
    store = s3fs.S3FileSystem(skip_instance_cache=True)
    monkeypatch.setenv("BRINERY_FILES", f"{bucket}/inbox")
    app = serve(copy_of, "predict", model="crunchy")
    app.toggle(key="predict_file/is_large").set_value(True).run()
    assert f"No file lies ready in {bucket}/inbox." in said(app)
    app = serve(copy_of, "predict", model="crunchy")
    store.pipe_file(f"{bucket}/inbox/may/jars.csv", odd_jars.to_csv(index=False).encode())
    app.toggle(key="predict_file/is_large").set_value(True).run()
    choice = app.selectbox(key="predict_file/folder")
    assert choice.options == [f"may/jars.csv ({store.size(f'{bucket}/inbox/may/jars.csv')} bytes)"]
    choice.select("may/jars.csv").run()
    assert "27 fine, 3 to look at" in said(app)
    app.button(key="predict/run").click().run()
    assert not app.exception
    (run,) = services.get().runs.all()
    assert ended(run).state == "done"
    assert run.receipt().n_rows == 30
    assert store.exists(f"{bucket}/inbox/may/jars.csv")


def test_what_is_wrong_with_the_bucket_is_said_beside_the_upload(
    serve, said, copy_of, bucket, monkeypatch
):
    monkeypatch.setenv("BRINERY_FILES", f"{bucket}-other")
    app = serve(copy_of, "predict", model="crunchy")
    app.toggle(key="predict_file/is_large").set_value(True).run()
    assert "There is no bucket" in said(app)
    assert "Ask whoever runs this server" in said(app)
    assert not app.exception


def test_what_can_only_be_read_whole_has_the_usual_limit(
    serve, said, copy_of, odd_jars, client, monkeypatch
):
    monkeypatch.setattr(large_file, "_HEAD_BYTES", 300)
    monkeypatch.setenv("BRINERY_MAX_UPLOAD_BYTES", "2000")
    app = serve(copy_of, "predict", model="crunchy")
    app.toggle(key="predict_file/is_large").set_value(True).run()
    data = io.BytesIO()
    odd_jars.to_excel(data)
    sent(client, app.session_state["predict_file/ticket"], data.getvalue(), "jars.xlsx")
    app.run()
    assert "a workbook is taken up to 2 KiB" in said(app)
    assert not app.exception


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_a_large_file_of_typed_columns_has_none(
    serve, said, copy_of, odd_jars, client, monkeypatch, kind
):
    monkeypatch.setattr(large_file, "_HEAD_BYTES", 300)
    monkeypatch.setattr(columnar, "PART_CELLS", 40)
    data = io.BytesIO()
    many = pd.concat([odd_jars] * 9, ignore_index=True)
    getattr(many, f"to_{kind}")(data)
    monkeypatch.setenv("BRINERY_MAX_UPLOAD_BYTES", str(data.tell() - 1))
    app = serve(copy_of, "predict", model="crunchy")
    app.toggle(key="predict_file/is_large").set_value(True).run()
    sent(client, app.session_state["predict_file/ticket"], data.getvalue(), f"jars.{kind}")
    app.run()
    assert not app.exception
    assert "270 rows, 4 columns. What follows is of its first 10 rows" in said(app)
    assert "270 rows take a while" in said(app)
    app.button(key="predict/run").click().run()
    (run,) = services.get().runs.all()
    assert (ended(run).state, run.problem) == ("done", "")
    assert run.n_expected == 270
    assert run.receipt().n_rows == 270


def test_the_routes_refuse_in_words(serve, copy_of, client):
    serve(copy_of)
    assert client.post("/files/in/none", json={"name": "a", "n_bytes": 1}).status_code == 404
    assert client.put("/files/in/none?start=0", content=b"a").status_code == 404
    ticket = services.get().incoming.ticket()
    for body in ({}, [], {"name": "a", "n_bytes": "b"}):
        assert client.post(f"/files/in/{ticket}", json=body).status_code == 400
    assert client.put(f"/files/in/{ticket}?start=a", content=b"a").status_code == 400
    answer = client.post(f"/files/in/{ticket}", json={"name": "a", "n_bytes": 10**15})
    assert (answer.status_code, "larger than" in answer.json()["problem"]) == (413, True)
    for id in ("none", "..", "%2e%2e%2fmodels"):
        assert client.get(f"/files/runs/{id}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a.csv", "n_bytes": Infinity}',
        b"[" * 60_000,
        b'{"n_bytes": 10, "name": "' + b"a" * 2**17 + b'"}',
    ],
)
def test_what_tells_of_no_upload_is_refused(serve, copy_of, client, body):
    serve(copy_of, "predict")
    ticket = services.get().incoming.ticket()
    answer = client.post(f"/files/in/{ticket}", content=body)
    assert (answer.status_code, answer.json()["problem"]) == (400, "This is no upload.")


def test_what_is_sent_without_end_is_not_held(serve, copy_of, client):
    serve(copy_of, "predict")
    sent = []

    async def without_end():
        while len(sent) < 100:
            sent.append(None)
            yield b"x" * 2**16

    assert client.post("/files/in/none", content=without_end()).status_code == 400
    assert len(sent) < 10


def test_numbers_of_thousands_of_digits_are_refused(serve, copy_of, odd_jars, client):
    serve(copy_of, "predict")
    ticket = services.get().incoming.ticket()
    many = "9" * 5000
    assert client.put(f"/files/in/{ticket}?start={many}", content=b"a").status_code == 400


def test_no_file_of_a_run_that_is_not_whole(serve, copy_of, odd_jars, client):
    serve(copy_of)
    here = services.get().runs
    request = Request(ref="crunchy@1", file="jars.csv", out="jars predictions.csv")
    data = odd_jars.drop(columns="days").to_csv(index=False).encode()
    run = ended(here.start(request, io.BytesIO(data)))
    assert run.state == "stopped"
    assert client.get(f"/{files.link(run.id)}").status_code == 404
    assert client.get(f"/{files.link(run.id, 'partial')}").status_code == 404


def test_what_a_stopped_run_has_is_handed_out_under_a_name_that_says_so(
    serve, said, copy_of, odd_jars, client
):
    app = serve(copy_of)
    here = services.get().runs
    request = Request(ref="crunchy@1", file="jars.csv", out="jars predictions.csv")
    data = odd_jars.drop(columns="days").to_csv(index=False).encode()
    run = ended(here.start(request, io.BytesIO(data)))
    run.partial.write_bytes(b"jar,prediction\r\nJ-0,yes\r\n")
    run.n_done = 1
    shown = said(serve_run(app, run.id))
    assert "only the first 1 row" in shown
    assert "There is no file" not in shown
    got = client.get(f"/{files.link(run.id, 'partial')}")
    assert got.content == run.partial.read_bytes()
    assert "PARTIAL%2C%20NOT%20WHOLE.csv" in got.headers["content-disposition"]
    assert client.get(f"/{files.link(run.id)}").status_code == 404


def test_no_disk_to_write_on_is_said(serve, said, copy_of, monkeypatch):
    app = serve(copy_of, "predict", model="crunchy")
    monkeypatch.setattr(Incoming, "ticket", refused)
    app.toggle(key="predict_file/is_large").set_value(True).run()
    assert "no room" in said(app)
    assert not app.exception


def refused(self):
    from brinery.errors import CannotWrite

    raise CannotWrite("The server's disk has no room for this file.")
