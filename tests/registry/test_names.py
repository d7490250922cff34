from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinery.errors import NameRefused
from brinery.registry.names import checked


@pytest.mark.parametrize(
    "name", ["churn", "Churn 2026-v1.2", "Kündigung", "顧客離れ", "ग्राहक", "7", "a" * 64]
)
def test_good_names(name):
    assert checked(name) == name


def test_one_spelling():
    assert checked("Ku\u0308ndigung") == "Kündigung"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "has 1 to 64 characters"),
        ("a" * 65, "has 1 to 64 characters"),
        ("..", "begins with a letter"),
        ("../up", "can't hold “/”"),
        ("a\\b", "can't hold"),
        ("a@b", "can't hold “@”"),
        ("a:b", "can't hold “:”"),
        ("a\nb", "can't hold the character U\\+000A"),
        ("a\0", "can't hold the character U\\+0000"),
        ("\u202egnp", "can't hold the character U\\+202E"),
        ("a\u3164", "can't hold the character U\\+3164"),
        (" a", "begins with a letter"),
        (".hidden", "begins with a letter"),
        ("-rf", "begins with a letter"),
        ("a ", "can't end with"),
        ("a.", "can't end with"),
        ("CON", "Windows keeps"),
        ("nul.txt", "Windows keeps"),
        ("lpt1", "Windows keeps"),
    ],
)
def test_refused_names(name, words):
    with pytest.raises(NameRefused, match=words):
        checked(name)


@given(st.text(max_size=70) | st.text(alphabet="./\\ a:~%C", max_size=8))
def test_no_name_leaves_the_shelf(name):
    try:
        good = checked(name)
    except NameRefused:
        return
    shelf = Path("/shelf/models")
    assert (shelf / good).parent == shelf
    assert (shelf / good).resolve().parent == shelf
    assert not good.startswith((".", "-"))
    assert len(good.encode()) <= 255
    assert checked(good) == good
