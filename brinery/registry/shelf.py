"""The shelf: which models there are, which version a name stands for, and what happened to each."""

from __future__ import annotations

import contextlib
import difflib
from dataclasses import dataclass
from typing import Any

from brinery.errors import BrineryError, CannotPutLive, NameRefused, NotOnShelf
from brinery.model.card import Card
from brinery.registry import events, storage, versions
from brinery.registry.entry import Entry, Stored
from brinery.registry.events import State
from brinery.registry.names import checked
from brinery.settings import KeyPlace, Settings

__all__ = ["Shelf", "load"]


@dataclass(frozen=True)
class Shelf:
    """A folder or a bucket with models on it.

    Attributes
    ----------
    models : str
        Where it is.
    keys : KeyPlace
        Where the keys of the seals are.
    """

    models: str
    keys: KeyPlace

    @staticmethod
    def of(settings: Settings) -> Shelf:
        """Give the shelf that the settings name."""
        return Shelf(settings.models, settings.key_place)

    def names(self) -> list[str]:
        """Give the names of all models with at least one whole version, sorted."""
        folders = self._folders()
        readable = storage.side_by_side(self.models, self._readable, folders)
        return [name for name, is_one in zip(folders, readable, strict=True) if is_one]

    def entries(self, include_archived: bool = False) -> list[Entry]:
        """List the models, by name; a broken one has its `problem` and hides no other."""
        return [
            entry
            for entry in storage.side_by_side(self.models, self._entry, self._folders())
            if (entry.n_versions or entry.problem) and (include_archived or not entry.archived)
        ]

    def versions(self, name: str) -> list[int]:
        """Give a model's versions, the oldest first; deleted ones are left out.

        Raises
        ------
        NotOnShelf
            There is no such model; the message has the closest names.
        """
        name, whole = self._known(name)
        return _left(whole, events.fold(events.read_all(self.models, name)))

    def resolve(self, ref: str) -> tuple[str, int]:
        """Give the name and the version of "name", "name@version" or "name@alias".

        A name alone stands for the version that is live.

        Raises
        ------
        NotOnShelf
            No such model, version or alias; the message has what there is.
        """
        return self._resolved(ref)[:2]

    def card(self, ref: str) -> Card:
        """Read the card of a version and verify its seal.

        Raises
        ------
        NotOnShelf
            No such model, version or alias.
        SealBroken
            The card is not the one that was saved.
        """
        return versions.read_card(self.models, self.keys, *self.resolve(ref))

    def open(self, ref: str) -> Stored:
        """Read card, pickle and proof of a version and verify the seal; nothing is unpickled.

        Raises
        ------
        NotOnShelf
            No such model, version or alias.
        SealBroken
            A file is not the one that was saved; the message says what is wrong with which
            file, and what to do.
        """
        name, version, state = self._resolved(ref)
        files = versions.opened(self.models, self.keys, name, version)
        return Stored(*files, state.own.get(version))

    def events(self, name: str) -> tuple[dict[str, Any], ...]:
        """Give what happened to a model, the oldest first: kind, by, at, why, and more.

        Raises
        ------
        NotOnShelf
            There is no such model.
        """
        return events.read_all(self.models, self._known(name)[0])

    def add_event(self, name: str, kind: str, *, by: str = "", why: str = "", **fields: Any) -> int:
        """Write down one change of a model and give its number.

        Raises
        ------
        NotOnShelf
            There is no such model.
        BrineryError
            The shelf can't be written.
        """
        return events.add(self.models, self._known(name)[0], kind, by=by, why=why, **fields)

    def archive(
        self, name: str, version: int | None = None, *, by: str = "", why: str = ""
    ) -> None:
        """Put a model away, or one version of it; nothing is removed.

        A model that is put away is listed only on request. A version still answers who asks
        for it by its number, and says that it was put away.

        Raises
        ------
        NotOnShelf
            There is no such model or version.
        CannotPutLive
            The version is live: put another one live first, or archive the whole model.
        """
        if version is None:
            self.add_event(name, "archived", by=by, why=why)
            return
        self.resolve(f"{name}@{version}")
        if version == self.resolve(name)[1]:
            raise CannotPutLive(
                "This version is in use.",
                where=f"{name}@{version}",
                remedy="Put another version in use first, or archive the whole model.",
            )
        self.add_event(name, "archived", by=by, why=why, version=version)

    def restore(
        self, name: str, version: int | None = None, *, by: str = "", why: str = ""
    ) -> None:
        """List an archived model again, or take back that a version was archived."""
        fields = {} if version is None else {"version": version}
        self.add_event(name, "restored", by=by, why=why, **fields)

    def set_alias(
        self, name: str, alias: str, version: int, *, by: str = "", why: str = ""
    ) -> None:
        """Let an alias stand for a version; "live" is set by `registry.live.put_live` alone.

        Raises
        ------
        NotOnShelf
            There is no such model or version.
        NameRefused
            The alias can't be one: a number would be taken for a version, and "live" is set
            only by who has compared.
        """
        if checked(alias).isdecimal():
            raise NameRefused(
                "An alias can't be a number.", where=alias, remedy="Use a word, such as tested."
            )
        if alias == events.LIVE:
            raise NameRefused(
                "This alias says which version answers.",
                where=alias,
                remedy="Compare the version with the one in use, and put it live then.",
            )
        self.resolve(f"{name}@{version}")
        self.add_event(name, "alias", by=by, why=why, alias=alias, version=version)

    def _resolved(self, ref: str) -> tuple[str, int, State]:
        """Give also how the model stands: each look at a store is a request."""
        given, _, wanted = ref.partition("@")
        name, whole = self._known(given)
        state = events.fold(events.read_all(self.models, name))
        left = _left(whole, state)
        if not left:
            raise NotOnShelf("All its versions were deleted.", where=name)
        aliases = {**state.aliases, events.LIVE: state.live(left)}
        wanted = wanted or events.LIVE
        version = int(wanted) if _is_number(wanted) else aliases.get(wanted, 0)
        if version not in left:
            there = [*map(str, left[-10:]), *sorted(aliases)]
            raise NotOnShelf(
                f"It has no version or alias “{wanted}”.",
                where=name,
                remedy=f"There is {', '.join(there)}.",
            )
        return name, version, state

    def _folders(self) -> list[str]:
        return [name for name in storage.names(self.models) if _is_name(name)]

    def _readable(self, name: str) -> bool:
        try:
            return bool(versions.whole(self.models, name))
        except BrineryError:  # its entry says so; here it must not hide the others
            return False

    def _known(self, name: str) -> tuple[str, list[int]]:
        """Give a model's name and the versions that are whole."""
        with contextlib.suppress(NameRefused):
            if whole := versions.whole(self.models, checked(name)):
                return checked(name), whole
        there = self.names()
        folded = {one.casefold(): one for one in there}
        close = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)
        meant = " or ".join(f"“{folded[one]}”" for one in close)
        listed = ", ".join(there[:10])
        raise NotOnShelf(
            f"There is no model “{name}” on the shelf.",
            where=self.models,
            remedy=f"Did you mean {meant}?" if meant else f"There is {listed or 'none yet'}.",
        )

    def _entry(self, name: str) -> Entry:
        try:
            whole = versions.whole(self.models, name)
        except BrineryError as error:
            return Entry(name, None, 0, 0, problem=str(error))
        if not whole:
            return Entry(name, None, 0, 0)
        try:
            happened = events.read_all(self.models, name)
        except BrineryError as error:
            return Entry(name, None, len(whole), whole[-1], problem=str(error))
        state = events.fold(happened)
        left = _left(whole, state)
        live = state.live(left) if left else 0
        card, problem = None, ""
        if left:
            try:
                card = versions.read_card(self.models, self.keys, name, live)
            except BrineryError as error:
                problem = str(error)
        return Entry(name, card, len(left), live, state.archived, state.aliases, happened, problem)


def load(ref: str, *, models: str = "models") -> Stored:
    """Read a version from a shelf and verify its seal; nothing is unpickled.

    Parameters
    ----------
    ref : str
        "name", "name@version" or "name@alias".
    models : str
        The shelf.

    Raises
    ------
    NotOnShelf
        No such model, version or alias; the message has what there is.
    SealBroken
        A file is not the one that was saved; the message says which and what to do.
    """
    return Shelf(models, Settings.from_environment().key_place).open(ref)


def _left(whole: list[int], state: State) -> list[int]:
    """Give the versions that were not deleted."""
    return [version for version in whole if version not in state.deleted]


def _is_number(wanted: str) -> bool:
    return wanted.isdecimal() and len(wanted) < 10  # Python refuses to read thousands of digits


def _is_name(name: str) -> bool:
    try:
        return checked(name) == name
    except NameRefused:
        return False
