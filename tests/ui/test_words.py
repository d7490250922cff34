"""Text of people and files on screen: as it is, never as Markdown."""

import pytest

from ui.words import label


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Take for monthly_fee", "Take for monthly_fee"),
        ("weight [kg]", "weight [kg]"),
        ("fee $ (net) #1 50% a-b a:b <3", "fee $ (net) #1 50% a-b a:b <3"),
        ("a * b", "a * b"),
        ("*bold* _slanted_", r"\*bold\* \_slanted\_"),
        (":red[x] :smile:", r"\:red[x] \:smile:"),
        ("[a](b) $x$ <b> &amp;", r"\[a](b) \$x\$ \<b> \&amp;"),
        ("two\nlines", "two lines"),
        (r"a\*b \d", r"a\\*b \d"),
    ],
)
def test_a_label_escapes_only_what_markdown_acts_on(given, expected):
    assert label(given) == expected
