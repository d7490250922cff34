"""The frame: roles, the gate on a cold page, failures, headers, and what must not be there."""

import re
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from streamlit.testing.v1 import AppTest

from brinery.errors import SealBroken
from ui import files, server, shell

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "ui").glob("*.py")]


@pytest.mark.parametrize(
    ("role", "page", "least"),
    [
        ("user", "train", "modeler"),
        ("user", "bring", "modeler"),
        ("user", "compare", "modeler"),
        ("user", "system", "operator"),
        ("modeler", "system", "operator"),
    ],
)
def test_who_opens_a_page_that_is_not_theirs_is_told_so_and_sees_nothing_of_it(
    serve, trained, role, page, least
):
    app = serve(trained, page, role=role)
    (told,) = app.error
    assert "not open to the people who use this server" in told.value
    assert f"`BRINERY_ROLE={least}`" in told.value
    assert not app.title
    assert not app.file_uploader
    assert not app.button


def test_the_navigation_shows_what_the_role_may_open():
    shown = {place.title: place.page(shown="user" in place.roles) for place in shell.PAGES}
    hidden = [title for title, page in shown.items() if page.visibility == "hidden"]
    assert hidden == ["Train", "Import", "Compare", "System"]


@pytest.mark.parametrize("role", ["user", "modeler"])
def test_a_page_that_is_run_without_the_app_shows_nothing(serve, trained, role):
    serve(trained, role=role)
    cold = AppTest.from_file(str(ROOT / "pages" / "train.py"), default_timeout=60).run()
    assert not cold.exception
    assert not cold.file_uploader
    assert len(cold.error) == 1


@pytest.mark.parametrize("page", sorted((ROOT / "pages").glob("*.py")), ids=lambda page: page.stem)
def test_every_page_is_short_and_begins_with_its_gate(page):
    lines = page.read_text().splitlines()
    assert len(lines) < 100
    code = [line for line in lines if re.match(r"(st\.|shell\.|with |if |for |\w+ = )", line)]
    assert code[0] == f'shell.gate("{page.stem}")'


def test_every_page_is_in_the_navigation():
    files = {place.file for place in shell.PAGES}
    assert files == set((ROOT / "pages").glob("*.py"))
    assert all(place.file.exists() for place in shell.PAGES)


def test_nothing_is_cached_by_streamlit_since_its_cache_unpickles():
    for source in SOURCES:
        assert "cache_data" not in source.read_text(), source


def test_the_web_process_does_not_import_scikit_learn():
    names = [f"ui.{source.stem}" for source in SOURCES if source.parent.name == "ui"]
    code = f"import sys, {', '.join(sorted(names))}; print('sklearn' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "False"


def test_an_unforeseen_failure_is_a_sentence_with_a_number(caplog):
    def script():
        from ui import shell

        try:
            int("brine")
        except ValueError as error:
            shell.failed(error)

    app = AppTest.from_function(script).run()
    number = re.search(r"incident ([0-9a-f]{8})", app.error[0].value)[1]
    assert "brine" not in app.error[0].value
    assert f"Incident {number}" in caplog.text
    assert "invalid literal" in caplog.text


def test_a_failure_with_words_shows_them():
    def script():
        from brinery.errors import SealBroken
        from ui import shell

        shell.failed(SealBroken("It was changed.", remedy="Save it again."))

    app = AppTest.from_function(script).run()
    assert app.error[0].value == "It was changed. Save it again."
    assert issubclass(SealBroken, Exception)


def test_the_policy_allows_no_eval_and_no_other_host():
    policy = server.content_security_policy()
    assert "unsafe-eval" not in policy
    assert "http" not in policy.replace("'http", "")
    assert re.search(r"script-src 'self' 'sha256-[A-Za-z0-9+/=]{44}'", policy)


def _answered(path):
    """Ask for a path; give the headers of the answer, and those that the application saw."""
    sent, seen = [], []

    async def app(scope, _receive, send):
        seen.extend(name for name, _ in scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def keep(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"accept-encoding", b"gzip")]}
    anyio.run(server.Headers(app, "default-src 'self'"), scope, None, keep)
    return dict(sent[0]["headers"]), seen


def test_every_answer_carries_the_headers():
    headers, seen = _answered("/predict")
    assert seen == [b"accept-encoding"]
    assert headers[b"content-security-policy"] == b"default-src 'self'"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"


def test_a_file_goes_out_as_it_lies_on_the_disk():
    _, seen = _answered(f"/{files.FOLDER}/abc/out.csv")
    assert seen == []
