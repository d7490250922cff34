"""Bring a model from a notebook: its file, what is in it, a sample of its table, the shelf."""

import streamlit as st

from ui import bring_view, holdout_view, shell
from ui.upload import uploader

shell.gate("bring")
st.title("Import", anchor=False)
st.markdown(
    "Bring a model that was fitted in a notebook, so that anyone can predict with it here. "
    "The file is read in a separate process, and nothing in it is run."
)

st.header("1. Upload the model", anchor=False)
brought = bring_view.file()
if brought is None:
    bring_view.how_to_save()
    st.stop()

st.header("2. What is in it", anchor=False)
if not bring_view.contents(brought):
    st.stop()

st.header("3. A sample of its table", anchor=False)
bring_view.wanted(brought.look)
sample = uploader("A sample of the table", key="bring_sample", expected=list(brought.look.columns))
if sample is None:
    st.stop()
asked = bring_view.columns(brought.look, sample)
if asked is None:
    st.stop()

st.header("4. How good it is", anchor=False)
on = holdout_view.choose(brought.look, sample, asked.target, asked.columns)
if on is None:
    st.stop()

st.header("5. Try it, and save it", anchor=False)
bring_view.finish(brought, sample, asked, on)
