"""A lane: its threads, and what happens when it is closed in a bad moment."""

import threading
import time

from brinery.worker.lane import Lane


def test_a_lane_that_is_closed_while_a_thread_starts_sees_its_call_through(monkeypatch):
    start, is_starting, done = threading.Thread.start, threading.Event(), []

    def slowly(thread):
        if thread.name == "brinery-pool":
            is_starting.set()
            time.sleep(0.2)
        start(thread)

    lane = Lane(1, done.append)
    monkeypatch.setattr(threading.Thread, "start", slowly)
    putting = threading.Thread(target=lane.put, args=("call",))
    putting.start()
    assert is_starting.wait(60)
    lane.close()
    putting.join(60)
    assert done == ["call"]
