"""The first page: what this is, two doors, and the shelf at a glance."""

import streamlit as st

from brinery.report.words import listed
from ui import card_view, first_start, services, shell, words

shell.gate("home")
coming = list(first_start.state.waiting)  # before the shelf is read: else the last may be missed
entries = services.get().shelf.entries()
first_to_build = not entries and not coming and shell.may_open("train")

st.title(words.NAME)
st.markdown(words.INTRODUCTION)

with st.container(horizontal=True):
    with st.container(border=True):
        st.subheader("Use a model", anchor=False)
        st.markdown("You have a table and want predictions for its rows. No code, no statistics.")
        shell.button("predict", "Use a model", key="home/use", primary=not first_to_build)
    if shell.may_open("train"):
        with st.container(border=True):
            st.subheader("Build a model", anchor=False)
            st.markdown("You have a table with known answers and want others to use what it knows.")
            shell.button("train", "Build a model", key="home/build", primary=first_to_build)

st.header("On the shelf", anchor=False)


@st.fragment(run_every="2s" if coming else None)
def waiting() -> None:
    """Say that the examples are on their way; show the whole page again when one arrives."""
    if first_start.state.waiting != coming:
        st.rerun()
    if coming:
        st.info(
            f"This is the first start, so Brinery is training {listed(coming)} "
            "as examples, on made-up data. This takes less than a minute.",
            icon=":material/hourglass_top:",
        )


waiting()
if first_start.state.problem:
    st.warning(f"The example models could not be made. {first_start.state.problem}")

for entry in entries:
    card_view.at_a_glance(entry)
if not entries and not coming:
    if first_to_build:
        st.markdown("The shelf is empty. Build the first model; it will then stand here.")
    else:
        st.markdown("The shelf is empty. Once somebody has built a model, it will stand here.")
