"""Planted faults: each is named before training or in the evaluation."""

import numpy as np
import pandas as pd
import pytest

from brinery.schema.inference import infer, with_kind
from brinery.tables.table import Table
from brinery.training.train import train


def jars(n_rows: int = 400, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    salt, days = draw.normal(5, 2, n_rows).round(2), draw.integers(1, 40, n_rows)
    crunchy = salt - days / 10 + draw.normal(0, 1, n_rows) > 3
    return pd.DataFrame(
        {
            "jar": [f"J{number:05d}" for number in draw.permutation(n_rows)],
            "salt": salt,
            "days": days,
            "vinegar": draw.choice(["apple", "malt", "white"], n_rows),
            "noise": draw.normal(size=n_rows).round(3),
            "crunchy": np.where(crunchy, "yes", "no"),
        }
    )


def said(frame: pd.DataFrame, **given) -> str:
    model = train(frame, "crunchy", **{"recipe": "forest", **given})
    return "\n".join(model.evaluation.sentences)


def test_an_honest_table_raises_no_suspicion():
    words = said(jars())
    for fault in ("gives the answer away", "names the row", "depends on", "stand in", "All "):
        assert fault not in words


def test_a_copied_target():
    frame = jars().assign(spoken=lambda one: one["crunchy"].map({"yes": "crack", "no": "-"}))
    assert "“spoken” alone nearly gives the answer away" in said(frame)


def test_an_id_as_a_feature():
    frame = jars()
    schema = infer(Table.from_pandas(frame), target="crunchy")
    schema = with_kind(Table.from_pandas(frame), schema, "jar", "category", "feature")
    assert "“jar” names the row" in said(frame, schema=schema)
    numbered = frame.drop(columns="jar").assign(jar_id=np.arange(len(frame)) * 7 % 4001)
    schema = infer(Table.from_pandas(numbered), target="crunchy")
    schema = with_kind(Table.from_pandas(numbered), schema, "jar_id", "number", "feature")
    assert "“jar_id” names the row" in said(numbered, schema=schema)


def test_a_target_that_depends_on_the_id():
    frame = jars().sort_values("crunchy", kind="stable")
    frame["jar"] = [f"J{number:05d}" for number in range(len(frame))]
    assert "The answer depends on “jar”" in said(frame.sample(frac=1, random_state=0))


def test_duplicate_rows_across_the_split():
    frame = jars()
    twice = pd.concat([frame, frame.head(200)], ignore_index=True)
    twice["jar"] = [f"J{number:05d}" for number in range(len(twice))]
    assert "stand in the training rows too" in said(twice)


def test_a_target_from_the_future():
    draw = np.random.default_rng(1)
    frame = jars()
    opened = pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 300, len(frame)), "D")
    known = (frame["crunchy"] == "yes") ^ (draw.random(len(frame)) < 0.04)
    frame["praised_on"] = pd.Series(opened.strftime("%Y-%m-%d")).where(known)
    assert "Whether “praised_on” is blank nearly tells the answer" in said(frame)


def test_a_group_with_a_single_answer():
    frame = jars()
    frame.loc[frame.index[:40], ["vinegar", "crunchy"]] = ["rice", "no"]
    assert "All 40 rows whose “vinegar” is “rice” have the answer “no”" in said(frame)


def test_a_useless_feature_that_seems_to_matter():
    words = said(jars())
    assert "“noise”" in next(one for one in words.split("\n") if one.startswith("No sure effect"))
    assert "“salt”" not in next(one for one in words.split("\n") if one.startswith("No sure"))


@pytest.mark.parametrize("way", ["group", "time"])
def test_a_split_by_group_or_by_time_is_said(way):
    draw = np.random.default_rng(2)
    frame = jars().assign(maker_id=lambda one: draw.integers(100, 160, len(one)))
    frame["packed"] = (pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(400), "D")).strftime(
        "%Y-%m-%d"
    )
    column = {"group": "maker_id", "time": "packed"}[way]
    words = said(frame, split=way, split_by=column, recipe="linear")
    assert f"“{column}”" in words
    assert ("latest 80 rows" if way == "time" else "other values of") in words
