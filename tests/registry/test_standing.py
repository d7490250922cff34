"""Under other versions a model answers only once its proof was replayed, and gave the same."""

import json
import pickle
import threading

import pytest

from brinery.cli import main
from brinery.errors import ProofFailed, UnsafePickle, WorkerFailed
from brinery.model import environment
from brinery.registry import prove as proving
from brinery.registry.prove import prove, ready
from brinery.registry.standing import PROVED, standing_of
from tests.registry.conftest import HerePool
from tests.resealing import resealed, shifted

OLD = {"scikit-learn": "1.5.2"}
NOW = environment.describe().packages["scikit-learn"]


class Counting(HerePool):
    def __init__(self):
        self.n_calls = 0

    def submit(self, *args, **more):
        self.n_calls += 1
        return super().submit(*args, **more)


class Failing:
    def __init__(self, error):
        self.error = error

    def submit(self, *_args, **_more):
        raise self.error


def proofs(shelf):
    return [event for event in shelf.shelf.events("bread") if event["kind"] == PROVED]


def standing(shelf):
    return standing_of(shelf.shelf.card("bread"), shelf.shelf.events("bread"))


def test_under_the_same_versions_nothing_is_replayed_and_no_event_read(shelf, monkeypatch):
    shelf.save()
    pool = Counting()
    assert standing(shelf).state == "as saved"
    monkeypatch.setattr(proving, "standing_of", None)
    assert ready(shelf.shelf, "bread", pool).card.version == 1
    assert (pool.n_calls, proofs(shelf)) == (0, [])


def test_under_other_versions_it_is_proved_once_and_an_event_says_so(shelf):
    shelf.save()
    resealed(shelf.shelf, "bread", packages=OLD)
    assert standing(shelf).state == "unproved"
    pool = Counting()
    for _ in range(3):
        assert ready(shelf.shelf, "bread", pool, by="Ann").card.version == 1
    assert pool.n_calls == 1
    (event,) = proofs(shelf)
    assert (event["by"], event["version"], event["n_changed"]) == ("Ann", 1, 0)
    assert event["under"]["scikit-learn"] == NOW
    assert standing(shelf).state == "proved"
    assert standing(shelf).may_answer


def test_other_answers_are_refused_with_how_many_and_by_how_much(shelf):
    shelf.save()
    proof = shelf.shelf.open("bread").proof
    resealed(shelf.shelf, "bread", packages=OLD, proof=shifted(proof))
    pool = Counting()
    for _ in range(2):
        with pytest.raises(
            ProofFailed,
            match=r"bread@1: 3 of 100 answers differ from those of the day it was saved, by up to "
            rf"0\.2\. It was saved under scikit-learn 1\.5\.2; this is {NOW}\. Train it",
        ):
            ready(shelf.shelf, "bread", pool)
    assert pool.n_calls == 1
    assert standing(shelf).state == "changed"


def test_last_digits_count_too_and_are_said_to_be_that(shelf):
    shelf.save()
    proof = shelf.shelf.open("bread").proof
    resealed(shelf.shelf, "bread", packages=OLD, proof=shifted(proof, by=1e-14))
    with pytest.raises(ProofFailed, match=r"3 of 100 answers .* \(the last digits alone\)"):
        ready(shelf.shelf, "bread", HerePool())


@pytest.mark.parametrize(
    "error",
    [UnsafePickle("It uses a name that is gone."), ProofFailed("It fails on its rows.")],
)
def test_what_cannot_be_loaded_or_asked_is_refused_alike_in_words(shelf, error):
    shelf.save()
    resealed(shelf.shelf, "bread", packages=OLD)
    with pytest.raises(ProofFailed, match=f"It does not work here: {error.problem} It was saved"):
        ready(shelf.shelf, "bread", Failing(error))
    with pytest.raises(ProofFailed, match="It does not work here"):
        ready(shelf.shelf, "bread", HerePool())
    assert standing(shelf).state == "broken"
    prove("bread", models=shelf.shelf.models, settings=shelf.settings, pool=HerePool())
    assert standing(shelf).state == "proved"  # what was wrong was mended: the last proof counts


