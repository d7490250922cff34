"""Everything on the shelf: cards, versions, what a file contains, its proof, its history."""

import streamlit as st

from brinery.report.words import count
from ui import model_view, services, shell
from ui.words import plain

shell.gate("shelf")
st.title("Shelf", anchor=False)

with st.container(horizontal=True, vertical_alignment="bottom"):
    wanted = st.text_input("Search", placeholder="A name, a word, a column", key="shelf/search")
    archived = st.toggle("Show archived ones", key="shelf/archived")

everything = services.get().shelf.entries(include_archived=True)
entries = [entry for entry in everything if archived or not entry.archived]
found = [entry for entry in entries if model_view.matches(entry, wanted)]

asked = st.query_params.get("model")
if asked and asked not in [entry.name for entry in everything]:
    st.warning(f"There is no model called “{plain(asked)}” on the shelf.")
if asked and asked not in [entry.name for entry in found]:
    found += [entry for entry in everything if entry.name == asked]

if not entries:
    if shell.may_open("train"):
        st.markdown("The shelf is empty.")
        shell.button("train", "Build the first model", key="shelf/build", primary=True)
    else:
        st.markdown("The shelf is empty. Once somebody has built a model, it will stand here.")
elif not found:
    st.markdown("No model fits. Try another word.")
else:
    st.caption(f"{count(len(found), 'model')}.")
for entry in found:
    model_view.show(entry, expanded=entry.name == asked)
