"""Whatever comes in, reading it ends soon: in a table or in a refusal."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tables.fuzz import KINDS, SEEDS, ends_well

# Line breaks, marks and delimiters are what a reader trips over.
TEXTS = st.text(alphabet="ab1.,;|\t\"'\\\n\r #=-€é:/ ", max_size=300)


@given(data=st.one_of(st.binary(max_size=400), TEXTS.map(str.encode)), kind=st.sampled_from(KINDS))
@settings(deadline=None, max_examples=int(os.environ.get("FUZZ_EXAMPLES", "200")))
def test_any_bytes(data, kind):
    ends_well(data)
    ends_well(data, kinds={"a": kind})


@given(data=st.data())
@settings(
    deadline=None,
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],
)
def test_files_that_were_cut_or_damaged(data):
    seed = data.draw(st.sampled_from(SEEDS))
    cut = data.draw(st.integers(0, len(seed)))
    put = data.draw(st.one_of(st.binary(max_size=8), TEXTS.map(str.encode)))
    skip = data.draw(st.integers(0, 40))
    ends_well(seed[:cut] + put + seed[cut + skip :])


@pytest.mark.parametrize(
    "data",
    [
        b'"' * 100_000,
        b'a,"b\n' * 20_000,
        b'a,b\n1,"x"y\n' * 20_000,
        b"," * 100_000,
        (b"," * 1000 + b"\n") * 200,
        b"a;b,c\td|e\n" * 20_000,
        b"a" * 3_000_000,
        b'a,b\n"' + b"x\n" * 300_000,
        b"\\" * 50_000 + b'"a","b\n',
        b"'" * 50_000 + b"\n" + b"'a','b'\n" * 1000,
        b"\n" * 500_000 + b"a,b\n1,2\n",
    ],
)
def test_what_could_take_long(data):
    ends_well(data)
