"""Predictions of large files: how far each is, and its files when it is done."""

import streamlit as st

from brinery.errors import BrineryError
from ui import run_view, shell

shell.gate("runs")
st.title("Runs", anchor=False)
st.markdown(
    "The predictions of a large file are made in the background. They go on when you close this "
    "page; its address finds them again."
)
id = st.query_params.get("id")
try:
    if id:
        run_view.one(id)
    run_view.others(id)
except BrineryError as error:  # the store that keeps them is away
    shell.say(error)
    st.caption("No run is lost by that: those that are under way go on once the store answers.")
