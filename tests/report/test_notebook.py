"""The code on the card is run as a reader would run it, in the folder of the pickle."""

import dataclasses
import re

import numpy as np
import pytest

from brinery.model.answers import frame
from brinery.model.card import Card, Environment, Proved, Sealed
from brinery.report.card import report
from brinery.report.notebook import notebook
from brinery.schema.check import check
from brinery.tables.reading import read
from brinery.training.train import train

N = 200


def card_of(model):
    return Card(
        name="bread",
        version=1,
        saved_at="2026-11-03T12:00:00Z",
        saved_by="ada",
        answers_by=model.answers_by,
        answer_names=model.answer_names,
        estimator=model.estimator,
        schema=model.schema,
        environment=Environment("3.12.1", "Linux", {}),
        proved=Proved(100, "2026-11-03T12:00:01Z", identical=True),
        sealed=Sealed("a" * 64, 1, "b" * 64),
        evaluation=model.evaluation,
        training=model.training,
    )


def mixed():
    chance = np.random.default_rng(0)
    cells = {
        "it's `quoted`": [f"{value:.2f}" for value in chance.normal(size=N)],
        "charges": [" " if i % 9 == 0 else f"{i * 1.5:.1f}" for i in range(N)],
        "euro": [f'"{1000 + i}.{i % 90 + 10} €"'.replace(".", ",") for i in range(N)],
        "dollars": [f'"US$ 1,{i % 900 + 100}.5"' for i in range(N)],
        "thousands": [f'"{1 + i % 9},{i % 900 + 100}"' for i in range(N)],
        "postcode": [f"0{chance.integers(1, 9)}001" for _ in range(N)],
        "country": list(chance.choice(["NA", "DE", "None"], N)),
        "member": list(chance.choice(["True", "False", ""], N)),
        "joined": [f"{1 + i % 28:02}/{1 + i % 12:02}/202{i % 4}" for i in range(N)],
        "seen": [f"2024-03-{1 + i % 28:02} {i % 24:02}:30" for i in range(N)],
        "born": [f"{1 + i % 28:02}/03/{(38 + i * 7 % 73) % 100:02}" for i in range(N)],
        "counted date": [
            "" if i % 7 == 0 else f"2024{1 + i % 12:02}{1 + i % 28:02}" for i in range(N)
        ],
    }
    cells["y"] = [
        f"{10 * float(a) + (b == 'NA') * 5 + (c[1] > '4') * 3 + int(d[-1]) + e / 50:.3f}"
        for a, b, c, d, e in zip(
            cells["it's `quoted`"],
            cells["country"],
            cells["postcode"],
            cells["joined"],
            range(N),
            strict=True,
        )
    ]
    rows = [",".join(row) for row in zip(*cells.values(), strict=True)]
    return "\n".join([",".join(cells), *rows]).encode()


@pytest.mark.parametrize("recipe", ["tree", "linear", "forest", "boosting"])
def test_the_code_gives_what_brinery_gives(recipe, tmp_path, monkeypatch):
    data = mixed()
    table = read(data, name="new.csv")
    model = train(table, "y", recipe=recipe)
    kinds = {column.name: column.kind for column in model.schema.features}
    assert [kinds[name] for name in ("joined", "seen", "born", "counted date")] == ["date"] * 4
    assert [kinds[name] for name in ("euro", "dollars", "thousands")] == ["number"] * 3
    assert kinds["postcode"] == "category"
    expected = model.pipeline.predict(frame(check(table, model.schema).features))
    (tmp_path / "model.pkl").write_bytes(model.pickled)
    (tmp_path / "new.csv").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    text = report(card_of(model))
    ((_, code),) = re.findall(r"^(`{3,})python\n(.*?)\n\1$", text, re.MULTILINE | re.DOTALL)
    assert code.count("mixed") == 1
    place = {}
    exec(code, place)
    np.testing.assert_allclose(place["answers"], expected, rtol=1e-9)


def test_where_nothing_has_to_be_converted_the_code_is_short():
    rows = "x,y\n" + "\n".join(f"{i}.5,{'ab'[i % 2]}" for i in range(60))
    card = card_of(train(read(rows.encode()), "y", recipe="baseline"))
    assert notebook(card).splitlines()[-2:] == [
        'rows = pd.read_csv("new.csv")',
        "answers = model.predict(rows)",
    ]
    assert notebook(dataclasses.replace(card, training=None)) == ""
    assert "In a notebook" not in report(dataclasses.replace(card, training=None))
