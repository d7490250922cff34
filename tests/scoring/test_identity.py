"""A server knows what it was called before it was killed, and no two are called the same."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from brinery.scoring.identity import Identity
from tests.killing import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no lock tells it")
ROOT = Path(__file__).parents[2]
OTHER = """
import pathlib, sys, time
from brinery.scoring.identity import Identity
identity = Identity(pathlib.Path(sys.argv[1]))
pathlib.Path(sys.argv[2]).write_text(identity.name)
time.sleep(60)
"""


@pytest.fixture
def make():
    made = []

    def identity(folder):
        made.append(Identity(folder))
        return made[-1]

    yield identity
    for one in made:
        one.close()


def test_the_name_of_a_process_that_was_killed_is_known_and_that_of_one_that_sleeps_is_not(
    make, tmp_path
):
    told, folder = tmp_path / "name", tmp_path / "runs"
    process = subprocess.Popen([sys.executable, "-c", OTHER, str(folder), str(told)], cwd=ROOT)
    try:
        wait_until(lambda: told.exists() and told.read_text(), 30)
        name = told.read_text()
        process.send_signal(signal.SIGSTOP)
        assert not make(folder).was_mine(name)
    finally:
        process.kill()
        process.wait()
    assert make(folder).was_mine(name)


def test_a_name_is_that_of_one_process_at_a_time(make, tmp_path):
    first = make(tmp_path)
    second = make(tmp_path)
    assert not first.was_mine(first.name)
    assert not second.was_mine(first.name)
    assert not first.was_mine(second.name)
    first.close()
    assert not second.was_mine(first.name), "it has a name of its own for good"
    third = make(tmp_path)
    assert third.was_mine(first.name)
    assert not third.was_mine(second.name)
    assert not third.was_mine("")


def test_a_copied_folder_another_machine_and_an_earlier_start_of_this_one_are_others(
    make, tmp_path, monkeypatch
):
    first = make(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert not make(tmp_path / "two").was_mine(first.name)
    first.close()
    boot = tmp_path / "boot"
    boot.write_text("another")
    monkeypatch.setattr("brinery.scoring.identity._BOOT", boot)
    assert not make(tmp_path / "one").was_mine(first.name)


def test_where_nothing_can_be_locked_a_server_is_a_new_one_each_time(make, tmp_path):
    file = tmp_path / "file"
    file.touch()
    assert not make(file).was_mine(make(file).name)
