"""Runs end whole and right, or stopped with their reason; never an output that looks whole."""

import dataclasses
import errno
import getpass
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from brinery.errors import CannotWrite, ReadError, WorkerLost
from brinery.scoring import ondisk, work
from brinery.scoring import receipt as receipts
from brinery.scoring import runs as module
from brinery.scoring.offered import Offered, offered
from brinery.scoring.parts import Parts
from brinery.scoring.receipt import Receipt
from brinery.scoring.run import Request
from brinery.scoring.runs import Runs
from brinery.tables.hints import Hints
from brinery.tables.reading import read
from tests.killing import wait_until
from tests.scoring.people import few_columns as people
from tests.scoring.people import shelf_with
from tests.scoring.pools import MOST_CHUNKS, Deadly, Halting, ended

N = 40_000
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "people.csv"
    people(N, 2).to_csv(path, index=False)
    return path


@pytest.fixture
def runs(tmp_path, shelf, pool, monkeypatch):
    for module_name in ("answers", "tofile"):
        monkeypatch.setattr(f"brinery.scoring.{module_name}.chunk_rows", lambda _: 4096)
    made = []

    def make():
        made.append(Runs(tmp_path / "runs", shelf, pool))
        return made[-1]

    yield make
    for one in made:
        one.shutdown()


REQUEST = Request("m@1", "people.csv", "people predictions.csv", by="ada")


def test_a_disk_takes_no_driver_of_a_bucket():
    asked = "import sys, ui.services; sys.exit(int('fsspec' in sys.modules))"
    subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True)


def test_a_run_ends_whole_and_leaves_a_receipt(runs, table):
    here = runs()
    run = ended(here.start(REQUEST, table))
    assert (run.state, run.problem, run.n_done) == ("done", "", N)
    assert len(pd.read_csv(run.output)) == N
    found = run.receipt()
    assert (found.model, found.version, found.n_rows, found.by) == ("m", 1, N, "ada")
    assert found.file_sha256 == receipts.sha256_of(table)
    assert len(found.answers) == N // 4096
    assert not (run.folder / "parts").exists()
    assert [one.id for one in runs().all(by="ada")] == [run.id]
    assert runs().all(by="bob") == []
    assert runs().find(run.id).state == "done"


def test_an_offered_file_is_fetched_and_stays_where_it_was(runs, table):
    here = runs()
    (file,) = offered(str(table.parent)).values()
    run = ended(here.start(REQUEST, file))
    assert (run.state, run.problem, run.n_fetched) == ("done", "", file.n_bytes)
    assert run.receipt().file_sha256 == receipts.sha256_of(table)
    assert table.is_file()
    assert run.output.read_bytes() == ended(here.start(REQUEST, table)).output.read_bytes()


def test_an_offered_file_that_changed_since_stops_the_run(runs, table, tmp_path):
    here, inbox = runs(), tmp_path / "inbox"
    inbox.mkdir()
    changing = shutil.copy(table, inbox)
    (file,) = offered(str(inbox)).values()
    os.utime(changing, (1e9, 1e9))
    run = ended(here.start(REQUEST, file))
    assert run.state == "stopped"
    assert "has changed since it was chosen" in run.problem
    assert not run.output.exists()


def test_a_server_that_ends_while_it_fetches_fetches_again(runs, table, monkeypatch):
    fetching, go = threading.Event(), threading.Event()
    (file,) = offered(str(table.parent)).values()
    real = Offered.fetch

    def slowly(self, to, progress):
        def told(n_bytes):
            progress(n_bytes)
            fetching.set()
            go.wait(30)
            progress(n_bytes)

        real(self, to, told)

    monkeypatch.setattr(Offered, "fetch", slowly)
    here = runs()
    run = here.start(REQUEST, file)
    assert fetching.wait(30)
    stopping = threading.Thread(target=here.shutdown)
    stopping.start()
    wait_until(run.stop.is_set, 30)
    go.set()
    stopping.join()
    assert not run.input.exists()
    assert not run.has_ended
    monkeypatch.setattr(Offered, "fetch", real)
    again = runs()
    again.resume()
    assert ended(again.find(run.id)).state == "done"


