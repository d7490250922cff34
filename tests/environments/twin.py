"""An environment that needs no network: another Python with the libraries of this one."""

import sysconfig
import venv
from pathlib import Path

from brinery.environments.build import note
from brinery.environments.pins import Pins

__all__ = ["make_twin"]


def make_twin(folder: Path, pins: Pins, python: str = "") -> Path:
    """Put an environment of these versions into a folder, though its libraries are ours.

    It claims to have another Python than they name where one is given.
    """
    place = folder / pins.key
    venv.create(place, symlinks=True)
    [libraries] = place.glob("lib/python*/site-packages")
    (libraries / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    note(place, pins, python or pins.python, dict(pins.packages))
    return place
