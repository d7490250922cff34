"""How pickling works: every live part, and what a reader may type."""

import os

import pytest

from brinery.errors import BrineryError
from ui import lesson


@pytest.fixture
def page(serve, tmp_path):
    return serve(tmp_path, "pickling", role="user")


def test_the_list_is_pickled_explained_and_unpickled_elsewhere(page, said):
    assert "It is equal to yours." in said(page)
    assert f"number {os.getpid()}," not in said(page)
    orders = page.dataframe[0].value
    assert orders["Order"].iloc[0] == "PROTO"
    assert orders["Order"].iloc[-1] == "STOP"
    assert orders["In words"].str.len().min() > 0


def test_another_list_is_taken(page):
    page.text_input(key="lesson/list").set_value("['dill', [1, 2]]").run()
    assert not page.exception
    assert page.code[1].value == "['dill', [1, 2]]"


def test_what_is_no_list_is_said_to_be_none_and_the_rest_stays(page, said):
    page.text_input(key="lesson/list").set_value("__import__('os').getcwd()").run()
    assert not page.exception
    assert "not a list" in said(page)
    assert page.button(key="lesson/door")


def test_the_tree_is_trained_in_one_process_and_answers_in_another(page):
    page.button(key="lesson/tree").click().run()
    assert not page.exception
    done = page.session_state["lesson/result"]
    assert len({done.trained_in, done.loaded_in, os.getpid()}) == 3
    assert done.answers["prediction"].isin(["yes", "no"]).all()


def test_the_door_refuses_the_stranger(page, said, capfd):
    page.button(key="lesson/door").click().run()
    assert not page.exception
    assert "Refused, before any of it ran" in said(page)
    assert "This could have been any command" not in capfd.readouterr().out


@pytest.mark.parametrize(
    "text", ["", "3", "{'a': 1}", "[(1, 2)]", "[1,", "[" * 400, "[1" + ", 1" * 300 + "]", "[1j]"]
)
def test_only_lists_of_plain_values_are_parsed(text):
    with pytest.raises(BrineryError, match=r"list"):
        lesson.parse(text)


def test_bytes_are_shown_with_their_letters():
    assert lesson.hexadecimal(b"AB\x00") == f"   0  {'41 42 00':<47}  AB·"
