"""A shelf with two small models, and the app on it."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import brinery
from brinery.settings import Settings
from tests.ui.jars import csv, jars
from ui import first_start, services

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(scope="session")
def trained(tmp_path_factory, lend_pool) -> Path:
    """Two models on a shelf: `crunchy`, with two versions, and `grams`."""
    folder = tmp_path_factory.mktemp("trained")
    settings = Settings(models=str(folder / "models"), key_path=folder / "key", n_workers=1)
    table = jars()
    with lend_pool(settings) as pool:
        put = {"models": settings.models, "pool": pool, "settings": settings, "owner": "Ada"}
        labels = table.drop(columns="grams")
        for seed in (1, 2):
            model = brinery.train(labels, "crunchy", recipe="tree", seed=seed)
            brinery.save(model, name="crunchy", description="Is it *crunchy*?", **put)
        model = brinery.train(table.drop(columns="crunchy"), "grams", recipe="linear", seed=1)
        brinery.save(model, name="grams", description="How much is left.", **put)
    return folder


@pytest.fixture
def serve(monkeypatch, lend_pool) -> Iterator[Callable[..., AppTest]]:
    """Give a function that opens the app on a shelf, at a page, in a role."""

    def open_app(folder: Path, page: str = "home", role: str = "operator", **query) -> AppTest:
        services.reset()
        monkeypatch.setenv("BRINERY_MODELS", str(folder / "models"))
        monkeypatch.setenv("BRINERY_KEY_FILE", str(folder / "key"))
        monkeypatch.setenv("BRINERY_ROLE", role)
        monkeypatch.setenv("BRINERY_WORKERS", "1")
        app = AppTest.from_file(str(APP), default_timeout=60)
        app.run()
        for name, value in query.items():
            app.query_params[name] = value
        if page != "home":
            app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        return app

    monkeypatch.setattr(first_start, "state", first_start.FirstStart())
    monkeypatch.setattr(services, "Pool", lend_pool)
    yield open_app
    services.reset()


def texts(app: AppTest) -> str:
    """Give all the words on the page."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.markdown,
        app.caption,
        app.error,
        app.warning,
        app.info,
        app.success,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.fixture
def said() -> Callable[[AppTest], str]:
    return texts


@pytest.fixture(scope="session")
def jar_table() -> Callable[..., pd.DataFrame]:
    return jars


@pytest.fixture
def odd_jars(jar_table) -> pd.DataFrame:
    """Jars to predict, some of them beyond what training saw."""
    return jar_table(30, seed=9).drop(columns=["crunchy", "grams"])


@pytest.fixture
def new_jars(odd_jars) -> pd.DataFrame:
    """Jars to predict, none of them beyond what training saw."""
    return odd_jars.assign(salt_percent=odd_jars["salt_percent"].clip(2, 7))


@pytest.fixture
def upload_on(serve) -> Callable[..., AppTest]:
    """Give a function that opens Predict on a model and uploads a file, in a new session."""

    def upload_on(
        folder: Path, data: bytes, name: str = "new jars.csv", model: str = "crunchy"
    ) -> AppTest:
        app = serve(folder, "predict", model=model)
        app.file_uploader(key="predict_file").upload(name, data).run()
        assert not app.exception
        return app

    return upload_on


@pytest.fixture
def copy_of(trained, tmp_path) -> Path:
    """A shelf to spoil."""
    folder = tmp_path / "copy"
    shutil.copytree(trained, folder)
    return folder


@pytest.fixture
def broken_card(copy_of) -> Path:
    """A shelf whose `crunchy` has a card that somebody edited."""
    card = copy_of / "models" / "crunchy" / "versions" / "0001" / "card.json"
    card.write_text(card.read_text().replace('"Ada"', '"Eve"'))
    return copy_of


@pytest.fixture
def broken_pickle(copy_of) -> Path:
    """A shelf whose `crunchy` has a pickle with one flipped bit."""
    file = copy_of / "models" / "crunchy" / "versions" / "0001" / "model.pkl"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    return copy_of


@pytest.fixture
def choose(serve, tmp_path):
    """Open Train, upload a table and choose the target."""

    def choose(frame, target):
        app = serve(tmp_path, "train")
        app.file_uploader(key="train_file").upload("jars.csv", csv(frame)).run()
        next(b for b in app.selectbox if b.label == "The column with the answer").select(
            target
        ).run()
        assert not app.exception
        return app

    return choose


@pytest.fixture
def see_through() -> Callable[[AppTest], Future]:
    """Start a training, wait for it, and give its outcome."""

    def see_through(app: AppTest) -> Future:
        app.button(key="train/start").click().run()
        future = services.get().jobs.find(app.query_params["job"]).future
        future.result(timeout=60)
        app.run()
        assert not app.exception
        return future

    return see_through


@pytest.fixture
def finished(choose, see_through, jar_table):
    """Train a tree and wait for it."""
    app = choose(jar_table(), "crunchy")
    app.selectbox(key="train/recipe").select("tree")
    see_through(app)
    return app
