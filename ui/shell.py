"""The frame around every page: navigation by role, the gate, and what a failure looks like."""

from __future__ import annotations

import logging
import secrets
import traceback
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from brinery.errors import BrineryError, NotOnShelf
from brinery.settings import Role
from ui import services, words

__all__ = [
    "BY",
    "FAVICON",
    "PAGES",
    "Place",
    "button",
    "current_role",
    "failed",
    "gate",
    "go",
    "link",
    "may_download_pickles",
    "may_open",
    "nothing",
    "say",
    "show",
]

BY = "somebody at the dashboard"
"""Who changed something on the shelf, as long as nobody has to say who they are."""
_STATIC = Path(__file__).with_name("static")
FAVICON = _STATIC / "favicon.svg"
_FOLDER = Path(__file__).parent.parent / "pages"
_EVERYONE: tuple[Role, ...] = ("user", "modeler", "operator")
_MODELERS: tuple[Role, ...] = ("modeler", "operator")
_log = logging.getLogger("brinery.ui")


@dataclass(frozen=True)
class Place:
    """One page: its file, its name on screen, who may open it, and its address.

    The address is the file's name but where Python would not take that as a name.
    """

    name: str
    title: str
    icon: str
    roles: tuple[Role, ...]
    address: str = ""

    @property
    def file(self) -> Path:
        """The page's script."""
        return _FOLDER / f"{self.name}.py"

    def page(self, *, shown: bool = True) -> st.Page:
        """Give the page as Streamlit takes it, shown in the navigation or not."""
        return st.Page(
            self.file,
            title=self.title,
            icon=self.icon,
            url_path=None if self.name == "home" else self.address or self.name,
            default=self.name == "home",
            visibility="visible" if shown else "hidden",
        )


PAGES = (
    Place("home", "Home", ":material/home:", _EVERYONE),
    Place("predict", "Predict", ":material/table_view:", _EVERYONE),
    Place("runs", "Runs", ":material/pending_actions:", _EVERYONE),
    Place("train", "Train", ":material/model_training:", _MODELERS),
    Place("bring", "Import", ":material/upload_file:", _MODELERS, address="import"),
    Place("shelf", "Shelf", ":material/shelves:", _EVERYONE),
    Place("compare", "Compare", ":material/compare_arrows:", _MODELERS),
    Place("system", "System", ":material/health_and_safety:", ("operator",)),
    Place("pickling", "How pickling works", ":material/school:", _EVERYONE),
)


def current_role() -> Role:
    """Give the role of whoever looks at the page."""
    return services.get().settings.role


def nothing() -> None:
    """Stand in for a page where only the navigation matters."""


def _pages(role: Role) -> list[st.Page]:
    """Give all pages; who opens one that is not for them is told so by its gate."""
    return [place.page(shown=role in place.roles) for place in PAGES]


def show() -> None:
    """Show the page that the visitor's address names."""
    # First of all: until an icon is set, a page's own is fetched from another host.
    st.set_page_config(page_icon=FAVICON, layout="centered")
    st.session_state["_app"] = True
    page = st.navigation(_pages(current_role()))
    st.logo(_STATIC / f"logo-{_theme()}.svg", icon_image=FAVICON, size="large")
    page.run()


def _theme() -> str:
    """Give the theme that the visitor has on screen; light until the browser has told."""
    return "dark" if st.context.theme.type == "dark" else "light"


def gate(name: str) -> None:
    """Let only those on who may see the page; the first line of every page.

    A page's file can be reached without `app.py` having run; it then starts again inside it.
    """
    role = current_role()
    place = next(place for place in PAGES if place.name == name)
    if role not in place.roles:
        st.error(words.closed(place.title, place.roles[0]), icon=":material/lock:")
        if "_app" in st.session_state:
            link("home", "Go to Home")
        st.stop()
    if "_app" not in st.session_state:
        if "_sent_on" in st.session_state:
            st.error(words.OPEN_FROM_HOME)
            st.stop()
        st.session_state["_sent_on"] = True
        st.navigation(_pages(role), position="hidden")
        st.rerun()


def may_open(name: str) -> bool:
    """Whether the visitor's role opens this page."""
    return any(place.name == name and current_role() in place.roles for place in PAGES)


def may_download_pickles() -> bool:
    """Whether the visitor may take a model's pickle away."""
    return current_role() in _MODELERS


def link(name: str, label: str, **query: str) -> None:
    """Draw a link to a page of the app."""
    place = next(place for place in PAGES if place.name == name)
    st.page_link(
        place.page(), label=words.label(label), icon=place.icon, query_params=query or None
    )


def button(name: str, label: str, *, key: str, primary: bool = False, **query: str) -> None:
    """Draw a button that opens a page of the app: for the next step, which is not to be missed."""
    place = next(place for place in PAGES if place.name == name)
    if st.button(label, icon=place.icon, key=key, type="primary" if primary else "secondary"):
        go(name, **query)


def go(name: str, **query: str) -> None:
    """Open a page of the app."""
    place = next(place for place in PAGES if place.name == name)
    st.switch_page(place.page(), query_params=query or None)


def failed(error: Exception) -> bool:
    """Say a failure in plain words; the traceback goes to the log under the same number."""
    if isinstance(error, BrineryError):
        say(error)
        return True
    number = secrets.token_hex(4)
    trace = "".join(traceback.format_exception(error))
    _log.error("Incident %s\n%s", number, trace)
    st.error(words.incident(number), icon=":material/error:")
    return True


def say(error: BrineryError) -> None:
    """Show an error that has its own words."""
    at = "" if isinstance(error, NotOnShelf) or not error.where else f"{error.where}: "
    st.error(words.plain(f"{at}{error.problem} {error.remedy}".strip()), icon=":material/error:")
