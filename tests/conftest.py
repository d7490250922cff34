"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _settings_of_nobody(tmp_path_factory) -> Iterator[None]:
    """No test reads the developer's settings or writes into their home."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("BRINERY_")]:
            patch.delenv(name)
        for place in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            patch.setenv(place, str(tmp_path_factory.mktemp(place)))
        yield


@pytest.fixture
def in_an_empty_folder(tmp_path, monkeypatch) -> None:
    """What a test writes beside itself goes nowhere."""
    monkeypatch.chdir(tmp_path)
