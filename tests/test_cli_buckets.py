"""Files in a bucket, from the shell."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import s3fs

import brinery
from brinery.cli import main


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    place = tmp_path_factory.mktemp("shelf")
    fee = np.round(np.random.default_rng(2).uniform(1, 90, 120), 2)
    table = pd.DataFrame({"fee": fee, "left": np.where(fee > 40, "yes", "no")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRINERY_KEY_FILE", str(place / "key"))
        patch.setenv("BRINERY_WORKERS", "1")
        model = brinery.train(table, "left", recipe="tree", seed=1)
        brinery.save(model, name="churn", models=str(place / "models"))
        yield place


@pytest.fixture
def store(bucket):
    files = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
    files.pipe_file(f"{bucket}/in/june.csv", b"id,fee\nA,5.5\nB,70.25\n")
    return files


@pytest.fixture
def run(shelf, tmp_path, monkeypatch, capsys):
    """Run a verb; give its exit code and what it said, and see that it leaves nothing behind."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def run(*words):
        code = main([*words, "--models", str(shelf / "models")])
        said = capsys.readouterr()
        left = [one for one in temporary.glob("brinery-*") if str(one) not in said.err]
        assert not left, left
        return code, said.out + said.err

    return run


def test_a_file_goes_from_a_bucket_to_a_bucket_and_can_be_verified(run, store, bucket, tmp_path):
    file, out = f"{bucket}/in/june.csv", f"{bucket}/out/june predictions.csv"
    receipt = str(tmp_path / "receipt.json")
    assert run("check", "churn", file)[0] == 0
    code, said = run("score", "churn", file, "--out", out, "--receipt", receipt)
    assert code == 0
    assert f"{out}: " in said
    assert json.loads(Path(receipt).read_text())["file"] == "june.csv"
    near = tmp_path / "near.csv"
    assert run("score", "churn", file, "--out", str(near))[0] == 0
    assert store.cat_file(out) == near.read_bytes()
    assert pd.read_csv(near)["prediction"].tolist() == ["no", "yes"]
    code, said = run("verify", receipt, file)
    assert (code, "the same, bit for bit" in said) == (0, True)


def test_what_cannot_be_scored_leaves_the_bucket_as_it_was(run, store, bucket):
    out = f"{bucket}/out.csv"
    store.pipe_file(out, b"earlier")
    store.pipe_file(f"{bucket}/in/other.csv", b"a\n1\n")
    before = store.find(bucket)
    for file, target, words in (
        (f"{bucket}/in/other.csv", out, "fee"),
        (f"{bucket}/in/none.csv", out, "There is no such file"),
        (f"{bucket}/in", out, "There is no such file"),
        (f"{bucket}/in/june.csv", f"{bucket}/in/june.csv", "it would be lost"),
        (f"{bucket}/in/june.csv", f"{bucket}/out.docx", "docx"),
        (f"{bucket}/in/june.csv", f"{bucket}-none/out.csv", "There is no bucket"),
        (f"{bucket}/in/june.csv", f"{bucket}/", "names no file in a bucket"),
        (f"{bucket}/in/june.csv", bucket, "names no file in a bucket"),
    ):
        code, said = run("score", "churn", file, "--out", target)
        assert code == 1, said
        assert words in said
    assert store.find(bucket) == before
    assert store.cat_file(out) == b"earlier"


def test_predictions_that_the_store_does_not_take_are_kept_here(run, store, bucket, monkeypatch):
    async def refuses(*_, **__):
        raise PermissionError("Access Denied")

    monkeypatch.setattr(s3fs.S3FileSystem, "_put_file", refuses)
    code, said = run("score", "churn", f"{bucket}/in/june.csv", "--out", f"{bucket}/out.csv")
    assert code == 1
    assert "The file can't be written: the store does not let these keys do that" in said
    kept = said.partition("is kept in ")[2].strip().rstrip(".")
    assert len(pd.read_csv(kept)) == 2
