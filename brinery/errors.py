"""Every error that Brinery raises on purpose, each with what to do about it."""

from __future__ import annotations

__all__ = [
    "BrineryError",
    "Cancelled",
    "CannotCompare",
    "CannotCorrect",
    "CannotLearn",
    "CannotPickle",
    "CannotPutLive",
    "CannotScore",
    "CannotWrite",
    "ExampleMissing",
    "NameRefused",
    "NoEnvironment",
    "NoSandbox",
    "NotOnShelf",
    "ProofFailed",
    "ReadError",
    "SealBroken",
    "UnsafePickle",
    "WorkerFailed",
    "WorkerLost",
]


class BrineryError(Exception):
    """A problem told in words, with its place and its remedy.

    Parameters
    ----------
    problem : str
        What is wrong, one plain sentence.
    where : str, optional
        The file, column, line or model that it is about.
    remedy : str, optional
        What the reader can do, one plain sentence.
    """

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(problem, where, remedy)
        self.problem = problem
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.problem} {self.remedy}".rstrip()

    def to_dict(self) -> dict[str, str]:
        """Give the error as plain text fields, so that it can cross a process border."""
        return {
            "error": type(self).__name__,
            "problem": self.problem,
            "where": self.where,
            "remedy": self.remedy,
        }

    @staticmethod
    def from_dict(fields: dict[str, str]) -> BrineryError:
        """Make the error that `to_dict` described; an unknown name gives the base class."""
        kinds = [BrineryError]
        for one in kinds:  # which grows meanwhile
            kinds += one.__subclasses__()
        named = {one.__name__: one for one in kinds}
        kind = named.get(fields.get("error", ""), BrineryError)
        return kind(
            fields.get("problem", ""),
            where=fields.get("where", ""),
            remedy=fields.get("remedy", ""),
        )


class ReadError(BrineryError, ValueError):
    """The file holds no table that can be read."""


class CannotWrite(BrineryError, ValueError):
    """The output can't be written in the form asked for."""


class CannotCorrect(BrineryError, ValueError):
    """Corrected rows can't be put back into the table that they came from."""


class CannotCompare(BrineryError, ValueError):
    """Two versions can't be compared: they answer different questions, or one can't answer."""


class CannotPutLive(BrineryError, ValueError):
    """A version can't be put in use, or not in this way."""


class CannotLearn(BrineryError, ValueError):
    """No model can be trained from this table for this target."""


class CannotPickle(BrineryError, ValueError):
    """An estimator holds what no pickle can hold, or what nothing else could load."""


class CannotScore(BrineryError, ValueError):
    """The table lacks what the model needs; `findings` has every reason."""


class NameRefused(BrineryError, ValueError):
    """The text can't be a model's name."""


class NotOnShelf(BrineryError, LookupError):
    """No such model, version or alias."""


class ExampleMissing(BrineryError, LookupError):
    """The model was saved without example rows."""


class SealBroken(BrineryError, ValueError):
    """A file on the shelf is not the one that was saved."""


class UnsafePickle(BrineryError, ValueError):
    """The pickle asks for something that is not on the door's list.

    `lines` is Python that mends it; it does not cross a process border.
    """

    def __init__(self, problem: str, *, where: str = "", remedy: str = "", lines: str = "") -> None:
        super().__init__(problem, where=where, remedy=remedy)
        self.lines = lines


class ProofFailed(BrineryError, ValueError):
    """A reloaded model does not give the answers that it gave."""


class NoEnvironment(BrineryError, RuntimeError):
    """A model's own environment is not on this machine, or can't be built on it."""


class NoSandbox(BrineryError, RuntimeError):
    """A stranger's pickle may only be loaded in a sandbox, and this machine's does not hold."""


class WorkerFailed(BrineryError, RuntimeError):
    """A worker died, ran out of its limits, or failed in an unforeseen way."""


class Cancelled(BrineryError, RuntimeError):
    """Somebody asked for the work to stop."""


class WorkerLost(WorkerFailed):
    """A worker died over its work; another one may be able to do it."""
