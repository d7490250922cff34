"""The server around the pages, before it lets anybody in."""

import pytest

from ui import server, services


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("BRINERY_WORKERS", "zero", "BRINERY_WORKERS is 'zero'. Set it to a whole number from 1."),
        ("BRINERY_MODELS", "ftp://host/models", "Set BRINERY_MODELS or --models to a folder"),
        ("BRINERY_ALLOW", "os.system", "which is not of a package of your own"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start_in_one_sentence(
    monkeypatch, tmp_path, variable, value, told
):
    services.reset()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match="Brinery can't start") as ended:
        server.parts()
    services.reset()
    assert told in str(ended.value)


def test_a_server_that_can_start_has_its_routes_and_headers(monkeypatch, tmp_path):
    services.reset()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRINERY_MODELS", str(tmp_path / "models"))
    given = server.parts()
    services.reset()
    assert given["routes"]
    assert given["middleware"]
