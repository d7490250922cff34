"""Two versions of a model asked about the same file; the one that is to answer is put in use."""

import streamlit as st

from ui import compare_view, compare_with, downloads, shell
from ui.upload import uploader

shell.gate("compare")
st.title("Compare", anchor=False)
if compare_view.done():
    st.stop()
st.markdown("See what a new version would change, on your own file, before you put it in use.")

st.header("1. Which versions", anchor=False)
pair = compare_with.pick()
if pair is None:
    st.stop()

st.header("2. How good they are", anchor=False)
compare_view.measured(pair)

st.header("3. What changes on your own file", anchor=False)
st.caption("A table as people upload it to Predict. The more it is like theirs, the more it tells.")
upload = uploader("Your table", key="compare_file", expected=pair.needed)
downloads.samples(pair.after)
if upload is None:
    st.stop()
comparison = compare_with.compared(pair, upload)
if comparison is None:
    st.stop()
compare_view.changes(comparison, upload.name)

st.header(f"4. Put version {pair.after.version} in use", anchor=False)
compare_view.put_live(pair, comparison)
