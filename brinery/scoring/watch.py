"""What a server has to look at of the journal, and which runs nobody works on any more."""

from __future__ import annotations

import math
import time

from brinery.scoring.identity import Identity
from brinery.scoring.journal import Journal
from brinery.scoring.run import first_id
from brinery.scoring.told import Told

__all__ = ["SILENT_SECONDS", "Watch"]

SILENT_SECONDS = 30.0
"""A run of which nothing was told for so long is taken up; longer than `keeper.MINE_SECONDS`."""
ALL_SECONDS = 600.0
"""How often it is looked at all runs; else at those of late and those under way."""
LATE_SECONDS = 3600.0
"""By how much the clock of another server may be behind, for its runs to be among those of late."""


class Watch:
    """The runs under way, as a server saw them when it last looked.

    Parameters
    ----------
    journal : Journal
    identity : Identity
        Of this server.
    """

    def __init__(self, journal: Journal, identity: Identity) -> None:
        self._journal, self._identity = journal, identity
        self._seen: dict[str, tuple[int, float]] = {}
        self._looked_at_all = -math.inf

    def look(self, here: set[str]) -> dict[str, Told]:
        """Give the runs that may be under way, by their ids, among others.

        What ended long ago is left aside; should it be taken up again elsewhere, that is seen when
        all are looked at.

        Parameters
        ----------
        here : set of str
            The ids of those that are wanted in any case.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        is_all = time.monotonic() - self._looked_at_all > ALL_SECONDS
        late = first_id(time.time() - LATE_SECONDS)
        since = "" if is_all else min({*self._seen, *here, late})
        told = {one.id: one for one in self._journal.all(since)}
        if is_all:
            self._looked_at_all = time.monotonic()
        self._seen = {id: self._stands(one) for id, one in told.items() if not one.has_ended}
        return told

    def is_left(self, one: Told) -> bool:
        """Say whether the server that has a run is gone."""
        if self._identity.was_mine(one.server):
            return True
        return one.id in self._seen and time.monotonic() - self._seen[one.id][1] > SILENT_SECONDS

    def _stands(self, one: Told) -> tuple[int, float]:
        """Give the number that a run's journal stands at, and since when, as seen from here."""
        number, since = self._seen.get(one.id, (0, 0.0))
        return (number, since) if number == one.number else (one.number, time.monotonic())
