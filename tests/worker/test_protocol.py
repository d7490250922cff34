import json
from multiprocessing import Pipe

import pytest

from brinery.worker.protocol import MAX_FRAMES, MAX_HEADER_BYTES, receive, send


@pytest.fixture
def ends():
    ours, theirs = Pipe()
    with ours, theirs:
        yield ours, theirs


def test_a_message_arrives_as_it_was_sent(ends):
    send(ends[0], {"do": "call"}, [b"one", b""])
    header, frames = receive(ends[1], 10)
    assert header["do"] == "call"
    assert frames == (b"one", b"")


def test_a_frame_may_not_be_longer_than_allowed(ends):
    send(ends[0], {}, [b"12345"])
    with pytest.raises(OSError, match="bad message length"):
        receive(ends[1], 4)


def test_the_frames_together_may_not_be_longer_than_allowed(ends):
    send(ends[0], {}, [b"123", b"456"])
    with pytest.raises(OSError, match="bad message length"):
        receive(ends[1], 5)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"[]", "not an object"),
        (b"{}", "how many frames"),
        (json.dumps({"n_frames": MAX_FRAMES + 1}).encode(), "how many frames"),
        (json.dumps({"n_frames": -1}).encode(), "how many frames"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\x80\x05.", "can't decode"),
    ],
)
def test_what_is_no_message_is_refused(ends, head, words):
    ends[0].send_bytes(head)
    with pytest.raises(ValueError, match=words):
        receive(ends[1], 10)


def test_too_many_frames_are_not_sent(ends):
    with pytest.raises(ValueError, match="too large"):
        send(ends[0], {}, [b""] * (MAX_FRAMES + 1))
    with pytest.raises(ValueError, match="too large"):
        send(ends[0], {"text": "x" * MAX_HEADER_BYTES})
