"""The documentation names files that exist, and settings that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_architecture_names_files_that_exist() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`((?:brinery|ui|pages|tools|examples|docs)/[\w/.]+)`", text))
    assert len(named) > 30
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert missing == []


def test_every_setting_is_in_the_readme() -> None:
    code = (ROOT / "brinery" / "settings.py").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    settings = set(re.findall(r'"(BRINERY_[A-Z_]+)"', code))
    assert settings
    assert settings == set(re.findall(r"`(BRINERY_[A-Z_]+)`", readme))