def test_a_run_taken_up_again_has_its_offered_file_and_does_not_say_that_it_fetches(
    runs, table, monkeypatch
):
    def fails(*_, **__):
        raise WorkerLost("The worker crashed.", remedy="Try again.")

    here = runs()
    (file,) = offered(str(table.parent)).values()
    with monkeypatch.context() as broken:
        broken.setattr(work, "to_file", fails)
        run = ended(here.start(REQUEST, file))
    assert run.state == "stopped"
    monkeypatch.setattr(Offered, "fetch", fails)
    here.again(run.id)
    again = ended(here.find(run.id))
    assert (again.state, again.problem, again.n_to_fetch) == ("done", "", 0)


def test_a_workbook_has_the_receipt_as_a_sheet_and_is_read_without_a_question(
    runs, tmp_path, shelf
):
    small = tmp_path / "people.csv"
    people(50, 3).to_csv(small, index=False)
    run = ended(runs().start(dataclasses.replace(REQUEST, out="people predictions.xlsx"), small))
    assert (run.state, run.problem) == ("done", "")
    sheets = pd.read_excel(run.output, sheet_name=None, header=None, engine="openpyxl")
    assert list(sheets) == ["Table", "Receipt"]
    told = dict(sheets["Receipt"].itertuples(index=False))
    found = run.receipt()
    assert told == dict(found.facts())
    assert told["File's sha256"] == receipts.sha256_of(small)
    names = tuple(column.name for column in shelf.open("m@1").schema.features)
    again = read(run.output, hints=Hints(expected=names))
    assert (again.n_rows, again.reading.sheet, again.reading.doubts) == (50, "Table", ())


def test_who_guesses_an_id_finds_nothing(runs, tmp_path):
    (tmp_path / "request.json").write_text(json.dumps({"ref": "m", "file": "a", "out": "b"}))
    assert runs().find("..") is None
    assert runs().find("../") is None
    assert runs().find("") is None
    assert runs().find(None) is None


def test_a_run_that_the_server_left_is_taken_up_from_its_last_whole_part(
    runs, table, pool, monkeypatch
):
    here = runs()
    here.pool = Halting(pool, MOST_CHUNKS + 2)  # before the next is asked, three have come back
    run = here.start(REQUEST, table)
    while len(list((run.folder / "parts").glob("??????"))) < 3:
        time.sleep(0.02)
    stopping = threading.Thread(target=here.shutdown)
    stopping.start()
    here.pool.go.set()
    stopping.join()
    assert not run.output.exists()
    assert not (run.folder / "end.json").exists()
    there = runs()
    there.pool = Halting(pool, 10**6)
    there.resume()
    again = ended(there.find(run.id))
    assert again.state == "done"
    assert there.pool.n_asked <= N // 4096 - 3
    whole = ended(runs().start(REQUEST, table))
    assert again.output.read_bytes() == whole.output.read_bytes()
    assert again.receipt().answers == whole.receipt().answers


def test_two_servers_of_one_folder_never_work_on_a_run_at_once(runs, table, pool):
    here, there = runs(), runs()
    here.pool = halting = Halting(pool, 2)
    run = here.start(REQUEST, table)
    while halting.n_asked < 3:
        time.sleep(0.01)
    there.resume()
    other = there.find(run.id)
    time.sleep(0.3)
    assert (run.state, other.state) == ("running", "waiting")
    halting.go.set()
    assert ended(run).state == "done"
    assert (ended(other).state, other.n_done, other.began) == ("done", N, 0.0)


def test_what_nobody_foresaw_stops_a_run_with_a_word(runs, table, monkeypatch, caplog):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(work, "to_file", broken)
    run = ended(runs().start(REQUEST, table))
    assert (run.state, run.output.exists()) == ("stopped", False)
    assert "unforeseen" in run.problem
    assert "ZeroDivisionError" in caplog.text


