"""compose.yaml names settings, extras and programs that there are."""

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from brinery.settings import Settings

ROOT = Path(__file__).parents[1]
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_the_server_is_given_settings_that_there_are():
    given = {name: "0" for name in SERVICES["server"]["environment"] if "BRINERY" in name}
    known = set(re.findall(r"BRINERY_\w+", inspect.getsource(Settings)))
    assert set(given) <= known
    read = Settings.from_environment({**given, "BRINERY_MODELS": "s3://brinery/models"})
    assert read.scheduler == "0"


def test_a_worker_is_given_no_secret():
    assert not SERVICES["worker"]["environment"]
    assert not SERVICES["scheduler"]["environment"]


def test_only_the_server_is_reached_from_outside():
    assert [name for name, one in SERVICES.items() if "outside" in one["networks"]] == ["server"]
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["server"]


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_dask_knows_the_options(name):
    program, verb, *rest = SERVICES[name]["command"]
    assert program == "dask"
    told = subprocess.run(
        [sys.executable, "-m", "dask", verb, "--help"], capture_output=True, text=True, check=True
    ).stdout
    for option in (one for one in rest if one.startswith("--")):
        assert re.search(rf"{option}\b", told) or option.replace("--no-", "--") in told


def test_the_image_installs_extras_that_there_are():
    asked = re.search(r"'\.\[(.+)\]'", (ROOT / "Dockerfile").read_text())
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert asked is not None
    assert set(asked.group(1).split(",")) <= set(extras["optional-dependencies"])
