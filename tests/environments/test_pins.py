import dataclasses
import platform

import pytest

from brinery.environments.pins import KNOWN, Pins, of_card, of_this_server
from brinery.errors import NoEnvironment
from brinery.model.card import Environment

MADE = Environment("3.11.7", "Linux", {"scikit-learn": "1.7.2", "numpy": "2.3.3", "left-pad": "1"})


def test_only_what_a_worker_needs_is_ever_installed():
    pins = of_card(MADE)
    assert pins.packages == (("numpy", "2.3.3"), ("scikit-learn", "1.7.2"))
    assert pins.python == "3.11"
    assert pins.in_words == "Python 3.11, scikit-learn 1.7.2, numpy 2.3.3"


def test_the_key_is_of_the_versions_alone():
    same = dataclasses.replace(MADE, platform="another", python="3.11.9")
    assert of_card(same).key == of_card(MADE).key
    newer = dataclasses.replace(MADE, packages={**MADE.packages, "numpy": "2.3.4"})
    assert of_card(newer).key != of_card(MADE).key
    assert dataclasses.replace(of_card(MADE), upgrades=(("numpy", "3"),)).key != of_card(MADE).key


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Environment("3.11.7", "", {"numpy": "2.0"}), "does not say with which versions"),
        (Environment("", "", {"scikit-learn": "1.7.2"}), "does not say with which versions"),
        (Environment("3.11.7", "", {"scikit-learn": "1.8.dev0"}), "is no release"),
        (Environment("3.11.7", "", {"scikit-learn": "1.7 @ file:///tmp/x"}), "is no release"),
        (Environment("3.11.7", "", {"scikit-learn": "--index-url=x"}), "is no release"),
    ],
)
def test_a_card_without_releases_is_refused(made, said):
    with pytest.raises(NoEnvironment, match=said):
        of_card(made)


def test_this_servers_own_versions():
    pins = of_this_server((("scikit-learn", "9.9"),))
    assert {name for name, _ in pins.packages} == set(KNOWN)
    assert platform.python_version().startswith(pins.python)
    assert "scikit-learn 9.9" in pins.in_words
    assert isinstance(hash(pins), int)
    assert pins == Pins(pins.python, pins.packages, pins.upgrades)