def test_what_nobody_foresaw_before_the_work_stops_a_run_with_a_word(
    runs, table, monkeypatch, caplog
):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(ondisk.OnDisk, "hold", broken)
    run = ended(runs().start(REQUEST, table))
    assert (run.state, "unforeseen" in run.problem) == ("stopped", True)
    assert "ZeroDivisionError" in caplog.text


def test_what_a_killed_server_was_taking_in_is_cleared_after_a_day(runs):
    here = runs()
    (here.folder / ".half" / "parts").mkdir(parents=True)
    here.clear(keep_seconds=1000, keep_bytes=10**9)
    assert (here.folder / ".half").exists()
    os.utime(here.folder / ".half" / "parts", (1, 1))
    here.clear(keep_seconds=1000, keep_bytes=10**9)
    assert not (here.folder / ".half").exists()


def test_a_part_that_is_torn_or_of_another_question_is_asked_anew(tmp_path):
    parts = Parts(tmp_path)
    parts.put(0, b"question", b"answers")
    assert parts.get(0, b"question") == b"answers"
    assert parts.get(0, b"another") is None
    assert parts.get(1, b"question") is None
    (tmp_path / "000000").write_bytes((tmp_path / "000000").read_bytes()[:-1])
    assert parts.get(0, b"question") is None


def test_a_worker_that_dies_costs_its_chunk(runs, table, pool):
    here = runs()
    run = here.start(REQUEST, table)
    while not run.has_ended:
        for pid in pool.pids()[1:]:
            if run.n_done < N // 4:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                break
        time.sleep(0.3)
    assert run.state in ("done", "stopped")
    if run.state == "stopped":
        assert run.problem.startswith("The system ended the worker")
        assert not run.output.exists()
    else:
        assert len(pd.read_csv(run.output)) == N


def test_three_dead_workers_stop_a_run_which_can_be_taken_up(runs, table, pool):
    here = runs()
    here.pool = Deadly(pool, 3)
    here.pool.go.set()
    run = ended(here.start(REQUEST, table))
    assert run.state in ("stopped", "cancelled")
    assert not run.output.exists()
    here.pool = pool
    here.again(run.id)
    assert ended(here.find(run.id)).state == "done"


def test_a_run_can_be_cancelled(runs, table, pool):
    here = runs()
    here.pool = Halting(pool, 2)
    run = here.start(REQUEST, table)
    while run.state == "waiting":
        time.sleep(0.01)
    here.cancel(run.id)
    here.pool.go.set()
    assert ended(run).state == "cancelled"
    assert not run.output.exists()
    assert runs().find(run.id).state == "cancelled"