def test_a_worker_that_dies_proves_nothing(shelf):
    shelf.save()
    resealed(shelf.shelf, "bread", packages=OLD)
    with pytest.raises(WorkerFailed, match="died"):
        ready(shelf.shelf, "bread", Failing(WorkerFailed("It died.")))
    assert proofs(shelf) == []
    assert standing(shelf).state == "unproved"


def test_another_version_of_the_model_and_another_upgrade_are_proved_anew(shelf, monkeypatch):
    shelf.save()
    shelf.save()
    for version in (1, 2):
        resealed(shelf.shelf, "bread", version, packages=OLD)
    pool = Counting()
    ready(shelf.shelf, "bread@1", pool)
    ready(shelf.shelf, "bread@2", pool)
    assert pool.n_calls == 2
    monkeypatch.setattr(environment, "_version", lambda _: "9.9")
    ready(shelf.shelf, "bread@2", pool)
    assert pool.n_calls == 3
    assert proofs(shelf)[-1]["under"]["scikit-learn"] == "9.9"


def test_two_servers_at_once_lose_no_proof(shelf):
    shelf.save()
    resealed(shelf.shelf, "bread", packages=OLD)
    meet = threading.Barrier(4)

    class Together(HerePool):
        def submit(self, *args, **more):
            meet.wait()
            return super().submit(*args, **more)

    threads = [
        threading.Thread(target=ready, args=(shelf.shelf, "bread", Together())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event["n_changed"] for event in proofs(shelf)] == [0] * 4
    pool = Counting()
    ready(shelf.shelf, "bread", pool)
    assert pool.n_calls == 0


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"python": "3.4.1"}, ["Python"]),
        ({"machine": "Plan9 vax"}, ["the machine"]),
        ({"brinery": "0.0.1"}, ["Brinery"]),
        ({"house": {"brinery_gone": "0123"}}, ["the code of brinery_gone"]),
        ({"packages": {"xgboost": "1.0"}}, ["xgboost"]),
        ({"packages": {"pyarrow": "1.0"}}, []),
        ({"platform": "Linux-1.0"}, []),
    ],
)
def test_what_counts_as_other_versions(shelf, change, differs):
    shelf.save()
    card = resealed(shelf.shelf, "bread", **change)
    assert list(environment.differing(card.environment)) == differs


def test_code_of_the_house_counts_without_a_version(shelf, tmp_path, monkeypatch):
    code = tmp_path / "brinery_test_own" / "steps.py"
    code.parent.mkdir()
    code.write_text("one = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(environment, "_digest", environment._digest.__wrapped__)
    made = environment.describe(
        ["brinery_test_own.steps", "sklearn.tree"], ["brinery_test_own.steps"]
    )
    assert list(made.house) == ["brinery_test_own"]
    assert "brinery_test_own" not in made.packages
    assert environment.differing(made) == {}
    code.write_text("one = 2\n")
    assert list(environment.differing(made)) == ["the code of brinery_test_own"]


def test_a_proof_of_a_pickle_that_is_none_is_told_by_the_door(shelf):
    shelf.save()
    resealed(shelf.shelf, "bread", packages=OLD, pickled=pickle.dumps([1, 2]))
    with pytest.raises(ProofFailed, match="It does not work here"):
        ready(shelf.shelf, "bread", HerePool())


def test_the_shell_says_it_with_its_exit_codes(shelf, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BRINERY_KEY_FILE", str(shelf.settings.key_path))
    shelf.save()
    proof = shelf.shelf.open("bread").proof
    resealed(shelf.shelf, "bread", packages=OLD, proof=shifted(proof))
    rows, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    rows.write_text("x\n1\n2\n")
    at = ["--models", shelf.shelf.models]
    assert main(["models", *at]) == 0
    assert "(to be proved before it answers: It was saved under" in capsys.readouterr().out
    assert main(["score", "bread", str(rows), "--out", str(out), *at]) == 1
    assert "bread@1: 3 of 100 answers differ" in capsys.readouterr().err
    assert not out.exists()
    assert main(["models", *at]) == 0
    assert "(refused here: 3 of 100 answers differ" in capsys.readouterr().out
    assert main(["models", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)[0]["standing"]["state"] == "changed"
    assert main(["prove", "bread", *at]) == 1
    assert [event["n_changed"] for event in proofs(shelf)] == [3, 3]
