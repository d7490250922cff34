"""Compare: two versions asked about a file, and the new one put in use."""

import shutil

import pytest

import brinery
from brinery.registry.live import turns
from brinery.settings import Settings
from ui import services


@pytest.fixture(scope="module")
def two(tmp_path_factory, jar_table, lend_pool):
    """A shelf with two versions of `crunchy` that differ, and two of `grams`."""
    folder = tmp_path_factory.mktemp("two")
    settings = Settings(models=str(folder / "models"), key_path=folder / "key", n_workers=1)
    table = jar_table()
    with lend_pool(settings) as pool:
        for name, other in (("crunchy", "grams"), ("grams", "crunchy")):
            for recipe in ("linear", "tree"):
                model = brinery.train(table.drop(columns=other), name, recipe=recipe, seed=1)
                brinery.save(model, name=name, pool=pool, models=settings.models, settings=settings)
    return folder


@pytest.fixture
def spare(two, tmp_path):
    shutil.copytree(two, tmp_path / "spare")
    return tmp_path / "spare"


def uploaded(app, frame, name="may.csv"):
    app.file_uploader[0].upload(name, frame.to_csv(index=False).encode(), "text/csv").run()
    assert not app.exception
    return app


def test_with_one_version_of_each_there_is_nothing_to_compare(serve, said, tmp_path):
    app = serve(tmp_path, "compare")
    assert "There is nothing to compare yet." in said(app)
    assert app.button(key="compare/train")


def test_figures_of_both_stand_side_by_side(serve, said, two):
    app = serve(two, "compare", model="crunchy")
    assert app.selectbox(key="compare/before/crunchy/1").value == 1
    assert app.selectbox(key="compare/after/crunchy/1/1").value == 2
    assert "Both were measured on the same 24 rows." in said(app).replace("\\", "")
    assert list(app.dataframe[0].value.columns) == ["Measure", "Version 1", "Version 2"]
    for after in ("2", "3", "9" * 5000):
        app = serve(two, "compare", model="crunchy", after=after)
        assert app.selectbox(key="compare/after/crunchy/1/1").value == 2


def test_a_file_is_compared_and_the_version_put_in_use(serve, said, spare, jar_table):
    app = uploaded(serve(spare, "compare", model="crunchy"), jar_table(n=300, seed=8))
    words = said(app).replace("\\", "")
    assert "of 300 answers change." in words
    assert "What people will notice" in words
    rows = next(t.value for t in app.dataframe if "line" in t.value)
    assert list(rows.columns[:4]) == ["line", "version 1", "version 2", "difference"]
    app.button[-1].click().run()
    assert "Say why first" in said(app)
    app.text_input(key="compare/why").set_value("knows more")
    app.text_input(key="compare/by").set_value("Bob")
    next(b for b in app.button if b.label == "Put version 2 in use").click().run()
    assert not app.exception
    assert "Version 2 of crunchy answers from now on." in said(app)
    shelf = services.get().shelf
    assert shelf.resolve("crunchy") == ("crunchy", 2)
    last = turns(shelf.events("crunchy"))[-1]
    assert (last.by, last.why, last.compared.n_rows) == ("Bob", "knows more", 300)
    assert last.compared.file == "may.csv"
    assert last.compared.n_changed == len(rows)
    app.button(key="compare/others").click().run()
    assert app.selectbox(key="compare/before/crunchy/2").value == 2


def test_amounts_have_their_chart(serve, said, two, jar_table):
    app = uploaded(serve(two, "compare", model="grams"), jar_table(n=60, seed=8))
    words = said(app).replace("\\", "")
    assert "60 of 60 answers change." in words
    assert "Half of the amounts move by " in words


def test_only_what_was_compared_with_the_version_in_use_is_put_there(serve, said, two, jar_table):
    app = serve(two, "compare", model="crunchy")
    app.selectbox(key="compare/before/crunchy/1").select(2).run()
    uploaded(app, jar_table(n=60, seed=8))
    assert not [b for b in app.button if b.label.startswith("Put version")]
    assert "It is in use already." in said(app)


def test_a_file_that_lacks_a_column_is_put_right_here(serve, said, two, jar_table):
    table = jar_table(n=60, seed=8).drop(columns="days")
    app = uploaded(serve(two, "compare", model="crunchy"), table)
    assert "Version 1 can't use this file" in said(app)
    assert "“days”" in said(app).replace("\\", "")
    assert not [b for b in app.button if b.label.startswith("Put version")]


def test_a_broken_version_in_use_is_named_and_can_be_replaced(serve, said, spare, jar_table):
    file = spare / "models" / "crunchy" / "versions" / "0001" / "model.pkl"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    app = uploaded(serve(spare, "compare", model="crunchy"), jar_table(n=60, seed=8))
    assert "Version 1 can't be asked (" in said(app).replace("\\", "")
    app.text_input(key="compare/why").set_value("the old one is broken")
    next(b for b in app.button if b.label == "Put version 2 in use").click().run()
    assert services.get().shelf.resolve("crunchy") == ("crunchy", 2)