def test_a_file_that_can_not_be_scored_stops_with_the_reason(runs, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n3,4\n")
    run = ended(runs().start(REQUEST, other))
    assert run.state == "stopped"
    assert "“age” is missing" in run.problem
    assert not run.output.exists()


def test_a_full_disk_gives_a_plain_word_and_no_half_run(runs, table, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ondisk.shutil, "copyfileobj", full)
    here = runs()
    with pytest.raises(CannotWrite, match="No space left on device"):
        here.start(REQUEST, table)
    assert list(here.folder.iterdir()) == []


def test_a_small_file_does_not_wait_for_a_large_one(runs, table, tmp_path, pool, monkeypatch):
    monkeypatch.setattr(module, "_QUEUES", ((10_000, 2), (None, 1)))
    small = tmp_path / "small.csv"
    people(50, 3).to_csv(small, index=False)
    here = runs()
    here.pool = halting = Halting(pool, 2)
    large = here.start(REQUEST, table)
    while halting.n_asked < 3:
        time.sleep(0.01)
    here.pool = pool
    assert ended(here.start(REQUEST, small)).state == "done"
    assert not large.has_ended
    halting.go.set()
    assert ended(large).state == "done"


def test_old_runs_are_cleared_by_age_and_by_size(runs, table, tmp_path):
    here = runs()
    small = tmp_path / "small.csv"
    people(50, 3).to_csv(small, index=False)
    first, second, third = (ended(here.start(REQUEST, small)) for _ in range(3))
    here.clear(keep_seconds=1000, keep_bytes=10**9)
    assert len(here.all()) == 3
    os.utime(second.folder / "request.json", (1, 1))
    later = runs()
    later.clear(keep_seconds=1000, keep_bytes=10**9)
    assert {one.id for one in later.all()} == {first.id, third.id}
    later.clear(keep_seconds=1000, keep_bytes=12_000)
    assert [one.id for one in later.all()] == [third.id]


def test_a_run_whose_receipt_is_torn_is_told_made_anew_and_hides_no_other(runs, table, tmp_path):
    small = tmp_path / "small.csv"
    people(50, 3).to_csv(small, index=False)
    here = runs()
    torn, whole = (ended(here.start(REQUEST, small)) for _ in range(2))
    output = torn.output.read_bytes()
    (torn.folder / "receipt.json").write_text("{")
    later = runs()
    later.resume()
    assert {one.id: one.state for one in later.all()} == {torn.id: "stopped", whole.id: "done"}
    assert "Its receipt can't be read" in later.find(torn.id).problem
    torn.output.unlink()
    later.again(torn.id)
    assert ended(later.find(torn.id)).state == "done"
    assert torn.output.read_bytes() == output


def test_a_run_that_another_server_saw_through_is_not_made_anew(runs, table, tmp_path, monkeypatch):
    small = tmp_path / "small.csv"
    people(50, 3).to_csv(small, index=False)
    here, there = runs(), runs()
    with monkeypatch.context() as patch:
        patch.setattr(work, "to_file", lambda *_, **__: 1 / 0)
        run = ended(here.start(REQUEST, small))
    there.again(run.id)
    receipt = ended(there.find(run.id)).receipt()
    assert here.find(run.id).state == "stopped"  # as it remembers
    here.again(run.id)
    assert (here.find(run.id).state, here.find(run.id).receipt()) == ("done", receipt)


def test_a_disk_that_fails_once_does_not_end_the_looking_for_runs(
    runs, table, tmp_path, monkeypatch, caplog
):
    small = tmp_path / "small.csv"
    people(50, 3).to_csv(small, index=False)
    here, left, looks = runs(), ondisk.OnDisk.left, []
    run = here._place.begin(REQUEST, small, take=False, progress=lambda *_: None)

    def fails_once(place):
        looks.append(None)
        if len(looks) == 1:
            raise OSError(errno.EIO, "Input/output error")
        return left(place)

    monkeypatch.setattr(ondisk.OnDisk, "left", fails_once)
    monkeypatch.setattr(ondisk.OnDisk, "look_seconds", 0.05)
    here.resume()
    wait_until(lambda: here.find(run.id).state == "done", 60)
    assert "Runs are not taken up" in caplog.text


def test_a_run_whose_file_is_gone_is_told_and_keeps_no_other_from_going_on(runs, table, tmp_path):
    place = runs()._place
    gone, there = (
        place.begin(REQUEST, table, take=False, progress=lambda *_: None) for _ in range(2)
    )
    os.utime(gone.folder / "request.json", (1, 1))  # the first in the queue
    gone.input.unlink()
    later = runs()
    later.resume()
    assert ended(later.find(there.id)).state == "done"
    assert later.find(gone.id).problem == "The file that came is gone. Upload it again."
    later.again(gone.id)
    assert later.find(gone.id).state == "stopped"


def test_what_comes_and_goes_meanwhile_is_no_trouble_to_clearing(runs, table, monkeypatch):
    here = runs()
    run = ended(here.start(REQUEST, table))
    stat = Path.stat

    def gone(path, **how):
        if path.name == "input.csv":
            raise FileNotFoundError(errno.ENOENT, "gone")
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", gone)
    here.clear(keep_seconds=1000, keep_bytes=10**9)
    monkeypatch.undo()
    assert here.find(run.id).state == "done"


def test_what_a_killed_server_was_deleting_is_deleted(runs, table, monkeypatch):
    here = runs()
    run = ended(here.start(REQUEST, table))
    monkeypatch.setattr(ondisk.shutil, "rmtree", lambda *_, **__: None)
    here.clear(keep_seconds=0, keep_bytes=0)
    monkeypatch.undo()
    assert here.find(run.id) is None
    assert list(here.folder.rglob("output.csv"))
    here.clear(keep_seconds=0, keep_bytes=0)
    assert not list(here.folder.iterdir())


@pytest.mark.parametrize(
    "torn",
    [
        {"format": "1"},
        {"hints": {"nobody": "knows"}},
        {"choices": {"nobody": {}}},
        {"versions": ["1.0"]},
        {"n_rows": "many"},
        {"answers": [1]},
        {"findings": ["none"]},
        {"model": None},
    ],
)
def test_what_is_no_receipt_is_told(torn):
    fields = dict.fromkeys(("id", "model", "pickle_sha256", "file", "file_sha256"), "")
    fields |= dict.fromkeys(("version", "n_rows", "n_scored", "n_look", "chunk_rows"), 1)
    fields |= {"answers": [], "findings": []}
    assert Receipt.from_json(json.dumps(fields)).answers == ()
    with pytest.raises(ReadError, match="This is no receipt"):
        Receipt.from_json(json.dumps(fields | torn))
    with pytest.raises(ReadError, match="newer Brinery"):
        Receipt.from_json(json.dumps(fields | torn | {"format": 2}))


def test_a_receipt_nested_without_end_is_none():
    with pytest.raises(ReadError, match="This is no receipt"):
        Receipt.from_json("[" * 99_999)


def test_a_receipt_says_what_changed(runs, table):
    found = ended(runs().start(REQUEST, table)).receipt()
    assert Receipt.from_json(found.to_json()) == found
    assert receipts.differences(found, found) == []
    other = Receipt.from_json(
        json.dumps(
            {
                **json.loads(found.to_json()),
                "file_sha256": "0",
                "version": 2,
                "versions": {**found.versions, "numpy": "1.0"},
                "answers": [*found.answers[:2], "0", *found.answers[3:]],
            }
        )
    )
    assert receipts.differences(found, other) == [
        "The file is not the one that was scored: its bytes differ.",
        "The model is m, version 2; the receipt is of m, version 1.",
        f"numpy is 1.0 here; then it was {found.versions['numpy']}.",
        "Answers differ, the first between the predicted rows 8,193 and 12,288.",
    ]
    with pytest.raises(ReadError, match="This is no receipt"):
        Receipt.from_json("{}")


def test_a_second_scoring_gives_the_same_or_names_the_rows(runs, table, tmp_path, shelf, pool):
    told = ended(runs().start(REQUEST, table)).receipt()
    again = receipts.scored_again(told, shelf.open("m@1"), table, pool)
    assert receipts.differences(told, again) == []
    other = tmp_path / "people.csv"
    other.write_text(table.read_text().replace("P0009000,", "P0009000,1", 1))
    changed = receipts.scored_again(told, shelf.open("m@1"), other, pool)
    assert receipts.differences(told, changed) == [
        "The file is not the one that was scored: its bytes differ.",
        "Answers differ, the first between the predicted rows 8,193 and 12,288.",
    ]


@pytest.mark.usefixtures("lasting_pools")
def test_the_shell_puts_the_receipt_into_a_workbook(shelf, tmp_path, capsys):
    from brinery.cli import main

    small, out = tmp_path / "people.csv", tmp_path / "out.xlsx"
    people(50, 3).to_csv(small, index=False)
    assert main(["score", "m", str(small), "--out", str(out), "--models", shelf.models]) == 0
    sheet = pd.read_excel(out, sheet_name="Receipt", header=None, engine="openpyxl")
    told = dict(sheet.itertuples(index=False))
    assert (told["Model"], told["Rows in and out"]) == ("m, version 1", "50")
    assert told["File's sha256"] == receipts.sha256_of(small)


@pytest.mark.usefixtures("lasting_pools")
def test_an_account_without_a_name_has_a_receipt_too(shelf, tmp_path, monkeypatch):
    from brinery.cli import main

    def nameless():
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    small, receipt = tmp_path / "people.csv", tmp_path / "r.json"
    people(50, 3).to_csv(small, index=False)
    to = ["--out", str(tmp_path / "out.csv"), "--receipt", str(receipt), "--models", shelf.models]
    assert main(["score", "m", str(small), *to]) == 0
    assert Receipt.from_json(receipt.read_text()).by == ""


@pytest.mark.usefixtures("lasting_pools")
def test_the_shell_scores_with_a_receipt_and_verifies_it(shelf, table, tmp_path, capsys):
    from brinery.cli import main

    receipt, out = str(tmp_path / "r.json"), str(tmp_path / "out.csv")
    models = ["--models", shelf.models]
    assert main(["score", "m", str(table), "--out", out, "--receipt", receipt, *models]) == 0
    capsys.readouterr()
    assert main(["verify", receipt, str(table), *models]) == 0
    assert capsys.readouterr().out == "The answers for 40,000 rows are the same, bit for bit.\n"
    assert main(["verify", str(table), str(table), *models]) == 1
    assert "This is no receipt" in capsys.readouterr().err


@pytest.mark.usefixtures("lasting_pools")
def test_a_receipt_names_the_threshold_and_the_shell_says_where_it_is_another(
    pool, tmp_path, capsys
):
    from brinery.cli import main

    receipt, file = tmp_path / "r.json", tmp_path / "people.csv"
    people(50, 3).to_csv(file, index=False)
    with shelf_with(people(600, 1), tmp_path, pool, threshold={"probability": 0.25}) as shelf:
        models = ["--models", shelf.models]
        out = str(tmp_path / "out.xlsx")
        assert (
            main(["score", "m", str(file), "--out", out, "--receipt", str(receipt), *models]) == 0
        )
        told = Receipt.from_json(receipt.read_text())
        assert (told.threshold["probability"], told.threshold["n_rows"]) == (0.25, 0)
        words = "“no” from a probability of 0.25 on: as the modeler chose"
        sheet = pd.read_excel(out, sheet_name="Receipt", header=None, engine="openpyxl")
        assert dict(sheet.itertuples(index=False))["Answers"] == words
        capsys.readouterr()
        assert main(["verify", str(receipt), str(file), *models]) == 0
        assert "the same, bit for bit" in capsys.readouterr().out
        receipt.write_text(dataclasses.replace(told, threshold={}).to_json())
        assert main(["verify", str(receipt), str(file), *models]) == 1
        assert (
            capsys.readouterr().out == f"Then it gave the likelier label; here it gives {words}.\n"
        )


@pytest.mark.usefixtures("lasting_pools")
def test_a_model_that_the_file_does_not_fit_is_named(shelf, table, tmp_path, capsys):
    from brinery.cli import main

    receipt, out = tmp_path / "r.json", str(tmp_path / "out.csv")
    models = ["--models", shelf.models]
    small = tmp_path / "people.csv"
    people(50, 3).to_csv(small, index=False)
    assert main(["score", "m", str(small), "--out", out, "--receipt", str(receipt), *models]) == 0
    told = json.loads(receipt.read_text())
    receipt.write_text(json.dumps({**told, "model": "another"}))
    small.write_text(small.read_text().replace("age", "years"))
    capsys.readouterr()
    assert main(["verify", str(receipt), str(small), "--model", "m", *models]) == 1
    said = capsys.readouterr()
    assert said.out == "The model is m, version 1; the receipt is of another, version 1.\n"
    assert "“age” is missing" in said.err
