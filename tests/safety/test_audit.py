import os
import pickle

import pytest
from sklearn.linear_model import LinearRegression

from brinery.safety.audit import audit, explain


class Hostile:
    def __reduce__(self):
        return os.system, ("touch it_ran",)


def test_an_audit_lists_what_a_model_imports():
    found = audit(pickle.dumps(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), 5))
    assert found.allowed
    assert found.problem is None
    assert str(found.imports[0]) == "sklearn.linear_model._base.LinearRegression"
    assert len(set(found.imports)) == len(found.imports)
    assert found.refusal is None


@pytest.mark.parametrize("protocol", range(6))
def test_an_audit_names_what_is_forbidden_and_runs_nothing(protocol, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = audit(pickle.dumps([LinearRegression(), Hostile()], protocol))
    assert not found.allowed
    assert [one.name for one in found.imports if not one.allowed] == ["system"]
    assert "system, which is not on the list" in found.refusal.problem
    assert list(tmp_path.iterdir()) == []


def test_of_several_forbidden_names_it_says_that_they_are():
    found = audit(b"chouse.steps\nClean\n0chouse.steps\nLog\n.")
    assert found.refusal.problem == (
        "The file would use house.steps.Clean, house.steps.Log, which are not on the list of what "
        "a model may use."
    )


def test_many_forbidden_names_are_counted():
    pickled = b"(" + b"".join(f"cos\nf{number}\n".encode() for number in range(9)) + b"t."
    assert "os.f0, os.f1, os.f2 and 6 more" in audit(pickled).refusal.problem


def test_what_was_found_before_the_damage_is_told():
    found = audit(pickle.dumps(Hostile(), 4)[:-3])
    assert found.imports[0].name == "system"
    assert "cut short or damaged" in found.problem


def test_an_audit_of_no_pickle_has_a_problem():
    assert not audit(b"age,income\n3,4\n").allowed


def test_every_step_of_a_list_is_explained():
    steps = explain(pickle.dumps(["salt", 3, "salt"], 5))
    assert [position for position, _, _ in steps] == sorted(position for position, _, _ in steps)
    words = " ".join(sentence for _, _, sentence in steps)
    assert "pickle of protocol 5" in words
    assert "the text 'salt'" in words
    assert "whole number 3" in words
    assert steps[-1][1] == "STOP"


def test_long_values_are_shortened_and_braces_do_no_harm():
    steps = explain(pickle.dumps("{x}" * 100, 5))
    assert all(len(sentence) < 120 for _, _, sentence in steps)


def test_what_cannot_be_read_ends_the_list():
    assert explain(b"\x80\x05K\x01\xff")[-1][1] == "?"
    assert explain(b"")[-1] == (
        0,
        "?",
        "The rest is not a pickle: it was cut short or damaged.",
    )


@pytest.mark.parametrize("protocol", range(6))
def test_every_opcode_has_words(protocol):
    for _, name, words in explain(pickle.dumps(LinearRegression().fit([[1.0]], [2.0]), protocol)):
        assert words.endswith("."), name
        assert words[0].isupper(), name
